import type { HttpResponse } from '#shared/kernel/transport';
import type { ExchangeRefusal, PlaceRequest } from '../../../exchange/types.ts';
import { json } from '../../http.ts';
import { wholeMs } from '../../instants.ts';

/** What the venue says against a call: its code and words (https://bybit-exchange.github.io/docs/v5/error). */
export interface Complaint {
  readonly retCode: number;
  readonly retMsg: string;
}
export const complaint = (retCode: number, retMsg: string): Complaint => ({ retCode, retMsg });

/** A call that cannot be done; carries what is answered. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly complaint: Complaint;
  constructor(retCode: number, retMsg: string) {
    super(retMsg);
    this.complaint = { retCode, retMsg };
  }
}

export function envelope(
  { retCode, retMsg }: Complaint,
  result: object,
  wallMs: number,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const time = wholeMs(wallMs);
  return json(200, { retCode, retMsg, result, retExtInfo: {}, time }, { ...headers, timenow: String(time) });
}

export const OK: Complaint = { retCode: 0, retMsg: 'OK' };

const SPOT: Readonly<Record<ExchangeRefusal, Complaint>> = {
  'unknown-market': complaint(170121, 'Invalid symbol.'),
  'not-trading': complaint(170151, 'The trading pair is not open yet.'),
  'post-only-phase': complaint(170217, 'Only LIMIT-MAKER order is supported for the current pair.'),
  'price-tick': complaint(170134, 'Order price has too many decimals.'),
  'lot-step': complaint(170137, 'Order quantity has too many decimals.'),
  'min-quantity': complaint(170136, 'Order quantity exceeded lower limit.'),
  'min-notional': complaint(170140, 'Order value exceeded lower limit.'),
  'price-band': complaint(170193, 'Buy order price cannot be higher than the limit.'),
  'would-take': complaint(170218, 'The LIMIT-MAKER order is rejected due to invalid price.'),
  'would-not-fill': complaint(170210, 'New order rejected.'),
  'insufficient-balance': complaint(170131, 'Insufficient balance.'),
  'insufficient-margin': complaint(170131, 'Insufficient balance.'),
  'reduce-only': complaint(170210, 'New order rejected.'),
  'duplicate-client-id': complaint(170141, 'Duplicate clientOrderId.'),
  deadline: complaint(170146, 'Order creation timeout.'),
  'self-trade': complaint(170210, 'New order rejected.'),
  'would-trigger': complaint(170130, "Data sent for paramter 'triggerPrice' is not valid."),
  'too-many-orders': complaint(170810, 'Cannot exceed maximum of 500 conditional, TP/SL and active orders.'),
  'position-mode': complaint(170210, 'New order rejected.'),
  leverage: complaint(170210, 'New order rejected.'),
};

const LINEAR: Readonly<Record<ExchangeRefusal, Complaint>> = {
  'unknown-market': complaint(10001, 'params error: symbol invalid'),
  'not-trading': complaint(110074, 'This contract is not live'),
  'post-only-phase': complaint(110074, 'This contract is not live'),
  'price-tick': complaint(10001, 'params error: Price invalid'),
  'lot-step': complaint(10001, 'Qty invalid'),
  'min-quantity': complaint(10001, 'The number of contracts exceeds minimum limit allowed'),
  'min-notional': complaint(110094, 'Order does not meet minimum order value 5USDT'),
  'price-band': complaint(110003, 'Order price exceeds the allowable range.'),
  'would-take': complaint(10001, 'params error: Price invalid'),
  'would-not-fill': complaint(10001, 'params error: Qty invalid'),
  'insufficient-balance': complaint(110007, 'ab not enough for new order'),
  'insufficient-margin': complaint(110007, 'ab not enough for new order'),
  'reduce-only': complaint(110017, 'current position is zero, cannot fix reduce-only order qty'),
  'duplicate-client-id': complaint(110072, 'OrderLinkedID is duplicate'),
  deadline: complaint(10002, 'The request time exceeds the time window range.'),
  'self-trade': complaint(110032, 'Illegal order'),
  'would-trigger': complaint(110092, 'expect Rising, but trigger_price <= current'),
  'too-many-orders': complaint(110020, 'Not allowed to have more than 500 active orders'),
  'position-mode': complaint(10001, 'position idx not match position mode'),
  leverage: complaint(10001, 'buy leverage invalid'),
};

/** The venue's words for a refused order. */
export function refusalOf(refusal: ExchangeRefusal, { market, side, trigger }: PlaceRequest): Complaint {
  if (market.perp === null) {
    if (refusal === 'price-band' && side === 'sell') {
      return complaint(170194, 'Sell order price cannot be lower than the limit.');
    }
    return SPOT[refusal];
  }
  if (refusal === 'would-trigger' && trigger?.when === 'falls-to') {
    return complaint(110093, 'expect Falling, but trigger_price >= current');
  }
  return LINEAR[refusal];
}

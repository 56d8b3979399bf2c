import type { TriggerBy } from '#shared/domain/order';
import type { HttpResponse } from '#shared/kernel/transport';
import type { ExchangeRefusal, PlaceRequest, TimeInForce } from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import { failed, invalidSymbol } from '../answers.ts';
import { deadlineOf } from './gatekeeper.ts';
import {
  BadParameter,
  badTimeInForce,
  badType,
  clientId,
  flag,
  notRequired,
  required,
  requiredAmount,
  selfTradeOf,
  sideOf,
  whole,
} from './parameters.ts';

const LEGAL_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;
/** What USDⓈ-M does when nothing is said. */
const USUAL_SELF_TRADE = 'EXPIRE_MAKER';
/** An order's own end must lie at least this far ahead. */
const SHORTEST_LIFE_MS = 600_000;
const LONGEST_DATE_MS = 253_402_300_799_000;
const TIMES: Readonly<Record<string, TimeInForce>> = {
  GTC: 'gtc',
  IOC: 'ioc',
  FOK: 'fok',
  GTX: 'post-only',
  GTD: 'gtc',
};
const WORKING: Readonly<Record<string, TriggerBy>> = { CONTRACT_PRICE: 'last', MARK_PRICE: 'mark' };

/** Order types of the algo service, and which of them have a price. */
const ALGO_TYPES: Readonly<Record<string, { limit: boolean; stop: boolean }>> = {
  STOP: { limit: true, stop: true },
  STOP_MARKET: { limit: false, stop: true },
  TAKE_PROFIT: { limit: true, stop: false },
  TAKE_PROFIT_MARKET: { limit: false, stop: false },
};

/** One new order for the matching engine. @throws {BadParameter} */
export function readPerpOrder(params: URLSearchParams, market: MarketView, nowMs: number): PlaceRequest {
  const type = required(params, 'type');
  if (type in ALGO_TYPES) {
    throw new BadParameter(
      failed(
        400,
        -4120,
        'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
      ),
    );
  }
  if (type !== 'LIMIT' && type !== 'MARKET') badType();
  if (params.has('stopPrice')) notRequired('stopPrice');
  const name = type === 'LIMIT' ? required(params, 'timeInForce') : 'IOC';
  if (type === 'MARKET' && params.has('price')) notRequired('price');
  return {
    ...common(params, market),
    type: type === 'LIMIT' ? 'limit' : 'market',
    timeInForce: TIMES[name] ?? badTimeInForce(),
    price: type === 'LIMIT' ? requiredAmount(params, 'price') : null,
    clientOrderId: clientId(params, 'newClientOrderId', LEGAL_ID),
    trigger: null,
    expiresAtMs: endOf(params, name, nowMs),
  };
}

/**
 * One new conditional order of the algo service
 * (https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order). @throws {BadParameter}
 */
export function readAlgoOrder(params: URLSearchParams, market: MarketView, nowMs: number): PlaceRequest {
  if (required(params, 'algoType') !== 'CONDITIONAL') {
    throw new BadParameter(failed(400, -1130, "Data sent for parameter 'algoType' is not valid."));
  }
  const terms = ALGO_TYPES[required(params, 'type')];
  if (terms === undefined) return badType();
  const base = common(params, market);
  const rises = terms.stop === (base.side === 'buy');
  const by = WORKING[params.get('workingType') ?? 'CONTRACT_PRICE'];
  if (by === undefined) {
    throw new BadParameter(failed(400, -1130, "Data sent for parameter 'workingType' is not valid."));
  }
  const name = params.get('timeInForce') ?? 'GTC';
  return {
    ...base,
    type: terms.limit ? 'limit' : 'market',
    timeInForce: terms.limit ? (TIMES[name] ?? badTimeInForce()) : 'ioc',
    price: terms.limit ? requiredAmount(params, 'price') : null,
    clientOrderId: clientId(params, 'clientAlgoId', LEGAL_ID),
    trigger: { price: requiredAmount(params, 'triggerPrice'), by, when: rises ? 'rises-to' : 'falls-to' },
    expiresAtMs: endOf(params, name, nowMs),
  };
}

function common(
  params: URLSearchParams,
  market: MarketView,
): Pick<
  PlaceRequest,
  'market' | 'side' | 'quantity' | 'quoteAmount' | 'reduceOnly' | 'ocoGroup' | 'createBeforeMs' | 'selfTrade'
> {
  const positionSide = params.get('positionSide') ?? 'BOTH';
  if (positionSide !== 'BOTH') throw new BadParameter(perpRefusal('position-mode', market));
  return {
    market,
    side: sideOf(params),
    quantity: requiredAmount(params, 'quantity'),
    quoteAmount: null,
    reduceOnly: flag(params, 'reduceOnly'),
    ocoGroup: null,
    createBeforeMs: deadlineOf(params),
    selfTrade: selfTradeOf(params, USUAL_SELF_TRADE),
  };
}

/** GTD: the order's own end, whole seconds; milliseconds are ignored. */
function endOf(params: URLSearchParams, timeInForce: string, nowMs: number): number | null {
  const date = whole(params, 'goodTillDate');
  if (timeInForce !== 'GTD') {
    if (date !== null && date !== 0) notRequired('goodTillDate');
    return null;
  }
  if (date === null || date <= nowMs + SHORTEST_LIFE_MS || date >= LONGEST_DATE_MS) {
    throw new BadParameter(
      failed(
        400,
        -5040,
        'The goodTillDate timestamp must be greater than the current time plus 600 seconds and smaller than 253402300799000',
      ),
    );
  }
  return Math.floor(date / 1000) * 1000;
}

/** Why an order was refused, in the futures API's words (https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code). */
export function perpRefusal(refusal: ExchangeRefusal, { spec }: MarketView, side = 'buy'): HttpResponse {
  switch (refusal) {
    case 'unknown-market':
      return invalidSymbol();
    case 'not-trading':
      return failed(400, -4141, 'Symbol is closed.');
    case 'post-only-phase':
      return failed(400, -4140, 'Invalid symbol status for opening position.');
    case 'price-tick':
      return failed(400, -4014, 'Price not increased by tick size.');
    case 'lot-step':
      return failed(400, -1111, 'Precision is over the maximum defined for this asset.');
    case 'min-quantity':
      return failed(400, -4004, 'Quantity less than min quantity.');
    case 'min-notional':
      return failed(
        400,
        -4164,
        `Order's notional must be no smaller than ${spec.minNotional} (unless you choose reduce only).`,
      );
    case 'price-band':
      return side === 'buy'
        ? failed(400, -4016, "Limit price can't be higher than the cap of the price filter.")
        : failed(400, -4024, "Limit price can't be lower than the floor of the price filter.");
    case 'would-take':
      return failed(
        400,
        -5022,
        'Due to the order could not be executed as maker, the Post Only order will be rejected.',
      );
    case 'would-not-fill':
      return failed(400, -5021, 'Due to the order could not be filled immediately, the FOK order has been rejected.');
    case 'insufficient-balance':
    case 'insufficient-margin':
      return failed(400, -2019, 'Margin is insufficient.');
    case 'reduce-only':
      return failed(400, -2022, 'ReduceOnly Order is rejected.');
    case 'duplicate-client-id':
      return failed(400, -4116, 'ClientOrderId is duplicated.');
    case 'deadline':
      return failed(400, -5028, 'Timestamp for this request is outside of the ME recvWindow.');
    case 'self-trade':
      return failed(400, -2010, 'NEW_ORDER_REJECTED');
    case 'would-trigger':
      return failed(400, -2021, 'Order would immediately trigger.');
    case 'too-many-orders':
      return failed(400, -2025, 'Reach max open order limit.');
    case 'position-mode':
      return failed(400, -4061, "Order's position side does not match user's setting.");
    case 'leverage':
      return failed(400, -4028, 'Leverage is not valid');
  }
}

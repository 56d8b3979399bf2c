import type { Listing } from '#shared/domain/listing';
import type { OrderIntent, TriggerBy } from '#shared/domain/order';
import { selfTradeMode } from './spot-requests.ts';

type Fields = Record<string, string | number>;

/** An order's own end must lie further ahead than this; ten seconds more for the way there. */
const SHORTEST_LIFE_MS = 610_000;

const TIMES = { 'post-only': 'GTX', ioc: 'IOC', limit: 'GTC', fok: 'FOK' } as const;
export type PlainKind = keyof typeof TIMES;
const ALGO_TYPES = { 'stop-loss': 'STOP', 'take-profit': 'TAKE_PROFIT' } as const;
export type AlgoKind = keyof typeof ALGO_TYPES;
const WORKING: Readonly<Partial<Record<TriggerBy, string>>> = { last: 'CONTRACT_PRICE', mark: 'MARK_PRICE' };

const common = (order: OrderIntent, { symbol }: Listing): Fields => ({
  symbol,
  side: order.side === 'buy' ? 'BUY' : 'SELL',
  // One-way mode; an account in hedge mode refuses it.
  positionSide: 'BOTH',
  quantity: order.quantity,
  price: order.price,
  reduceOnly: order.reduceOnly === true ? 'true' : 'false',
  newOrderRespType: 'ACK',
  selfTradePreventionMode: selfTradeMode(order),
});

/**
 * The fields of a new order, in base units: USDⓈ-M counts in them. A resting order that may live long enough for the venue
 * to end it carries its own end, whole seconds.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Order
 */
export function perpFields(order: OrderIntent, kind: PlainKind, listing: Listing, venueMs: number): Fields {
  const { expiresAtMs } = order;
  const ends = kind === 'limit' && expiresAtMs !== null && expiresAtMs - venueMs > SHORTEST_LIFE_MS;
  return {
    ...common(order, listing),
    type: 'LIMIT',
    timeInForce: ends ? 'GTD' : TIMES[kind],
    ...(ends ? { goodTillDate: Math.floor(expiresAtMs / 1000) * 1000 } : {}),
    newClientOrderId: order.clientOrderId,
  };
}

/**
 * The fields of a new conditional order; `undefined` for a trigger that USDⓈ-M cannot watch.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order
 */
export function algoFields(
  order: OrderIntent,
  kind: AlgoKind,
  trigger: NonNullable<OrderIntent['trigger']>,
  listing: Listing,
): Fields | undefined {
  const workingType = WORKING[trigger.by];
  if (workingType === undefined) return undefined;
  return {
    ...common(order, listing),
    algoType: 'CONDITIONAL',
    type: ALGO_TYPES[kind],
    timeInForce: 'GTC',
    triggerPrice: trigger.price,
    workingType,
    clientAlgoId: order.clientOrderId,
  };
}

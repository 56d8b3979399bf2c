import type { Decimal } from '#shared/money/decimal';
import type { ExchangeFill, ExchangeOrder } from '../../../exchange/types.ts';
import { isoMicros, wholeMs } from '../../instants.ts';
import { symbolOf } from '../symbols.ts';
import { fillUid, orderUid } from './ids.ts';

/** Amounts are JSON numbers; small ones come in exponent form. */
export const number = (value: Decimal): number => Number(value.toFixed());
/** `2019-09-05T16:33:50.734Z` */
export const isoMs = (wallMs: number): string => `${isoMicros(wallMs).slice(0, 23)}Z`;
export const isClosed = ({ state }: ExchangeOrder): boolean => state !== 'open' && state !== 'waiting';
/** Of an order that still waits for its trigger. */
export const isTrigger = ({ state, request }: ExchangeOrder): boolean =>
  request.trigger !== null && state === 'waiting';

/** Whether a trigger is a stop or takes a profit. */
export function triggerKind({ trigger, side }: ExchangeOrder['request']): 'stop' | 'take_profit' | null {
  if (trigger === null) return null;
  return (trigger.when === 'rises-to') === (side === 'buy') ? 'stop' : 'take_profit';
}

/** `lmt`, `post`, …: as REST names an order in its events. */
function typeWord(order: ExchangeOrder): string {
  const { request } = order;
  if (isTrigger(order)) return 'stp';
  if (request.timeInForce === 'post-only') return 'post';
  return request.timeInForce === 'gtc' ? 'lmt' : request.timeInForce;
}

const SIGNALS = { last: 'last', mark: 'mark', index: 'spot' } as const;

/** An order in the `orderEvents` of an answer. `filled`: as it was at the time of the event. */
export const orderJson = (order: ExchangeOrder, filled: Decimal): object => ({
  orderId: orderUid(order.number),
  cliOrdId: order.request.clientOrderId,
  type: typeWord(order),
  symbol: symbolOf(order.request.market.spec),
  side: order.request.side,
  quantity: number(order.quantity),
  filled: number(filled),
  limitPrice: order.request.price === null ? null : number(order.request.price),
  reduceOnly: order.request.reduceOnly,
  timestamp: isoMs(order.createdAtMs),
  lastUpdateTimestamp: isoMs(order.updatedAtMs),
});

export function triggerJson(order: ExchangeOrder): object {
  const { request } = order;
  return {
    uid: orderUid(order.number),
    clientId: request.clientOrderId,
    type: request.type === 'limit' ? 'lmt' : 'ioc',
    symbol: symbolOf(request.market.spec),
    side: request.side,
    quantity: number(order.quantity),
    limitPrice: request.price === null ? null : number(request.price),
    triggerPrice: request.trigger === null ? null : number(request.trigger.price),
    triggerSide: request.trigger?.when === 'rises-to' ? 'trigger_above' : 'trigger_below',
    triggerSignal: `${SIGNALS[request.trigger?.by ?? 'last']}_price`,
    reduceOnly: request.reduceOnly,
    timestamp: isoMs(order.createdAtMs),
    lastUpdateTimestamp: isoMs(order.updatedAtMs),
    startTime: null,
  };
}

/** One row of `openorders`. */
export function openOrder(order: ExchangeOrder, status: string): object {
  const { request } = order;
  const kind = isTrigger(order) ? triggerKind(request) : null;
  return {
    order_id: orderUid(order.number),
    ...(request.clientOrderId === null ? {} : { cliOrdId: request.clientOrderId }),
    symbol: symbolOf(request.market.spec),
    side: request.side,
    orderType: kind ?? 'lmt',
    ...(request.price === null ? {} : { limitPrice: number(request.price) }),
    ...(kind === null || request.trigger === null
      ? {}
      : { stopPrice: number(request.trigger.price), triggerSignal: SIGNALS[request.trigger.by] }),
    unfilledSize: number(order.quantity.minus(order.filled)),
    filledSize: number(order.filled),
    receivedTime: isoMs(order.createdAtMs),
    lastUpdateTime: isoMs(order.updatedAtMs),
    status,
    reduceOnly: request.reduceOnly,
  };
}

/** One row of `fills`: fees are not told here. */
export const fillRow = (fill: ExchangeFill): object => ({
  fill_id: fillUid(fill.tradeNumber),
  symbol: symbolOf(fill.order.request.market.spec),
  side: fill.order.request.side,
  order_id: orderUid(fill.order.number),
  size: number(fill.quantity),
  price: number(fill.price),
  fillTime: isoMs(fill.atMs),
  fillType: fillType(fill),
  ...(fill.order.request.clientOrderId === null ? {} : { cliOrdId: fill.order.request.clientOrderId }),
});

export function fillType(fill: ExchangeFill): string {
  if (fill.cause === 'liquidation') return 'liquidation';
  if (fill.cause === 'auto-deleveraging') return 'unwindCounterparty';
  return fill.maker ? 'maker' : 'taker';
}

/** One order of the socket's `open_orders`. */
export function socketOrder(order: ExchangeOrder): object {
  const { request } = order;
  const kind = isTrigger(order) ? triggerKind(request) : null;
  return {
    instrument: symbolOf(request.market.spec),
    time: wholeMs(order.createdAtMs),
    last_update_time: wholeMs(order.updatedAtMs),
    // What is left of it, as the venue tells it.
    qty: number(order.quantity.minus(order.filled)),
    filled: number(order.filled),
    limit_price: request.price === null ? 0 : number(request.price),
    stop_price: kind === null || request.trigger === null ? 0 : number(request.trigger.price),
    type: kind ?? 'limit',
    order_id: orderUid(order.number),
    ...(request.clientOrderId === null ? {} : { cli_ord_id: request.clientOrderId }),
    direction: request.side === 'buy' ? 0 : 1,
    reduce_only: request.reduceOnly,
    ...(kind === null || request.trigger === null ? {} : { triggerSignal: SIGNALS[request.trigger.by] }),
  };
}

/** One execution of the socket's `fills`. */
export const socketFill = (fill: ExchangeFill, sequence: number): object => ({
  instrument: symbolOf(fill.order.request.market.spec),
  time: wholeMs(fill.atMs),
  price: number(fill.price),
  seq: sequence,
  buy: fill.order.request.side === 'buy',
  qty: number(fill.quantity),
  remaining_order_qty: number(fill.order.quantity.minus(fill.order.filled)),
  order_id: orderUid(fill.order.number),
  ...(fill.order.request.clientOrderId === null ? {} : { cli_ord_id: fill.order.request.clientOrderId }),
  fill_id: fillUid(fill.tradeNumber),
  fill_type: fillType(fill),
  fee_paid: number(fill.fee),
  fee_currency: fill.feeCurrency,
  taker_order_type: fill.maker ? 'lmt' : 'ioc',
  order_type: fill.order.request.timeInForce === 'gtc' ? 'lmt' : fill.order.request.timeInForce,
});

/** Why an order left the book, in the socket's words. */
export function endReason({ state, endedBy }: ExchangeOrder): string {
  if (state === 'filled') return 'full_fill';
  switch (endedBy) {
    case 'ioc':
    case 'fok':
      return 'ioc_order_failed_because_it_would_not_be_executed';
    case 'post-only':
      return 'post_order_failed_because_it_would_filled';
    case 'dead-man':
      return 'dead_man_switch';
    case 'self-trade':
      return 'would_execute_self';
    case 'reduce-only':
      return 'would_not_reduce_position';
    case 'venue':
      return 'market_inactive';
    default:
      return 'cancelled_by_user';
  }
}

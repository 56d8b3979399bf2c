import type { ExchangeFill, ExchangeOrder } from '../../../exchange/types.ts';
import { isoMicros } from '../../instants.ts';
import { symbolOf } from '../pairs.ts';
import { orderTxid, tradeTxid } from './ids.ts';
import { averagePrice, endReason, orderType } from './order-rows.ts';

/** Amounts are JSON numbers on the socket. */
const number = (value: { toFixed(): string }): number => Number(value.toFixed());

const named = ({ request }: ExchangeOrder): object =>
  request.clientOrderId === null ? {} : { cl_ord_id: request.clientOrderId };

export type ExecStatus = 'pending_new' | 'new' | 'partially_filled' | 'filled' | 'canceled' | 'expired';

/** How an order stands, in the socket's words. */
export function execStatus(order: ExchangeOrder): ExecStatus {
  switch (order.state) {
    case 'filled':
      return 'filled';
    case 'expired':
      return 'expired';
    case 'cancelled':
    case 'rejected':
      return 'canceled';
    default:
      return order.fills.length > 0 ? 'partially_filled' : 'new';
  }
}

/** The whole order: of a snapshot, or when it was taken (`pending_new`). */
export function wholeOrder(order: ExchangeOrder, execType: string, status: string): object {
  const { request } = order;
  const { trigger } = request;
  return {
    order_id: orderTxid(order.number),
    ...named(order),
    symbol: symbolOf(request.market.spec),
    order_qty: number(order.quantity),
    cum_qty: number(order.filled),
    cum_cost: number(order.filledValue),
    avg_price: number(averagePrice(order)),
    time_in_force: request.expiresAtMs === null ? timeWord(request.timeInForce) : 'GTD',
    ...(request.expiresAtMs === null ? {} : { expire_time: isoMicros(request.expiresAtMs) }),
    exec_type: execType,
    side: request.side,
    order_type: orderType(order),
    ...(request.price === null ? {} : { limit_price_type: 'static', limit_price: number(request.price) }),
    ...(trigger === null
      ? {}
      : {
          triggers: {
            reference: trigger.by,
            price: number(trigger.price),
            price_type: 'static',
            actual_price: number(trigger.price),
            status: order.triggered ? 'triggered' : 'untriggered',
          },
        }),
    post_only: request.timeInForce === 'post-only',
    order_status: status,
    fee_usd_equiv: 0,
    fee_ccy_pref: 'fciq',
    timestamp: isoMicros(order.createdAtMs),
  };
}

const timeWord = (time: ExchangeOrder['request']['timeInForce']): string =>
  time === 'ioc' || time === 'fok' ? time.toUpperCase() : 'GTC';

/** What changed alone: the symbol and the quantity are told once, when the order is taken. */
export function orderUpdate(order: ExchangeOrder, execType: string, status: string): object {
  const ended = endReason(order);
  return {
    timestamp: isoMicros(order.updatedAtMs),
    order_status: status,
    exec_type: execType,
    ...(execType === 'new'
      ? {}
      : {
          cum_qty: number(order.filled),
          cum_cost: number(order.filledValue),
          avg_price: number(averagePrice(order)),
        }),
    ...(ended === null || execType === 'new' ? {} : { reason: ended }),
    order_userref: 0,
    ...named(order),
    order_id: orderTxid(order.number),
  };
}

/** One execution. The order's status is not `filled` yet, even when this was its last. */
export function tradeUpdate(fill: ExchangeFill): object {
  const { order } = fill;
  const cost = fill.price.times(fill.quantity);
  return {
    order_id: orderTxid(order.number),
    ...named(order),
    exec_id: tradeTxid(fill.tradeNumber),
    exec_type: 'trade',
    trade_id: fill.tradeNumber,
    symbol: symbolOf(order.request.market.spec),
    side: order.request.side,
    last_qty: number(fill.quantity),
    last_price: number(fill.price),
    liquidity_ind: fill.maker ? 'm' : 't',
    cost: number(cost),
    order_type: orderType(order),
    timestamp: isoMicros(fill.atMs),
    order_status: 'partially_filled',
    cum_qty: number(order.filled),
    cum_cost: number(order.filledValue),
    avg_price: number(averagePrice(order)),
    fee_usd_equiv: number(fill.fee),
    fees: [{ asset: fill.feeCurrency, qty: number(fill.fee) }],
  };
}

import type { WalletHolding } from '../../../exchange/types.ts';
import { wholeMs } from '../../instants.ts';
import { symbolOf } from '../symbols.ts';
import type { OrderList } from './order-lists.ts';
import { listNumberOf, listStatus } from './order-lists.ts';
import type { OrderStep } from './order-story.ts';
import { modeName } from './parameters.ts';
import { clientIdOf, eight, sideName, timeInForceOf, typeOf } from './spot-rows.ts';

const NONE = '0.00000000';

/** The event `executionReport` (https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#order-update). */
export function executionReport(step: OrderStep, now: number): object {
  const { order, execution, status, filled, filledValue, fill } = step;
  const { request } = order;
  const cancelled = execution === 'CANCELED';
  return {
    e: 'executionReport',
    E: now,
    s: symbolOf(request.market.spec),
    // A cancel has a name of its own: the order's stands in `C`.
    c: cancelled ? `cancel_${order.number}` : clientIdOf(order),
    S: sideName(request),
    o: typeOf(request),
    f: timeInForceOf(request),
    q: eight(order.quantity),
    p: request.price === null ? NONE : eight(request.price),
    P: request.trigger === null ? NONE : eight(request.trigger.price),
    F: NONE,
    g: listNumberOf(order),
    C: cancelled ? clientIdOf(order) : '',
    x: execution,
    X: status,
    r: 'NONE',
    i: order.number,
    l: fill === null ? NONE : eight(fill.quantity),
    z: eight(filled),
    L: fill === null ? NONE : eight(fill.price),
    n: fill === null ? '0' : eight(fill.fee),
    N: fill === null ? null : fill.feeCurrency,
    T: wholeMs(fill?.atMs ?? order.updatedAtMs),
    t: fill?.tradeNumber ?? -1,
    I: order.number * 2,
    w: status === 'NEW' ? order.state !== 'waiting' : status === 'PARTIALLY_FILLED',
    m: fill?.maker ?? false,
    M: false,
    O: wholeMs(order.createdAtMs),
    Z: eight(filledValue),
    Y: fill === null ? NONE : eight(fill.price.times(fill.quantity)),
    Q: request.quoteAmount === null ? NONE : eight(request.quoteAmount),
    W: wholeMs(order.createdAtMs),
    V: modeName(request.selfTrade),
  };
}

/** The event `listStatus`, beside those of the list's orders. */
export function listStatusEvent(list: OrderList, now: number): object {
  const { type, order } = listStatus(list);
  return {
    e: 'listStatus',
    E: now,
    s: list.symbol,
    g: list.number,
    c: 'OCO',
    l: type,
    L: order,
    r: 'NONE',
    C: list.clientId,
    T: now,
    O: list.orders.map((one) => ({
      s: list.symbol,
      i: one.number,
      c: clientIdOf(one),
    })),
  };
}

/** The event `outboundAccountPosition` for one asset. */
export const positionEvent = ({ currency, total, locked }: WalletHolding, now: number): object => ({
  e: 'outboundAccountPosition',
  E: now,
  u: now,
  B: [{ a: currency, f: eight(total.minus(locked)), l: eight(locked) }],
});

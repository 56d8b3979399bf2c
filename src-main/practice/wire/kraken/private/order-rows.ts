import type { Decimal } from '#shared/money/decimal';
import { decimalsOf, ZERO } from '#shared/money/decimal';
import type { ExchangeFill, ExchangeOrder } from '../../../exchange/types.ts';
import type { MarketSpec } from '../../../world/market-spec.ts';
import { pairAltname, pairId } from '../pairs.ts';
import { orderTxid, tradeTxid } from './ids.ts';

/** A status that the documentation does not know (EX-6). */
export const UNKNOWN_STATUS = 'frozen';

const WORDS = { stop: 'stop loss', profit: 'take profit' } as const;

/** `limit`, `stop-loss-limit`, …: what the client asked for. */
export function orderType({ request }: ExchangeOrder): string {
  const plain = request.type === 'limit' ? 'limit' : 'market';
  const kind = triggerKind(request);
  if (kind === null) return plain;
  const name = kind === 'stop' ? 'stop-loss' : 'take-profit';
  return request.type === 'limit' ? `${name}-limit` : name;
}

function triggerKind({ trigger, side }: ExchangeOrder['request']): 'stop' | 'profit' | null {
  if (trigger === null) return null;
  return (trigger.when === 'rises-to') === (side === 'buy') ? 'stop' : 'profit';
}

const price = (spec: MarketSpec, value: Decimal | null): string =>
  value === null ? '0' : value.toFixed(spec.priceDecimals);
const size = (spec: MarketSpec, value: Decimal): string => value.toFixed(spec.sizeDecimals);
/** Five decimals at least; what the matching engine counted is told whole. */
const money = (value: Decimal): string => value.toFixed(Math.max(5, decimalsOf(value)));
/** Seconds with four decimals, as a JSON number. */
const seconds = (wallMs: number): number => Math.round(wallMs * 10) / 10_000;

export function averagePrice({ filled, filledValue }: ExchangeOrder): Decimal {
  return filled.gt(ZERO) ? filledValue.div(filled) : ZERO;
}

export const isClosed = ({ state }: ExchangeOrder): boolean => state !== 'open' && state !== 'waiting';

export function statusWord({ state }: ExchangeOrder): string {
  switch (state) {
    case 'waiting':
    case 'open':
      return 'open';
    case 'filled':
      return 'closed';
    case 'expired':
      return 'expired';
    default:
      return 'canceled';
  }
}

/** Why an order ended, in the venue's words; `null` for one that was filled. */
export function endReason({ endedBy }: ExchangeOrder): string | null {
  switch (endedBy) {
    case null:
      return null;
    case 'client':
      return 'User requested';
    case 'ioc':
    case 'fok':
      return 'Insufficient volume at limit price';
    case 'post-only':
      return 'Post only order';
    case 'expiry':
      return 'Order expired';
    case 'dead-man':
      return 'Cancel on timeout';
    case 'self-trade':
      return 'Self trade prevention';
    default:
      return 'Canceled by the exchange';
  }
}

/** `sell 0.10000000 XBTUSD @ stop loss 25000.0 -> limit 24900.0` */
export function description({ request, quantity }: ExchangeOrder): string {
  const { spec } = request.market;
  const limit = request.type === 'limit' ? `limit ${price(spec, request.price)}` : 'market';
  const kind = triggerKind(request);
  const head = `${request.side} ${size(spec, quantity)} ${pairAltname(spec)} @`;
  if (kind === null || request.trigger === null) return `${head} ${limit}`;
  const trigger = `${WORDS[kind]} ${price(spec, request.trigger.price)}`;
  return request.type === 'limit' ? `${head} ${trigger} -> ${limit}` : `${head} ${trigger}`;
}

/** One order of `OpenOrders`, `ClosedOrders` and `QueryOrders`. */
export function orderRow(order: ExchangeOrder, options: { readonly trades: boolean; readonly status: string }): object {
  const { request } = order;
  const { spec } = request.market;
  const trigger = request.trigger;
  return {
    refid: null,
    userref: 0,
    ...(request.clientOrderId === null ? {} : { cl_ord_id: request.clientOrderId }),
    status: options.status,
    ...(isClosed(order) ? { reason: endReason(order) } : {}),
    opentm: seconds(order.createdAtMs),
    ...(isClosed(order) ? { closetm: seconds(order.updatedAtMs) } : {}),
    starttm: 0,
    expiretm: request.expiresAtMs === null ? 0 : Math.floor(request.expiresAtMs / 1000),
    descr: {
      pair: pairAltname(spec),
      type: request.side,
      ordertype: orderType(order),
      price: price(spec, trigger === null ? request.price : trigger.price),
      price2: trigger === null ? '0' : price(spec, request.price),
      leverage: 'none',
      order: description(order),
      close: '',
    },
    vol: size(spec, order.quantity),
    vol_exec: size(spec, order.filled),
    cost: money(order.filledValue),
    fee: money(order.feePaid),
    price: averagePrice(order).toFixed(5),
    stopprice: trigger === null ? '0.00000' : trigger.price.toFixed(5),
    limitprice: order.triggered && request.price !== null ? request.price.toFixed(5) : '0.00000',
    misc: order.triggered ? 'stopped' : '',
    oflags: ['fciq', ...(request.timeInForce === 'post-only' ? ['post'] : [])].join(','),
    ...(trigger === null ? {} : { trigger: trigger.by }),
    ...(options.trades && order.fills.length > 0
      ? { trades: order.fills.map((fill) => tradeTxid(fill.tradeNumber)) }
      : {}),
  };
}

/** One entry of `TradesHistory`. */
export function tradeRow(fill: ExchangeFill): object {
  const { order } = fill;
  const { spec } = order.request.market;
  return {
    ordertxid: orderTxid(order.number),
    postxid: 'TKH2SE-M7IF5-CFI7LT',
    pair: pairId(spec),
    aclass: 'forex',
    time: Number((fill.atMs / 1000).toFixed(7)),
    type: order.request.side,
    ordertype: orderType(order),
    price: fill.price.toFixed(Math.max(5, spec.priceDecimals)),
    cost: money(fill.price.times(fill.quantity)),
    fee: money(fill.fee),
    vol: size(spec, fill.quantity),
    margin: '0.00000',
    leverage: '0',
    misc: '',
    trade_id: fill.tradeNumber,
    maker: fill.maker,
  };
}

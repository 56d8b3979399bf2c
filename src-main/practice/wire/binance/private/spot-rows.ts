import type { Decimal } from '#shared/money/decimal';
import type { ExchangeFill, ExchangeOrder, PlaceRequest, PracticeKey } from '../../../exchange/types.ts';
import { wholeMs } from '../../instants.ts';
import { symbolOf } from '../symbols.ts';
import { listNumberOf } from './order-lists.ts';
import { modeName } from './parameters.ts';
import { statusOf } from './statuses.ts';

const DECIMALS = 8;
/** Binance's spot side writes every amount with eight decimals. */
export const eight = (value: Decimal): string => value.toFixed(DECIMALS);
const orZero = (value: Decimal | null): string => (value === null ? '0.00000000' : eight(value));

/** What Binance names an order that came without a name. */
export const clientIdOf = ({ request, number }: ExchangeOrder): string => request.clientOrderId ?? `web_${number}`;

export function typeOf({ type, timeInForce, trigger, side }: PlaceRequest): string {
  if (trigger === null) {
    if (type === 'market') return 'MARKET';
    return timeInForce === 'post-only' ? 'LIMIT_MAKER' : 'LIMIT';
  }
  const kind = (trigger.when === 'falls-to') === (side === 'sell') ? 'STOP_LOSS' : 'TAKE_PROFIT';
  return type === 'limit' ? `${kind}_LIMIT` : kind;
}

export const timeInForceOf = ({ timeInForce, type }: PlaceRequest): string =>
  timeInForce === 'post-only' || type === 'market' ? 'GTC' : timeInForce.toUpperCase();

export const sideName = ({ side }: PlaceRequest): string => side.toUpperCase();

/** What every answer about an order begins with. */
const named = (order: ExchangeOrder): object => ({
  symbol: symbolOf(order.request.market.spec),
  orderId: order.number,
  orderListId: listNumberOf(order),
  clientOrderId: clientIdOf(order),
});

/** The state of an order; `status` as it is told this time. */
const stateOf = (order: ExchangeOrder, status: string): object => ({
  price: orZero(order.request.price),
  origQty: eight(order.quantity),
  executedQty: eight(order.filled),
  origQuoteOrderQty: orZero(order.request.quoteAmount),
  cummulativeQuoteQty: eight(order.filledValue),
  status,
  timeInForce: timeInForceOf(order.request),
  type: typeOf(order.request),
  side: sideName(order.request),
});

/** An entry of order queries. */
export function orderRow(order: ExchangeOrder, status = statusOf(order)): object {
  const { request, createdAtMs, updatedAtMs, state } = order;
  return {
    ...named(order),
    ...stateOf(order, status),
    stopPrice: orZero(request.trigger?.price ?? null),
    icebergQty: '0.00000000',
    time: wholeMs(createdAtMs),
    updateTime: wholeMs(updatedAtMs),
    isWorking: state !== 'waiting',
    workingTime: state === 'waiting' ? -1 : wholeMs(createdAtMs),
    selfTradePreventionMode: modeName(request.selfTrade),
  };
}

/** The answer to a new order, as much of it as `newOrderRespType` asks for. */
export function createdRow(order: ExchangeOrder, respType: string): object {
  const ack = { ...named(order), transactTime: wholeMs(order.createdAtMs) };
  if (respType === 'ACK') return ack;
  const result = {
    ...ack,
    ...stateOf(order, statusOf(order)),
    workingTime: order.state === 'waiting' ? -1 : wholeMs(order.createdAtMs),
    selfTradePreventionMode: modeName(order.request.selfTrade),
  };
  if (respType !== 'FULL') return result;
  return {
    ...result,
    fills: order.fills.map((fill) => ({
      price: eight(fill.price),
      qty: eight(fill.quantity),
      commission: eight(fill.fee),
      commissionAsset: fill.feeCurrency,
      tradeId: fill.tradeNumber,
    })),
  };
}

/** The answer to a cancel: its own name in `clientOrderId`, the order's in `origClientOrderId`. */
export const cancelledRow = (order: ExchangeOrder, status = statusOf(order)): object => ({
  ...named(order),
  ...stateOf(order, status),
  origClientOrderId: clientIdOf(order),
  clientOrderId: `cancel_${order.number}`,
  transactTime: wholeMs(order.updatedAtMs),
  selfTradePreventionMode: modeName(order.request.selfTrade),
});

export const tradeRow = ({ order, ...fill }: ExchangeFill): object => ({
  symbol: symbolOf(order.request.market.spec),
  id: fill.tradeNumber,
  orderId: order.number,
  orderListId: listNumberOf(order),
  price: eight(fill.price),
  qty: eight(fill.quantity),
  quoteQty: eight(fill.price.times(fill.quantity)),
  commission: eight(fill.fee),
  commissionAsset: fill.feeCurrency,
  time: wholeMs(fill.atMs),
  isBuyer: order.request.side === 'buy',
  isMaker: fill.maker,
  isBestMatch: true,
});

/** `GET /sapi/v1/account/apiRestrictions`. */
export function restrictionsRow(key: PracticeKey, createdAtMs: number): object {
  const { permissions, products, expiresAtMs } = key;
  return {
    ipRestrict: expiresAtMs === null,
    createTime: wholeMs(createdAtMs),
    enableReading: permissions.read,
    enableSpotAndMarginTrading: permissions.trade && products.includes('spot'),
    enableFutures: permissions.trade && products.includes('perp'),
    enableWithdrawals: permissions.withdraw,
    enableInternalTransfer: false,
    enableMargin: false,
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
    enablePortfolioMarginTrading: false,
    ...(expiresAtMs === null ? {} : { tradingAuthorityExpirationTime: wholeMs(expiresAtMs) }),
  };
}

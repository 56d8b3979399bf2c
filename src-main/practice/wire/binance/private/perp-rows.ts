import type { Decimal } from '#shared/money/decimal';
import { ZERO } from '#shared/money/decimal';
import type { ExchangeFill, ExchangeOrder, PlaceRequest } from '../../../exchange/types.ts';
import { wholeMs } from '../../instants.ts';
import { symbolOf } from '../symbols.ts';
import { modeName } from './parameters.ts';
import { statusOf } from './statuses.ts';

/** Algo orders are numbered by themselves. */
const ALGO_BASE = 2_000_000;

export const isAlgo = ({ request }: ExchangeOrder): boolean => request.trigger !== null;
/** What the matching engine knows of: everything but an algo order that has not been triggered. */
export const isInEngine = (order: ExchangeOrder): boolean => !isAlgo(order) || order.triggered;
export const algoIdOf = ({ number }: ExchangeOrder): number => ALGO_BASE + number;
export const numberOfAlgo = (algoId: number): number => algoId - ALGO_BASE;

export const perpPrice = ({ request }: ExchangeOrder, value: Decimal | null): string =>
  (value ?? ZERO).toFixed(value === null ? 0 : request.market.spec.priceDecimals);
export const perpSize = ({ request }: ExchangeOrder, value: Decimal): string =>
  value.toFixed(request.market.spec.sizeDecimals);
export const averageOf = ({ filled, filledValue }: Pick<ExchangeOrder, 'filled' | 'filledValue'>): string =>
  filled.eq(ZERO) ? '0.00' : filledValue.div(filled).toFixed(5);

/** Orders that the venue makes itself have names of their own. */
export function perpClientId({ request, number, fills }: ExchangeOrder): string {
  const cause = fills.find((fill) => fill.cause !== 'order')?.cause;
  if (cause === 'liquidation') return `autoclose-${number}`;
  if (cause === 'auto-deleveraging') return 'adl_autoclose';
  return request.clientOrderId ?? `web_${number}`;
}

export function algoTypeOf({ type, trigger, side }: PlaceRequest): string {
  const kind = (trigger?.when === 'falls-to') === (side === 'sell') ? 'STOP' : 'TAKE_PROFIT';
  return type === 'limit' ? kind : `${kind}_MARKET`;
}

export const perpTime = ({ timeInForce, expiresAtMs }: PlaceRequest): string => {
  if (timeInForce === 'post-only') return 'GTX';
  return expiresAtMs === null ? timeInForce.toUpperCase() : 'GTD';
};

export const workingOf = ({ trigger }: PlaceRequest): string =>
  trigger?.by === 'mark' ? 'MARK_PRICE' : 'CONTRACT_PRICE';

/** An order of the matching engine, as every answer tells it; `status` as it is told this time. */
export function perpOrderRow(order: ExchangeOrder, status = statusOf(order)): object {
  const { request } = order;
  return {
    orderId: order.number,
    symbol: symbolOf(request.market.spec),
    status,
    clientOrderId: perpClientId(order),
    price: perpPrice(order, request.price),
    avgPrice: averageOf(order),
    origQty: perpSize(order, order.quantity),
    executedQty: perpSize(order, order.filled),
    cumQuote: order.filledValue.toFixed(5),
    timeInForce: perpTime(request),
    type: request.type.toUpperCase(),
    reduceOnly: request.reduceOnly,
    closePosition: false,
    side: request.side.toUpperCase(),
    positionSide: 'BOTH',
    stopPrice: '0',
    workingType: workingOf(request),
    priceProtect: false,
    origType: isAlgo(order) ? algoTypeOf(request) : request.type.toUpperCase(),
    priceMatch: 'NONE',
    selfTradePreventionMode: modeName(request.selfTrade),
    goodTillDate: request.expiresAtMs === null ? 0 : wholeMs(request.expiresAtMs),
    time: wholeMs(order.createdAtMs),
    updateTime: wholeMs(order.updatedAtMs),
  };
}

/** The answer to a new order: ACK tells it as it arrived. */
export function perpCreatedRow(order: ExchangeOrder, respType: string): object {
  if (respType === 'RESULT') return perpOrderRow(order);
  return { ...perpOrderRow(order, 'NEW'), executedQty: perpSize(order, ZERO), cumQuote: '0', avgPrice: '0.00' };
}

export function algoStatusOf(order: ExchangeOrder): string {
  const live = order.state === 'waiting' || order.state === 'open';
  if (order.triggered) return live ? 'TRIGGERED' : 'FINISHED';
  if (live) return 'NEW';
  if (order.state === 'rejected') return 'REJECTED';
  return statusOf(order) === 'CANCELED' ? 'CANCELED' : 'EXPIRED';
}

/** A conditional order as the algo service tells it. */
export function algoRow(order: ExchangeOrder, status = algoStatusOf(order)): object {
  const { request } = order;
  return {
    algoId: algoIdOf(order),
    clientAlgoId: request.clientOrderId ?? `web_${order.number}`,
    algoType: 'CONDITIONAL',
    orderType: algoTypeOf(request),
    symbol: symbolOf(request.market.spec),
    side: request.side.toUpperCase(),
    positionSide: 'BOTH',
    timeInForce: perpTime(request),
    quantity: perpSize(order, order.quantity),
    algoStatus: status,
    actualOrderId: order.triggered ? String(order.number) : '',
    actualPrice: order.triggered ? averageOf(order) : '0.00000',
    triggerPrice: perpPrice(order, request.trigger?.price ?? null),
    price: perpPrice(order, request.price),
    icebergQuantity: null,
    tpTriggerPrice: '0.00',
    tpPrice: '0.00',
    slTriggerPrice: '0.00',
    slPrice: '0.00',
    tpOrderType: '',
    selfTradePreventionMode: modeName(request.selfTrade),
    workingType: workingOf(request),
    priceMatch: 'NONE',
    closePosition: false,
    priceProtect: false,
    reduceOnly: request.reduceOnly,
    createTime: wholeMs(order.createdAtMs),
    updateTime: wholeMs(order.updatedAtMs),
    triggerTime: order.triggered ? wholeMs(order.updatedAtMs) : 0,
    goodTillDate: request.expiresAtMs === null ? 0 : wholeMs(request.expiresAtMs),
  };
}

export const perpTradeRow = ({ order, ...fill }: ExchangeFill): object => ({
  symbol: symbolOf(order.request.market.spec),
  id: fill.tradeNumber,
  orderId: order.number,
  side: order.request.side.toUpperCase(),
  price: perpPrice(order, fill.price),
  qty: perpSize(order, fill.quantity),
  realizedPnl: fill.realised.toFixed(8),
  quoteQty: fill.price.times(fill.quantity).toFixed(8),
  commission: fill.fee.toFixed(8),
  commissionAsset: fill.feeCurrency,
  time: wholeMs(fill.atMs),
  positionSide: 'BOTH',
  buyer: order.request.side === 'buy',
  maker: fill.maker,
});

import type { Decimal } from '#shared/money/decimal';
import { decimal, wire, ZERO } from '#shared/money/decimal';
import type { ExchangeFill, ExchangeOrder, ExchangePosition } from '../../../exchange/types.ts';
import type { MarketSpec } from '../../../world/market-spec.ts';
import { wholeMs } from '../../instants.ts';
import { instTypeOf } from '../instruments.ts';
import { instIdOf } from '../sizes.ts';
import type { Algo } from './account-book.ts';
import { algoCreatedMs, algoStateOf, algoUpdatedMs, triggeredLeg } from './account-book.ts';
import { billIdOf, ordIdOf, tradeIdOf } from './ids.ts';

/** Base units as the venue counts them: contracts for swaps. */
export const sizeText = (spec: MarketSpec, base: Decimal): string => wire(base.div(decimal(spec.contractSize)));
export const baseOf = (spec: MarketSpec, size: Decimal): Decimal => size.times(decimal(spec.contractSize));

/** Fees are negative when they are paid. */
const feeText = (paid: Decimal): string => wire(ZERO.minus(paid));
const time = (ms: number): string => String(wholeMs(ms));

const STP = { 'cancel-taker': 'cancel_taker', 'cancel-maker': 'cancel_maker', 'cancel-both': 'cancel_both', allow: '' };
const ORD_TYPES = { gtc: 'limit', ioc: 'ioc', fok: 'fok', 'post-only': 'post_only' };
/** https://www.okx.com/docs-v5/en/#order-book-trading-trade-ws-order-channel */
const CANCEL_SOURCES: Readonly<Record<NonNullable<ExchangeOrder['endedBy']>, string>> = {
  client: '1',
  ioc: '14',
  fok: '15',
  'post-only': '31',
  expiry: '0',
  'dead-man': '20',
  'self-trade': '32',
  oco: '0',
  'reduce-only': '4',
  venue: '0',
};

/** With what was executed up to the moment that is told. */
function stateOf({ state, quantity }: ExchangeOrder, filled: Decimal): string {
  if (filled.gte(quantity)) return 'filled';
  if (state !== 'open' && state !== 'waiting') return 'canceled';
  return filled.gt(ZERO) ? 'partially_filled' : 'live';
}

const CATEGORIES = { order: 'normal', liquidation: 'full_liquidation', 'auto-deleveraging': 'adl' };

/**
 * One order as REST and the `orders` channel tell it. `told`: what was executed up to the moment that is told, base units, and
 * the execution itself. `unknown`: a word that no documentation has stands for its state (EX-6).
 */
export function orderRow(
  order: ExchangeOrder,
  {
    algo,
    told,
    unknown,
  }: {
    readonly algo: Algo | undefined;
    readonly told?: { readonly filled: Decimal; readonly fill: ExchangeFill | null };
    readonly unknown: boolean;
  },
): object {
  const { request, quantity } = order;
  const { spec } = request.market;
  const filled = told?.filled ?? order.filled;
  const fill = told === undefined ? (order.fills.at(-1) ?? null) : told.fill;
  const swap = spec.product === 'perp';
  const state = stateOf(order, filled);
  const size = request.quoteAmount === null ? sizeText(spec, quantity) : wire(request.quoteAmount);
  const values = order.fills.filter((one) => fill === null || one.tradeNumber <= fill.tradeNumber);
  const value = values.reduce((sum, one) => sum.plus(one.price.times(one.quantity)), ZERO);
  return {
    accFillSz: sizeText(spec, filled),
    algoClOrdId: algo?.algoClOrdId ?? '',
    algoId: algo?.algoId ?? '',
    attachAlgoOrds: [],
    avgPx: filled.gt(ZERO) ? wire(value.div(filled)) : '',
    cTime: time(order.createdAtMs),
    cancelSource: state === 'canceled' && order.endedBy !== null ? CANCEL_SOURCES[order.endedBy] : '',
    category: CATEGORIES[order.fills[0]?.cause ?? 'order'],
    ccy: '',
    clOrdId: algo === undefined ? (request.clientOrderId ?? '') : '',
    execType: fill === null ? '' : fill.maker ? 'M' : 'T',
    fee: feeText(order.feePaid),
    feeCcy: order.feeCurrency,
    fillFee: fill === null ? '0' : feeText(fill.fee),
    fillFeeCcy: fill?.feeCurrency ?? '',
    fillPx: fill === null ? '' : wire(fill.price),
    fillSz: fill === null ? '0' : sizeText(spec, fill.quantity),
    fillTime: fill === null ? '' : time(fill.atMs),
    instId: instIdOf(spec),
    instType: instTypeOf(request.market),
    lever: '',
    ordId: ordIdOf(order),
    ordType: request.type === 'market' ? 'market' : ORD_TYPES[request.timeInForce],
    pnl: '0',
    posSide: swap ? 'net' : '',
    px: request.price === null ? '' : wire(request.price),
    rebate: '0',
    rebateCcy: '',
    reduceOnly: String(request.reduceOnly),
    side: request.side,
    source: algo === undefined ? '' : '7',
    state: unknown ? 'under_review' : state,
    stpMode: STP[request.selfTrade],
    sz: size,
    tag: request.tag ?? '',
    tdMode: swap ? 'cross' : 'cash',
    tgtCcy: request.type === 'market' && !swap ? (request.quoteAmount === null ? 'base_ccy' : 'quote_ccy') : '',
    tradeId: fill === null ? '' : tradeIdOf(fill),
    uTime: time(fill?.atMs ?? order.updatedAtMs),
  };
}

/** One row of `trade/fills` and `trade/fills-history`. */
export function fillRow(fill: ExchangeFill, isLeg: boolean): object {
  const { request } = fill.order;
  const { spec } = request.market;
  return {
    instType: instTypeOf(request.market),
    instId: instIdOf(spec),
    tradeId: tradeIdOf(fill),
    ordId: ordIdOf(fill.order),
    clOrdId: isLeg ? '' : (request.clientOrderId ?? ''),
    billId: billIdOf(fill),
    tag: request.tag ?? '',
    fillPx: wire(fill.price),
    fillSz: sizeText(spec, fill.quantity),
    fillPnl: wire(fill.realised),
    side: request.side,
    posSide: 'net',
    execType: fill.cause === 'order' ? (fill.maker ? 'M' : 'T') : '',
    feeCcy: fill.feeCurrency,
    fee: feeText(fill.fee),
    fillTime: time(fill.atMs),
    ts: time(fill.atMs),
  };
}

/** One algo order, as REST and the `orders-algo` channel tell it. */
export function algoRow(algo: Algo): object {
  const leg = algo.sl ?? algo.tp;
  if (leg === null) return {};
  const { market, side, quantity, reduceOnly } = leg.request;
  const { spec } = market;
  const fired = triggeredLeg(algo);
  const state = algoStateOf(algo);
  const half = (kind: 'sl' | 'tp') => {
    const one = algo[kind]?.request;
    return {
      [`${kind}TriggerPx`]: one?.trigger == null ? '' : wire(one.trigger.price),
      [`${kind}TriggerPxType`]: one?.trigger?.by ?? '',
      [`${kind}OrdPx`]: one === undefined ? '' : one.price === null ? '-1' : wire(one.price),
    };
  };
  return {
    actualSide: fired === null ? '' : fired === algo.sl ? 'sl' : 'tp',
    actualSz: fired === null ? '0' : sizeText(spec, fired.quantity),
    algoClOrdId: algo.algoClOrdId,
    algoId: algo.algoId,
    attachAlgoOrds: [],
    cTime: time(algoCreatedMs(algo)),
    clOrdId: '',
    closeFraction: '',
    failCode: state === 'order_failed' ? '51008' : '',
    instId: instIdOf(spec),
    instType: instTypeOf(market),
    ordId: fired === null || state === 'order_failed' ? '' : ordIdOf(fired),
    ordIdList: fired === null || state === 'order_failed' ? [] : [ordIdOf(fired)],
    ordType: algo.kind,
    posSide: spec.product === 'perp' ? 'net' : '',
    reduceOnly: String(reduceOnly),
    side,
    ...half('sl'),
    ...half('tp'),
    state,
    sz: quantity === null ? '' : sizeText(spec, quantity),
    tag: '',
    tdMode: spec.product === 'perp' ? 'cross' : 'cash',
    tgtCcy: '',
    triggerTime: fired === null ? '' : time(fired.updatedAtMs),
    uTime: time(algoUpdatedMs(algo)),
  };
}

/** One row of `account/positions` and its channel, net mode. */
export function positionRow(position: ExchangePosition, nowMs: number): object {
  const { market, quantity } = position;
  const { spec, perp } = market;
  return {
    instType: 'SWAP',
    instId: instIdOf(spec),
    posId: `9${instIdOf(spec).length}0000001`,
    posSide: 'net',
    pos: sizeText(spec, quantity),
    avgPx: wire(position.entryPrice),
    ccy: spec.settle,
    lever: wire(position.leverage),
    liqPx: position.liquidationPrice === null ? '' : wire(position.liquidationPrice),
    markPx: perp === null ? '' : perp.markPrice.toFixed(spec.priceDecimals + 2),
    mgnMode: position.marginMode,
    margin: position.marginMode === 'isolated' ? wire(position.margin) : '',
    imr: position.marginMode === 'cross' ? wire(position.margin) : '',
    upl: wire(position.unrealised),
    uTime: time(nowMs),
    cTime: time(nowMs),
  };
}

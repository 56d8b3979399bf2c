import type { Decimal } from '#shared/money/decimal';
import { wire, ZERO } from '#shared/money/decimal';
import { markOf } from '../../../exchange/measures.ts';
import type {
  ExchangeAccount,
  ExchangeFill,
  ExchangeOrder,
  ExchangePosition,
  FundingPayment,
} from '../../../exchange/types.ts';
import type { MarketView } from '../../../world/world.ts';
import { wholeMs } from '../../instants.ts';
import { referenceText, symbolOf } from '../symbols.ts';
import { executionIdOf, orderIdOf } from './ids.ts';
import { realisedOf } from './realised.ts';

const TIME_IN_FORCE = { gtc: 'GTC', ioc: 'IOC', fok: 'FOK', 'post-only': 'PostOnly' } as const;
const SMP = {
  allow: 'None',
  'cancel-maker': 'CancelMaker',
  'cancel-taker': 'CancelTaker',
  'cancel-both': 'CancelBoth',
};
const WATCHED = { last: 'LastPrice', mark: 'MarkPrice', index: 'IndexPrice' } as const;
const EXECUTION_TYPES = { order: 'Trade', liquidation: 'BustTrade', 'auto-deleveraging': 'AdlTrade' } as const;

const sideText = (side: 'buy' | 'sell'): string => (side === 'buy' ? 'Buy' : 'Sell');
const priceText = ({ spec }: MarketView, price: Decimal | null): string =>
  price === null ? '' : spec.product === 'perp' ? price.toFixed(Math.max(2, spec.priceDecimals)) : wire(price);
const sizeText = ({ spec }: MarketView, size: Decimal): string =>
  spec.product === 'perp' ? size.toFixed(spec.sizeDecimals) : wire(size);
const ms = (wallMs: number): string => String(wholeMs(wallMs));

/** https://bybit-exchange.github.io/docs/v5/enum#orderstatus */
function statusOf({ state, filled, triggered, request }: ExchangeOrder): string {
  switch (state) {
    case 'waiting':
      return 'Untriggered';
    case 'open':
      return filled.gt(ZERO) ? 'PartiallyFilled' : triggered && request.type === 'market' ? 'Triggered' : 'New';
    case 'filled':
      return 'Filled';
    case 'rejected':
      return 'Rejected';
    default:
      return filled.gt(ZERO) && request.market.perp === null ? 'PartiallyFilledCanceled' : 'Cancelled';
  }
}

const CANCEL_TYPES: Readonly<Record<NonNullable<ExchangeOrder['endedBy']>, string>> = {
  client: 'CancelByUser',
  ioc: 'UNKNOWN',
  fok: 'UNKNOWN',
  'post-only': 'UNKNOWN',
  expiry: 'UNKNOWN',
  'dead-man': 'CancelByDCP',
  'self-trade': 'CancelBySmp',
  oco: 'CancelByTpSlTsClear',
  'reduce-only': 'CancelByReduceOnly',
  venue: 'CancelByAdmin',
};
const REASONS: Readonly<Record<NonNullable<ExchangeOrder['endedBy']>, string>> = {
  client: 'EC_PerCancelRequest',
  ioc: 'EC_NoImmediateQtyToFill',
  fok: 'EC_CancelForNoFullFill',
  'post-only': 'EC_PostOnlyWillTakeLiquidity',
  expiry: 'EC_PerCancelRequest',
  'dead-man': 'EC_PerCancelRequest',
  'self-trade': 'EC_CancelBySmp',
  oco: 'EC_PerCancelRequest',
  'reduce-only': 'EC_PerCancelRequest',
  venue: 'EC_PerCancelRequest',
};

/** A status that no documentation knows (PP-3, EX-6). */
const UNKNOWN_STATUS = 'PendingReview';

/** One order as lists and the stream have it. */
export function orderRow(order: ExchangeOrder, unknownStatus: boolean): object {
  const { request, quantity, filled, filledValue, feePaid, endedBy } = order;
  const { market, trigger, price, type } = request;
  const perp = market.perp !== null;
  const left = order.state === 'open' || order.state === 'waiting' ? quantity.minus(filled) : ZERO;
  const direction = trigger === null ? 0 : trigger.when === 'rises-to' ? 1 : 2;
  return {
    orderId: orderIdOf(order),
    orderLinkId: request.clientOrderId ?? '',
    blockTradeId: '',
    symbol: symbolOf(market.spec),
    price: type === 'market' ? '0' : priceText(market, price),
    qty: sizeText(market, quantity),
    side: sideText(request.side),
    isLeverage: perp ? '' : '0',
    positionIdx: 0,
    orderStatus: unknownStatus ? UNKNOWN_STATUS : statusOf(order),
    ...(perp ? { createType: createTypeOf(order) } : {}),
    cancelType: endedBy === null ? 'UNKNOWN' : CANCEL_TYPES[endedBy],
    rejectReason: endedBy === null ? 'EC_NoError' : REASONS[endedBy],
    avgPrice: filled.gt(ZERO) ? wire(filledValue.div(filled).round(10)) : '',
    leavesQty: sizeText(market, left),
    leavesValue: wire(left.times(price ?? ZERO)),
    cumExecQty: sizeText(market, filled),
    cumExecValue: wire(filledValue),
    cumExecFee: wire(feePaid),
    timeInForce: TIME_IN_FORCE[request.timeInForce],
    orderType: type === 'market' ? 'Market' : 'Limit',
    stopOrderType: trigger === null ? '' : 'Stop',
    orderIv: '',
    marketUnit: request.quoteAmount === null ? '' : 'quoteCoin',
    triggerPrice: trigger === null ? '' : priceText(market, trigger.price),
    takeProfit: '',
    stopLoss: '',
    tpslMode: '',
    ocoTriggerBy: '',
    tpLimitPrice: '',
    slLimitPrice: '',
    tpTriggerBy: '',
    slTriggerBy: '',
    triggerDirection: direction,
    triggerBy: trigger === null ? '' : WATCHED[trigger.by],
    lastPriceOnCreated: '',
    reduceOnly: request.reduceOnly,
    closeOnTrigger: false,
    placeType: '',
    smpType: SMP[request.selfTrade],
    smpGroup: 0,
    smpOrderId: '',
    createdTime: ms(order.createdAtMs),
    updatedTime: ms(order.updatedAtMs),
  };
}

function createTypeOf({ fills }: ExchangeOrder): string {
  switch (fills[0]?.cause) {
    case 'liquidation':
      return 'CreateByLiq';
    case 'auto-deleveraging':
      return 'CreateByAdl_PassThrough';
    default:
      return 'CreateByUser';
  }
}

/** One execution as lists and the stream have it. */
export function executionRow(account: ExchangeAccount, fill: ExchangeFill): object {
  const { order, quantity, price, fee, maker, cause } = fill;
  const { market, type, clientOrderId, side, trigger } = order.request;
  const { maker: makerRate, taker: takerRate } = account.fees(market);
  const rate = cause === 'auto-deleveraging' ? ZERO : maker ? makerRate : takerRate;
  const mark = markOf(market);
  return {
    symbol: symbolOf(market.spec),
    orderId: orderIdOf(order),
    orderLinkId: clientOrderId ?? '',
    side: sideText(side),
    orderPrice: type === 'market' ? '0' : priceText(market, order.request.price),
    orderQty: sizeText(market, order.quantity),
    leavesQty: sizeText(market, order.quantity.minus(order.filled)),
    ...(market.perp === null ? {} : { createType: createTypeOf(order) }),
    orderType: type === 'market' ? 'Market' : 'Limit',
    stopOrderType: trigger === null ? 'UNKNOWN' : 'Stop',
    execFee: wire(fee),
    execFeeV2: '',
    feeCurrency: market.perp === null ? fill.feeCurrency : '',
    execId: executionIdOf(fill),
    execPrice: priceText(market, price),
    execQty: sizeText(market, quantity),
    execType: EXECUTION_TYPES[cause],
    execValue: wire(quantity.times(price)),
    execTime: ms(fill.atMs),
    isMaker: maker,
    feeRate: wire(rate),
    tradeIv: '',
    markIv: '',
    markPrice: mark === null ? '' : priceText(market, mark),
    indexPrice: '',
    underlyingPrice: '',
    blockTradeId: '',
    closedSize: fill.realised.eq(ZERO) ? '' : sizeText(market, quantity),
    seq: fill.tradeNumber,
  };
}

/** A funding payment: the venue lists it among the executions, paid as a fee. */
export function fundingRow({ market, amount, rate, positionQuantity, atMs }: FundingPayment): object {
  const size = sizeText(market, positionQuantity.abs());
  const mark = markOf(market) ?? ZERO;
  const tail = `${symbolOf(market.spec)}-${ms(atMs)}`;
  return {
    symbol: symbolOf(market.spec),
    orderId: `funding-${tail}`,
    orderLinkId: '',
    side: positionQuantity.gt(ZERO) ? 'Sell' : 'Buy',
    orderPrice: '0',
    orderQty: '0',
    leavesQty: '0',
    createType: '',
    orderType: 'UNKNOWN',
    stopOrderType: 'UNKNOWN',
    execFee: wire(ZERO.minus(amount)),
    execFeeV2: '',
    feeCurrency: '',
    execId: `fund-${tail}`,
    execPrice: priceText(market, mark),
    execQty: size,
    execType: 'Funding',
    execValue: wire(positionQuantity.abs().times(mark)),
    execTime: ms(atMs),
    isMaker: false,
    feeRate: rate.toFixed(8),
    tradeIv: '',
    markIv: '',
    markPrice: priceText(market, mark),
    indexPrice: '',
    underlyingPrice: '',
    blockTradeId: '',
    closedSize: '',
    seq: wholeMs(atMs),
  };
}

/** One position; `null` is a symbol without one. */
export function positionRow(
  account: ExchangeAccount,
  market: MarketView,
  position: ExchangePosition | null,
  wallMs: number,
  positionIdx = 0,
): object {
  const { spec, perp } = market;
  const quantity = position?.quantity ?? ZERO;
  const held = position !== null && !quantity.eq(ZERO);
  const { current, ever, openedAtMs } = realisedOf(account, market);
  return {
    positionIdx,
    riskId: 1,
    riskLimitValue: '2000000',
    symbol: symbolOf(spec),
    side: held ? sideText(quantity.gt(ZERO) ? 'buy' : 'sell') : '',
    size: sizeText(market, quantity.abs()),
    avgPrice: held ? wire(position.entryPrice.round(8)) : '0',
    positionValue: held ? wire(quantity.times(position.entryPrice).abs().round(8)) : '',
    tradeMode: account.modes.marginMode === 'isolated' ? 1 : 0,
    autoAddMargin: 0,
    positionStatus: 'Normal',
    leverage: wire(account.leverage(market)),
    markPrice: perp === null ? '' : referenceText(spec, perp.markPrice),
    liqPrice: held && position.liquidationPrice !== null ? priceText(market, position.liquidationPrice) : '',
    bustPrice: '',
    positionIM: held ? wire(position.margin.round(8)) : '',
    positionMM: held ? wire(position.maintenance.round(8)) : '',
    positionBalance: '0',
    takeProfit: '',
    stopLoss: '',
    trailingStop: '0',
    sessionAvgPrice: '',
    unrealisedPnl: held ? wire(position.unrealised.round(8)) : '',
    curRealisedPnl: held ? wire(current.round(8)) : '0',
    cumRealisedPnl: wire(ever.round(8)),
    adlRankIndicator: held ? 2 : 0,
    isReduceOnly: false,
    mmrSysUpdatedTime: '',
    leverageSysUpdatedTime: '',
    createdTime: openedAtMs === null ? '' : ms(openedAtMs),
    updatedTime: ms(wallMs),
    seq: -1,
  };
}

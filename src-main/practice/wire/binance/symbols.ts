import type { TradingStatus } from '#shared/domain/listing';
import type { MarketSpec } from '../../world/market-spec.ts';
import type { MarketView } from '../../world/world.ts';
import { fixed, padded, step } from '../digits.ts';

/** Binance writes every price and size with eight decimals, whatever the step. */
const DECIMALS = 8;

export const symbolOf = (spec: MarketSpec): string => `${spec.base}${spec.quote}`;
export const price8 = (spec: MarketSpec, ticks: number): string => padded(ticks, spec.priceDecimals, DECIMALS);
export const size8 = (spec: MarketSpec, lots: number): string => padded(lots, spec.sizeDecimals, DECIMALS);

const eight = (text: string): string => {
  const [whole = '0', decimals = ''] = text.split('.');
  return `${whole}.${decimals.padEnd(DECIMALS, '0')}`;
};

/** Symbol statuses of the spot API; the nearest one where Binance has no such state. */
const STATUS: Readonly<Record<TradingStatus, string>> = {
  normal: 'TRADING',
  'cancel-only': 'BREAK',
  'post-only': 'BREAK',
  'limit-only': 'BREAK',
  auction: 'AUCTION_MATCH',
  maintenance: 'HALT',
  halted: 'HALT',
  delisted: 'END_OF_DAY',
  unknown: 'BREAK',
};

/** One entry of `exchangeInfo.symbols`, as in the spot API's exchange information. */
export function symbolInfo(market: MarketView): object {
  const { spec } = market;
  const tick = eight(step(spec.priceDecimals));
  const lot = eight(step(spec.sizeDecimals));
  return {
    symbol: symbolOf(spec),
    status: STATUS[market.status],
    baseAsset: spec.base,
    baseAssetPrecision: 8,
    quoteAsset: spec.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'],
    icebergAllowed: true,
    ocoAllowed: true,
    otoAllowed: true,
    opoAllowed: true,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    pegInstructionsAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: true,
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: tick, maxPrice: '1000000.00000000', tickSize: tick },
      { filterType: 'LOT_SIZE', minQty: eight(spec.minQuantity), maxQty: '9000.00000000', stepSize: lot },
      { filterType: 'ICEBERG_PARTS', limit: 100 },
      { filterType: 'MARKET_LOT_SIZE', minQty: '0.00000000', maxQty: '120.00000000', stepSize: '0.00000000' },
      {
        filterType: 'TRAILING_DELTA',
        minTrailingAboveDelta: 10,
        maxTrailingAboveDelta: 2000,
        minTrailingBelowDelta: 10,
        maxTrailingBelowDelta: 2000,
      },
      {
        filterType: 'PERCENT_PRICE_BY_SIDE',
        bidMultiplierUp: '5',
        bidMultiplierDown: '0.2',
        askMultiplierUp: '5',
        askMultiplierDown: '0.2',
        avgPriceMins: 5,
      },
      {
        filterType: 'NOTIONAL',
        minNotional: eight(spec.minNotional),
        applyMinToMarket: true,
        maxNotional: '9000000.00000000',
        applyMaxToMarket: false,
        avgPriceMins: 5,
      },
      { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 },
    ],
    permissions: [],
    permissionSets: [['SPOT', 'MARGIN']],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: ['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT'],
  };
}

/** `[price, size]` pairs of one side, best first. */
export function pairs(spec: MarketSpec, levels: readonly { price: number; size: number }[]): [string, string][] {
  return levels.map((level) => [price8(spec, level.price), size8(spec, level.size)]);
}

/** Value of a bar in quote units, eight decimals; the product is rounded, as turnover is made of many trades. */
export function turnover8(spec: MarketSpec, turnover: number): string {
  return fixed(Math.round(turnover * 10 ** (DECIMALS - spec.priceDecimals - spec.sizeDecimals)), DECIMALS);
}

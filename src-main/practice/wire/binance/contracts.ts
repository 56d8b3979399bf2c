import type { TradingStatus } from '#shared/domain/listing';
import type { MarketSpec } from '../../world/market-spec.ts';
import type { MarketView, PerpView } from '../../world/world.ts';
import { RATE_DECIMALS } from '../../world/world.ts';
import { fixed, step } from '../digits.ts';
import { wholeMs } from '../instants.ts';
import { symbolOf } from './symbols.ts';

/** What Binance writes for a perpetual's delivery date. */
export const NEVER_MS = 4_133_404_800_000;
export const ONBOARD_MS = 1_569_398_400_000;
const REFERENCE_DECIMALS = 8;

/** Contracts are counted in base units and written with the decimals of their steps. */
export const priceOf = (spec: MarketSpec, ticks: number): string => fixed(ticks, spec.priceDecimals);
export const sizeOf = (spec: MarketSpec, lots: number): string => fixed(lots, spec.sizeDecimals);
export const referenceOf = (value: number): string => value.toFixed(REFERENCE_DECIMALS);
export const rateOf = (rate: number): string => rate.toFixed(RATE_DECIMALS.snapshot);

/** `[price, size]` pairs of one side, best first. */
export const contractPairs = (
  spec: MarketSpec,
  levels: readonly { price: number; size: number }[],
): [string, string][] => levels.map((level) => [priceOf(spec, level.price), sizeOf(spec, level.size)]);

/** Contract statuses have no word for most restrictions: what is not trading has not begun to, or is being settled. */
export const contractStatus = (status: TradingStatus): string => {
  if (status === 'normal') return 'TRADING';
  return status === 'delisted' ? 'SETTLING' : 'PENDING_TRADING';
};

/** One entry of `exchangeInfo.symbols`. */
export function contractInfo({ spec, status }: MarketView): object {
  const tick = step(spec.priceDecimals);
  const lot = step(spec.sizeDecimals);
  return {
    symbol: symbolOf(spec),
    pair: symbolOf(spec),
    contractType: 'PERPETUAL',
    deliveryDate: NEVER_MS,
    onboardDate: ONBOARD_MS,
    status: contractStatus(status),
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: spec.base,
    quoteAsset: spec.quote,
    marginAsset: spec.settle,
    pricePrecision: spec.priceDecimals,
    quantityPrecision: spec.sizeDecimals,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: ['PoW'],
    settlePlan: 0,
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    maxMoveOrderLimit: 10000,
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: tick, maxPrice: '4529764', tickSize: tick },
      { filterType: 'LOT_SIZE', minQty: spec.minQuantity, maxQty: '1000', stepSize: lot },
      { filterType: 'MARKET_LOT_SIZE', minQty: spec.minQuantity, maxQty: '120', stepSize: lot },
      { filterType: 'MAX_NUM_ORDERS', limit: 200 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', limit: 10 },
      { filterType: 'MIN_NOTIONAL', notional: spec.minNotional },
      { filterType: 'PERCENT_PRICE', multiplierUp: '1.0500', multiplierDown: '0.9500', multiplierDecimal: 4 },
      { filterType: 'POSITION_RISK_CONTROL', positionControlSide: 'NONE', note: 'NORMAL' },
    ],
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
    permissionSets: ['GRID', 'COPY', 'PSB'],
  };
}

/** One entry of `premiumIndex`. */
export const premiumIndex = ({ spec }: MarketView, perp: PerpView, wallMs: number): object => ({
  symbol: symbolOf(spec),
  markPrice: referenceOf(perp.markPrice),
  indexPrice: referenceOf(perp.indexPrice),
  estimatedSettlePrice: referenceOf(perp.indexPrice),
  lastFundingRate: rateOf(perp.fundingRate),
  interestRate: '0.00010000',
  nextFundingTime: perp.nextSettlementMs,
  time: wholeMs(wallMs),
});

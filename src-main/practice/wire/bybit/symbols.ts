import type { TradingStatus } from '#shared/domain/listing';
import type { MarketSpec } from '../../world/market-spec.ts';
import type { MarketView } from '../../world/world.ts';
import { step, trimmed } from '../digits.ts';

export const symbolOf = (spec: MarketSpec): string => `${spec.base}${spec.quote}`;
export const priceText = (spec: MarketSpec, ticks: number): string => trimmed(ticks, spec.priceDecimals);
export const sizeText = (spec: MarketSpec, lots: number): string => trimmed(lots, spec.sizeDecimals);

/** `[["price","size"],…]` as JSON, best first as given. */
export function levelsJson(spec: MarketSpec, levels: readonly { price: number; size: number }[]): string {
  return `[${levels.map((level) => `["${priceText(spec, level.price)}","${sizeText(spec, level.size)}"]`).join(',')}]`;
}

/** Spot knows two states of a listed symbol; whatever is not normal trading is not `Trading`. */
const statusOf = (status: TradingStatus): string => {
  if (status === 'normal') return 'Trading';
  return status === 'delisted' ? 'Closed' : 'PreLaunch';
};

/** One entry of `instruments-info?category=spot`. */
export function instrumentInfo({ spec, status }: MarketView): object {
  return {
    symbol: symbolOf(spec),
    baseCoin: spec.base,
    quoteCoin: spec.quote,
    innovation: '0',
    status: statusOf(status),
    marginTrading: 'utaOnly',
    stTag: '0',
    lotSizeFilter: {
      basePrecision: step(spec.sizeDecimals),
      quotePrecision: '0.0000001',
      minOrderQty: spec.minQuantity,
      maxOrderQty: '17000',
      minOrderAmt: spec.minNotional,
      maxOrderAmt: '8000000',
      maxLimitOrderQty: '17000',
      maxMarketOrderQty: '8500',
      postOnlyMaxLimitOrderSize: '17000',
    },
    priceFilter: { tickSize: step(spec.priceDecimals) },
    riskParameters: { priceLimitRatioX: '0.005', priceLimitRatioY: '0.01' },
  };
}

import type { TradingStatus } from '#shared/domain/listing';
import type { MarketView, PerpView } from '../../world/world.ts';
import { padded, step } from '../digits.ts';
import { priceScale, symbolOf } from './symbols.ts';

/** The states that a listed symbol can have; whatever is not normal trading is not `Trading`. */
const statusOf = (status: TradingStatus): string => {
  if (status === 'normal') return 'Trading';
  return status === 'delisted' ? 'Closed' : 'PreLaunch';
};

/** One entry of `instruments-info?category=spot`. */
export function spotInfo({ spec, status }: MarketView): object {
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

/** One entry of `instruments-info?category=linear`; `fundingInterval` is in minutes. */
export function linearInfo({ spec, status }: MarketView, perp: PerpView): object {
  const tick = padded(1, spec.priceDecimals, priceScale(spec));
  return {
    symbol: symbolOf(spec),
    contractType: 'LinearPerpetual',
    status: statusOf(status),
    baseCoin: spec.base,
    quoteCoin: spec.quote,
    launchTime: '1585526400000',
    deliveryTime: '0',
    deliveryFeeRate: '',
    priceScale: String(priceScale(spec)),
    leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01' },
    priceFilter: { minPrice: tick, maxPrice: '1999999.80', tickSize: tick },
    lotSizeFilter: {
      maxOrderQty: '1190.000',
      minOrderQty: spec.minQuantity,
      qtyStep: step(spec.sizeDecimals),
      postOnlyMaxOrderQty: '1190.000',
      maxMktOrderQty: '500.000',
      minNotionalValue: spec.minNotional,
    },
    unifiedMarginTrade: true,
    fundingInterval: perp.intervalMs / 60_000,
    settleCoin: spec.settle,
    copyTrading: 'both',
    upperFundingRate: String(perp.rateCap),
    lowerFundingRate: String(-perp.rateCap),
    isPreListing: false,
    preListingInfo: null,
    riskParameters: { priceLimitRatioX: '0.01', priceLimitRatioY: '0.02' },
    displayName: '',
  };
}

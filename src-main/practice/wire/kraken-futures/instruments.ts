import type { MarketView, PerpView } from '../../world/world.ts';
import { altnameOf } from '../kraken/pairs.ts';
import { flagsOf } from './statuses.ts';
import { pairOf, symbolOf } from './symbols.ts';

/** One entry of `instruments`. Quantities are in base units, to `contractValueTradePrecision` decimals. */
export function instrument({ spec, status }: MarketView, perp: PerpView): object {
  const { tradeable, postOnly } = flagsOf(status);
  return {
    symbol: symbolOf(spec),
    type: 'flexible_futures',
    tickSize: Number(`1e-${spec.priceDecimals}`),
    contractSize: Number(spec.contractSize),
    tradeable,
    impactMidSize: 1,
    maxPositionSize: 1_000_000,
    openingDate: '2022-03-22T13:18:45Z',
    marginLevels: [
      { numNonContractUnits: 0, initialMargin: 0.02, maintenanceMargin: 0.01 },
      { numNonContractUnits: 500_000, initialMargin: 0.04, maintenanceMargin: 0.02 },
    ],
    fundingRateCoefficient: 24,
    maxRelativeFundingRate: (perp.rateCap * 3_600_000) / perp.intervalMs,
    isin: 'GB00J62YGL67',
    contractValueTradePrecision: spec.sizeDecimals,
    postOnly,
    feeScheduleUid: 'eef90775-995b-4596-9257-0917f6134766',
    mtf: false,
    base: altnameOf(spec.base),
    quote: spec.quote,
    pair: pairOf(spec),
    category: 'Layer 1',
    tags: [],
    tradfi: false,
  };
}

/** One entry of `instruments/status`. */
export const instrumentStatus = ({ spec }: MarketView): object => ({
  tradeable: symbolOf(spec),
  experiencingDislocation: false,
  priceDislocationDirection: null,
  experiencingExtremeVolatility: false,
  extremeVolatilityInitialMarginMultiplier: 1,
});

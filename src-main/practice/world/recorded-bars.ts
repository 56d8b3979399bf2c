import type { Venue } from '#shared/domain/ids';
import type { MarketSpec } from './market-spec.ts';

/** One real bar: prices in ticks, volume in lots. */
export interface RecordedBar {
  readonly tsMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The bars of one market in order of time, each time once; minutes without a row have none. */
export interface RecordedMarket {
  readonly spec: MarketSpec;
  readonly bars: readonly RecordedBar[];
}

/** From when until when (exclusive) a whole venue has no bar. */
export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Something in the folder that is not as it should be, and what was done about it. */
export interface RecordedWarning {
  readonly kind:
    | 'gap'
    | 'outage'
    | 'zero-volume'
    | 'duplicate'
    | 'conflicting-duplicate'
    | 'bad-row'
    | 'unsorted'
    | 'unknown-venue'
    | 'other-product';
  /** `venue|instrument`, a venue, or the file. */
  readonly where: string;
  readonly count: number;
  /** Time of the first one, UTC epoch ms, or its line in the file for rows that have no readable time. */
  readonly first: { readonly tsMs: number } | { readonly line: number };
  readonly handled: string;
}

/** A folder of candles, read and checked. */
export interface RecordedCandles {
  readonly folder: string;
  readonly barMs: number;
  /** Open of the first bar. */
  readonly fromMs: number;
  /** End of the last bar. */
  readonly toMs: number;
  readonly markets: readonly RecordedMarket[];
  readonly outages: ReadonlyMap<Venue, readonly Outage[]>;
  readonly warnings: readonly RecordedWarning[];
}

/** A venue of which every market lacks this many bars in a row is out; fewer is a quiet market. */
export const OUTAGE_BARS = 3;

/** Where none of a venue's markets has a bar, between `fromMs` and `toMs`. */
export function findOutages(
  markets: readonly RecordedMarket[],
  barMs: number,
  fromMs: number,
  toMs: number,
): readonly Outage[] {
  const seen = new Set(markets.flatMap((market) => market.bars.map((bar) => bar.tsMs)));
  const outages: Outage[] = [];
  let start: number | null = null;
  for (let tsMs = fromMs; tsMs <= toMs; tsMs += barMs) {
    const missing = tsMs < toMs && !seen.has(tsMs);
    if (missing) start ??= tsMs;
    else if (start !== null) {
      if (tsMs - start >= OUTAGE_BARS * barMs) outages.push({ fromMs: start, toMs: tsMs });
      start = null;
    }
  }
  return outages;
}

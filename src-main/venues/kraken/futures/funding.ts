import { z } from 'zod';
import type { FundingSettlement } from '#shared/domain/funding';
import { decimal, wire } from '#shared/money/decimal';
import { rfc3339Ms } from '../../kit/numbers.ts';
import type { FundingSource } from '../../kit/protocol.ts';

const HOUR_MS = 3_600_000;
/** The venue sends a year of hours. */
const ROWS_READ = 203;

const ratesSchema = z.object({ result: z.literal('success'), rates: z.array(z.unknown()) });
const rowSchema = z.object({ timestamp: z.string(), relativeFundingRate: z.number() });

interface Period {
  readonly startMs: number;
  /** Fraction for an hour. */
  readonly rate: number;
}

/**
 * `{"timestamp":"2026-10-01T08:00:00Z","fundingRate":1.02,"relativeFundingRate":0.0000182}`: a rate and the beginning of
 * the period it is for; the last is the running one. It accrues all the time and is settled at the period's end.
 * https://docs.kraken.com/api-reference/historical-funding-rates/historical-funding-rates
 */
export const FUTURES_FUNDING: FundingSource = {
  polls: [],
  history: {
    weight: 1,
    path: (symbol) => `/derivatives/api/v3/historical-funding-rates?symbol=${encodeURIComponent(symbol)}`,
    read: (body) => settlements(periods(ratesSchema.parse(body).rates)),
  },
};

function periods(rates: readonly unknown[]): Period[] {
  const first = rowSchema.parse(rates[0] ?? null);
  const last = rowSchema.parse(rates.at(-1));
  const ascending = rfc3339Ms(first.timestamp) <= rfc3339Ms(last.timestamp);
  const newest = ascending ? rates.slice(-ROWS_READ) : rates.slice(0, ROWS_READ).reverse();
  return newest.map((row) => {
    const { timestamp, relativeFundingRate } = rowSchema.parse(row);
    const startMs = rfc3339Ms(timestamp);
    if (!(startMs > 0)) throw new TypeError(`not a time: ${timestamp.slice(0, 40)}`);
    return { startMs, rate: relativeFundingRate };
  });
}

/** How long a period was is known when one next to it was as long: a gap that stands alone may be a missing row. */
function settlements(rows: readonly Period[]): FundingSettlement[] {
  const lengthOf = (index: number): number =>
    (rows[index + 1]?.startMs ?? Number.NaN) - (rows[index]?.startMs ?? Number.NaN);
  return rows.flatMap(({ startMs, rate }, index) => {
    const intervalMs = lengthOf(index);
    if (!(intervalMs > 0) || (intervalMs !== lengthOf(index - 1) && intervalMs !== lengthOf(index + 1))) return [];
    const hours = decimal(String(intervalMs)).div(decimal(String(HOUR_MS)));
    return [{ settledAtMs: startMs + intervalMs, rate: wire(decimal(String(rate)).times(hours)), intervalMs }];
  });
}

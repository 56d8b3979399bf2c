import { build, type Histogram } from 'hdr-histogram-js';

/** TE-2: what a latency is reported as. Unit is that of the recorded values. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Latencies as a distribution with three significant digits and fixed memory. Values are whole units (µs where nothing
 * else is said) from 1 to `highest`; smaller ones count as 1, larger ones as `highest`, so that no outlier is lost.
 */
export class LatencyHistogram {
  readonly #histogram: Histogram;
  readonly #highest: number;

  /** `highest`: largest value told apart, default a minute of microseconds. */
  constructor(highest = 60_000_000) {
    this.#highest = highest;
    this.#histogram = build({
      bitBucketSize: 32,
      lowestDiscernibleValue: 1,
      highestTrackableValue: highest,
      numberOfSignificantValueDigits: 3,
      useWebAssembly: false,
    });
  }

  /** A value that is not a finite number is a reading that failed: it is not recorded. */
  record(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#histogram.recordValue(Math.min(this.#highest, Math.max(1, Math.round(value))));
  }

  /** `null` while nothing was recorded: an empty histogram has no percentiles. */
  summary(): LatencySummary | null {
    const count = this.#histogram.totalCount;
    if (count === 0) return null;
    return {
      count,
      p50: this.#histogram.getValueAtPercentile(50),
      p99: this.#histogram.getValueAtPercentile(99),
      max: this.#histogram.maxValue,
    };
  }

  reset(): void {
    this.#histogram.reset();
  }
}

import type { ListingId } from '#shared/domain/ids';
import {
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  NEXT_SETTLEMENT_MS,
  PREDICTED_RATE,
  REFERENCE_TIME_MS,
  REFERENCE_VALUES,
} from '../../ports.ts';

/** A change of a perpetual's funding interval that was seen while running. */
export interface IntervalChange {
  readonly fromMs: number;
  readonly toMs: number;
  /** Wall time it was noticed at. */
  readonly atMs: number;
}

/** No venue lets funding take the whole notional in one interval: a larger number is no rate. */
const LARGEST_RATE = 1;

function readable(index: number, value: number): boolean {
  switch (index) {
    case FUNDING_RATE:
    case PREDICTED_RATE:
      return Math.abs(value) < LARGEST_RATE;
    case FUNDING_INTERVAL_MS:
    case NEXT_SETTLEMENT_MS:
    case MARK_PRICE:
    case INDEX_PRICE:
    case REFERENCE_TIME_MS:
      return value > 0 && value < Number.POSITIVE_INFINITY;
    default:
      return false;
  }
}

const later = (known: number, monoMs: number): number => (known > monoMs ? known : monoMs);

/** What a venue last told of one perpetual's funding, mark and index (MD-7), and when. NaN is unknown. */
export class Reference {
  readonly listing: ListingId;
  readonly #values = new Float64Array(REFERENCE_VALUES).fill(Number.NaN);
  /** When each value was last told, monotonic ms. */
  readonly #toldMonoMs = new Float64Array(REFERENCE_VALUES).fill(Number.NaN);
  /** When anything was last told, monotonic ms. */
  lastMonoMs = Number.NaN;
  /** When rate, predicted rate, interval or next settlement were last told: venues send these together. */
  termsMonoMs = Number.NaN;
  /** The last interval that was in force, kept while the feed is away so that a change meanwhile is noticed. */
  intervalMs = Number.NaN;
  change: IntervalChange | null = null;

  constructor(listing: ListingId) {
    this.listing = listing;
  }

  /** A value by its place in {@link FeedSink.reference}. */
  at(index: number): number {
    return this.#values[index] as number;
  }

  /** When that value was last told, monotonic ms. */
  toldMonoMs(index: number): number {
    return this.#toldMonoMs[index] as number;
  }

  /**
   * Takes in what was told at `monoMs`; of what is known from later nothing is changed. What cannot be read is unknown from
   * then on: an old value would pass for it (FCL).
   */
  take(values: Float64Array, monoMs: number): void {
    for (let index = 0; index < REFERENCE_VALUES; index += 1) {
      const value = values[index] as number;
      if (Number.isNaN(value) || (this.#toldMonoMs[index] as number) > monoMs) continue;
      this.#values[index] = readable(index, value) ? value : Number.NaN;
      this.#toldMonoMs[index] = monoMs;
      if (index <= NEXT_SETTLEMENT_MS) this.termsMonoMs = later(this.termsMonoMs, monoMs);
    }
    this.lastMonoMs = later(this.lastMonoMs, monoMs);
  }

  /** The feed no longer hears of it. */
  forget(): void {
    this.#values.fill(Number.NaN);
    this.#toldMonoMs.fill(Number.NaN);
    this.lastMonoMs = Number.NaN;
    this.termsMonoMs = Number.NaN;
  }
}

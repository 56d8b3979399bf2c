const LOWEST = 0.5;
const GROWTH = 1.12;
const LOG_GROWTH = Math.log(GROWTH);
/** Reaches about 80 s in milliseconds; larger values count in the last bucket. */
const BUCKETS = 108;

/**
 * Quantiles of a positive quantity (ms) over a rolling window: logarithmic buckets 12 % wide whose counts halve every
 * half-life. Deterministic, of fixed size, and nothing is allocated per value. Values below 0.5 count as 0.5.
 */
export class DecayingHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  readonly #halfLifeMs: number;
  #total = 0;
  #decayedAtMs = Number.NaN;

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
  }

  record(value: number, monoMs: number): void {
    this.#decay(monoMs);
    const index = value <= LOWEST ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(value / LOWEST) / LOG_GROWTH));
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#total += 1;
  }

  /** How many values the window still weighs; fractional because old ones fade. */
  weight(monoMs: number): number {
    this.#decay(monoMs);
    return this.#total;
  }

  /** The value below which a share `q` (0 … 1) lies, to the upper edge of its bucket; NaN without evidence. */
  quantile(q: number): number {
    if (!(this.#total > 0)) return Number.NaN;
    const wanted = q * this.#total;
    let seen = 0;
    for (let index = 0; index < BUCKETS; index += 1) {
      seen += this.#counts[index] as number;
      if (seen >= wanted) return LOWEST * GROWTH ** index;
    }
    return LOWEST * GROWTH ** (BUCKETS - 1);
  }

  /**
   * From the first bucket that holds anything to the last, ascending: upper edge (`null` for the open one) and weight.
   * Empty without evidence.
   */
  buckets(monoMs: number): { upToMs: number | null; count: number }[] {
    this.#decay(monoMs);
    const first = this.#counts.findIndex((count) => count > 0);
    if (first < 0) return [];
    const last = this.#counts.findLastIndex((count) => count > 0);
    return Array.from(this.#counts.subarray(first, last + 1), (count, index) => ({
      upToMs: first + index === BUCKETS - 1 ? null : LOWEST * GROWTH ** (first + index),
      count,
    }));
  }

  /** In steps of an eighth of the half-life: exact decay per value would cost a pass over all buckets each time. */
  #decay(monoMs: number): void {
    if (Number.isNaN(this.#decayedAtMs)) this.#decayedAtMs = monoMs;
    const steps = Math.floor((monoMs - this.#decayedAtMs) / (this.#halfLifeMs / 8));
    if (steps <= 0) return;
    this.#decayedAtMs += (steps * this.#halfLifeMs) / 8;
    const factor = 2 ** (-steps / 8);
    let total = 0;
    for (let index = 0; index < BUCKETS; index += 1) {
      const count = (this.#counts[index] as number) * factor;
      this.#counts[index] = count < 1e-6 ? 0 : count;
      total += this.#counts[index] as number;
    }
    this.#total = total;
  }
}

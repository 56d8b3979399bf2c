const WEIGHT = 1 / 128;
const LEARNED_AFTER = 8;

/** Silence that is allowed before anything was learned: the snapshot itself vouches for the book that long. */
export const UNLEARNED_SILENCE_MS = 30_000;
/** How many times its usual gap an instrument may be silent; a random arrival process exceeds it once in millions. */
export const SILENCE_FACTOR = 8;
/** Silence that is never suspicious for a single instrument. */
export const INSTRUMENT_FLOOR_MS = 5_000;
/** A snapshot may vouch for a silent instrument up to this many times its limit; then only live data does. */
export const VOUCHED_FACTOR = 5;

/**
 * How long an instrument, or a whole feed, is usually silent (MD-2). What is learned is the gap that a random moment
 * falls into, E[gap²] / E[gap], exponentially weighted over about the last 128 gaps: a feed that sends a hundred frames
 * at once and then waits a second has a usual silence of a second, not of ten milliseconds.
 */
export class SilenceNorm {
  #gaps = 0;
  #squares = 0;
  #observed = 0;
  #lastMonoMs = Number.NaN;

  /** Live data came. */
  data(monoMs: number): void {
    const gap = monoMs - this.#lastMonoMs;
    this.#lastMonoMs = monoMs;
    if (!(gap > 0)) return;
    this.#gaps = this.#gaps * (1 - WEIGHT) + gap;
    this.#squares = this.#squares * (1 - WEIGHT) + gap * gap;
    this.#observed += 1;
  }

  /** Silence is counted from here without learning from what came before: the channel was away, not quiet. */
  restart(monoMs: number): void {
    this.#lastMonoMs = monoMs;
  }

  /** Monotonic ms of the last live data or restart; NaN before the first. */
  get lastMonoMs(): number {
    return this.#lastMonoMs;
  }

  /** Longest silence that is still normal, ms, at least `floorMs`; {@link UNLEARNED_SILENCE_MS} until learned. */
  limitMs(floorMs: number): number {
    if (!this.learned) return UNLEARNED_SILENCE_MS;
    return Math.max(floorMs, (SILENCE_FACTOR * this.#squares) / this.#gaps);
  }

  get learned(): boolean {
    return this.#observed >= LEARNED_AFTER;
  }
}

import type { Clock } from '#shared/kernel/time';

/**
 * What a key may spend: a pool that fills up again steadily
 * (https://docs.kraken.com/api/docs/guides/futures-rate-limits).
 */
export class TokenPool {
  readonly #clock: Clock;
  readonly #size: number;
  readonly #periodMs: number;
  readonly #pools = new Map<string, { tokens: number; atMonoMs: number }>();

  /** `size` tokens come back within `periodMs`. */
  constructor(clock: Clock, size: number, periodMs: number) {
    this.#clock = clock;
    this.#size = size;
    this.#periodMs = periodMs;
  }

  /** False when there are too few; nothing is spent then. */
  spend(name: string, cost: number): boolean {
    const now = this.#clock.monoMs();
    const pool = this.#pools.get(name) ?? { tokens: this.#size, atMonoMs: now };
    const tokens = Math.min(this.#size, pool.tokens + ((now - pool.atMonoMs) * this.#size) / this.#periodMs);
    const enough = tokens >= cost;
    this.#pools.set(name, { tokens: enough ? tokens - cost : tokens, atMonoMs: now });
    return enough;
  }
}

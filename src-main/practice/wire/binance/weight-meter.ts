import type { Clock } from '#shared/kernel/time';

/** Request weight of one address within windows of a fixed length. */
export class WeightMeter {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #windowMs: number;
  #used = 0;
  #window = -1;

  constructor(clock: Clock, limit: number, windowMs = 60_000) {
    this.#clock = clock;
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  get used(): number {
    return this.#used;
  }

  /** False when the window has no more of it. */
  spend(weight: number): boolean {
    const window = Math.floor(this.#clock.wallMs() / this.#windowMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#used = 0;
    }
    this.#used += weight;
    return this.#used <= this.#limit;
  }

  /** Seconds until the next window. */
  get retryAfter(): string {
    return String(Math.ceil((this.#windowMs - (this.#clock.wallMs() % this.#windowMs)) / 1000));
  }

  get headers(): Record<string, string> {
    return { 'x-mbx-used-weight': String(this.#used), 'x-mbx-used-weight-1m': String(this.#used) };
  }
}

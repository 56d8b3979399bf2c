import type { Clock } from '#shared/kernel/time';

const HOUR_MS = 3_600_000;

/** Counts what is sent on one connection against the number a venue allows within any hour. */
export class RequestBudget {
  readonly #clock: Clock;
  readonly #perHour: number;
  /** When each request of the last hour was sent, oldest first. */
  #sentMs: number[] = [];

  constructor(clock: Clock, perHour: number) {
    this.#clock = clock;
    this.#perHour = perHour;
  }

  /** A new connection: the venue counts anew. */
  reset(): void {
    this.#sentMs = [];
  }

  /** False when one more would be too many. */
  take(): boolean {
    const now = this.#clock.monoMs();
    while (this.#sentMs[0] !== undefined && this.#sentMs[0] <= now - HOUR_MS) this.#sentMs.shift();
    if (this.#sentMs.length >= this.#perHour) return false;
    this.#sentMs.push(now);
    return true;
  }
}

import type { Clock } from '#shared/kernel/time';

/** A count that falls steadily with time and may not rise above a limit. */
export class DecayingCounter {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #decayPerSecond: number;
  readonly #counts = new Map<string, { count: number; atMonoMs: number }>();

  constructor(clock: Clock, limit: number, decayPerSecond: number) {
    this.#clock = clock;
    this.#limit = limit;
    this.#decayPerSecond = decayPerSecond;
  }

  /** False when `cost` would take the count above the limit; nothing is counted then. */
  take(name: string, cost: number): boolean {
    const count = this.#now(name);
    if (count + cost > this.#limit) return false;
    this.#counts.set(name, { count: count + cost, atMonoMs: this.#clock.monoMs() });
    return true;
  }

  /** Counts what is never refused. */
  add(name: string, cost: number): void {
    this.#counts.set(name, { count: this.#now(name) + cost, atMonoMs: this.#clock.monoMs() });
  }

  #now(name: string): number {
    const held = this.#counts.get(name);
    if (held === undefined) return 0;
    return Math.max(0, held.count - ((this.#clock.monoMs() - held.atMonoMs) / 1000) * this.#decayPerSecond);
  }
}

import type { Cancel, Clock } from '#shared/kernel/time';

/** A message that others overtook may still come. */
const OVERTAKEN_MS = 1_500;
const MOST_MISSING = 1_000;

/** Watches numbered messages: one that stays away is told, once it cannot merely have been overtaken. */
export class MissingFrames {
  readonly #clock: Clock;
  readonly #lost: (channel: string, sequence: number) => void;
  readonly #next = new Map<string, number>();
  readonly #missing = new Set<string>();
  readonly #timers = new Set<Cancel>();

  constructor(clock: Clock, lost: (channel: string, sequence: number) => void) {
    this.#clock = clock;
    this.#lost = lost;
  }

  /** A new connection counts anew. */
  clear(): void {
    this.#next.clear();
    this.#missing.clear();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  heard(channel: string, sequence: number): void {
    this.#missing.delete(`${channel} ${sequence}`);
    const next = this.#next.get(channel) ?? sequence;
    if (sequence < next) return;
    this.#next.set(channel, sequence + 1);
    if (sequence === next) return;
    const from = Math.max(next, sequence - MOST_MISSING);
    for (let number = from; number < sequence; number += 1) this.#missing.add(`${channel} ${number}`);
    const cancel = this.#clock.after(OVERTAKEN_MS, () => {
      this.#timers.delete(cancel);
      for (let number = from; number < sequence; number += 1) {
        // Whatever else is missing, everything is asked for once.
        if (!this.#missing.delete(`${channel} ${number}`)) continue;
        for (let other = number; other < sequence; other += 1) this.#missing.delete(`${channel} ${other}`);
        this.#lost(channel, number);
        return;
      }
    });
    this.#timers.add(cancel);
  }
}

import type { Cancel, Clock } from '#shared/kernel/time';

/** A venue's own clock: its wall time may be ahead of the world's (PP-3). Ages and timers are the world's. */
export class VenueClock implements Clock {
  readonly #clock: Clock;
  /** How far ahead it is, ms. */
  aheadMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wallMs(): number {
    return this.#clock.wallMs() + this.aheadMs;
  }

  monoMs(): number {
    return this.#clock.monoMs();
  }

  after(delayMs: number, run: () => void): Cancel {
    return this.#clock.after(delayMs, run);
  }
}

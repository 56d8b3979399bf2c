import type { Cancel, Clock } from '#shared/kernel/time';

/** Waits of something that can be stopped: no timer outlives it, and nobody waits on when it has stopped. */
export class Pauses {
  readonly #clock: Clock;
  readonly #waiting = new Map<() => void, Cancel>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Resolves `delayMs` from now, at once when stopped; ask {@link stopped} then. */
  wait(delayMs: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(delayMs, () => {
        this.#waiting.delete(resolve);
        resolve();
      });
      this.#waiting.set(resolve, cancel);
    });
  }

  /** For good. */
  stop(): void {
    this.#stopped = true;
    for (const [resolve, cancel] of this.#waiting) {
      cancel();
      resolve();
    }
    this.#waiting.clear();
  }
}

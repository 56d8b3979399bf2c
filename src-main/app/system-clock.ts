import { performance } from 'node:perf_hooks';
import type { Cancel, Clock } from '#shared/kernel/time';

/**
 * The real clock. A timer's exception would end the process from nowhere, so it goes to `onError` with its stack; the
 * owner decides what it means. Timers longer than setTimeout's 2^31 ms are refused by the platform; none here are.
 */
export class SystemClock implements Clock {
  readonly #onError: (error: unknown) => void;
  #stopped = false;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  wallMs(): number {
    return Date.now();
  }

  monoMs(): number {
    return performance.now();
  }

  after(delayMs: number, run: () => void): Cancel {
    const timer = setTimeout(() => {
      if (this.#stopped) return;
      try {
        run();
      } catch (error) {
        this.#onError(error);
      }
    }, delayMs);
    return () => clearTimeout(timer);
  }

  /** From here on no timer runs: what was still on its way would find its store closed. Reading the time goes on. */
  stop(): void {
    this.#stopped = true;
  }
}

/** Stops a scheduled call; calling it twice, or after it ran, does nothing. */
export type Cancel = () => void;

/**
 * The only source of time in the engine (ID-5). `wallMs` is UTC epoch milliseconds, for people and for venues;
 * `monoMs` never goes backwards and is what ages are measured with. Both may be fractional.
 */
export interface Clock {
  wallMs(): number;
  monoMs(): number;
  /** Runs `run` once, `delayMs` (>= 0) from now. An exception in it goes to the clock's owner, never to a caller. */
  after(delayMs: number, run: () => void): Cancel;
}

/** Runs `run` every `periodMs`, first after one period; a run never overlaps itself because it is synchronous. */
export function every(clock: Clock, periodMs: number, run: () => void): Cancel {
  let cancelled = false;
  let cancel: Cancel = () => undefined;
  const arm = () => {
    cancel = clock.after(periodMs, () => {
      if (cancelled) return;
      arm();
      run();
    });
  };
  arm();
  return () => {
    cancelled = true;
    cancel();
  };
}

/** A promise that resolves `delayMs` from now on `clock`. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

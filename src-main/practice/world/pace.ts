import type { Cancel, Clock } from '#shared/kernel/time';

/** Events are put on this grid so that a real clock wakes for many of them at once, ms. */
const GRID_MS = 5;

/** Schedules a world's events and forgets them all when the world stops. */
export class Pace {
  readonly #clock: Clock;
  readonly #pending = new Set<Cancel>();
  #running = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get running(): boolean {
    return this.#running;
  }

  start(): void {
    this.#running = true;
  }

  stop(): void {
    this.#running = false;
    for (const cancel of this.#pending) cancel();
    this.#pending.clear();
  }

  /** Runs `run` about `delayMs` from now, never before the next point of the grid. Nothing is scheduled when stopped. */
  after(delayMs: number, run: () => void): void {
    if (!this.#running) return;
    const now = this.#clock.monoMs();
    const due = Math.max(Math.ceil((now + delayMs) / GRID_MS), Math.floor(now / GRID_MS) + 1) * GRID_MS;
    const cancel = this.#clock.after(due - now, () => {
      this.#pending.delete(cancel);
      run();
    });
    this.#pending.add(cancel);
  }

  /** Again and again, each time after the delay that `nextDelayMs` gives. */
  repeat(nextDelayMs: () => number, run: () => void): void {
    const arm = (): void => {
      this.after(nextDelayMs(), () => {
        arm();
        run();
      });
    };
    arm();
  }
}

import type { Cancel, Clock } from '#shared/kernel/time';

/** Events are put on this grid so that a real clock wakes once for all that fall on one point of it, ms. */
const GRID_MS = 5;

interface Point {
  readonly runs: (() => void)[];
  readonly cancel: Cancel;
}

/** Schedules a world's events and forgets them all when the world stops. Events of one point run in order of scheduling. */
export class Pace {
  readonly #clock: Clock;
  readonly #points = new Map<number, Point>();
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
    for (const { cancel } of this.#points.values()) cancel();
    this.#points.clear();
  }

  /** Runs `run` about `delayMs` from now, never before the next point of the grid. Nothing is scheduled when stopped. */
  after(delayMs: number, run: () => void): void {
    if (!this.#running) return;
    const now = this.#clock.monoMs();
    const index = Math.max(Math.ceil((now + delayMs) / GRID_MS), Math.floor(now / GRID_MS) + 1);
    const point = this.#points.get(index);
    if (point !== undefined) {
      point.runs.push(run);
      return;
    }
    const runs = [run];
    const cancel = this.#clock.after(index * GRID_MS - now, () => {
      this.#points.delete(index);
      for (const each of runs) {
        if (!this.#running) return;
        each();
      }
    });
    this.#points.set(index, { runs, cancel });
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

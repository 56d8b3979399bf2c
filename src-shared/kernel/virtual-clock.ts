import type { Cancel, Clock } from './time.ts';

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/**
 * A clock that moves only when told (PP-4). Timers run in order of due time, then of scheduling, so the same program
 * with the same inputs runs in the same order every time. Work that promises left behind is drained between timers by
 * the `drain` given to {@link runUntil}; without promises, {@link advanceTo} is enough.
 */
export class VirtualClock implements Clock {
  readonly #heap: Timer[] = [];
  #nowMs: number;
  #order = 0;
  readonly #startMs: number;

  /** `startWallMs`: UTC epoch milliseconds at which the virtual time begins. */
  constructor(startWallMs: number) {
    this.#nowMs = startWallMs;
    this.#startMs = startWallMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  monoMs(): number {
    return this.#nowMs - this.#startMs;
  }

  after(delayMs: number, run: () => void): Cancel {
    const timer: Timer = {
      dueMs: this.#nowMs + (delayMs > 0 ? delayMs : 0),
      order: this.#order++,
      run,
      cancelled: false,
    };
    this.#push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /** Timers not yet run, cancelled ones excluded. */
  pending(): number {
    return this.#heap.reduce((count, timer) => count + (timer.cancelled ? 0 : 1), 0);
  }

  /** Wall time of the next timer, or `undefined` when nothing is scheduled. */
  nextDueMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.dueMs;
  }

  /** Runs the next timer due at or before `limitMs`; false when there is none. */
  step(limitMs: number): boolean {
    this.#dropCancelled();
    const next = this.#heap[0];
    if (next === undefined || next.dueMs > limitMs) return false;
    this.#pop();
    this.#nowMs = next.dueMs;
    next.run();
    return true;
  }

  /** Runs everything due up to `wallMs`, synchronously, then stands at `wallMs`. */
  advanceTo(wallMs: number): void {
    while (this.step(wallMs));
    if (wallMs > this.#nowMs) this.#nowMs = wallMs;
  }

  /** {@link advanceTo} by a duration. */
  advanceBy(ms: number): void {
    this.advanceTo(this.#nowMs + ms);
  }

  /** Like {@link advanceTo}, letting promises settle (`drain`) after every timer. */
  async runUntil(wallMs: number, drain: () => Promise<void>): Promise<void> {
    await drain();
    while (this.step(wallMs)) await drain();
    if (wallMs > this.#nowMs) this.#nowMs = wallMs;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled) this.#pop();
  }

  #before(a: Timer, b: Timer): boolean {
    return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Timer;
      if (!this.#before(timer, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#before(heap[child + 1] as Timer, heap[child] as Timer)) child += 1;
      if (!this.#before(heap[child] as Timer, last)) break;
      heap[index] = heap[child] as Timer;
      index = child;
    }
    heap[index] = last;
  }
}

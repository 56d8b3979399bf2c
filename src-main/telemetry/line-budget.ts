import type { Clock } from '#shared/kernel/time';

/** May this line be written; `dropped` lines of its key were not since the last one that was. */
export type Admission = { readonly admitted: true; readonly dropped: number } | { readonly admitted: false };

interface Window {
  startedMs: number;
  lines: number;
  dropped: number;
}

export interface LineBudgetOptions {
  /** Lines of one key admitted per window. */
  readonly linesPerWindow: number;
  readonly windowMs: number;
  /** Keys told apart; all others share one budget, so that made-up keys cannot get around it. */
  readonly maxKeys: number;
}

const DEFAULT_LINE_BUDGET: LineBudgetOptions = { linesPerWindow: 30, windowMs: 60_000, maxKeys: 512 };

const SHARED = '\u0000shared';
const REFUSED: Admission = { admitted: false };

/** Bounds how much one kind of message may write, so that a flood of it cannot fill the disk or hide the rest. */
export class LineBudget {
  readonly #windows = new Map<string, Window>();
  readonly #clock: Clock;
  readonly #options: LineBudgetOptions;

  constructor(clock: Clock, options: LineBudgetOptions = DEFAULT_LINE_BUDGET) {
    this.#clock = clock;
    this.#options = options;
  }

  admit(key: string): Admission {
    const now = this.#clock.monoMs();
    const window = this.#window(key, now);
    if (now - window.startedMs >= this.#options.windowMs) {
      window.startedMs = now;
      window.lines = 0;
    }
    if (window.lines >= this.#options.linesPerWindow) {
      window.dropped += 1;
      return REFUSED;
    }
    window.lines += 1;
    const dropped = window.dropped;
    window.dropped = 0;
    return { admitted: true, dropped };
  }

  #window(key: string, now: number): Window {
    const known = this.#windows.get(key);
    if (known !== undefined) return known;
    if (this.#windows.size >= this.#options.maxKeys && key !== SHARED) return this.#window(SHARED, now);
    const opened: Window = { startedMs: now, lines: 0, dropped: 0 };
    this.#windows.set(key, opened);
    return opened;
  }
}

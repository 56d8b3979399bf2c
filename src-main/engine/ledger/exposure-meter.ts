import { type Decimal, decimal, ZERO } from '#shared/money/decimal';

const HOUR_MS = 3_600_000;
const THOUSAND = decimal('1000');

interface Segment {
  readonly fromMs: number;
  readonly toMs: number;
  readonly usd: Decimal;
}

interface Running {
  sinceMs: number;
  usd: Decimal;
  spent: Decimal;
}

/**
 * Unhedged exposure × time (EX-8), USD × seconds, per deal and over the last hour of all deals. Exposure is a step
 * curve that changes with fills, so the integral is exact; time in which the program did not run counts too.
 */
export class ExposureMeter {
  readonly #running = new Map<string, Running>();
  #segments: Segment[] = [];

  /** The deal's unhedged value is `usd` from `atMs` on. */
  set(dealId: string, atMs: number, usd: Decimal): void {
    const running = this.#running.get(dealId);
    if (running === undefined) {
      this.#running.set(dealId, { sinceMs: atMs, usd, spent: ZERO });
      return;
    }
    if (running.usd.eq(usd)) return;
    this.#settle(running, atMs);
    running.usd = usd;
  }

  /** The deal is over: what it spent stays in the hour's sum. */
  close(dealId: string, atMs: number): void {
    const running = this.#running.get(dealId);
    if (running === undefined) return;
    this.#settle(running, atMs);
    this.#running.delete(dealId);
  }

  /** USD × s the deal ran without its hedge so far. */
  spent(dealId: string, nowMs: number): Decimal {
    const running = this.#running.get(dealId);
    return running === undefined ? ZERO : running.spent.plus(area(running.usd, nowMs - running.sinceMs));
  }

  lastHour(nowMs: number): Decimal {
    const fromMs = nowMs - HOUR_MS;
    const firstKept = this.#segments.findIndex((segment) => segment.toMs > fromMs);
    this.#segments = firstKept < 0 ? [] : this.#segments.slice(firstKept);
    let sum = ZERO;
    for (const { fromMs: start, toMs, usd } of this.#segments) {
      if (toMs > fromMs) sum = sum.plus(area(usd, toMs - Math.max(start, fromMs)));
    }
    for (const { usd, sinceMs } of this.#running.values()) {
      if (!usd.eq(ZERO)) sum = sum.plus(area(usd, nowMs - Math.max(sinceMs, fromMs)));
    }
    return sum;
  }

  #settle(running: Running, atMs: number): void {
    if (!running.usd.eq(ZERO) && atMs > running.sinceMs) {
      running.spent = running.spent.plus(area(running.usd, atMs - running.sinceMs));
      this.#segments.push({ fromMs: running.sinceMs, toMs: atMs, usd: running.usd });
    }
    running.sinceMs = atMs;
  }
}

/** USD × s; the wall clock may step back, exposure never does. */
const area = (usd: Decimal, milliseconds: number): Decimal =>
  milliseconds <= 0 ? ZERO : usd.times(decimal(milliseconds.toFixed(3))).div(THOUSAND);

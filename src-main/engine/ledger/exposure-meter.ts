import { type Decimal, decimal, ZERO } from '#shared/money/decimal';

const HOUR_MS = 3_600_000;
const THOUSAND = decimal('1000');

interface Segment {
  readonly fromMs: number;
  readonly toMs: number;
  readonly usd: Decimal;
  readonly area: Decimal;
}

interface Running {
  sinceMs: number;
  usd: Decimal;
  spent: Decimal;
}

/**
 * Unhedged exposure × time (EX-8), USD × seconds, per deal and over the last hour of all deals. Exposure is a step
 * curve that changes with fills, so the integral is exact; time in which the program did not run counts too. Where the
 * allocation was changed its USD are those of the first one (`Growth.unitsOf`).
 */
export class ExposureMeter {
  readonly #running = new Map<string, Running>();
  /** In order of their end, with the sum of their areas. */
  #segments: Segment[] = [];
  #sum = ZERO;

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
    let gone = 0;
    for (const segment of this.#segments) {
      if (segment.toMs > fromMs) break;
      this.#sum = this.#sum.minus(segment.area);
      gone += 1;
    }
    if (gone > 0) this.#segments = this.#segments.slice(gone);
    let sum = this.#sum;
    for (const segment of this.#segments) {
      // Only what began before the hour did is cut.
      if (segment.fromMs < fromMs) sum = sum.minus(area(segment.usd, fromMs - segment.fromMs));
    }
    for (const { usd, sinceMs } of this.#running.values()) {
      if (!usd.eq(ZERO)) sum = sum.plus(area(usd, nowMs - Math.max(sinceMs, fromMs)));
    }
    return sum;
  }

  #settle(running: Running, atMs: number): void {
    if (!running.usd.eq(ZERO) && atMs > running.sinceMs) {
      const spent = area(running.usd, atMs - running.sinceMs);
      running.spent = running.spent.plus(spent);
      this.#segments.push({ fromMs: running.sinceMs, toMs: atMs, usd: running.usd, area: spent });
      this.#sum = this.#sum.plus(spent);
    }
    running.sinceMs = atMs;
  }
}

/** USD × s; the wall clock may step back, exposure never does. */
const area = (usd: Decimal, milliseconds: number): Decimal =>
  milliseconds <= 0 ? ZERO : usd.times(decimal(milliseconds.toFixed(3))).div(THOUSAND);

import { type Decimal, max, ZERO } from '#shared/money/decimal';

export const DAY_MS = 86_400_000;
export const dayStart = (atMs: number): number => Math.floor(atMs / DAY_MS) * DAY_MS;

/** Sums over the UTC day and over the rolling 24 h of amounts that come in order of time. */
export class DaySums {
  #amounts: { readonly atMs: number; readonly amount: Decimal }[] = [];
  #rolling = ZERO;
  #day = ZERO;
  #dayMs = Number.NEGATIVE_INFINITY;

  add(atMs: number, amount: Decimal): void {
    this.#forget(atMs);
    this.#amounts.push({ atMs, amount });
    this.#rolling = this.#rolling.plus(amount);
    this.#day = this.#day.plus(amount);
  }

  copy(): DaySums {
    const copy = new DaySums();
    copy.#amounts = [...this.#amounts];
    copy.#rolling = this.#rolling;
    copy.#day = this.#day;
    copy.#dayMs = this.#dayMs;
    return copy;
  }

  day(nowMs: number): Decimal {
    this.#forget(nowMs);
    return this.#day;
  }

  rolling(nowMs: number): Decimal {
    this.#forget(nowMs);
    return this.#rolling;
  }

  #forget(nowMs: number): void {
    if (dayStart(nowMs) > this.#dayMs) {
      this.#dayMs = dayStart(nowMs);
      this.#day = ZERO;
    }
    let gone = 0;
    for (const entry of this.#amounts) {
      if (entry.atMs > nowMs - DAY_MS) break;
      this.#rolling = this.#rolling.minus(entry.amount);
      gone += 1;
    }
    if (gone > 0) this.#amounts = this.#amounts.slice(gone);
  }
}

/** The highest value a step curve had, ever and within the last 24 h. */
export class Peaks {
  #ever = ZERO;
  /** Falling values; each was in force until `untilMs`. */
  #recent: { readonly value: Decimal; untilMs: number }[] = [{ value: ZERO, untilMs: Number.POSITIVE_INFINITY }];

  /** Forgets everything: the curve begins at `value`. */
  restart(value: Decimal): void {
    this.#ever = value;
    this.#recent = [{ value, untilMs: Number.POSITIVE_INFINITY }];
  }

  /** The curve takes `value` from `atMs` on. */
  step(atMs: number, value: Decimal): void {
    this.#ever = max(this.#ever, value);
    const last = this.#recent.at(-1);
    if (last !== undefined) last.untilMs = atMs;
    while ((this.#recent.at(-1)?.value ?? value).lt(value)) this.#recent.pop();
    this.#recent.push({ value, untilMs: Number.POSITIVE_INFINITY });
  }

  ever(): Decimal {
    return this.#ever;
  }

  rolling(nowMs: number): Decimal {
    while ((this.#recent[0]?.untilMs ?? nowMs) <= nowMs - DAY_MS) this.#recent.shift();
    return this.#recent[0]?.value ?? ZERO;
  }
}

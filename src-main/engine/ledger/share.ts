import { type Decimal, decimal, ZERO } from '#shared/money/decimal';

const HUNDRED = decimal('100');

/** A percentage that is asked for many times a second and seldom changes: divided anew only when it did. */
export class Share {
  #part = ZERO;
  #whole = ZERO;
  #percent = ZERO;

  /** `part` in percent of `whole`; 0 of nothing. */
  percent(part: Decimal, whole: Decimal): Decimal {
    if (whole.lte(ZERO) || part.eq(ZERO)) return ZERO;
    if (!part.eq(this.#part) || !whole.eq(this.#whole)) {
      this.#part = part;
      this.#whole = whole;
      this.#percent = part.div(whole).times(HUNDRED);
    }
    return this.#percent;
  }
}

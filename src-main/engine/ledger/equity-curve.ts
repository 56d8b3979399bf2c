import { type Decimal, decimal, wire, ZERO } from '#shared/money/decimal';

export interface EquityPoint {
  readonly atMs: number;
  /** Trading equity, USD. */
  readonly equityUsd: string;
}

const MOST_POINTS = 2000;

/**
 * Trading equity over time; one point a change, thinned by halves so that it never grows without bound. What is paid in or
 * out moves the whole line: it shows what deals made of the allocation of now.
 */
export class EquityCurve {
  #points: EquityPoint[] = [];

  step(atMs: number, equityUsd: Decimal): void {
    const point = { atMs, equityUsd: wire(equityUsd) };
    if (this.#points.at(-1)?.atMs === atMs) this.#points.pop();
    this.#points.push(point);
    if (this.#points.length > MOST_POINTS) this.#points = this.#points.filter((_, index) => index % 2 === 0);
  }

  /** The allocation is worth `changeUsd` more, or less. */
  shift(changeUsd: Decimal): void {
    if (changeUsd.eq(ZERO)) return;
    this.#points = this.#points.map(({ atMs, equityUsd }) => ({
      atMs,
      equityUsd: wire(decimal(equityUsd).plus(changeUsd)),
    }));
  }

  points(): readonly EquityPoint[] {
    return this.#points;
  }
}

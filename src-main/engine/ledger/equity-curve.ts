import { type Decimal, wire } from '#shared/money/decimal';

export interface EquityPoint {
  readonly atMs: number;
  /** Trading equity, USD. */
  readonly equityUsd: string;
}

const MOST_POINTS = 2000;

/** Trading equity over time; one point a change, thinned by halves so that it never grows without bound. */
export class EquityCurve {
  #points: EquityPoint[] = [];

  step(atMs: number, equityUsd: Decimal): void {
    const point = { atMs, equityUsd: wire(equityUsd) };
    if (this.#points.at(-1)?.atMs === atMs) this.#points.pop();
    this.#points.push(point);
    if (this.#points.length > MOST_POINTS) this.#points = this.#points.filter((_, index) => index % 2 === 0);
  }

  points(): readonly EquityPoint[] {
    return this.#points;
  }
}

import type { Random } from '#shared/kernel/random';
import type { RecordedBar } from './recorded-bars.ts';

/** Points put between two known ones. */
const BETWEEN = 3;

/**
 * An invented way through a real bar: open, one extreme, the other, close, at random moments and with noise between. It
 * touches the bar's high and low and never leaves them. Nothing about it is recorded but those four prices.
 */
export class BarPath {
  readonly #points: readonly { readonly at: number; readonly price: number }[];

  constructor(bar: RecordedBar, random: Random) {
    // A rising bar more often falls first: its low lies near the open.
    const lowFirst = bar.close >= bar.open ? random.next() < 0.8 : random.next() < 0.2;
    const first = 0.05 + 0.4 * random.next();
    const second = 0.55 + 0.4 * random.next();
    const known = [
      { at: 0, price: bar.open },
      { at: first, price: lowFirst ? bar.low : bar.high },
      { at: second, price: lowFirst ? bar.high : bar.low },
      { at: 1, price: bar.close },
    ];
    const noise = 0.12 * (bar.high - bar.low);
    const points: { at: number; price: number }[] = [];
    for (const [index, point] of known.entries()) {
      points.push(point);
      const next = known[index + 1];
      if (next === undefined) break;
      for (let n = 1; n <= BETWEEN; n += 1) {
        const share = n / (BETWEEN + 1);
        const straight = point.price + (next.price - point.price) * share;
        const price = Math.min(bar.high, Math.max(bar.low, straight + noise * random.normal()));
        points.push({ at: point.at + (next.at - point.at) * share, price });
      }
    }
    this.#points = points;
  }

  /** Price (ticks, fractional) at `fraction` of the bar, 0 … 1. */
  at(fraction: number): number {
    const points = this.#points;
    for (let i = 1; i < points.length; i += 1) {
      const from = points[i - 1];
      const to = points[i];
      if (from === undefined || to === undefined) break;
      if (fraction <= to.at) return from.price + ((to.price - from.price) * (fraction - from.at)) / (to.at - from.at);
    }
    return points[points.length - 1]?.price ?? Number.NaN;
  }
}

import type { Bar } from './bars.ts';

/** One price that the next bar is taken to pass through. */
export interface PathPoint {
  /** After the bar's open, as a share of its length. */
  readonly at: number;
  readonly price: number;
  /** Base units that trade at it. */
  readonly volume: number;
  /** Who took: buyers when the price rose to get here. */
  readonly takerSide: 'buy' | 'sell';
}

/** The close comes a sixtieth before the bar's end, so that it is over when the next decision is made. */
const AT = [0, 1 / 3, 2 / 3, 59 / 60] as const;

/**
 * The invented way through a bar: open, then the extreme against the bar's direction, then the one with it, then close.
 * Every price is one the recording has. `before`: the close before it, which decides who took at the open. A bar in
 * which nothing traded has no path.
 */
export function fillPath(bar: Bar, before: number): readonly PathPoint[] {
  if (bar.volume === 0) return [];
  const prices =
    bar.close >= bar.open ? [bar.open, bar.low, bar.high, bar.close] : [bar.open, bar.high, bar.low, bar.close];
  return prices.map((price, index) => ({
    at: AT[index] ?? 0,
    price,
    volume: bar.volume / prices.length,
    takerSide: price >= (prices[index - 1] ?? before) ? 'buy' : 'sell',
  }));
}

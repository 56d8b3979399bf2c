import type { Bar } from './bars.ts';
import { AVERAGED_BARS, BOOK_LEVELS, HALF_SPREAD_OF_RANGE, LADDER_OF_RANGE, SIDE_OF_VOLUME } from './model.ts';

/** How a book around some price looks, from bars that have closed. Prices in ticks, sizes in lots. */
export interface BookShape {
  readonly halfSpreadTicks: number;
  readonly levelTicks: number;
  /** Lots on the level at each distance from the best, the same on both sides. */
  readonly levelLots: readonly number[];
}

export interface Steps {
  readonly priceDigits: number;
  readonly lotDigits: number;
}

/** Levels from the best outwards; as doubles that stand for multiples of tick and lot. */
export interface InventedLevel {
  readonly price: number;
  readonly size: number;
}
export interface InventedBook {
  readonly bids: readonly InventedLevel[];
  readonly asks: readonly InventedLevel[];
}

/** Further levels are larger: the first holds 1 part, the last as many as there are levels. */
const PARTS = (BOOK_LEVELS * (BOOK_LEVELS + 1)) / 2;

/** Running means over the last {@link AVERAGED_BARS} places of the grid, empty ones included in volume only. */
export class BarAverages {
  readonly #ranges: number[] = [];
  readonly #volumes: number[] = [];
  #lastClose = Number.NaN;
  #lastRange = 0;

  /** A bar closed. */
  bar(bar: Bar): void {
    // Wilder's true range: a jump from the last close counts even when the bar itself is a single price.
    const from = Number.isNaN(this.#lastClose) ? bar.close : this.#lastClose;
    this.#lastRange = Math.max(bar.high, from) - Math.min(bar.low, from);
    this.#lastClose = bar.close;
    keep(this.#ranges, this.#lastRange);
    keep(this.#volumes, bar.volume);
  }

  /** Its time passed without a bar. */
  noBar(): void {
    keep(this.#volumes, 0);
  }

  shape(steps: Steps): BookShape {
    const range = Math.max(this.#lastRange, mean(this.#ranges)) * 10 ** steps.priceDigits;
    const sideLots = mean(this.#volumes) * SIDE_OF_VOLUME * 10 ** steps.lotDigits;
    return {
      halfSpreadTicks: Math.max(1, range * HALF_SPREAD_OF_RANGE),
      levelTicks: Math.max(1, Math.round((range * LADDER_OF_RANGE) / (BOOK_LEVELS - 1))),
      levelLots: Array.from({ length: BOOK_LEVELS }, (_, index) => Math.floor((sideLots * (index + 1)) / PARTS)),
    };
  }
}

/** The book of this shape around `mid`. Levels at or under a price of zero, and levels of nothing, are left out. */
export function inventBook(mid: number, shape: BookShape, { priceDigits, lotDigits }: Steps): InventedBook {
  const scale = 10 ** priceDigits;
  const lots = 10 ** lotDigits;
  // The rounding takes off what a double adds to a price that is on the grid, so that its book is centred on it.
  const midTicks = Math.round(mid * scale * 1e4) / 1e4;
  const bid = Math.floor(midTicks - shape.halfSpreadTicks);
  const ask = Math.ceil(midTicks + shape.halfSpreadTicks);
  const side = (best: number, away: 1 | -1) =>
    shape.levelLots
      .map((size, index) => ({ price: (best + away * index * shape.levelTicks) / scale, size: size / lots }))
      .filter(({ price, size }) => price > 0 && size > 0);
  return { bids: side(bid, -1), asks: side(ask, 1) };
}

function keep(values: number[], value: number): void {
  values.push(value);
  if (values.length > AVERAGED_BARS) values.shift();
}

const mean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

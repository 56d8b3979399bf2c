import { type BookSide, type BookUpdate, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import { unsignedDecimal } from './numbers.ts';

/**
 * The levels of one frame, checked before any is written: a book never holds half of a frame that turned out broken.
 * Reused from frame to frame.
 */
export class FrameUpdate implements BookUpdate {
  sides = new Uint8Array(1024);
  prices = new Float64Array(1024);
  sizes = new Float64Array(1024);
  readonly stamps = new Float64Array(3);
  count = 0;

  clear(): void {
    this.count = 0;
    const { stamps } = this;
    // Three stores cost less than a call of `fill`, and this runs for every frame.
    stamps[VENUE_TIME_MS] = Number.NaN;
    stamps[SEQUENCE] = Number.NaN;
    stamps[MONO_MS] = Number.NaN;
  }

  /** Room for one more level at `count`. */
  reserve(): void {
    if (this.count === this.prices.length) this.#grow();
  }

  /** Ends a level whose price and size were scanned into place; false, and nothing kept, unless it is one. */
  take(side: BookSide): boolean {
    const at = this.count;
    if (!((this.prices[at] as number) > 0)) return false;
    this.sides[at] = side;
    this.count = at + 1;
    return true;
  }

  /** False, and nothing kept, unless `price` > 0 and `size` >= 0. */
  add(side: BookSide, price: number, size: number): boolean {
    if (!(price > 0) || !(size >= 0)) return false;
    this.reserve();
    const at = this.count;
    this.prices[at] = price;
    this.sizes[at] = size;
    this.sides[at] = side;
    this.count = at + 1;
    return true;
  }

  /** Takes `[["price", "size", …], …]`; false when it is anything else. */
  addPairs(side: BookSide, pairs: unknown): boolean {
    if (!Array.isArray(pairs)) return false;
    for (const pair of pairs) {
      if (!Array.isArray(pair) || !this.add(side, unsignedDecimal(pair[0]), unsignedDecimal(pair[1]))) return false;
    }
    return true;
  }

  /** Turns sizes in contracts into base units (ID-6). */
  scale(baseUnits: number): void {
    if (baseUnits === 1) return;
    const { sizes, count } = this;
    for (let index = 0; index < count; index += 1) sizes[index] = (sizes[index] as number) * baseUnits;
  }

  #grow(): void {
    const wider = this.prices.length * 2;
    const prices = new Float64Array(wider);
    prices.set(this.prices);
    this.prices = prices;
    const sizes = new Float64Array(wider);
    sizes.set(this.sizes);
    this.sizes = sizes;
    const sides = new Uint8Array(wider);
    sides.set(this.sides);
    this.sides = sides;
  }
}

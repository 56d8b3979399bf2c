import { ASK, BID, type Book, type BookSide } from '#engine/ports';
import { unsignedDecimal } from './numbers.ts';

/**
 * The levels of one frame, checked before any is written: a book never holds half of a frame that turned out broken.
 * Reused from frame to frame.
 */
export class Levels {
  #prices = new Float64Array(1024);
  #sizes = new Float64Array(1024);
  #sides = new Uint8Array(1024);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  get count(): number {
    return this.#count;
  }

  /** False, and nothing kept, unless `price` > 0 and `size` >= 0. */
  add(side: BookSide, price: number, size: number): boolean {
    if (!(price > 0) || !(size >= 0)) return false;
    const at = this.#count;
    if (at === this.#prices.length) this.#grow();
    this.#prices[at] = price;
    this.#sizes[at] = size;
    this.#sides[at] = side;
    this.#count = at + 1;
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

  writeTo(book: Book): void {
    for (let i = 0; i < this.#count; i += 1) {
      book.set(this.#sides[i] === BID ? BID : ASK, this.#prices[i] as number, this.#sizes[i] as number);
    }
  }

  #grow(): void {
    const wider = this.#prices.length * 2;
    const prices = new Float64Array(wider);
    prices.set(this.#prices);
    this.#prices = prices;
    const sizes = new Float64Array(wider);
    sizes.set(this.#sizes);
    this.#sizes = sizes;
    const sides = new Uint8Array(wider);
    sides.set(this.#sides);
    this.#sides = sides;
  }
}

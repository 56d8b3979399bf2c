/** Below this many elements a plain loop beats the call into `copyWithin`. */
const LOOP_LIMIT = 48;
const FIRST_CAPACITY = 64;

/**
 * One side of a book in typed arrays, best level first. The levels lie in the middle of a larger array with room at both
 * ends, so a change near the touch moves only the few levels better than it, and a snapshot appends at either end.
 * Nothing is allocated once the arrays have grown to the side's usual depth.
 */
export class PriceLevels {
  /** Prices times `#sign`: ascending on both sides, so that one search serves both. */
  #keys = new Float64Array(FIRST_CAPACITY);
  #sizes = new Float64Array(FIRST_CAPACITY);
  #start = FIRST_CAPACITY >> 1;
  #count = 0;
  /** Key of the best level ever dropped since the last clear; from there on the book is unknown. */
  #horizon = Number.POSITIVE_INFINITY;
  readonly #sign: 1 | -1;
  readonly #limit: number;

  /** `bids`: highest price is best. `limit`: levels kept; worse ones are dropped and {@link thinned} says so. */
  constructor(bids: boolean, limit: number) {
    this.#sign = bids ? -1 : 1;
    this.#limit = limit;
  }

  get count(): number {
    return this.#count;
  }

  /** Levels were dropped since the last clear: what lies beyond the worst level held is unknown, not empty. */
  get thinned(): boolean {
    return this.#horizon !== Number.POSITIVE_INFINITY;
  }

  /** Quote per base; NaN outside `0 … count − 1`. */
  price(index: number): number {
    if (index < 0 || index >= this.#count) return Number.NaN;
    return this.#sign * (this.#keys[this.#start + index] as number);
  }

  /** Base units; NaN outside `0 … count − 1`. */
  size(index: number): number {
    if (index < 0 || index >= this.#count) return Number.NaN;
    return this.#sizes[this.#start + index] as number;
  }

  /** The best levels of the two sides of a book meet or cross. Compared here: a price that is returned is garbage. */
  meets(other: PriceLevels): boolean {
    if (this.#count === 0 || other.#count === 0) return false;
    // The keys of one side are negated: bid >= ask is -bid <= -ask.
    return (this.#keys[this.#start] as number) + (other.#keys[other.#start] as number) <= 0;
  }

  clear(): void {
    this.#count = 0;
    this.#start = this.#keys.length >> 1;
    this.#horizon = Number.POSITIVE_INFINITY;
  }

  /** Keeps the `levels` best. True when that dropped any; it is no thinning: the venue itself stops there. */
  truncate(levels: number): boolean {
    if (this.#count <= levels) return false;
    this.#count = levels;
    return true;
  }

  /** Sets the size at a price; 0 deletes, and deleting a price that is not held does nothing. */
  set(price: number, size: number): void {
    const key = this.#sign * price;
    // Levels are held without holes up to the horizon; one beyond it would pretend the ones between do not exist.
    if (key >= this.#horizon) return;
    const index = this.#search(key);
    const at = this.#start + index;
    if (index < this.#count && this.#keys[at] === key) {
      if (size === 0) this.#remove(index);
      else this.#sizes[at] = size;
      return;
    }
    if (size === 0) return;
    this.#insert(index, key, size);
    if (this.#count > this.#limit) {
      this.#count -= 1;
      this.#horizon = this.#keys[this.#start + this.#count] as number;
    }
  }

  /** Index of the first level whose key is not better than `key`. */
  #search(key: number): number {
    const keys = this.#keys;
    let low = this.#start;
    let high = low + this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return low - this.#start;
  }

  #insert(index: number, key: number, size: number): void {
    if (index * 2 < this.#count) {
      if (this.#start === 0) this.#makeRoom();
      this.#move(this.#start, this.#start + index, -1);
      this.#start -= 1;
    } else {
      if (this.#start + this.#count === this.#keys.length) this.#makeRoom();
      this.#move(this.#start + index, this.#start + this.#count, 1);
    }
    this.#count += 1;
    this.#keys[this.#start + index] = key;
    this.#sizes[this.#start + index] = size;
  }

  #remove(index: number): void {
    if (index * 2 < this.#count) {
      this.#move(this.#start, this.#start + index, 1);
      this.#start += 1;
    } else {
      this.#move(this.#start + index + 1, this.#start + this.#count, -1);
    }
    this.#count -= 1;
  }

  /** Moves the elements `from … to − 1` by one place. */
  #move(from: number, to: number, by: 1 | -1): void {
    const keys = this.#keys;
    const sizes = this.#sizes;
    if (to - from > LOOP_LIMIT) {
      keys.copyWithin(from + by, from, to);
      sizes.copyWithin(from + by, from, to);
    } else if (by === 1) {
      for (let i = to; i > from; i -= 1) {
        keys[i] = keys[i - 1] as number;
        sizes[i] = sizes[i - 1] as number;
      }
    } else {
      for (let i = from; i < to; i += 1) {
        keys[i - 1] = keys[i] as number;
        sizes[i - 1] = sizes[i] as number;
      }
    }
  }

  /** Centres the levels, in a larger array when more than half of this one is in use. */
  #makeRoom(): void {
    const capacity = this.#count * 2 > this.#keys.length ? this.#keys.length * 2 : this.#keys.length;
    const start = (capacity - this.#count) >> 1;
    const end = this.#start + this.#count;
    if (capacity === this.#keys.length) {
      this.#keys.copyWithin(start, this.#start, end);
      this.#sizes.copyWithin(start, this.#start, end);
    } else {
      const keys = new Float64Array(capacity);
      const sizes = new Float64Array(capacity);
      keys.set(this.#keys.subarray(this.#start, end), start);
      sizes.set(this.#sizes.subarray(this.#start, end), start);
      this.#keys = keys;
      this.#sizes = sizes;
    }
    this.#start = start;
  }
}

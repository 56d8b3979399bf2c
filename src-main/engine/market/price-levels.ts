import { BID, type BookSide, type BookUpdate } from '../ports.ts';

/** Up to this many elements a plain loop beats the call into `copyWithin`. */
const LOOP_LIMIT = 48;
const FIRST_CAPACITY = 64;
/** Most changes lie close to each other and to the touch: so many levels are looked through in order before halving. */
const NEAR = 16;

export type LevelChanges = Omit<BookUpdate, 'stamps'>;

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
  readonly #side: BookSide;
  readonly #sign: 1 | -1;
  readonly #limit: number;

  /** Of bids the highest price is best. `limit`: levels kept; worse ones are dropped and {@link thinned} says so. */
  constructor(side: BookSide, limit: number) {
    this.#side = side;
    this.#sign = side === BID ? -1 : 1;
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

  /** Puts {@link price} and {@link size} of a level at this place of two arrays. */
  copy(index: number, prices: Float64Array, sizes: Float64Array, place: number): void {
    if (index < 0 || index >= this.#count) {
      prices[place] = Number.NaN;
      sizes[place] = Number.NaN;
      return;
    }
    prices[place] = this.#sign * (this.#keys[this.#start + index] as number);
    sizes[place] = this.#sizes[this.#start + index] as number;
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

  /**
   * Takes in the levels of an update from `from` on, until one is of the other side or out of range; gives the place of
   * that one, or the count. A size of 0 deletes, and deleting a price that is not held does nothing. Levels of a frame
   * mostly come in order, best first: each is looked for from the one before on. One loop over locals: a book is written
   * more often than anything else is done. Places are cut to 32 bits: those that the compiler cannot tell to stay whole it
   * holds as doubles, and turns them to and fro at each use.
   */
  write({ count, sides, prices, sizes }: LevelChanges, from: number): number {
    const side = this.#side;
    const sign = this.#sign;
    const limit = this.#limit;
    let horizon = this.#horizon;
    let keys = this.#keys;
    let held = this.#sizes;
    let start = this.#start;
    let end = (start + this.#count) | 0;
    let at = start;
    let index = from;
    for (; index < count && sides[index] === side; index = (index + 1) | 0) {
      const price = prices[index] as number;
      const size = sizes[index] as number;
      if (!(price > 0 && price < Number.POSITIVE_INFINITY && size >= 0 && size < Number.POSITIVE_INFINITY)) break;
      const key = sign * price;
      // Levels are held without holes up to the horizon; one beyond it would pretend the ones between do not exist.
      if (key >= horizon) continue;
      if (at > start && (keys[at - 1] as number) >= key) at = start;
      const near = end - at < NEAR ? end : (at + NEAR) | 0;
      while (at < near && (keys[at] as number) < key) at = (at + 1) | 0;
      if (at === near) at = firstNotBetter(keys, at, end, key);
      const isHeld = at < end && keys[at] === key;
      if (size !== 0 && isHeld) {
        held[at] = size;
      } else if (isHeld) {
        if ((at - start) * 2 < end - start) {
          shift(keys, held, start, at, 1);
          start = (start + 1) | 0;
          at = (at + 1) | 0;
        } else {
          shift(keys, held, at + 1, end, -1);
          end = (end - 1) | 0;
        }
      } else if (size !== 0) {
        if (start === 0 || end === keys.length) {
          at = (at - start) | 0;
          this.#start = start;
          this.#count = end - start;
          this.#makeRoom();
          keys = this.#keys;
          held = this.#sizes;
          start = this.#start;
          end = (start + this.#count) | 0;
          at = (at + start) | 0;
        }
        if ((at - start) * 2 < end - start) {
          shift(keys, held, start, at, -1);
          start = (start - 1) | 0;
          at = (at - 1) | 0;
        } else {
          shift(keys, held, at, end, 1);
          end = (end + 1) | 0;
        }
        keys[at] = key;
        held[at] = size;
        if (end - start > limit) {
          end = (end - 1) | 0;
          horizon = keys[end] as number;
        }
      }
    }
    this.#horizon = horizon;
    this.#start = start;
    this.#count = end - start;
    return index;
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

/** The first place from `from` on whose key is not better than `key`; `end` where there is none. */
function firstNotBetter(keys: Float64Array, from: number, end: number, key: number): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as number) < key) low = (middle + 1) | 0;
    else high = middle;
  }
  return low;
}

/** Moves the levels `from … to − 1` by one place. */
function shift(keys: Float64Array, sizes: Float64Array, from: number, to: number, by: 1 | -1): void {
  if (to - from > LOOP_LIMIT) {
    keys.copyWithin(from + by, from, to);
    sizes.copyWithin(from + by, from, to);
  } else if (by === 1) {
    for (let at = to; at > from; at -= 1) {
      keys[at] = keys[at - 1] as number;
      sizes[at] = sizes[at - 1] as number;
    }
  } else {
    for (let at = from; at < to; at += 1) {
      keys[at - 1] = keys[at] as number;
      sizes[at - 1] = sizes[at] as number;
    }
  }
}

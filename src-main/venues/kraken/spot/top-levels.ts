import { BID, type Book, type BookSide, type BookUpdate } from '#engine/ports';
import { AFTER_ZEROS } from './crc.ts';
import type { DigitsCrc } from './digits-crc.ts';

/** Levels a side in the checksum. */
const LEVELS = 10;
const LAST = LEVELS - 1;

/**
 * The ten best levels of one side of a book, each with the CRC and the length of its digits, kept up with the book's
 * updates: writing digits costs more than anything else, so that of a level is done once while it stands. Levels stay in
 * their slots and only the order of the slots moves.
 */
export class TopLevels {
  readonly #side: BookSide;
  /** Makes prices grow from the best on. */
  readonly #sign: 1 | -1;
  readonly #digits: DigitsCrc;
  readonly #keys = new Float64Array(LEVELS);
  readonly #crcs = new Int32Array(LEVELS);
  readonly #lengths = new Uint8Array(LEVELS);
  /** Slots from the best level on; behind the last level those that are free. */
  readonly #order = Uint8Array.from({ length: LEVELS }, (_, slot) => slot);
  #count = 0;
  /** The register before each level, and after the last, when it was last asked for. */
  readonly #registers = new Int32Array(LEVELS + 1);
  /** The best level that changed since then. */
  #changed = 0;
  /** A price and a size as the book holds them. */
  readonly #price = new Float64Array(1);
  readonly #size = new Float64Array(1);

  constructor(side: BookSide, digits: DigitsCrc) {
    this.#side = side;
    this.#sign = side === BID ? -1 : 1;
    this.#digits = digits;
  }

  /** The register after these levels when it held that before them. */
  append(register: number): number {
    const crcs = this.#crcs;
    const lengths = this.#lengths;
    const order = this.#order;
    const registers = this.#registers;
    const zeros = AFTER_ZEROS;
    const count = this.#count;
    let at = register === registers[0] ? Math.min(this.#changed, count) : 0;
    registers[0] = register;
    let whole = registers[at] as number;
    for (; at < count; at += 1) {
      const slot = order[at] as number;
      const from = (lengths[slot] as number) << 10;
      whole =
        (zeros[from + (whole & 255)] as number) ^
        (zeros[from + 256 + ((whole >>> 8) & 255)] as number) ^
        (zeros[from + 512 + ((whole >>> 16) & 255)] as number) ^
        (zeros[from + 768 + (whole >>> 24)] as number) ^
        (crcs[slot] as number);
      registers[at + 1] = whole;
    }
    this.#changed = count;
    return whole;
  }

  /** Reads all of them from the book. */
  rebuild(book: Book): void {
    this.#count = 0;
    this.#changed = 0;
    this.#fill(book);
  }

  /** Takes over what an update that was just written to the book did to them; false when it reached none. */
  follow(book: Book, update: BookUpdate): boolean {
    const { sides, prices, sizes } = update;
    const keys = this.#keys;
    const order = this.#order;
    const side = this.#side;
    const sign = this.#sign;
    let count = this.#count;
    let changed = this.#changed;
    // What lies beyond was not known before the update, or has been pushed out by it.
    let horizon = count < LEVELS ? Number.POSITIVE_INFINITY : (keys[order[LAST] as number] as number);
    let reached = false;
    for (let index = 0; index < update.count; index += 1) {
      if (sides[index] !== side) continue;
      const key = sign * (prices[index] as number);
      if (key > horizon) continue;
      reached = true;
      let at = 0;
      while (at < count && (keys[order[at] as number] as number) < key) at += 1;
      if (at < changed) changed = at;
      let slot = order[at] as number;
      const held = at < count && keys[slot] === key;
      if (sizes[index] === 0) {
        if (!held) continue;
        count -= 1;
        for (let place = at; place < count; place += 1) order[place] = order[place + 1] as number;
        order[count] = slot;
        continue;
      }
      if (!held) {
        if (at === LEVELS) {
          horizon = keys[order[LAST] as number] as number;
          continue;
        }
        const last = count < LEVELS ? count : LAST;
        slot = order[last] as number;
        for (let place = last; place > at; place -= 1) order[place] = order[place - 1] as number;
        order[at] = slot;
        keys[slot] = key;
        if (count < LEVELS) count += 1;
        else horizon = keys[order[LAST] as number] as number;
      }
      this.#write(slot, prices, sizes, index);
    }
    this.#count = count;
    this.#changed = changed;
    if (reached) this.#fill(book);
    return reached;
  }

  /** Those that the book has below the ones that are known. */
  #fill(book: Book): void {
    const side = this.#side;
    const depth = Math.min(LEVELS, book.depth(side));
    for (let at = this.#count; at < depth; at += 1) {
      const slot = this.#order[at] as number;
      book.copyLevel(side, at, this.#price, this.#size, 0);
      this.#keys[slot] = this.#sign * (this.#price[0] as number);
      this.#write(slot, this.#price, this.#size, 0);
    }
    this.#count = depth;
  }

  #write(slot: number, prices: Float64Array, sizes: Float64Array, index: number): void {
    const digits = this.#digits;
    digits.take(prices, sizes, index);
    this.#crcs[slot] = digits.crc;
    this.#lengths[slot] = digits.length;
  }
}

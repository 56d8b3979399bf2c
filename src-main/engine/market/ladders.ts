import { type Decimal, fromDouble, min, ZERO } from '#shared/money/decimal';
import { ASK, BID, type BookSide } from '../ports.ts';
import type { Listed } from './listed.ts';
import type { Ladder, Walk } from './view.ts';

export const bookSide = (side: 'bid' | 'ask'): BookSide => (side === 'bid' ? BID : ASK);

interface ExactLevel {
  readonly price: Decimal;
  readonly size: Decimal;
}

/** The levels of a listing's book as the venue wrote them (ID-4), each made at most once per state of the book. */
export class ExactLevels {
  readonly #sides: readonly [ExactLevel[], ExactLevel[]] = [[], []];
  readonly #ladders = new Map<string, Ladder>();
  #revision = -1;
  #priceDigits = -1;
  #sizeDigits = -1;

  /** The level at `index`, which the side of the book must hold. */
  at(listed: Listed, side: BookSide, index: number): ExactLevel {
    this.#refresh(listed);
    const levels = this.#sides[side];
    const known = levels[index];
    if (known !== undefined) return known;
    const { book, priceDigits, sizeDigits } = listed;
    const level = {
      price: fromDouble(book.price(side, index), priceDigits),
      size: fromDouble(book.size(side, index), sizeDigits),
    };
    levels[index] = level;
    return level;
  }

  /** The best `maxLevels` levels of a side. An invalid book has none (MD-3). */
  ladder(listed: Listed, side: BookSide, maxLevels: number): Ladder {
    this.#refresh(listed);
    const key = `${side} ${maxLevels}`;
    const known = this.#ladders.get(key);
    if (known !== undefined) return known;
    const { book } = listed;
    const depth = book.valid ? Math.min(book.depth(side), maxLevels) : 0;
    const levels: ExactLevel[] = [];
    for (let index = 0; index < depth; index += 1) {
      const level = this.at(listed, side, index);
      // A size below the lot cannot be taken.
      if (level.size.gt(ZERO)) levels.push(level);
    }
    const ladder = { levels };
    this.#ladders.set(key, ladder);
    return ladder;
  }

  #refresh({ book, priceDigits, sizeDigits }: Listed): void {
    const same =
      this.#revision === book.revision && this.#priceDigits === priceDigits && this.#sizeDigits === sizeDigits;
    if (same) return;
    this.#revision = book.revision;
    this.#priceDigits = priceDigits;
    this.#sizeDigits = sizeDigits;
    for (const side of this.#sides) side.length = 0;
    this.#ladders.clear();
  }
}

/** Price of a level as the venue wrote it (ID-4). */
export const exactPrice = (listed: Listed, side: BookSide, index: number): Decimal =>
  listed.exact.at(listed, side, index).price;

/** Size of a level as the venue wrote it, base units. */
export const exactSize = (listed: Listed, side: BookSide, index: number): Decimal =>
  listed.exact.at(listed, side, index).size;

/** The best `maxLevels` levels of a side, exact. An invalid book has none (MD-3). */
export const exactLadder = (listed: Listed, side: BookSide, maxLevels: number): Ladder =>
  listed.exact.ladder(listed, side, maxLevels);

/**
 * Takes `quantity` base units from a side, best level first. `filled` falls short when the book is too thin, and a
 * thinned book counts only the levels it holds. `undefined` for an invalid or empty side, or no positive quantity.
 */
export function walkLadder(listed: Listed, side: BookSide, quantity: Decimal): Walk | undefined {
  const { book } = listed;
  if (!book.valid || quantity.lte(ZERO)) return undefined;
  let left = quantity;
  let paid = ZERO;
  let worst: Decimal | undefined;
  for (let index = 0; index < book.depth(side) && left.gt(ZERO); index += 1) {
    const taken = min(left, exactSize(listed, side, index));
    if (taken.lte(ZERO)) continue;
    worst = exactPrice(listed, side, index);
    paid = paid.plus(taken.times(worst));
    left = left.minus(taken);
  }
  if (worst === undefined) return undefined;
  const filled = quantity.minus(left);
  return { filled, average: paid.div(filled), worst };
}

import { type Decimal, fromDouble, min, ZERO } from '#shared/money/decimal';
import { ASK, BID, type BookSide } from '../ports.ts';
import type { Listed } from './listed.ts';
import type { Ladder, Walk } from './view.ts';

export const bookSide = (side: 'bid' | 'ask'): BookSide => (side === 'bid' ? BID : ASK);

/** Price of a level as the venue wrote it (ID-4). */
export const exactPrice = (listed: Listed, side: BookSide, index: number): Decimal =>
  fromDouble(listed.book.price(side, index), listed.priceDigits);

/** Size of a level as the venue wrote it, base units. */
export const exactSize = (listed: Listed, side: BookSide, index: number): Decimal =>
  fromDouble(listed.book.size(side, index), listed.sizeDigits);

/** The best `maxLevels` levels of a side, exact. An invalid book has none (MD-3). */
export function exactLadder(listed: Listed, side: BookSide, maxLevels: number): Ladder {
  const { book } = listed;
  const depth = book.valid ? Math.min(book.depth(side), maxLevels) : 0;
  const levels: { price: Decimal; size: Decimal }[] = [];
  for (let index = 0; index < depth; index += 1) {
    const size = exactSize(listed, side, index);
    // A size below the lot cannot be taken.
    if (size.gt(ZERO)) levels.push({ price: exactPrice(listed, side, index), size });
  }
  return { levels };
}

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

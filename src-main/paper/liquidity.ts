import { ASK, BID, type Book, type BookSide } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Side } from '#shared/domain/order';
import { type Decimal, decimal, decimalsOf, floorTo, fromDouble, min, ZERO } from '#shared/money/decimal';

export interface Taken {
  readonly price: Decimal;
  readonly quantity: Decimal;
}

interface Level {
  /** Displayed size our take was made against. */
  readonly displayed: number;
  readonly taken: Decimal;
}

/** The side of the book an order of this side takes from. */
export const otherSide = (side: Side): BookSide => (side === 'buy' ? ASK : BID);
export const ownSide = (side: Side): BookSide => (side === 'buy' ? BID : ASK);

/**
 * Displayed size minus what our own orders took of it already: the books do not know of our fills, so until a level's
 * displayed size changes, what we took of it is gone. Two listings of one book share it (ID-3).
 */
export class Liquidity {
  readonly #books = new Map<ListingId, Map<string, Level>>();

  /** Takes up to `quantity` from the best level to `limit`, whole lots, and remembers it. Best level first. */
  take(listing: Listing, book: Book, side: Side, quantity: Decimal, limit: Decimal): readonly Taken[] {
    const from = otherSide(side);
    const priceDigits = decimalsOf(decimal(listing.priceTick));
    const lot = decimal(listing.lotStep);
    this.bookChanged(listing.bookId, book);
    const levels = this.#levels(listing.bookId);
    const takes: Taken[] = [];
    let left = quantity;
    for (let index = 0; index < book.depth(from) && left.gt(ZERO); index += 1) {
      const price = fromDouble(book.price(from, index), priceDigits);
      if (side === 'buy' ? price.gt(limit) : price.lt(limit)) break;
      const displayed = book.size(from, index);
      const key = `${from}${price.toFixed()}`;
      const before = levels.get(key)?.taken ?? ZERO;
      const open = fromDouble(displayed, 12).minus(before);
      const taken = open.gt(ZERO) ? floorTo(min(left, open), lot) : ZERO;
      if (taken.lte(ZERO)) continue;
      levels.set(key, { displayed, taken: before.plus(taken) });
      left = left.minus(taken);
      takes.push({ price, quantity: taken });
    }
    return takes;
  }

  /** What was taken from levels that changed since is forgotten: the venue's own word replaces it. */
  bookChanged(bookId: ListingId, book: Book): void {
    const levels = this.#books.get(bookId);
    if (levels === undefined) return;
    for (const [key, level] of levels) {
      const side = key.startsWith(String(ASK)) ? ASK : BID;
      if (sizeAt(book, side, Number(key.slice(1))) !== level.displayed) levels.delete(key);
    }
  }

  #levels(bookId: ListingId): Map<string, Level> {
    let levels = this.#books.get(bookId);
    if (levels === undefined) {
      levels = new Map();
      this.#books.set(bookId, levels);
    }
    return levels;
  }
}

/** Displayed size at exactly this price, 0 when there is none. */
export function sizeAt(book: Book, side: BookSide, price: number): number {
  for (let index = 0; index < book.depth(side); index += 1) {
    const at = book.price(side, index);
    if (at === price) return book.size(side, index);
    if (side === BID ? at < price : at > price) return 0;
  }
  return 0;
}

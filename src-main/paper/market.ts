import type { Book } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';

/** What the simulated venues see of the market: the real (or practice) books and trades. */
export interface PaperMarket {
  listing(id: ListingId): Listing | undefined;
  book(id: ListingId): Book | undefined;
  /** False while the book is stale or trading there is not normal: nothing is matched on a frozen book (PP-1). */
  tradable(id: ListingId): boolean;
  /** Called after each commit or invalidation of a book. */
  onBook(listener: (id: ListingId) => void): void;
  onTrade(listener: (id: ListingId, price: number, size: number, takerSide: 'buy' | 'sell') => void): void;
}

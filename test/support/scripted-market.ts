import type { Book } from '#engine/ports';
import type { PaperMarket } from '#main/paper/market';
import type { ListingId } from '#shared/domain/ids';
import { FakeMarket, type TextLevels } from './fake-market.ts';

/** Books and trades that a test plays to the engine and to the simulated venues alike. */
export class ScriptedMarket extends FakeMarket implements PaperMarket {
  /** Venues where nothing is matched although the book still shows. */
  readonly frozen = new Set<ListingId>();
  readonly invalid = new Set<ListingId>();
  readonly #onBook: ((id: ListingId) => void)[] = [];
  readonly #onTrade: ((id: ListingId, price: number, size: number, takerSide: 'buy' | 'sell') => void)[] = [];

  override book(id: ListingId): Book | undefined {
    const book = super.book(id);
    return book === undefined || !this.invalid.has(id) ? book : { ...book, valid: false };
  }

  tradable(id: ListingId): boolean {
    return !this.frozen.has(id);
  }

  onBook(listener: (id: ListingId) => void): void {
    this.#onBook.push(listener);
  }

  onTrade(listener: (id: ListingId, price: number, size: number, takerSide: 'buy' | 'sell') => void): void {
    this.#onTrade.push(listener);
  }

  /** The process that listened is gone. */
  forgetListeners(): void {
    this.#onBook.length = 0;
    this.#onTrade.length = 0;
  }

  /** The book of a listing changes. */
  show(id: ListingId, bids: TextLevels, asks: TextLevels): void {
    this.quote(id, bids, asks);
    this.changed(id);
  }

  changed(id: ListingId): void {
    for (const listener of this.#onBook) listener(id);
  }

  trade(id: ListingId, price: number, size: number, takerSide: 'buy' | 'sell'): void {
    for (const listener of this.#onTrade) listener(id, price, size, takerSide);
  }
}

import { ASK, BID, type Book, type BookSide } from '#engine/ports';
import type { InventedBook, InventedLevel } from './invented-book.ts';

const NO_LEVELS: InventedBook = { bids: [], asks: [] };

/**
 * Writes one invented book over another, as a venue's update would: levels that went are deleted, the rest is set. A
 * book that is not valid gets a snapshot. Writing and committing are apart, so that all books of a bar's close can be
 * written before the first of them is acted upon.
 */
export class BookWriter {
  readonly #book: Book;
  #shown: InventedBook = NO_LEVELS;

  constructor(book: Book) {
    this.#book = book;
  }

  write(next: InventedBook): void {
    if (this.#book.valid) {
      this.#clear(BID, this.#shown.bids);
      this.#clear(ASK, this.#shown.asks);
    } else {
      this.#book.reset();
    }
    for (const { price, size } of next.bids) this.#book.set(BID, price, size);
    for (const { price, size } of next.asks) this.#book.set(ASK, price, size);
    this.#shown = next;
  }

  commit(wallMs: number, monoMs: number): void {
    this.#book.commit(wallMs, Number.NaN, monoMs);
  }

  /** Nobody may trade on it until the next {@link write}. */
  end(cause: string): void {
    if (this.#book.valid) this.#book.invalidate(cause);
  }

  #clear(side: BookSide, levels: readonly InventedLevel[]): void {
    for (const { price } of levels) this.#book.set(side, price, 0);
  }
}

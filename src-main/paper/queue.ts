import type { Book } from '#engine/ports';
import type { Side } from '#shared/domain/order';
import { ownSide, sizeAt } from './liquidity.ts';

/**
 * The place of one resting order in the queue at its price (PP-1). It starts behind all that is displayed, advances with
 * trades at its price, and with reductions of the displayed size in proportion to what stands ahead of it. Doubles: a
 * place in a queue is an estimate, not money.
 */
export class QueuePlace {
  readonly #side: Side;
  readonly #price: number;
  #ahead: number;
  #displayed: number;
  /** Traded at the price since the book was last seen: explains that much of the next reduction. */
  #traded = 0;
  /** Already advanced by a reduction whose trade may still be reported: not to be counted twice. */
  #credit = 0;

  constructor(side: Side, price: number, book: Book) {
    this.#side = side;
    this.#price = price;
    this.#displayed = sizeAt(book, ownSide(side), price);
    this.#ahead = this.#displayed;
  }

  /** The book changed. After an invalid book nobody knows the queue: the order stands at its end again. */
  bookChanged(book: Book): void {
    if (!book.valid) {
      this.#displayed = Number.NaN;
      return;
    }
    const displayed = sizeAt(book, ownSide(this.#side), this.#price);
    if (Number.isNaN(this.#displayed)) {
      this.#ahead = displayed;
    } else {
      const explained = Math.max(0, this.#displayed - this.#traded);
      const cancelled = explained - displayed;
      this.#credit = 0;
      if (cancelled > 0 && explained > 0) {
        const advanced = Math.min(this.#ahead, (this.#ahead / explained) * cancelled);
        this.#ahead -= advanced;
        this.#credit = advanced;
      }
      this.#ahead = Math.min(this.#ahead, displayed);
    }
    this.#displayed = displayed;
    this.#traded = 0;
  }

  /** A trade of `size` at exactly the order's price, against its side; returns how much of it reaches the order. */
  traded(size: number): number {
    const known = Math.min(this.#credit, size);
    this.#credit -= known;
    const fresh = size - known;
    this.#traded += fresh;
    const reaches = fresh - this.#ahead;
    this.#ahead = Math.max(0, this.#ahead - fresh);
    return Math.max(0, reaches);
  }
}

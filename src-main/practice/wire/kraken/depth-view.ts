import type { BookChange, Level, Side, WorldBook } from '../../world/book.ts';
import { ASK, BID } from '../../world/book.ts';

/**
 * The best levels of a book as a subscriber of one depth holds them. A level that falls below the depth is not taken
 * back by a message, the client drops it; one that rises into the depth is sent.
 */
export class DepthView {
  readonly #book: WorldBook;
  readonly #depth: number;
  #shown: [Map<number, number>, Map<number, number>];

  constructor(book: WorldBook, depth: number) {
    this.#book = book;
    this.#depth = depth;
    this.#shown = [this.#now(BID), this.#now(ASK)];
  }

  levels(side: Side): readonly Level[] {
    return this.#book.levels(side).slice(0, this.#depth);
  }

  /** What a holder of the view must be told after the book took `changes`. */
  advance(changes: readonly BookChange[]): BookChange[] {
    const told: BookChange[] = [];
    for (const side of [BID, ASK] as const) {
      const before = this.#shown[side];
      const after = this.#now(side);
      for (const change of changes) {
        if (change.side === side && change.size === 0 && before.has(change.price)) told.push(change);
      }
      for (const [price, size] of after) if (before.get(price) !== size) told.push({ side, price, size });
      this.#shown[side] = after;
    }
    return told;
  }

  #now(side: Side): Map<number, number> {
    return new Map(this.levels(side).map((level) => [level.price, level.size]));
  }
}

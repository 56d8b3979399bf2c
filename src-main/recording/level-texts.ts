import { ASK, BID, type Book, type BookSide } from '#engine/ports';
import type { LevelText } from './source-text.ts';

/** Texts kept before those of levels that are gone are dropped. */
const MOST_KEPT = 40_000;

const keyOf = (price: number, size: number): string => `${price} ${size}`;

/** How the levels of one book were written by the venue, by the numbers that a decoder made of them. */
export class LevelTexts {
  readonly #texts = new Map<string, LevelText>();
  readonly #contractSize: number;

  constructor(contractSize: number) {
    this.#contractSize = contractSize;
  }

  note(levels: readonly LevelText[], book: Book): void {
    for (const level of levels) {
      const size = Number(level.size);
      if (size === 0) continue;
      this.#texts.set(keyOf(Number(level.price), this.#contractSize === 1 ? size : size * this.#contractSize), level);
    }
    if (this.#texts.size > MOST_KEPT) this.#prune(book);
  }

  /** The best level of a side as sent; `undefined` when the side is empty or its text was never seen. */
  touch(book: Book, side: BookSide): LevelText | undefined {
    return book.depth(side) === 0 ? undefined : this.#texts.get(keyOf(book.price(side, 0), book.size(side, 0)));
  }

  #prune(book: Book): void {
    const kept = new Map<string, LevelText>();
    for (const side of [BID, ASK] as const) {
      for (let index = 0; index < book.depth(side); index += 1) {
        const key = keyOf(book.price(side, index), book.size(side, index));
        const text = this.#texts.get(key);
        if (text !== undefined) kept.set(key, text);
      }
    }
    this.#texts.clear();
    for (const [key, text] of kept) this.#texts.set(key, text);
  }
}

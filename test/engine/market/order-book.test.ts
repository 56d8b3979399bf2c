import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommitKind, LEAST_LEVELS, OrderBook } from '#engine/market/order-book';
import { ASK, BID, type BookSide } from '#engine/ports';

const ID = 'kraken:spot|BTC-USD' as const;

function watched(maxLevels?: number) {
  const commits: CommitKind[] = [];
  const invalidations: { cause: string; ownVerdict: boolean }[] = [];
  const listener = {
    committed: (_book: OrderBook, kind: CommitKind) => {
      commits.push(kind);
    },
    invalidated: (_book: OrderBook, cause: string, ownVerdict: boolean) => {
      invalidations.push({ cause, ownVerdict });
    },
  };
  return { book: new OrderBook(ID, listener, maxLevels), commits, invalidations };
}

const ladder = (book: OrderBook, side: BookSide) =>
  Array.from({ length: book.depth(side) }, (_, index) => [book.price(side, index), book.size(side, index)]);

/** The obviously right book: a map, sorted when read; what the limit cut off stays unknown until the next snapshot. */
class ModelSide {
  readonly #levels = new Map<number, number>();
  readonly #better: (a: number, b: number) => boolean;
  readonly #limit: number;
  #horizon: number | undefined;

  constructor(side: BookSide, limit: number) {
    this.#better = side === BID ? (a, b) => a > b : (a, b) => a < b;
    this.#limit = limit;
  }

  clear() {
    this.#levels.clear();
    this.#horizon = undefined;
  }

  set(price: number, size: number) {
    if (this.#horizon !== undefined && !this.#better(price, this.#horizon)) return;
    if (size === 0) this.#levels.delete(price);
    else this.#levels.set(price, size);
    const worst = this.ladder().at(-1);
    if (this.#levels.size > this.#limit && worst !== undefined) {
      this.#levels.delete(worst[0]);
      this.#horizon = worst[0];
    }
  }

  ladder(): [number, number][] {
    return [...this.#levels].sort(([a], [b]) => (this.#better(a, b) ? -1 : 1));
  }
}

const level = fc.record({
  side: fc.constantFrom<BookSide>(BID, ASK),
  price: fc.integer({ min: 1, max: 80 }).map((tick) => tick / 4),
  size: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 1000 }).map((lots) => lots / 8),
  ),
});
const frames = fc.array(fc.record({ snapshot: fc.boolean(), levels: fc.array(level, { maxLength: 60 }) }), {
  minLength: 1,
  maxLength: 30,
});

describe('OrderBook', () => {
  for (const limit of [5, 5000]) {
    it(`[MD-1] equals a map that is sorted when read, ${limit} levels a side (seed 11)`, () => {
      fc.assert(
        fc.property(frames, (made) => {
          const { book } = watched(limit);
          const model = [new ModelSide(BID, limit), new ModelSide(ASK, limit)] as const;
          book.reset();
          for (const frame of made) {
            if (frame.snapshot) {
              book.reset();
              for (const side of model) side.clear();
            }
            for (const { side, price, size } of frame.levels) {
              // Bids below 50, asks above, so that the frame is not judged as crossed.
              const placed = side === BID ? price / 2 : 50 + price;
              book.set(side, placed, size);
              model[side].set(placed, size);
            }
            expect(ladder(book, BID)).toEqual(model[BID].ladder());
            expect(ladder(book, ASK)).toEqual(model[ASK].ladder());
          }
        }),
        { seed: 11, numRuns: 150 },
      );
    });
  }

  it('[MD-1] reads NaN outside the levels it holds', () => {
    const { book } = watched();
    expect([book.price(BID, 0), book.size(ASK, 3), book.committedMonoMs]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    book.reset();
    book.set(BID, 10, 1);
    book.commit(1000, 7, 5);
    expect([book.price(BID, -1), book.price(BID, 1), book.price(BID, 0)]).toEqual([Number.NaN, Number.NaN, 10]);
    expect([book.venueTimeMs, book.sequence, book.committedMonoMs]).toEqual([1000, 7, 5]);
  });

  it('tells its one listener once per commit, and of what kind it was', () => {
    const { book, commits } = watched();
    book.reset();
    book.set(BID, 10, 1);
    book.commit(1, 1, 1);
    book.set(BID, 9, 1);
    book.commit(2, 2, 2);
    book.commit(3, 3, 3);
    expect(commits).toEqual(['snapshot', 'update', 'unchanged']);
  });

  it('[MD-3] is invalid at once and ignores changes until the next snapshot is committed', () => {
    const { book, commits, invalidations } = watched();
    book.set(BID, 10, 1);
    book.commit(1, 1, 1);
    expect([book.valid, commits.length]).toEqual([false, 0]);
    book.reset();
    book.set(BID, 10, 1);
    expect(book.valid).toBe(false);
    book.commit(1, 1, 1);
    expect(book.valid).toBe(true);
    book.invalidate('sequence gap');
    book.invalidate('sequence gap');
    book.set(BID, 11, 1);
    book.commit(2, 2, 2);
    expect(book.valid).toBe(false);
    expect(invalidations).toEqual([{ cause: 'sequence gap', ownVerdict: false }]);
    // The last known levels can still be read.
    expect(ladder(book, BID)).toEqual([[10, 1]]);
  });

  it('[MD-3] bears a crossed or locked book for one update and rejects it at the second', () => {
    for (const bid of [11, 12]) {
      const { book, invalidations } = watched();
      book.reset();
      book.set(BID, 10, 1);
      book.set(ASK, 11, 1);
      book.commit(1, 1, 100);
      book.set(BID, bid, 1);
      book.commit(2, 2, 200);
      expect([book.valid, book.crossedSinceMonoMs]).toEqual([true, 200]);
      book.set(ASK, 11, 0);
      book.set(ASK, 13, 1);
      book.commit(3, 3, 300);
      expect([book.valid, book.crossedSinceMonoMs]).toEqual([true, Number.NaN]);
      book.set(BID, 13, 1);
      book.commit(4, 4, 400);
      book.set(BID, 5, 1);
      book.commit(5, 5, 500);
      expect(book.valid).toBe(false);
      expect(invalidations).toEqual([{ cause: 'crossed or locked for more than one update', ownVerdict: true }]);
    }
  });

  it('does not pretend depth it dropped, and asks for a snapshot when too little of it is left', () => {
    const { book, invalidations } = watched(LEAST_LEVELS + 5);
    book.reset();
    for (let tick = 0; tick < 40; tick += 1) {
      book.set(BID, 100 - tick, 1);
      book.set(ASK, 101 + tick, 1);
    }
    book.commit(1, 1, 1);
    expect([book.depth(ASK), book.thinned(ASK)]).toEqual([LEAST_LEVELS + 5, true]);
    book.set(ASK, 139, 9);
    expect(book.depth(ASK)).toBe(LEAST_LEVELS + 5);
    for (let tick = 0; tick < 5; tick += 1) book.set(ASK, 101 + tick, 0);
    // The best of the dropped levels is as unknown as the ones behind it.
    book.set(ASK, 126, 9);
    book.commit(2, 2, 2);
    expect([book.valid, book.depth(ASK)]).toEqual([true, LEAST_LEVELS]);
    book.set(ASK, 106, 0);
    book.commit(3, 3, 3);
    expect(invalidations).toEqual([{ cause: 'too few levels are left of a thinned book', ownVerdict: true }]);
  });

  it('[FCL] a level that is no price or size makes the book invalid instead of being guessed', () => {
    for (const [price, size] of [
      [Number.NaN, 1],
      [-1, 1],
      [0, 1],
      [1, Number.NaN],
      [1, -1],
      [Number.POSITIVE_INFINITY, 1],
    ] as const) {
      const { book, invalidations } = watched();
      book.reset();
      book.set(BID, 10, 1);
      book.set(ASK, price, size);
      book.commit(1, 1, 1);
      expect(book.valid).toBe(false);
      expect(invalidations).toEqual([{ cause: 'a level out of range', ownVerdict: true }]);
      book.reset();
      book.set(BID, 10, 1);
      book.commit(2, 2, 2);
      expect(book.valid).toBe(true);
    }
  });
});

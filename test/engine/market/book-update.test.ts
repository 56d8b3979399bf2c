import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderBook } from '#engine/market/order-book';
import { ASK, BID, type BookUpdate, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';

const ID = 'okx:perp|BTC-USDT-PERP' as const;

function watched() {
  const told: string[] = [];
  const book = new OrderBook(ID, {
    committed: (_book, kind) => told.push(kind),
    invalidated: (_book, cause) => told.push(cause),
  });
  return { book, told };
}

type Row = readonly [side: 0 | 1, price: number, size: number];

function updateOf(rows: readonly Row[], stamps: readonly [number, number, number] = [1, 2, 3]): BookUpdate {
  // Longer than what it holds, as its owner's arrays are.
  const update = {
    count: rows.length,
    sides: new Uint8Array(rows.length + 5).fill(BID),
    prices: new Float64Array(rows.length + 5).fill(7),
    sizes: new Float64Array(rows.length + 5).fill(7),
    stamps: new Float64Array(3),
  };
  rows.forEach(([side, price, size], index) => {
    update.sides[index] = side;
    update.prices[index] = price;
    update.sizes[index] = size;
  });
  update.stamps[VENUE_TIME_MS] = stamps[0];
  update.stamps[SEQUENCE] = stamps[1];
  update.stamps[MONO_MS] = stamps[2];
  return update;
}

const state = (book: OrderBook) => ({
  valid: book.valid,
  bids: Array.from({ length: book.depth(BID) }, (_, at) => [book.price(BID, at), book.size(BID, at)]),
  asks: Array.from({ length: book.depth(ASK) }, (_, at) => [book.price(ASK, at), book.size(ASK, at)]),
  stamps: [book.venueTimeMs, book.sequence, book.committedMonoMs],
});

describe('[MD-1] a frame written from typed arrays', () => {
  it('[MD-3] is the same as level by level, whatever it holds (seed 47)', () => {
    const price = fc.oneof(
      fc.integer({ min: 90, max: 110 }),
      fc.constantFrom(Number.NaN, 0, -1, Number.POSITIVE_INFINITY),
    );
    const size = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 }), fc.constantFrom(Number.NaN, -2));
    const row = fc.tuple(fc.constantFrom(BID, ASK), price, size);
    const frame = fc.record({ snapshot: fc.boolean(), rows: fc.array(row, { maxLength: 12 }) });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), (frames) => {
        const one = watched();
        const other = watched();
        frames.forEach(({ snapshot, rows }, index) => {
          for (const { book } of [one, other]) if (snapshot || index === 0) book.reset();
          for (const [side, at, quantity] of rows) one.book.set(side, at, quantity);
          one.book.commit(index, 10 + index, 100 + index);
          const update = updateOf(rows, [index, 10 + index, 100 + index]);
          other.book.write(update);
          other.book.seal(update);
          expect(state(other.book)).toEqual(state(one.book));
        });
        expect(other.told).toEqual(one.told);
      }),
      { seed: 47, numRuns: 400 },
    );
  });

  it('changes nothing while the book waits for its snapshot', () => {
    const { book, told } = watched();
    const update = updateOf([[BID, 100, 1]]);
    book.write(update);
    book.truncate(1);
    book.seal(update);
    expect(state(book)).toMatchObject({ valid: false, bids: [], asks: [] });
    expect(told).toEqual([]);
  });

  it('a depth that ends by design is cut, and a later level beyond it is taken in again', () => {
    const { book, told } = watched();
    book.reset();
    const rows = Array.from({ length: 30 }, (_, at): Row[] => [
      [BID, 100 - at, 1],
      [ASK, 101 + at, 1],
    ]).flat();
    const first = updateOf(rows);
    book.write(first);
    book.truncate(10);
    book.seal(first);
    expect([book.depth(BID), book.depth(ASK)]).toEqual([10, 10]);
    // No thinning: fewer levels than a thinned book may have are no reason to ask for a snapshot.
    expect(book.thinned(BID)).toBe(false);
    const before = book.revision;
    book.truncate(10);
    expect(book.revision).toBe(before);
    const second = updateOf([
      [BID, 100, 0],
      [BID, 90, 2],
    ]);
    book.write(second);
    book.truncate(10);
    book.seal(second);
    expect(state(book).bids.at(-1)).toEqual([90, 2]);
    expect(book.depth(BID)).toBe(10);
    expect(told).toEqual(['snapshot', 'update']);
  });
});

import type { Json } from './client.ts';
import { at, list } from './client.ts';

/** A client's copy of a book, price text to size text, kept the plain way: an independent check of the deltas. */
export class BookCopy {
  readonly bids = new Map<number, string>();
  readonly asks = new Map<number, string>();

  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  set(side: 'bids' | 'asks', price: string, size: string): void {
    if (Number(size) === 0) this[side].delete(Number(price));
    else this[side].set(Number(price), size);
  }

  /** Rows of `[price, size, …]`. */
  pairs(side: 'bids' | 'asks', rows: Json): void {
    for (const row of list(rows)) this.set(side, String(at(row, 0)), String(at(row, 1)));
  }

  sorted(side: 'bids' | 'asks'): [number, number][] {
    return [...this[side]]
      .map(([price, size]): [number, number] => [price, Number(size)])
      .sort(([a], [b]) => (side === 'bids' ? b - a : a - b));
  }

  /** Drops what lies below `depth` levels. */
  truncate(depth: number): void {
    for (const side of ['bids', 'asks'] as const) {
      for (const [price] of this.sorted(side).slice(depth)) this[side].delete(price);
    }
  }
}

/** `[price, size]` numbers of rows such as `["91647.4","0.06"]` or `["91647.4","0.06","0","3"]`. */
export const numbers = (rows: Json): [number, number][] =>
  list(rows).map((row) => [Number(at(row, 0)), Number(at(row, 1))]);

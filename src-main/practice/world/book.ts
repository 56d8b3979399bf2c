/** Bid 0, ask 1. */
export type Side = 0 | 1;
export const BID = 0 as const;
export const ASK = 1 as const;

/** Price in ticks, size in lots. */
export interface Level {
  readonly price: number;
  readonly size: number;
}

/** A level as it is after the change; size 0 means it is gone. */
export interface BookChange extends Level {
  readonly side: Side;
}

/** One price-level book. Both sides are sorted from the best price outwards; it is never crossed when changes are taken. */
export class WorldBook {
  readonly bids: Level[] = [];
  readonly asks: Level[] = [];
  readonly #sizesBefore: [Map<number, number>, Map<number, number>] = [new Map(), new Map()];

  levels(side: Side): readonly Level[] {
    return side === BID ? this.bids : this.asks;
  }

  best(side: Side): Level | undefined {
    return this.levels(side)[0];
  }

  /** True when `a` stands closer to the touch than `b` on `side`. */
  static better(side: Side, a: number, b: number): boolean {
    return side === BID ? a > b : a < b;
  }

  /** Puts `size` lots at `price`; 0 removes the level. */
  set(side: Side, price: number, size: number): void {
    const levels = side === BID ? this.bids : this.asks;
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = levels[middle];
      if (at !== undefined && WorldBook.better(side, at.price, price)) low = middle + 1;
      else high = middle;
    }
    const found = levels[low];
    const exists = found !== undefined && found.price === price;
    const before = this.#sizesBefore[side];
    if (!before.has(price)) before.set(price, exists ? found.size : 0);
    if (size === 0) {
      if (exists) levels.splice(low, 1);
    } else if (exists) {
      levels[low] = { price, size };
    } else {
      levels.splice(low, 0, { price, size });
    }
  }

  /** Everything that differs from when this was last called, each price once; bids first, as they were touched. */
  takeChanges(): BookChange[] {
    const changes: BookChange[] = [];
    for (const side of [BID, ASK] as const) {
      const before = this.#sizesBefore[side];
      for (const [price, sizeBefore] of before) {
        const size = this.sizeAt(side, price);
        if (size !== sizeBefore) changes.push({ side, price, size });
      }
      before.clear();
    }
    return changes;
  }

  /** Lots resting at `price`, 0 when none. */
  sizeAt(side: Side, price: number): number {
    for (const level of this.levels(side)) {
      if (level.price === price) return level.size;
      if (!WorldBook.better(side, level.price, price)) return 0;
    }
    return 0;
  }
}

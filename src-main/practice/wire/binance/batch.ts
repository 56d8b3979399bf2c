import type { BookChange } from '../../world/book.ts';
import { BID } from '../../world/book.ts';
import type { MarketSpec } from '../../world/market-spec.ts';

/** Changes of one book gathered for one diff-depth speed: the latest size of each price. */
export interface Batch {
  /** 0: nothing yet. */
  firstId: number;
  /** The last id of the batch before. */
  previousId: number;
  readonly bids: Map<number, number>;
  readonly asks: Map<number, number>;
}

export const emptyBatch = (previousId: number): Batch => ({
  firstId: 0,
  previousId,
  bids: new Map(),
  asks: new Map(),
});

/** Begins anew after a batch that ended with this id. */
export function clear(batch: Batch, previousId: number): void {
  batch.firstId = 0;
  batch.previousId = previousId;
  batch.bids.clear();
  batch.asks.clear();
}

/** Takes in changes of which the first has this id. */
export function gather(batch: Batch, changes: readonly BookChange[], firstId: number): void {
  if (batch.firstId === 0) batch.firstId = firstId;
  for (const { side, price, size } of changes) (side === BID ? batch.bids : batch.asks).set(price, size);
}

/** `"b":[["price","size"],…],"a":[…]`, the best first, in the digits of the product. */
export function sides(
  spec: MarketSpec,
  batch: Batch,
  price: (spec: MarketSpec, ticks: number) => string,
  size: (spec: MarketSpec, lots: number) => string,
): string {
  const side = (levels: ReadonlyMap<number, number>, direction: 1 | -1): string =>
    [...levels]
      .sort(([a], [b]) => direction * (a - b))
      .map(([ticks, lots]) => `["${price(spec, ticks)}","${size(spec, lots)}"]`)
      .join(',');
  return `"b":[${side(batch.bids, -1)}],"a":[${side(batch.asks, 1)}]`;
}

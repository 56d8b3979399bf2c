import type { BookChange } from '../../world/book.ts';
import { BID } from '../../world/book.ts';
import type { MarketSpec } from '../../world/market-spec.ts';
import { wholeMs } from '../instants.ts';
import { price8, size8, symbolOf } from './symbols.ts';

/** Changes of one book gathered for one diff-depth speed: the latest size of each price. `firstId` 0: nothing yet. */
export interface Batch {
  firstId: number;
  readonly bids: Map<number, number>;
  readonly asks: Map<number, number>;
}

export const emptyBatch = (): Batch => ({ firstId: 0, bids: new Map(), asks: new Map() });

export function clear(batch: Batch): void {
  batch.firstId = 0;
  batch.bids.clear();
  batch.asks.clear();
}

/** Takes the changes in; each uses up one update id after `lastId`. */
export function gather(batch: Batch, changes: readonly BookChange[], lastId: number): void {
  if (batch.firstId === 0) batch.firstId = lastId + 1;
  for (const { side, price, size } of changes) (side === BID ? batch.bids : batch.asks).set(price, size);
}

/** The batch as a `depthUpdate` that ends with `lastId`. */
export function depthUpdate(spec: MarketSpec, batch: Batch, lastId: number, wallMs: number): string {
  const side = (levels: ReadonlyMap<number, number>, direction: 1 | -1): string =>
    [...levels]
      .sort(([a], [b]) => direction * (a - b))
      .map(([price, size]) => `["${price8(spec, price)}","${size8(spec, size)}"]`)
      .join(',');
  return `{"e":"depthUpdate","E":${wholeMs(wallMs)},"s":"${symbolOf(spec)}","U":${batch.firstId},"u":${lastId},"b":[${side(batch.bids, -1)}],"a":[${side(batch.asks, 1)}]}`;
}

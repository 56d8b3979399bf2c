import type { Random } from '#shared/kernel/random';
import type { BookChange } from '../../world/book.ts';
import { BID } from '../../world/book.ts';
import type { MarketSpec } from '../../world/market-spec.ts';
import type { MarketView } from '../../world/world.ts';
import { wholeMs } from '../instants.ts';
import { levelsJson } from './symbols.ts';

export const DEPTHS = [1, 50, 200, 1000] as const;
export type Depth = (typeof DEPTHS)[number];

/** The counters of one market's books: an update id for each depth, one sequence for all. */
export class BookNumbers {
  readonly updateIds: Record<Depth, number>;
  sequence: number;

  constructor(random: Random) {
    const first = (): number => 1_000_000 + Math.floor(random.next() * 4_000_000);
    this.updateIds = { 1: first(), 50: first(), 200: first(), 1000: first() };
    this.sequence = 40_000_000_000 + Math.floor(random.next() * 1e9);
  }

  /** A snapshot with the update id 1 says that the service was restarted. */
  restart(): void {
    for (const depth of DEPTHS) this.updateIds[depth] = 1;
  }
}

/** Both sides down to `depth`, as the inside of a frame. */
export function bookLevels({ spec, book }: MarketView, depth: Depth): string {
  return `"b":${levelsJson(spec, book.bids.slice(0, depth))},"a":${levelsJson(spec, book.asks.slice(0, depth))}`;
}

/** Changes of both sides, as the inside of a frame. */
export function changedLevels(spec: MarketSpec, changes: readonly BookChange[]): string {
  const bids = changes.filter((change) => change.side === BID);
  const asks = changes.filter((change) => change.side !== BID);
  return `"b":${levelsJson(spec, bids)},"a":${levelsJson(spec, asks)}`;
}

/** `levels` is what {@link bookLevels} or {@link changedLevels} gave. */
export function bookFrame(
  { symbol, numbers }: { readonly symbol: string; readonly numbers: BookNumbers },
  depth: Depth,
  type: 'snapshot' | 'delta',
  levels: string,
  wallMs: number,
): string {
  const now = wholeMs(wallMs);
  return `{"topic":"orderbook.${depth}.${symbol}","type":"${type}","ts":${now},"data":{"s":"${symbol}",${levels},"u":${numbers.updateIds[depth]},"seq":${numbers.sequence}},"cts":${now}}`;
}

import type { ListingId } from '#shared/domain/ids';
import type { MarketView } from '../market/view.ts';
import { type PairIdentity, PROOF_MS } from './identity.ts';
import type { Quarantine } from './quarantine.ts';

/** Two listings that are not used as one asset (ID-6). */
export interface PairAside {
  /** The two in alphabetical order, joined by `~`. */
  readonly pair: string;
  /** `quarantined`: until a person confirms the pair. `doubted`: until their prices have agreed for long enough. */
  readonly kind: 'quarantined' | 'doubted';
  readonly reason: string;
  /** When a doubted pair returns if its prices go on agreeing, ms from now; `null` while that is not known. */
  readonly returnsInMs: number | null;
}

/** Every pair that is not used now, those that wait for a person first. */
export function pairsAside(quarantine: Quarantine, identity: PairIdentity, nowMs: number): readonly PairAside[] {
  const set = quarantine.all().map((row): PairAside => ({ ...row, kind: 'quarantined', returnsInMs: null }));
  const doubts = identity.doubts().filter(({ a, b }) => !quarantine.confirmed(a, b));
  const doubted = doubts.map(({ pair, apart, agreeingMonoMs }): PairAside => {
    const agreeing = !Number.isNaN(agreeingMonoMs);
    return {
      pair,
      kind: 'doubted',
      reason: `Their mids ${agreeing ? 'were' : 'are'} more than 3 % apart; last read ${(apart * 100).toFixed(1)} %.`,
      returnsInMs: agreeing ? Math.max(0, PROOF_MS - (nowMs - agreeingMonoMs)) : null,
    };
  });
  return [...set, ...doubted];
}

/** Why a person cannot confirm that two listings are one asset, in a sentence; `undefined` when that is theirs to say. */
export function unconfirmable(market: MarketView, a: ListingId, b: ListingId): string | undefined {
  const first = market.listing(a);
  const second = market.listing(b);
  if (first === undefined || second === undefined) return `No catalogue lists ${first === undefined ? a : b}.`;
  if (first.bookId === second.bookId) return `${a} and ${b} are one book.`;
  if (first.base !== second.base) return `${a} and ${b} are different coins by their names.`;
  if (first.unitsPerBase !== second.unitsPerBase) return `${a} and ${b} count in different units.`;
  return undefined;
}

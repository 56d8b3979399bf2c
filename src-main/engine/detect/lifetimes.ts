import { feedOfListing, type ListingId, type Venue, venueOf } from '#shared/domain/ids';
import type { EndedDivergence } from './divergence.ts';

/** What is assumed before anything was measured; its evidence count is 0 and is shown with it. */
export const PRIOR_LIFETIME_MS = 800;
/** With fewer lifetimes a class is not spoken for by its own evidence. */
export const LEAST_EVIDENCE = 12;
/** Weight of a new lifetime once there are many: about the last hundred count. */
const WEIGHT = 1 / 100;

export interface ExpectedLifetime {
  /** Mean remaining life of a divergence that has outlived its least age, ms. */
  readonly lifetimeMs: number;
  /** Lifetimes it was measured from. */
  readonly evidence: number;
  readonly source: 'pair' | 'base' | 'prior';
}

interface Mean {
  ms: number;
  count: number;
}

/**
 * RO-2: how long divergences live once they have outlived the least age at which they may be traded. Kept per coin and
 * ordered venue pair; with thin evidence per coin; before that a stated prior. Ones that ended while a quote was stale
 * must not be recorded: how long they really lived is unknown.
 */
export class LifetimeStats {
  readonly #leastAgeMs: () => number;
  readonly #byPair = new Map<string, Mean>();
  readonly #byBase = new Map<string, Mean>();

  /** `leastAgeMs`: the limit `divergenceMinMs`; lifetimes up to it are flickers and say nothing about the rest. */
  constructor(leastAgeMs: () => number) {
    this.#leastAgeMs = leastAgeMs;
  }

  record(ended: EndedDivergence): void {
    const remaining = ended.lifetimeMs - this.#leastAgeMs();
    if (!(remaining > 0)) return;
    const [buy, sell] = ended.key.split('>') as [ListingId, ListingId];
    add(this.#byPair, pairKey(ended.base, venueOf(feedOfListing(buy)), venueOf(feedOfListing(sell))), remaining);
    add(this.#byBase, ended.base, remaining);
  }

  expected(base: string, buy: Venue, sell: Venue): ExpectedLifetime {
    const pair = this.#byPair.get(pairKey(base, buy, sell));
    if (pair !== undefined && pair.count >= LEAST_EVIDENCE) {
      return { lifetimeMs: pair.ms, evidence: pair.count, source: 'pair' };
    }
    const coin = this.#byBase.get(base);
    if (coin !== undefined && coin.count >= LEAST_EVIDENCE) {
      return { lifetimeMs: coin.ms, evidence: coin.count, source: 'base' };
    }
    return { lifetimeMs: PRIOR_LIFETIME_MS, evidence: 0, source: 'prior' };
  }
}

const pairKey = (base: string, buy: Venue, sell: Venue): string => `${base} ${buy}>${sell}`;

/** A plain mean of the first hundred, an exponentially weighted one after. */
function add(means: Map<string, Mean>, key: string, ms: number): void {
  const mean = means.get(key);
  if (mean === undefined) {
    means.set(key, { ms, count: 1 });
    return;
  }
  mean.count += 1;
  mean.ms += (ms - mean.ms) * Math.max(WEIGHT, 1 / mean.count);
}

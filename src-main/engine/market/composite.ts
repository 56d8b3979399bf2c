import type { Venue } from '#shared/domain/ids';
import type { Composite } from '#shared/domain/market';
import { fromDouble, wire } from '#shared/money/decimal';
import { ASK, BID, type Book, type BookSide } from '../ports.ts';
import type { Listed } from './listed.ts';
import { median, type Parity } from './parity.ts';
import type { Registry } from './registry.ts';

/** Depth counts as near the touch within this distance of the best price. */
const NEAR_BPS = 10;
const NEAR_LEVELS = 200;
/** 1.4826 makes the median absolute deviation estimate a standard deviation; four of them is an outlier. */
const OUTLIER_DEVIATIONS = 4 * 1.4826;
/** Books this close to the median are never outliers, however closely the others agree. */
const OUTLIER_FLOOR_BPS = 5;
const DISPERSION_HALF_BPS = 10;
const SAMPLE_MS = 1000;
const MID_LIFE_MS = 50;
const VOLATILITY_HALF_LIFE_MS = 300_000;
const LEAST_RETURNS = 8;

interface Contribution {
  readonly listed: Listed;
  readonly bid: number;
  readonly ask: number;
  readonly mid: number;
  readonly weight: number;
}

interface Weighed {
  readonly mid: number;
  readonly inliers: readonly Contribution[];
  readonly outliers: readonly Contribution[];
  readonly confidence: number;
}

interface Volatility {
  mid: number;
  monoMs: number;
  squares: number;
  seconds: number;
  returns: number;
}

export interface CompositeSources {
  readonly registry: Registry;
  readonly parity: Parity;
  readonly monoMs: () => number;
  readonly wallMs: () => number;
  readonly readable: (listed: Listed) => boolean;
  readonly vetoed: (venue: Venue) => boolean;
  readonly ageMs: (listed: Listed) => number;
  readonly maxHeardAgeMs: () => number;
}

/**
 * MD-5: one price per coin in US dollars from fresh books of healthy venues. Stablecoin quotes are taken at their worth
 * at mid, because this is a reference and not a trade. Outliers by median absolute deviation are left out; the rest is
 * weighted by the smaller side's value within 10 bps of the touch.
 *
 * Confidence = (1 − 2^−venues) × (1 − ½ · min(1, mean age / max quote age)) × 1 / (1 + dispersion / 10 bps), where
 * dispersion is the weighted standard deviation of the contributors' mids: 0 … 1, falling with fewer venues, older
 * quotes and wider dispersion.
 */
export class CompositePricer {
  readonly #from: CompositeSources;
  readonly #volatility = new Map<string, Volatility>();
  readonly #mids = new Map<string, { mid: number; monoMs: number }>();

  constructor(sources: CompositeSources) {
    this.#from = sources;
  }

  /** `undefined` without a contributor: nothing that needs the price may trade. */
  composite(base: string): Composite | undefined {
    const weighed = this.#weigh(base);
    if (weighed === undefined) return undefined;
    const digits = Math.max(...weighed.inliers.map(({ listed }) => listed.priceDigits)) + 1;
    const best = (better: (a: Contribution, b: Contribution) => boolean) =>
      weighed.inliers.reduce((a, b) => (better(b, a) ? b : a)).listed.listing.id;
    return {
      base,
      currency: 'USD',
      mid: wire(fromDouble(weighed.mid, digits)),
      bestBid: best((a, b) => a.bid > b.bid),
      bestAsk: best((a, b) => a.ask < b.ask),
      contributors: weighed.inliers.map(({ listed }) => listed.listing.id),
      outliers: weighed.outliers.map(({ listed }) => listed.listing.id),
      atMs: this.#from.wallMs(),
      confidence: weighed.confidence,
    };
  }

  /** The mid as a double, up to {@link MID_LIFE_MS} old, for what is shown; NaN without a contributor. */
  midUsd(base: string): number {
    const nowMs = this.#from.monoMs();
    const known = this.#mids.get(base);
    if (known !== undefined && nowMs - known.monoMs < MID_LIFE_MS) return known.mid;
    const mid = this.#weigh(base)?.mid ?? Number.NaN;
    this.#mids.set(base, { mid, monoMs: nowMs });
    return mid;
  }

  /** Takes part of the volatility measure; called on changes of a coin's books, samples at most once a second. */
  sample(base: string, nowMs: number): void {
    const known = this.#volatility.get(base);
    if (known !== undefined && nowMs - known.monoMs < SAMPLE_MS) return;
    const mid = this.#weigh(base)?.mid;
    if (mid === undefined) return;
    if (known === undefined) {
      this.#volatility.set(base, { mid, monoMs: nowMs, squares: 0, seconds: 0, returns: 0 });
      return;
    }
    const elapsedMs = nowMs - known.monoMs;
    const returnBps = Math.log(mid / known.mid) * 10_000;
    const kept = 2 ** (-elapsedMs / VOLATILITY_HALF_LIFE_MS);
    known.squares = known.squares * kept + returnBps * returnBps;
    known.seconds = known.seconds * kept + elapsedMs / 1000;
    known.returns += 1;
    known.mid = mid;
    known.monoMs = nowMs;
  }

  /**
   * bps per √second: root of decayed squared returns over decayed time (realised variance, half-life five minutes),
   * so that uneven sampling does not change it. NaN before eight returns.
   */
  volatilityBps(base: string): number {
    const known = this.#volatility.get(base);
    if (known === undefined || known.returns < LEAST_RETURNS) return Number.NaN;
    return Math.sqrt(known.squares / known.seconds);
  }

  #weigh(base: string): Weighed | undefined {
    const all = this.#contributions(base);
    if (all.length === 0) return undefined;
    const middle = median(all.map(({ mid }) => mid));
    const deviation = median(all.map(({ mid }) => Math.abs(mid - middle)));
    const bound = Math.max(OUTLIER_DEVIATIONS * deviation, (middle * OUTLIER_FLOOR_BPS) / 10_000);
    const inliers = all.filter(({ mid }) => Math.abs(mid - middle) <= bound);
    const outliers = all.filter(({ mid }) => Math.abs(mid - middle) > bound);
    const total = inliers.reduce((sum, { weight }) => sum + weight, 0);
    const mid = inliers.reduce((sum, one) => sum + one.mid * (one.weight / total), 0);
    const variance = inliers.reduce((sum, one) => sum + (one.mid / mid - 1) ** 2 * (one.weight / total), 0);
    const dispersionBps = Math.sqrt(variance) * 10_000;
    const venues = new Set(inliers.map(({ listed }) => listed.listing.venue)).size;
    const age = inliers.reduce((sum, { listed }) => sum + this.#from.ageMs(listed), 0) / inliers.length;
    const confidence =
      (1 - 2 ** -venues) *
      (1 - Math.min(1, age / this.#from.maxHeardAgeMs()) / 2) *
      (1 / (1 + dispersionBps / DISPERSION_HALF_BPS));
    return { mid, inliers, outliers, confidence };
  }

  #contributions(base: string): readonly Contribution[] {
    const contributions: Contribution[] = [];
    const listings = this.#from.registry.ofBase(base);
    for (const listed of listings) {
      const { id, bookId, quote, venue, product } = listed.listing;
      // One book under two names counts once (ID-3): under its own name where that is listed.
      if (product !== 'spot' || (id !== bookId && listings.some((other) => other.listing.id === bookId))) continue;
      if (this.#from.vetoed(venue) || !this.#from.readable(listed) || this.#from.parity.depegged(quote)) continue;
      const worth = this.#from.parity.worthUsd(quote);
      if (Number.isNaN(worth)) continue;
      const bid = listed.book.price(BID, 0) * worth;
      const ask = listed.book.price(ASK, 0) * worth;
      const weight = Math.min(nearValue(listed.book, BID), nearValue(listed.book, ASK)) * worth;
      contributions.push({ listed, bid, ask, mid: (bid + ask) / 2, weight });
    }
    return contributions;
  }
}

/** Quote value resting within {@link NEAR_BPS} of the best price of a side. */
function nearValue(book: Book, side: BookSide): number {
  const best = book.price(side, 0);
  const bound = side === BID ? best * (1 - NEAR_BPS / 10_000) : best * (1 + NEAR_BPS / 10_000);
  const depth = Math.min(book.depth(side), NEAR_LEVELS);
  let value = 0;
  for (let index = 0; index < depth; index += 1) {
    const price = book.price(side, index);
    if (side === BID ? price < bound : price > bound) break;
    value += price * book.size(side, index);
  }
  return value;
}

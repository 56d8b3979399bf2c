import type { ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { MarketView } from '../market/view.ts';
import { ASK, BID, type Clock } from '../ports.ts';
import { pairOf } from './quarantine.ts';

/** ID-6: two mids of one asset agree within this much. */
const AGREEMENT = 0.03;
/** Longer than this apart is no garbled frame: from then on agreement must be proved again. */
const PATIENCE_MS = 1_000;
/**
 * How long two mids must have agreed without a break after they were apart. Twenty-four hours of candles are not at
 * hand when an engine starts, so it proves what a run can prove.
 */
export const PROOF_MS = 600_000;

/** A pair that is not used because its prices do not prove that it is one asset. */
export interface Doubt {
  readonly pair: string;
  readonly a: ListingId;
  readonly b: ListingId;
  /** Larger mid over the smaller one, minus 1, when it was last read. */
  readonly apart: number;
  /** Monotonic ms: when the two were first seen apart, and since when they agree again (NaN while they do not). */
  readonly sinceMonoMs: number;
  readonly agreeingMonoMs: number;
}

interface Standing {
  readonly a: Listing;
  readonly b: Listing;
  apart: number;
  readonly sinceMonoMs: number;
  lastApartMonoMs: number;
  agreeingMonoMs: number;
}

/**
 * ID-6: whether two listings of one base are one asset by their prices. Judged from live mids, converted at the
 * executable rate; a pair whose mids part by more than 3 % is not used while they are apart, and if that lasted longer
 * than a garbled frame does, not before they have agreed for {@link PROOF_MS}. Known from this run only.
 */
export class PairIdentity {
  readonly #market: MarketView;
  readonly #clock: Clock;
  readonly #doubts = new Map<string, Standing>();
  /** USD mids of the coin that is looked at. */
  #mids = new Float64Array(16);

  constructor(market: MarketView, clock: Clock) {
    this.#market = market;
    this.#clock = clock;
  }

  /** Why the two are not used as one asset now, or `undefined`. Mids that cannot be read raise no doubt. */
  doubt(a: Listing, b: Listing): string | undefined {
    const apart = apartOf(this.#usdMid(a), this.#usdMid(b));
    const known = this.#doubts.size === 0 ? undefined : this.#doubts.get(pairOf(a.id, b.id));
    if (known !== undefined) this.#look(known, apart);
    else if (apart > AGREEMENT) this.#begin(a, b, apart);
    else return undefined;
    const standing = this.#doubts.get(pairOf(a.id, b.id));
    if (standing === undefined) return undefined;
    if (Number.isNaN(standing.agreeingMonoMs)) {
      return `Their mids are ${percent(standing.apart)} apart, more than ${percent(AGREEMENT)}: they may not be one asset.`;
    }
    const leftS = Math.ceil((PROOF_MS - (this.#clock.monoMs() - standing.agreeingMonoMs)) / 1000);
    return `Their mids were over ${percent(AGREEMENT)} apart; they must go on agreeing for ${leftS} s.`;
  }

  /** Looks at every pair of every coin. Call once a second. */
  sample(): void {
    for (const standing of [...this.#doubts.values()]) {
      const a = this.#market.listing(standing.a.id);
      const b = this.#market.listing(standing.b.id);
      this.#look(standing, a === undefined || b === undefined ? Number.NaN : apartOf(this.#usdMid(a), this.#usdMid(b)));
    }
    for (const base of this.#market.bases()) this.#sampleCoin(this.#market.listingsOf(base));
  }

  /** What is not used now, in order of appearance. */
  doubts(): readonly Doubt[] {
    return [...this.#doubts].map(([pair, { a, b, apart, sinceMonoMs, agreeingMonoMs }]) => ({
      pair,
      a: a.id,
      b: b.id,
      apart,
      sinceMonoMs,
      agreeingMonoMs,
    }));
  }

  #sampleCoin(listings: readonly Listing[]): void {
    if (this.#mids.length < listings.length) this.#mids = new Float64Array(listings.length * 2);
    const mids = this.#mids;
    for (let index = 0; index < listings.length; index += 1) mids[index] = this.#usdMid(listings[index] as Listing);
    for (let first = 0; first < listings.length; first += 1) {
      for (let second = first + 1; second < listings.length; second += 1) {
        const apart = apartOf(mids[first] as number, mids[second] as number);
        if (apart > AGREEMENT) this.#begin(listings[first] as Listing, listings[second] as Listing, apart);
      }
    }
  }

  /** First seen apart, unless they are in doubt already. */
  #begin(a: Listing, b: Listing, apart: number): void {
    const pair = pairOf(a.id, b.id);
    if (a.bookId === b.bookId || this.#doubts.has(pair)) return;
    const nowMs = this.#clock.monoMs();
    this.#doubts.set(pair, { a, b, apart, sinceMonoMs: nowMs, lastApartMonoMs: nowMs, agreeingMonoMs: Number.NaN });
  }

  #look(standing: Standing, apart: number): void {
    const nowMs = this.#clock.monoMs();
    // What cannot be compared does not agree: the proof begins anew.
    if (!(apart <= AGREEMENT)) {
      if (apart > AGREEMENT) {
        standing.apart = apart;
        standing.lastApartMonoMs = nowMs;
      }
      standing.agreeingMonoMs = Number.NaN;
      return;
    }
    standing.apart = apart;
    if (Number.isNaN(standing.agreeingMonoMs)) standing.agreeingMonoMs = nowMs;
    const brief = standing.lastApartMonoMs - standing.sinceMonoMs < PATIENCE_MS;
    if (brief || nowMs - standing.agreeingMonoMs >= PROOF_MS) {
      this.#doubts.delete(pairOf(standing.a.id, standing.b.id));
    }
  }

  /** NaN when the book or the rate is missing. */
  #usdMid({ id, quote }: Listing): number {
    const book = this.#market.book(id);
    if (book === undefined || !book.valid) return Number.NaN;
    return ((book.price(BID, 0) + book.price(ASK, 0)) / 2) * this.#market.rate(quote, 'USD');
  }
}

/** Larger over smaller, minus 1; NaN when either is. */
const apartOf = (a: number, b: number): number => (a > b ? a / b : b / a) - 1;
const percent = (share: number): string => `${(share * 100).toFixed(share >= 1 ? 0 : 1)} %`;

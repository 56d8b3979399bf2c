import type { FeedLatency } from '#shared/contract/rows';
import type { FundingSettlement, FundingState } from '#shared/domain/funding';
import type { FeedId, ListingId, Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Composite, FeedState } from '#shared/domain/market';
import type { QuoteSnapshot } from '#shared/domain/plan';
import type { Result } from '#shared/kernel/result';
import { type Decimal, wire } from '#shared/money/decimal';
import { ASK, BID, type Clock } from '../ports.ts';
import type { CompositePricer } from './composite.ts';
import type { Conversion } from './conversion.ts';
import { feedState } from './feed-state.ts';
import type { FreshnessJudge } from './freshness.ts';
import type { Funding } from './funding/funding.ts';
import { bookSide, exactLadder, exactPrice, exactSize, walkLadder } from './ladders.ts';
import type { Listed } from './listed.ts';
import type { EntriesWait, Maintenance } from './maintenance.ts';
import type { Parity } from './parity.ts';
import type { Registry } from './registry.ts';
import { isTraded } from './traded.ts';
import type { TransferStates, Transfers } from './transfers.ts';
import type { ConversionProblem, ConversionQuote, Freshness, Ladder, MarketView, Walk } from './view.ts';

/** What is read when the market is asked. */
export interface MarketParts {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly judge: FreshnessJudge;
  readonly parity: Parity;
  readonly conversion: Conversion;
  readonly composite: CompositePricer;
  readonly funding: Funding;
  readonly transfers: TransferStates;
  readonly maintenance: Maintenance;
  readonly enabled: (venue: Venue) => boolean;
  readonly health: (venue: Venue) => { readonly score: number; readonly vetoed: boolean };
}

/** ms since the listing's socket was last heard; Infinity when it never was. */
export function heardAgeMs(listed: Listed, nowMs: number): number {
  const age = nowMs - listed.channel.line.heardMonoMs;
  return Number.isNaN(age) ? Number.POSITIVE_INFINITY : Math.max(0, age);
}

/** The asking half of the market. It changes nothing. */
export class MarketReader implements Omit<MarketView, 'book'> {
  protected readonly clock: Clock;
  protected readonly registry: Registry;
  protected readonly judge: FreshnessJudge;
  protected readonly announced: Maintenance;
  readonly #from: MarketParts;

  constructor(parts: MarketParts) {
    this.clock = parts.clock;
    this.registry = parts.registry;
    this.judge = parts.judge;
    this.announced = parts.maintenance;
    this.#from = parts;
  }

  listings(): readonly Listing[] {
    return this.registry.listings();
  }

  listing(id: ListingId): Listing | undefined {
    return this.registry.get(id)?.listing;
  }

  listingsOf(base: string): readonly Listing[] {
    return this.registry.listingsOf(base);
  }

  bases(): readonly string[] {
    return this.registry.bases();
  }

  freshness(id: ListingId): Freshness {
    const listed = this.registry.get(id);
    if (listed === undefined) return UNKNOWN;
    return this.judge.judge(listed.channel, this.clock.monoMs());
  }

  ageMs(id: ListingId): number {
    const listed = this.registry.get(id);
    return listed === undefined ? Number.POSITIVE_INFINITY : heardAgeMs(listed, this.clock.monoMs());
  }

  latencyMs(id: ListingId): number {
    const feed = this.registry.get(id)?.feed;
    return feed === undefined ? Number.NaN : feed.lag.quantile(0.95) + feed.roundTripMs / 2;
  }

  snapshot(id: ListingId): QuoteSnapshot | undefined {
    const listed = this.registry.get(id);
    if (listed === undefined) return undefined;
    const { book } = listed;
    if (!book.valid || book.depth(BID) === 0 || book.depth(ASK) === 0) return undefined;
    return {
      listing: id,
      bid: wire(exactPrice(listed, BID, 0)),
      bidSize: wire(exactSize(listed, BID, 0)),
      ask: wire(exactPrice(listed, ASK, 0)),
      askSize: wire(exactSize(listed, ASK, 0)),
      venueTimeMs: Number.isNaN(book.venueTimeMs) ? null : book.venueTimeMs,
      receivedAtMs: listed.channel.receivedAtMs,
      ageMs: heardAgeMs(listed, this.clock.monoMs()),
      sequence: Number.isNaN(book.sequence) ? null : String(book.sequence),
      health: this.#from.health(listed.listing.venue).score,
    };
  }

  ladder(id: ListingId, side: 'bid' | 'ask', maxLevels: number): Ladder {
    const listed = this.registry.get(id);
    return listed === undefined ? { levels: [] } : exactLadder(listed, bookSide(side), maxLevels);
  }

  walk(id: ListingId, side: 'bid' | 'ask', quantity: Decimal): Walk | undefined {
    const listed = this.registry.get(id);
    return listed === undefined ? undefined : walkLadder(listed, bookSide(side), quantity);
  }

  composite(base: string): Composite | undefined {
    return this.#from.composite.composite(base);
  }

  volatilityBps(base: string): number {
    return this.#from.composite.volatilityBps(base);
  }

  convert(from: string, to: string, amount: Decimal): Result<ConversionQuote, ConversionProblem> {
    return this.#from.conversion.convert(from, to, amount);
  }

  rate(from: string, to: string): number {
    return this.#from.conversion.rate(from, to);
  }

  basisBps(id: ListingId): number {
    const listed = this.registry.get(id);
    if (listed === undefined || this.judge.cause(listed.channel, this.clock.monoMs()) !== undefined) return Number.NaN;
    const { base, quote } = listed.listing;
    if (this.#from.parity.depegged(quote)) return Number.NaN;
    const mid = (listed.book.price(BID, 0) + listed.book.price(ASK, 0)) / 2;
    return ((mid * this.#from.parity.worthUsd(quote)) / this.#from.composite.midUsd(base) - 1) * 10_000;
  }

  funding(id: ListingId): FundingState | undefined {
    const listed = this.registry.get(id);
    return listed === undefined ? undefined : this.#from.funding.state(listed);
  }

  fundingPerHour(id: ListingId): number {
    const listed = this.registry.get(id);
    return listed === undefined ? Number.NaN : this.#from.funding.perHour(listed);
  }

  fundingHistory(id: ListingId, limit: number): readonly FundingSettlement[] {
    return this.#from.funding.history(id, limit);
  }

  transfersOf(venue: Venue, currency: string): Transfers {
    return this.#from.transfers.of(venue, currency, this.clock.monoMs());
  }

  entriesWait(feed: FeedId): EntriesWait | undefined {
    return this.announced.entriesWait(feed);
  }

  latency(feed: FeedId): FeedLatency {
    const { lag } = this.registry.feed(feed);
    const nowMs = this.clock.monoMs();
    const evidence = lag.weight(nowMs) > 0;
    return {
      feed,
      buckets: lag.buckets(nowMs),
      p50Ms: evidence ? lag.quantile(0.5) : null,
      p99Ms: evidence ? lag.quantile(0.99) : null,
      maxMs: evidence ? lag.quantile(1) : null,
    };
  }

  feeds(): readonly FeedState[] {
    const nowMs = this.clock.monoMs();
    const wallMs = this.clock.wallMs();
    return this.registry
      .feeds()
      .map((feed) => feedState(feed, this.judge, this.announced.standing(feed.feed), nowMs, wallMs));
  }

  venueEnabled(venue: Venue): boolean {
    return this.#from.enabled(venue);
  }

  /** What venue health is pulled from (VH-1): instruments, how many are fresh, p95 of event lag in ms. */
  evidence(venue: Venue): { readonly instruments: number; readonly fresh: number; readonly lagP95Ms: number } {
    const nowMs = this.clock.monoMs();
    let instruments = 0;
    let fresh = 0;
    let lagP95Ms = Number.NaN;
    for (const feed of this.registry.feeds()) {
      // Before its first connection a feed is starting, not failing: that is no evidence yet.
      if (feed.venue !== venue || !feed.everConnected || !isTraded(feed.feed)) continue;
      for (const listed of feed.listed) {
        if (listed.listing.status === 'delisted') continue;
        instruments += 1;
        if (this.judge.cause(listed.channel, nowMs) === undefined) fresh += 1;
      }
      const lag = feed.lag.quantile(0.95);
      if (!(lag <= lagP95Ms) && !Number.isNaN(lag)) lagP95Ms = lag;
    }
    return { instruments, fresh, lagP95Ms };
  }
}

const UNKNOWN: Freshness = { fresh: false, cause: 'no-snapshot', detail: 'no catalogue lists it' };

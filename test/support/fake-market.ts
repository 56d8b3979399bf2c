import type { EntriesWait } from '#engine/market/maintenance';
import type { Transfers } from '#engine/market/transfers';
import type { ConversionProblem, ConversionQuote, Freshness, Ladder, MarketView, Walk } from '#engine/market/view';
import { BID, type Book, type BookSide } from '#engine/ports';
import type { FeedLatency } from '#shared/contract/rows';
import type { FeedId, ListingId, Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { type MaintenanceWindow, maintenanceWords, NOTHING_ANNOUNCED } from '#shared/domain/maintenance';
import type { Composite, FeedState } from '#shared/domain/market';
import type { QuoteSnapshot } from '#shared/domain/plan';
import { err, ok, type Result } from '#shared/kernel/result';
import { type Decimal, decimal, ONE, toDouble, ZERO } from '#shared/money/decimal';

/** Best first: price and size as text. */
export type TextLevels = readonly (readonly [price: string, size: string])[];

interface Quoted {
  bids: TextLevels;
  asks: TextLevels;
}

/** A market whose every answer is set by the test. */
export class FakeMarket implements MarketView {
  readonly #listings = new Map<ListingId, Listing>();
  readonly #quotes = new Map<ListingId, Quoted>();
  readonly stale = new Map<ListingId, Freshness>();
  readonly disabled = new Set<Venue>();
  readonly mids = new Map<string, string>();
  /** `from>to`: executable and mid rate, or the problem. */
  readonly rates = new Map<string, { readonly rate: string; readonly mid: string } | ConversionProblem>();
  /** By `venue currency`; open both ways where nothing is set. */
  readonly maintenance = new Map<FeedId, EntriesWait>();
  readonly wallets = new Map<string, Transfers>();
  readonly latencies = new Map<ListingId, number>();
  volatility = 0.5;
  confidence = 0.9;
  feedStates: FeedState[] = [];

  list(...listings: readonly Listing[]): void {
    for (const listing of listings) this.#listings.set(listing.id, listing);
  }

  delist(id: ListingId): void {
    this.#listings.delete(id);
  }

  quote(id: ListingId, bids: TextLevels, asks: TextLevels): void {
    this.#quotes.set(id, { bids, asks });
  }

  listings(): readonly Listing[] {
    return [...this.#listings.values()];
  }
  listing(id: ListingId): Listing | undefined {
    return this.#listings.get(id);
  }
  listingsOf(base: string): readonly Listing[] {
    return this.listings().filter((listing) => listing.base === base);
  }
  bases(): readonly string[] {
    return [...new Set(this.listings().map((listing) => listing.base))];
  }
  book(id: ListingId): Book | undefined {
    const quoted = this.#quotes.get(id);
    return quoted === undefined ? undefined : fakeBook(id, quoted);
  }
  freshness(id: ListingId): Freshness {
    return this.stale.get(id) ?? { fresh: true };
  }
  ageMs(): number {
    return 10;
  }
  latencyMs(id: ListingId): number {
    return this.latencies.get(id) ?? 20;
  }
  snapshot(id: ListingId): QuoteSnapshot | undefined {
    const quoted = this.#quotes.get(id);
    const bid = quoted?.bids[0];
    const ask = quoted?.asks[0];
    if (bid === undefined || ask === undefined) return undefined;
    const [bidPrice, bidSize] = bid;
    const [askPrice, askSize] = ask;
    const times = { venueTimeMs: null, receivedAtMs: 0, ageMs: 10, sequence: null, health: 0.9 };
    return { listing: id, bid: bidPrice, bidSize, ask: askPrice, askSize, ...times };
  }
  ladder(id: ListingId, side: 'bid' | 'ask', maxLevels: number): Ladder {
    const quoted = this.#quotes.get(id);
    const levels = (side === 'bid' ? quoted?.bids : quoted?.asks) ?? [];
    return {
      levels: levels.slice(0, maxLevels).map(([price, size]) => ({ price: decimal(price), size: decimal(size) })),
    };
  }
  walk(id: ListingId, side: 'bid' | 'ask', quantity: Decimal): Walk | undefined {
    let left = quantity;
    let paid = ZERO;
    let worst: Decimal | undefined;
    for (const { price, size } of this.ladder(id, side, 1000).levels) {
      if (left.lte(ZERO)) break;
      const taken = size.lt(left) ? size : left;
      paid = paid.plus(taken.times(price));
      left = left.minus(taken);
      worst = price;
    }
    const filled = quantity.minus(left);
    return worst === undefined ? undefined : { filled, average: paid.div(filled), worst };
  }
  composite(base: string): Composite | undefined {
    const mid = this.mids.get(base);
    const first = this.listingsOf(base)[0];
    if (mid === undefined || first === undefined) return undefined;
    return {
      base,
      currency: 'USD',
      mid,
      bestBid: first.id,
      bestAsk: first.id,
      contributors: this.listingsOf(base).map((listing) => listing.id),
      outliers: [],
      atMs: 0,
      confidence: this.confidence,
    };
  }
  volatilityBps(): number {
    return this.volatility;
  }
  convert(from: string, to: string, _amount: Decimal): Result<ConversionQuote, ConversionProblem> {
    if (from === to) return ok({ from, to, rate: ONE, midRate: ONE, through: [], ageMs: 0 });
    const known = this.rates.get(`${from}>${to}`);
    if (known === undefined) return err('stale-conversion');
    if (typeof known === 'string') return err(known);
    const through: ListingId[] = ['kraken:spot|USDT-USD'];
    return ok({ from, to, rate: decimal(known.rate), midRate: decimal(known.mid), through, ageMs: 5 });
  }
  rate(from: string, to: string): number {
    const converted = this.convert(from, to, ONE);
    return converted.ok ? toDouble(converted.value.rate) : Number.NaN;
  }
  basisBps(): number {
    return Number.NaN;
  }
  funding(): undefined {
    return undefined;
  }
  fundingPerHour(): number {
    return Number.NaN;
  }
  fundingHistory(): readonly [] {
    return [];
  }
  transfersOf(venue: Venue, currency: string): Transfers {
    return this.wallets.get(`${venue} ${currency}`) ?? { deposits: 'open', withdrawals: 'open' };
  }
  entriesWait(feed: FeedId): EntriesWait | undefined {
    return this.maintenance.get(feed);
  }
  latency(feed: FeedId): FeedLatency {
    return { feed, buckets: [], p50Ms: null, p99Ms: null, maxMs: null };
  }
  feeds(): readonly FeedState[] {
    return this.feedStates;
  }
  venueEnabled(venue: Venue): boolean {
    return !this.disabled.has(venue);
  }
}

/** A book that can only be read. */
function fakeBook(listing: ListingId, quoted: Quoted): Book {
  const levels = (side: BookSide) => (side === BID ? quoted.bids : quoted.asks);
  const unwritable = () => {
    throw new Error('a fake book is not written to');
  };
  return {
    listing,
    reset: unwritable,
    set: unwritable,
    commit: unwritable,
    write: unwritable,
    seal: unwritable,
    truncate: unwritable,
    invalidate: unwritable,
    valid: true,
    get crossed() {
      return Number(quoted.bids[0]?.[0]) >= Number(quoted.asks[0]?.[0]);
    },
    depth: (side) => levels(side).length,
    price: (side, index) => Number(levels(side)[index]?.[0] ?? Number.NaN),
    size: (side, index) => Number(levels(side)[index]?.[1] ?? Number.NaN),
    copyLevel: unwritable,
    venueTimeMs: Number.NaN,
    sequence: Number.NaN,
    committedMonoMs: 0,
  };
}

/** A feed with all its instruments fresh; `changes` replace what matters to the test. */
export function feedStateOf(venue: Venue, changes: Partial<FeedState> = {}): FeedState {
  return {
    feed: `${venue}:spot`,
    venue,
    connection: 'connected',
    epoch: 1,
    instruments: 10,
    fresh: 10,
    lastHeardAtMs: 0,
    skewMs: 0,
    roundTripMs: 20,
    lagP50Ms: 5,
    lagP99Ms: 10,
    frames: 1,
    decodeErrors: 0,
    gaps: 0,
    checksumErrors: 0,
    reconnects: 0,
    reason: null,
    maintenance: NOTHING_ANNOUNCED,
    ...changes,
  };
}

/** Entries wait for an announced hour of maintenance from `fromMs` on, as the market would say five minutes before it. */
export function announcedWait(feed: FeedId, fromMs: number): EntriesWait {
  const window: MaintenanceWindow = {
    feed,
    id: '21',
    title: 'Trading system upgrade',
    fromMs,
    toMs: fromMs + 3_600_000,
    state: 'announced',
    source: 'status.example/schedule',
    readAtMs: fromMs - 400_000,
  };
  return { window, words: maintenanceWords(window, fromMs - 300_000), begun: false };
}

import type { FundingSettlement, TransferState } from '#shared/domain/funding';
import { type FeedId, feedOfListing, type ListingId, type Venue, venueOf } from '#shared/domain/ids';
import type { Listing, TradingStatus } from '#shared/domain/listing';
import type { Composite, FeedState } from '#shared/domain/market';
import type { QuoteSnapshot } from '#shared/domain/plan';
import type { Result } from '#shared/kernel/result';
import { type Decimal, wire } from '#shared/money/decimal';
import type { Limits } from '#shared/settings/limits';
import { ASK, BID, type Book, type Clock, type FeedSink, type FrameFault } from '../ports.ts';
import type { BookChannel } from './book-channel.ts';
import { CompositePricer } from './composite.ts';
import { Conversion } from './conversion.ts';
import type { Connection, FeedRecord } from './feed-record.ts';
import { feedState } from './feed-state.ts';
import { type AgePolicy, FreshnessJudge } from './freshness.ts';
import { FundingBook } from './funding-book.ts';
import { bookSide, exactLadder, exactPrice, exactSize, walkLadder } from './ladders.ts';
import { limitReader } from './limit-reader.ts';
import type { Listed } from './listed.ts';
import { type CommitKind, OrderBook } from './order-book.ts';
import { Parity } from './parity.ts';
import { isStablecoinBook, Registry } from './registry.ts';
import { TransferStates } from './transfers.ts';
import type { ConversionProblem, ConversionQuote, Freshness, Ladder, MarketView, Walk } from './view.ts';

/** Told of what changed; everything is synchronous and inside the feed's call. */
export interface MarketListener {
  /** A book changed, or became invalid. */
  bookChanged(listing: Listing): void;
  trade(listing: Listing, price: number, size: number, takerSide: 'buy' | 'sell', venueTimeMs: number): void;
  feedChanged(feed: FeedId, reason: string): void;
  /** Listings came, left, or changed their terms or trading status. */
  catalogueChanged(feed: FeedId): void;
  /** The engine distrusts a book that its feed believes in, or wants a silent one cross-checked over REST (MD-2). */
  resyncWanted(listing: Listing, reason: string): void;
}

/** Where measurements of a venue's service go (VH-1). */
export interface ServiceObserver {
  recordApi(venue: Venue, milliseconds: number, outcome: 'ok' | 'error' | 'timeout' | 'rate-limited'): void;
  recordRoundTrip(venue: Venue, milliseconds: number): void;
  recordReconnect(venue: Venue): void;
}

export interface MarketOptions {
  readonly clock: Clock;
  readonly limits: () => Limits;
  readonly enabled: (venue: Venue) => boolean;
  readonly health: (venue: Venue) => { readonly score: number; readonly vetoed: boolean };
  readonly service: ServiceObserver;
  readonly listener: MarketListener;
  /** For data that does not come from live sockets. */
  readonly agePolicy?: AgePolicy;
}

const INSPECTION_MS = 1000;
/** A book is asked for again at most this often. */
const CROSS_CHECK_MS = 30_000;

/** The market as the engine knows it: feeds write into it through {@link FeedSink}, everyone else reads. */
export class Market implements FeedSink, MarketView {
  readonly #clock: Clock;
  readonly #options: MarketOptions;
  readonly #registry: Registry;
  readonly #judge: FreshnessJudge;
  readonly #parity: Parity;
  readonly #conversion: Conversion;
  readonly #composite: CompositePricer;
  readonly #strangers = new Map<ListingId, OrderBook>();
  readonly #funding = new FundingBook();
  readonly #transfers = new TransferStates();
  #stablecoinVersion = 0;

  constructor(options: MarketOptions) {
    this.#options = options;
    this.#clock = options.clock;
    const { clock, limits } = options;
    const registry = new Registry({
      committed: (channel, kind) => this.#committed(channel, kind),
      invalidated: (channel, cause, ownVerdict) => this.#invalidated(channel, cause, ownVerdict),
    });
    this.#registry = registry;
    this.#judge = new FreshnessJudge(limits, options.agePolicy ?? {});
    const monoMs = () => clock.monoMs();
    const version = () => this.#stablecoinVersion;
    const ageMs = (listed: Listed) => this.#ageOf(listed);
    const readable = (listed: Listed) =>
      listed.listing.status === 'normal' && this.#judge.cause(listed.channel, clock.monoMs()) === undefined;
    const crossable = (listed: Listed) => options.enabled(listed.listing.venue) && readable(listed);
    const guardBps = limitReader(limits, 'depegGuardBps');
    this.#parity = new Parity({ registry, monoMs, readable, version, guardBps });
    this.#conversion = new Conversion({ registry, parity: this.#parity, monoMs, crossable, ageMs, version });
    this.#composite = new CompositePricer({
      registry,
      parity: this.#parity,
      monoMs,
      wallMs: () => clock.wallMs(),
      readable,
      vetoed: (venue) => options.health(venue).vetoed,
      ageMs,
      maxHeardAgeMs: this.#judge.maxHeardAgeMs,
    });
  }

  // -------------------------------------------------------------- what feeds tell (FeedSink)

  catalogue(feed: FeedId, listings: readonly Listing[]): void {
    const refused = this.#registry.catalogue(feed, listings);
    for (const listing of refused) this.fault(feed, 'bad-shape', null, `listing refused: ${listing.id}`);
    this.#stablecoinVersion += 1;
    this.#options.listener.catalogueChanged(feed);
  }

  /**
   * The book a listing trades on; two names of one book give the same one (ID-3). A listing no catalogue announced gets
   * a book that nobody reads: it is never fresh and never traded.
   */
  book(id: ListingId): Book {
    const channel = this.#registry.channel(id);
    if (channel !== undefined) return channel.book;
    const stranger = this.#strangers.get(id) ?? new OrderBook(id, IGNORED, 1);
    this.#strangers.set(id, stranger);
    return stranger;
  }

  connection(feed: FeedId, state: Connection, epoch: number, reason: string): void {
    const record = this.#registry.feed(feed);
    record.connection = state;
    record.epoch = epoch;
    record.reason = state === 'connected' ? null : reason;
    if (state === 'connected') {
      const nowMs = this.#clock.monoMs();
      if (record.everConnected) {
        record.reconnects += 1;
        this.#options.service.recordReconnect(record.venue);
      }
      record.everConnected = true;
      record.forgetLag();
      for (const line of record.lines) line.silence.restart(nowMs);
      for (const channel of record.channels) channel.silence.restart(nowMs);
    } else {
      for (const channel of record.channels) channel.book.invalidate(`${state}: ${reason}`);
    }
    this.#stablecoinVersion += 1;
    this.#options.listener.feedChanged(feed, `${state}${reason === '' ? '' : `: ${reason}`}`);
  }

  heard(feed: FeedId, monoMs: number, line = 0): void {
    const record = this.#registry.feed(feed);
    record.heard(record.line(line), monoMs);
    if (monoMs - record.inspectedMonoMs >= INSPECTION_MS) this.#inspect(record, monoMs);
  }

  carried(id: ListingId, index: number): void {
    const channel = this.#registry.channel(id);
    if (channel === undefined) return;
    const nowMs = this.#clock.monoMs();
    channel.line = channel.feed.line(index);
    // What was silent before it was subscribed here says nothing of its norm.
    channel.silence.restart(nowMs);
    channel.line.silence.restart(nowMs);
  }

  frame(feed: FeedId, _bytes: number, lagMs: number): void {
    const record = this.#registry.feed(feed);
    record.frames += 1;
    if (!Number.isNaN(lagMs)) record.lag.record(lagMs, this.#clock.monoMs());
  }

  trade(id: ListingId, price: number, size: number, takerSide: 'buy' | 'sell', venueTimeMs: number): void {
    const listed = this.#registry.get(id);
    if (listed === undefined) return;
    // Data for the feed, not for the book: trades against a book that never changes make it suspicious.
    listed.channel.line.silence.data(this.#clock.monoMs());
    this.#options.listener.trade(listed.listing, price, size, takerSide, venueTimeMs);
  }

  reference(id: ListingId, values: Float64Array | null, monoMs: number): void {
    const listed = this.#registry.get(id);
    if (listed !== undefined) this.#funding.told(listed, values, monoMs);
  }

  settlements(id: ListingId, rows: readonly FundingSettlement[]): void {
    if (this.#registry.get(id) !== undefined) this.#funding.settled(id, rows);
  }

  transfers(feed: FeedId, currency: string, deposits: TransferState, withdrawals: TransferState): void {
    this.#transfers.told(venueOf(feed), currency, deposits, withdrawals);
  }

  skew(feed: FeedId, skewMs: number, roundTripMs: number): void {
    const record = this.#registry.feed(feed);
    record.skewMs = skewMs;
    record.roundTripMs = roundTripMs;
    this.#options.service.recordRoundTrip(record.venue, roundTripMs);
  }

  status(id: ListingId, status: TradingStatus): void {
    if (!this.#registry.status(id, status)) return;
    this.#stablecoinVersion += 1;
    this.#options.listener.catalogueChanged(feedOfListing(id));
  }

  fault(feed: FeedId, fault: FrameFault, listing: ListingId | null, sample: string): void {
    const record = this.#registry.feed(feed);
    record.countFault(fault);
    if (fault === 'subscription-error') {
      record.reason = `subscription refused: ${sample}`;
      this.#options.listener.feedChanged(feed, record.reason);
    }
    // MD-3: at once, also when the feed has not said so to the book itself.
    if (listing !== null && (fault === 'gap' || fault === 'checksum')) {
      this.#registry.channel(listing)?.book.invalidate(fault === 'gap' ? 'sequence gap' : 'checksum mismatch');
    }
  }

  apiCall(
    feed: FeedId,
    _endpoint: string,
    milliseconds: number,
    outcome: 'ok' | 'error' | 'timeout' | 'rate-limited',
  ): void {
    this.#options.service.recordApi(this.#registry.feed(feed).venue, milliseconds, outcome);
  }

  // -------------------------------------------------------------- what the engine asks (MarketView)

  listings(): readonly Listing[] {
    return this.#registry.listings();
  }

  listing(id: ListingId): Listing | undefined {
    return this.#registry.get(id)?.listing;
  }

  listingsOf(base: string): readonly Listing[] {
    return this.#registry.listingsOf(base);
  }

  bases(): readonly string[] {
    return this.#registry.bases();
  }

  freshness(id: ListingId): Freshness {
    const listed = this.#registry.get(id);
    if (listed === undefined) return UNKNOWN;
    return this.#judge.judge(listed.channel, this.#clock.monoMs());
  }

  ageMs(id: ListingId): number {
    const listed = this.#registry.get(id);
    return listed === undefined ? Number.POSITIVE_INFINITY : this.#ageOf(listed);
  }

  latencyMs(id: ListingId): number {
    const feed = this.#registry.get(id)?.feed;
    return feed === undefined ? Number.NaN : feed.lag.quantile(0.95) + feed.roundTripMs / 2;
  }

  snapshot(id: ListingId): QuoteSnapshot | undefined {
    const listed = this.#registry.get(id);
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
      ageMs: this.#ageOf(listed),
      sequence: Number.isNaN(book.sequence) ? null : String(book.sequence),
      health: this.#options.health(listed.listing.venue).score,
    };
  }

  ladder(id: ListingId, side: 'bid' | 'ask', maxLevels: number): Ladder {
    const listed = this.#registry.get(id);
    return listed === undefined ? { levels: [] } : exactLadder(listed, bookSide(side), maxLevels);
  }

  walk(id: ListingId, side: 'bid' | 'ask', quantity: Decimal): Walk | undefined {
    const listed = this.#registry.get(id);
    return listed === undefined ? undefined : walkLadder(listed, bookSide(side), quantity);
  }

  composite(base: string): Composite | undefined {
    return this.#composite.composite(base);
  }

  volatilityBps(base: string): number {
    return this.#composite.volatilityBps(base);
  }

  convert(from: string, to: string, amount: Decimal): Result<ConversionQuote, ConversionProblem> {
    return this.#conversion.convert(from, to, amount);
  }

  rate(from: string, to: string): number {
    return this.#conversion.rate(from, to);
  }

  feeds(): readonly FeedState[] {
    const nowMs = this.#clock.monoMs();
    const wallMs = this.#clock.wallMs();
    return this.#registry.feeds().map((feed) => feedState(feed, this.#judge, nowMs, wallMs));
  }

  venueEnabled(venue: Venue): boolean {
    return this.#options.enabled(venue);
  }

  /** What venue health is pulled from (VH-1): instruments, how many are fresh, p95 of event lag in ms. */
  evidence(venue: Venue): { readonly instruments: number; readonly fresh: number; readonly lagP95Ms: number } {
    const nowMs = this.#clock.monoMs();
    let instruments = 0;
    let fresh = 0;
    let lagP95Ms = Number.NaN;
    for (const feed of this.#registry.feeds()) {
      // Before its first connection a feed is starting, not failing: that is no evidence yet.
      if (feed.venue !== venue || !feed.everConnected) continue;
      for (const listed of feed.listed) {
        if (listed.listing.status === 'delisted') continue;
        instruments += 1;
        if (this.#judge.cause(listed.channel, nowMs) === undefined) fresh += 1;
      }
      const lag = feed.lag.quantile(0.95);
      if (!(lag <= lagP95Ms) && !Number.isNaN(lag)) lagP95Ms = lag;
    }
    return { instruments, fresh, lagP95Ms };
  }

  // -------------------------------------------------------------- inside

  #ageOf(listed: Listed): number {
    const age = this.#clock.monoMs() - listed.channel.line.heardMonoMs;
    return Number.isNaN(age) ? Number.POSITIVE_INFINITY : Math.max(0, age);
  }

  #committed(channel: BookChannel, kind: CommitKind): void {
    const { book, feed } = channel;
    const monoMs = book.committedMonoMs;
    const receivedAtMs = this.#clock.wallMs() - (this.#clock.monoMs() - monoMs);
    feed.heard(channel.line, monoMs);
    channel.receivedAtMs = receivedAtMs;
    channel.vouchedMonoMs = monoMs;
    if (kind === 'update') {
      channel.silence.data(monoMs);
      channel.line.silence.data(monoMs);
      // The venue's clock shows `skewMs` too much, so its event is that much older than it says.
      channel.lagMs = receivedAtMs - book.venueTimeMs + (Number.isNaN(feed.skewMs) ? 0 : feed.skewMs);
      if (!Number.isNaN(channel.lagMs)) feed.recordUpdateLag(channel.lagMs);
    } else if (kind === 'snapshot') {
      channel.lagMs = Number.NaN;
    }
    this.#tellChanged(channel);
  }

  #invalidated(channel: BookChannel, cause: string, ownVerdict: boolean): void {
    channel.invalidCause = cause;
    this.#tellChanged(channel);
    if (ownVerdict) this.#askAgain(channel, cause);
  }

  /** Every name of the book changed with it. */
  #tellChanged(channel: BookChannel): void {
    const { names } = channel;
    for (let index = 0; index < names.length; index += 1) {
      const { listing } = names[index] as Listed;
      if (isStablecoinBook(listing)) this.#stablecoinVersion += 1;
      else this.#composite.sample(listing.base, this.#clock.monoMs());
    }
    for (let index = 0; index < names.length; index += 1) {
      this.#options.listener.bookChanged((names[index] as Listed).listing);
    }
  }

  #askAgain(channel: BookChannel, reason: string): void {
    const owner = channel.names.find(({ listing }) => listing.id === listing.bookId) ?? channel.names[0];
    if (owner !== undefined) this.#options.listener.resyncWanted(owner.listing, reason);
  }

  /** Once a second while the feed is heard: what only the passing of time makes wrong. */
  #inspect(feed: FeedRecord, nowMs: number): void {
    feed.inspectedMonoMs = nowMs;
    if (feed.connection !== 'connected') return;
    for (const line of feed.lines) {
      const stopped = this.#judge.dataStopped(line, nowMs);
      if (stopped === line.dataStopped) continue;
      line.dataStopped = stopped;
      const where = feed.lines.length === 1 ? '' : ` on socket ${line.index + 1}`;
      this.#options.listener.feedChanged(
        feed.feed,
        `${stopped ? 'heard, but its data stopped' : 'data flows again'}${where}`,
      );
    }
    for (const channel of feed.channels) {
      const { book } = channel;
      if (!book.valid || !channel.isListed) continue;
      if (nowMs - book.crossedSinceMonoMs > INSPECTION_MS) {
        book.rejectContent('crossed or locked for over a second');
      } else if (this.#judge.tooQuiet(channel, nowMs) && nowMs - channel.crossCheckedMonoMs >= CROSS_CHECK_MS) {
        channel.crossCheckedMonoMs = nowMs;
        this.#askAgain(channel, 'silent for longer than is normal: cross-check');
      }
    }
  }
}

const UNKNOWN: Freshness = { fresh: false, cause: 'no-snapshot', detail: 'no catalogue lists it' };
const IGNORED = { committed: () => undefined, invalidated: () => undefined };

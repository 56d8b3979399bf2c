import type { FundingSettlement, TransferState } from '#shared/domain/funding';
import { type FeedId, feedOfListing, type ListingId, venueOf } from '#shared/domain/ids';
import type { Listing, TradingStatus } from '#shared/domain/listing';
import type { MaintenanceReading, MaintenanceStanding } from '#shared/domain/maintenance';
import type { Book, FeedSink, FrameFault } from '../ports.ts';
import type { BookChannel } from './book-channel.ts';
import type { CompositePricer } from './composite.ts';
import type { Connection, FeedRecord } from './feed-record.ts';
import type { Funding } from './funding/funding.ts';
import type { Listed } from './listed.ts';
import { type CommitKind, OrderBook } from './order-book.ts';
import { type MarketOptions, marketParts } from './parts.ts';
import { MarketReader } from './reader.ts';
import { isStablecoinBook } from './registry.ts';
import { isTraded } from './traded.ts';
import type { TransferStates } from './transfers.ts';
import type { MarketView } from './view.ts';

const INSPECTION_MS = 1000;
/** A book is asked for again at most this often. */
const CROSS_CHECK_MS = 30_000;
const CROSS_CHECK = 'silent for longer than is normal: cross-check';

/** The market as the engine knows it: feeds write into it through {@link FeedSink}, everyone else reads. */
export class Market extends MarketReader implements FeedSink, MarketView {
  readonly #options: MarketOptions;
  readonly #composite: CompositePricer;
  readonly #funding: Funding;
  readonly #transfers: TransferStates;
  /** Grows with every change of a stablecoin book. */
  readonly #stablecoins: { version: number };
  readonly #strangers = new Map<ListingId, OrderBook>();

  constructor(options: MarketOptions) {
    // The parts exist before the market they tell; nothing tells it anything before a feed does.
    const told: { market?: Market } = {};
    const stablecoins = { version: 0 };
    const parts = marketParts(options, {
      version: () => stablecoins.version,
      committed: (channel, kind) => {
        if (told.market !== undefined) told.market.#committed(channel, kind);
      },
      invalidated: (channel, cause, ownVerdict) => {
        if (told.market !== undefined) told.market.#invalidated(channel, cause, ownVerdict);
      },
    });
    super(parts);
    this.#options = options;
    this.#composite = parts.composite;
    this.#funding = parts.funding;
    this.#transfers = parts.transfers;
    this.#stablecoins = stablecoins;
    told.market = this;
  }

  // -------------------------------------------------------------- what feeds tell (FeedSink)

  catalogue(feed: FeedId, listings: readonly Listing[]): void {
    const { refused, changed } = this.registry.catalogue(feed, listings);
    for (const listing of refused) this.fault(feed, 'bad-shape', null, `listing refused: ${listing.id}`);
    if (!changed) return;
    this.#stablecoins.version += 1;
    this.#funding.catalogueChanged(this.registry.feed(feed));
    this.#options.listener.catalogueChanged(feed);
  }

  /**
   * The book a listing trades on; two names of one book give the same one (ID-3). A listing no catalogue announced gets
   * a book that nobody reads: it is never fresh and never traded.
   */
  book(id: ListingId): Book {
    const channel = this.registry.channel(id);
    if (channel !== undefined) return channel.book;
    const stranger = this.#strangers.get(id) ?? new OrderBook(id, IGNORED, 1);
    this.#strangers.set(id, stranger);
    return stranger;
  }

  connection(feed: FeedId, state: Connection, epoch: number, reason: string): void {
    const record = this.registry.feed(feed);
    record.connection = state;
    record.epoch = epoch;
    record.reason = state === 'connected' ? null : reason;
    if (state === 'connected') {
      const nowMs = this.clock.monoMs();
      if (record.everConnected) {
        record.reconnects += 1;
        if (isTraded(feed)) this.#options.service.recordReconnect(record.venue);
      }
      record.everConnected = true;
      record.forgetLag();
      for (const line of record.lines) record.resumeSilence(line, nowMs);
    } else {
      for (const channel of record.channels) channel.book.invalidate(`${state}: ${reason}`);
      this.#funding.disconnected(record);
    }
    this.#stablecoins.version += 1;
    this.#options.listener.feedChanged(feed, `${state}${reason === '' ? '' : `: ${reason}`}`);
  }

  heard(feed: FeedId, monoMs: number, line = 0): void {
    const record = this.registry.feed(feed);
    const carrier = record.line(line);
    if (carrier.wasAway(monoMs)) record.resumeSilence(carrier, monoMs);
    record.heard(carrier, monoMs);
    if (monoMs - record.inspectedMonoMs >= INSPECTION_MS) this.#inspect(record, monoMs);
  }

  carried(id: ListingId, index: number): void {
    const channel = this.registry.channel(id);
    if (channel === undefined) return;
    const nowMs = this.clock.monoMs();
    channel.line = channel.feed.line(index);
    channel.restart();
    // What was silent before it was subscribed here says nothing of its norm.
    channel.silence.restart(nowMs);
    channel.line.silence.restart(nowMs);
  }

  frame(feed: FeedId, _bytes: number, lagMs: number): void {
    const record = this.registry.feed(feed);
    record.frames += 1;
    if (!Number.isNaN(lagMs)) record.lag.record(lagMs, this.clock.monoMs());
  }

  trade(id: ListingId, price: number, size: number, takerSide: 'buy' | 'sell', venueTimeMs: number): void {
    const listed = this.registry.get(id);
    if (listed === undefined) return;
    // Data for the feed, not for the book: trades against a book that never changes make it suspicious.
    listed.channel.line.silence.data(this.clock.monoMs());
    this.#options.listener.trade(listed.listing, price, size, takerSide, venueTimeMs);
  }

  reference(id: ListingId, values: Float64Array | null, monoMs: number): void {
    const listed = this.registry.get(id);
    if (listed !== undefined) this.#funding.told(listed, values, monoMs);
  }

  settlements(id: ListingId, rows: readonly FundingSettlement[]): void {
    if (this.registry.get(id) !== undefined) this.#funding.settled(id, rows);
  }

  transfers(feed: FeedId, currency: string, deposits: TransferState, withdrawals: TransferState): void {
    this.#transfers.told(venueOf(feed), currency, { deposits, withdrawals }, this.clock.monoMs());
  }

  skew(feed: FeedId, skewMs: number, roundTripMs: number): void {
    const record = this.registry.feed(feed);
    record.skewMs = skewMs;
    record.roundTripMs = roundTripMs;
    if (isTraded(feed)) this.#options.service.recordRoundTrip(record.venue, roundTripMs);
  }

  status(id: ListingId, status: TradingStatus): void {
    if (!this.registry.status(id, status)) return;
    this.#stablecoins.version += 1;
    this.#options.listener.catalogueChanged(feedOfListing(id));
  }

  maintenance(feed: FeedId, reading: MaintenanceReading): void {
    this.registry.feed(feed);
    this.announced.take(feed, reading);
  }

  fault(feed: FeedId, fault: FrameFault, listing: ListingId | null, sample: string): void {
    const record = this.registry.feed(feed);
    record.countFault(fault);
    if (fault === 'subscription-error') {
      record.reason = `subscription refused: ${sample}`;
      this.#options.listener.feedChanged(feed, record.reason);
    }
    // MD-3: at once, also when the feed has not said so to the book itself.
    if (listing !== null && (fault === 'gap' || fault === 'checksum')) {
      this.registry.channel(listing)?.book.invalidate(fault === 'gap' ? 'sequence gap' : 'checksum mismatch');
    }
  }

  apiCall(
    feed: FeedId,
    _endpoint: string,
    milliseconds: number,
    outcome: 'ok' | 'error' | 'timeout' | 'rate-limited',
  ): void {
    if (isTraded(feed)) this.#options.service.recordApi(venueOf(feed), milliseconds, outcome);
  }

  /** Once a tick: what the statuses say of a maintenance whose end is open. */
  sampleMaintenance(): void {
    this.announced.sample();
  }

  /** Of every feed that told of its venue's announcements. */
  maintenanceStandings(): readonly (readonly [FeedId, MaintenanceStanding])[] {
    return this.announced.standings();
  }

  // -------------------------------------------------------------- inside

  #committed(channel: BookChannel, kind: CommitKind): void {
    const { book, feed } = channel;
    const monoMs = book.committedMonoMs;
    const receivedAtMs = this.clock.wallMs() - (this.clock.monoMs() - monoMs);
    feed.heard(channel.line, monoMs);
    channel.receivedAtMs = receivedAtMs;
    channel.vouchedMonoMs = monoMs;
    if (kind !== 'snapshot') channel.told();
    if (kind === 'update') {
      channel.silence.data(monoMs);
      channel.line.silence.data(monoMs);
      // The venue's clock shows `skewMs` too much, so its event is that much older than it says.
      channel.lagMs = receivedAtMs - book.venueTimeMs + (Number.isNaN(feed.skewMs) ? 0 : feed.skewMs);
      if (!Number.isNaN(channel.lagMs)) feed.recordUpdateLag(channel.lagMs);
    } else if (kind === 'snapshot') {
      channel.answered();
      channel.lagMs = Number.NaN;
    }
    this.#tellChanged(channel);
  }

  #invalidated(channel: BookChannel, cause: string, ownVerdict: boolean): void {
    channel.invalidCause = cause;
    if (cause !== CROSS_CHECK) channel.restart();
    this.#tellChanged(channel);
    if (ownVerdict) this.#askAgain(channel, cause);
  }

  /** Every name of the book changed with it. */
  #tellChanged(channel: BookChannel): void {
    const { names } = channel;
    for (let index = 0; index < names.length; index += 1) {
      const { listing } = names[index] as Listed;
      if (isStablecoinBook(listing)) this.#stablecoins.version += 1;
      else this.#composite.sample(listing.base, this.clock.monoMs());
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
      const stopped = this.judge.dataStopped(line, nowMs);
      if (stopped === line.dataStopped) continue;
      line.dataStopped = stopped;
      const where = feed.lines.length === 1 ? '' : ` on socket ${line.index + 1}`;
      this.#options.listener.feedChanged(
        feed.feed,
        `${stopped ? 'heard, but its data stopped' : 'data flows again'}${where}`,
      );
    }
    this.#funding.inspect(feed, nowMs);
    for (const channel of feed.channels) {
      const { book } = channel;
      if (!book.valid || !channel.isListed) continue;
      if (nowMs - book.crossedSinceMonoMs > INSPECTION_MS) {
        book.rejectContent('crossed or locked for over a second');
      } else if (this.judge.tooQuiet(channel, nowMs) && nowMs - channel.crossCheckedMonoMs >= CROSS_CHECK_MS) {
        channel.crossCheckedMonoMs = nowMs;
        channel.question();
        this.#askAgain(channel, CROSS_CHECK);
      }
    }
  }
}

const IGNORED = { committed: () => undefined, invalidated: () => undefined };

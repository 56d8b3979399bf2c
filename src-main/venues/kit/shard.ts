import { type FeedSink, type FrameFault, VENUE_TIME_MS } from '#engine/ports';
import type { FundingSettlement } from '#shared/domain/funding';
import type { FeedId, ListingId } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';
import type { CatalogueEntry } from './catalogue.ts';
import { Connection } from './connection.ts';
import { type Decoder, type FrameTarget, TRADE_PRICE, TRADE_SIZE, TRADE_TIME_MS } from './decoder.ts';
import { frameSample } from './json.ts';
import type { SocketPlan, Topic, TopicKind, VenueProtocol } from './protocol.ts';
import { Rebuilder } from './rebuild.ts';
import { RefusedTopics } from './refused-topics.ts';
import { RequestBudget } from './request-budget.ts';
import type { RestClient } from './rest-client.ts';
import { Snapshots } from './snapshots.ts';
import { type SubscriptionEvents, Subscriptions } from './subscriptions.ts';
import { Track, TrackTable } from './track.ts';

export interface ShardOptions {
  readonly protocol: VenueProtocol;
  readonly feed: FeedId;
  /** Which of the feed's shards this is, from 0. */
  readonly index: number;
  readonly sink: FeedSink;
  readonly transport: Transport;
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: ShardEvents;
}

/** What the feed as a whole has to know of one shard. Connection events are those of the socket that carries books. */
export interface ShardEvents {
  connecting(reason: string): void;
  opened(): void;
  lost(reason: string): void;
  venueStatus(status: TradingStatus): void;
  status(symbol: string, status: TradingStatus): void;
  catalogueChanged(): void;
}

/** One socket of a shard and what is subscribed on it. */
interface Line {
  readonly plan: SocketPlan;
  readonly connection: Connection;
  readonly subscriptions: Subscriptions;
  /** All but books, which are rebuilt. */
  readonly refused: RefusedTopics;
}

const STREAMED_OVERDUE_MS = 10_000;
/** A snapshot over REST is fetched at the first delta; a quiet book has none. */
const BRIDGED_OVERDUE_MS = 3_000;

/** Nothing that a book depends on is other than when it was opened. */
const isStill = (track: Track, { listing, contractSize, priceDecimals, sizeDecimals }: CatalogueEntry): boolean =>
  track.listing === listing.id &&
  track.contractSize === contractSize &&
  track.priceDecimals === priceDecimals &&
  track.sizeDecimals === sizeDecimals;

const topicsOf = (tracks: readonly Track[], kinds: readonly TopicKind[]): Topic[] =>
  kinds.flatMap((kind) => tracks.map(({ symbol }): Topic => ({ kind, symbol })));

/**
 * Some of a feed's books on sockets of their own: subscribes them, has frames decoded into them, and sees that each one
 * that goes wrong is invalid at once and rebuilt (MD-3). The first socket carries the books; where the venue wants it,
 * others carry trades and references.
 */
export class Shard implements FrameTarget {
  readonly #feed: FeedId;
  readonly #index: number;
  readonly #sink: FeedSink;
  readonly #clock: Clock;
  readonly #events: ShardEvents;
  readonly #tracks = new TrackTable();
  readonly #decoder: Decoder;
  readonly #lines: readonly Line[];
  readonly #rebuilder: Rebuilder;
  readonly #snapshots: Snapshots | null;
  /** Books whose subscription the venue has neither taken nor sent anything of: a snapshot of one would never move. */
  readonly #unheard = new Set<Track>();
  /** The line whose frame is being decoded. */
  #current: Line;
  #skewMs = Number.NaN;

  constructor(options: ShardOptions) {
    const { protocol, clock, rest, random, feed, index } = options;
    this.#feed = feed;
    this.#index = index;
    this.#sink = options.sink;
    this.#clock = clock;
    this.#events = options.events;
    const lines = protocol.sockets.map((plan, place) => this.#open(plan, place, options));
    this.#lines = lines;
    this.#current = lines[0] as Line;
    const overdueMs = protocol.snapshot === null ? STREAMED_OVERDUE_MS : BRIDGED_OVERDUE_MS;
    const rebuilds = random.fork('rebuild');
    this.#rebuilder = new Rebuilder(clock, rebuilds, overdueMs, (track) => this.#askSnapshot(track));
    if (protocol.snapshot === null) {
      this.#decoder = protocol.decoder(this.#tracks);
      this.#snapshots = null;
    } else {
      const decoder = protocol.decoder(this.#tracks);
      this.#decoder = decoder;
      const retry = (track: Track) => this.#rebuilder.request(track);
      const books = () => this.#tracks.size;
      this.#snapshots = new Snapshots({ protocol, decoder, rest, clock, out: this, retry, books });
    }
  }

  /** Books it holds. */
  get size(): number {
    return this.#tracks.size;
  }

  start(): void {
    for (const { connection } of this.#lines) connection.start();
  }

  stop(): void {
    for (const { connection, refused } of this.#lines) {
      refused.clear();
      connection.stop();
    }
    this.#booksLost('stopped');
  }

  /** Takes the books it carries from now on: opens those that are new or whose terms are, drops those that left. */
  adopt(owners: readonly CatalogueEntry[], canarySymbol: string | null): void {
    const gone: Track[] = [];
    const wanted = new Map(owners.map((owner) => [owner.bookSymbol, owner]));
    for (const track of [...this.#tracks.all()]) {
      const owner = wanted.get(track.symbol);
      if (owner === undefined || !isStill(track, owner)) gone.push(track);
    }
    for (const track of gone) this.#drop(track, wanted.has(track.symbol) ? 'its terms changed' : 'left the catalogue');
    for (const { plan, connection, subscriptions } of this.#lines) {
      if (connection.isOpen) subscriptions.unsubscribe(topicsOf(gone, plan.kinds));
    }
    const fresh = owners
      .filter(({ bookSymbol }) => this.#tracks.get(bookSymbol) === undefined)
      .map(({ listing, bookSymbol, priceDecimals, sizeDecimals, contractSize }) => {
        const book = this.#sink.book(listing.id);
        return new Track({ listing: listing.id, symbol: bookSymbol, book, priceDecimals, sizeDecimals, contractSize });
      });
    for (const track of fresh) {
      this.#tracks.add(track);
      this.#sink.carried(track.listing, this.#index);
    }
    this.#tracks.canary = canarySymbol !== null && !wanted.has(canarySymbol) ? canarySymbol : null;
    for (const line of this.#lines) if (line.connection.isOpen) this.#subscribe(line, fresh);
  }

  /** The engine no longer trusts this book. */
  distrust(listing: ListingId, reason: string): void {
    for (const track of this.#tracks.all()) {
      if (track.listing !== listing) continue;
      // Nothing came after the last snapshot: the stream may have ended without a word.
      if (track.phase === 'live' && !track.moved) this.#unheard.add(track);
      this.resync(track, reason);
    }
  }

  /** The history of an instrument's funding was read. */
  settlements(symbol: string, rows: readonly FundingSettlement[]): void {
    const track = this.#tracks.get(symbol);
    if (track !== undefined) this.#decoder.settled?.(track, rows);
  }

  /** The venue's clock against ours (MD-6), for the lag of every frame. */
  measured(skewMs: number): void {
    this.#skewMs = skewMs;
  }

  // -------------------------------------------------------------- what its decoder tells (FrameTarget)

  applied(_track: Track | null, bytes: number, stamps: Float64Array): void {
    this.#current.connection.gotData();
    // `skewMs` is how far the venue's clock is ahead: its time, told in ours, is that much earlier.
    this.#sink.frame(this.#feed, bytes, this.#clock.wallMs() - (stamps[VENUE_TIME_MS] as number) + this.#skewMs);
  }

  trade(track: Track, values: Float64Array, takerSide: 'buy' | 'sell'): void {
    const price = values[TRADE_PRICE] as number;
    this.#sink.trade(track.listing, price, values[TRADE_SIZE] as number, takerSide, values[TRADE_TIME_MS] as number);
  }

  reference(track: Track, values: Float64Array, monoMs: number): void {
    this.#sink.reference(track.listing, values, monoMs);
  }

  settled(track: Track, settlement: FundingSettlement): void {
    this.#sink.settlements(track.listing, [settlement]);
  }

  faulted(fault: FrameFault, track: Track | null, frame: Uint8Array): void {
    this.#sink.fault(this.#feed, fault, track?.listing ?? null, frameSample(frame));
  }

  resync(track: Track, cause: string): void {
    if (track.phase !== 'live') return;
    this.#await(track);
    track.book.invalidate(cause);
    this.#rebuilder.request(track);
  }

  resyncAll(cause: string): void {
    for (const track of this.#tracks.all()) this.resync(track, cause);
  }

  broken(cause: string): void {
    this.#current.connection.reconnect(cause);
  }

  accepted(requestId: string | null, taken?: readonly unknown[]): void {
    this.#current.subscriptions.accepted(requestId, taken);
  }

  refused(requestId: string | null, symbol: string | null, message: string): void {
    if (this.#current.subscriptions.refused(requestId, symbol, message)) return;
    this.#sink.fault(this.#feed, 'subscription-error', null, message);
  }

  wantsSnapshot(track: Track): void {
    this.#unheard.delete(track);
    // A live book stands while it is deepened: there is nothing to rebuild, and no haste.
    if (track.phase === 'live') void this.#snapshots?.fetch(track);
    else this.#rebuilder.request(track);
  }

  venueStatus(status: TradingStatus): void {
    this.#events.venueStatus(status);
  }

  status(symbol: string, status: TradingStatus): void {
    this.#events.status(symbol, status);
  }

  catalogueChanged(): void {
    this.#events.catalogueChanged();
  }

  idle(kind: 'heartbeat' | 'ack' | 'canary'): void {
    if (kind === 'canary') this.#current.connection.gotData();
  }

  // -------------------------------------------------------------- inside

  #open(plan: SocketPlan, place: number, options: ShardOptions): Line {
    const { protocol, transport, clock, sink, feed, index } = options;
    const carriesBooks = place === 0;
    const connection: Connection = new Connection({
      transport,
      clock,
      random: options.random.fork(`connection/${place}`),
      url: plan.url,
      liveness: protocol.liveness,
      sendGapMs: protocol.sendGapMs,
      startAfterMs: (index * protocol.sockets.length + place) * protocol.connectGapMs,
      events: {
        connecting: (_epoch, reason) => {
          if (carriesBooks) this.#events.connecting(reason);
        },
        open: (epoch) => {
          if (carriesBooks) this.#events.opened();
          // What the status channel said meanwhile was not heard (MD-8).
          if (epoch > 1 && plan.kinds.includes('status')) this.#events.catalogueChanged();
          this.#connected(line);
        },
        message: (data, monoMs) => {
          this.#current = line;
          this.#decoder.decode(data, monoMs, this);
        },
        heard: (monoMs) => {
          if (carriesBooks) sink.heard(feed, monoMs, index);
        },
        lost: (_epoch, reason) => {
          line.refused.clear();
          if (plan.kinds.includes('reference')) this.#referencesLost();
          if (!carriesBooks) return;
          this.#booksLost(`disconnected: ${reason}`);
          this.#events.lost(reason);
        },
      },
    });
    const { requestsPerHour } = protocol;
    const budget = requestsPerHour === undefined ? null : new RequestBudget(clock, requestsPerHour);
    const events: SubscriptionEvents = {
      taken: (topic) => this.#taken(topic),
      refused: (topic, message) => this.#refuse(line, topic, message),
    };
    const subscriptions = new Subscriptions(protocol, connection, events, budget);
    const refused = new RefusedTopics(clock, (topics) => {
      subscriptions.subscribe(topics.filter(({ symbol }) => this.#tracks.get(symbol) !== undefined));
    });
    const line: Line = { plan, connection, subscriptions, refused };
    return line;
  }

  #connected(line: Line): void {
    if (line === this.#lines[0]) {
      this.#decoder.connected();
      this.#snapshots?.connected();
      this.#rebuilder.begin();
    }
    line.subscriptions.connected();
    const { canary } = this.#tracks;
    const { kinds } = line.plan;
    const [first] = kinds;
    if (canary !== null && first !== undefined) {
      line.subscriptions.subscribe([{ kind: kinds.includes('trades') ? 'trades' : first, symbol: canary }]);
    }
    this.#subscribe(line, [...this.#tracks.all()]);
  }

  #subscribe(line: Line, tracks: readonly Track[]): void {
    if (line.plan.kinds.includes('book')) {
      for (const track of tracks) {
        this.#await(track);
        this.#unheard.add(track);
        this.#rebuilder.add(track);
      }
    }
    line.subscriptions.subscribe(topicsOf(tracks, line.plan.kinds));
  }

  /** The connection is gone, and with it every book's place in the stream. */
  #booksLost(cause: string): void {
    this.#rebuilder.end();
    this.#snapshots?.connected();
    for (const track of this.#tracks.all()) {
      track.phase = 'idle';
      track.book.invalidate(cause);
    }
  }

  #referencesLost(): void {
    const monoMs = this.#clock.monoMs();
    for (const track of this.#tracks.all()) this.#sink.reference(track.listing, null, monoMs);
  }

  #drop(track: Track, cause: string): void {
    this.#tracks.remove(track);
    this.#rebuilder.remove(track);
    this.#snapshots?.forget(track);
    this.#unheard.delete(track);
    track.phase = 'idle';
    track.book.invalidate(cause);
    const referred = this.#lines.some(({ plan }) => plan.kinds.includes('reference'));
    if (referred) this.#sink.reference(track.listing, null, this.#clock.monoMs());
  }

  #await(track: Track): void {
    track.phase = 'awaiting';
    this.#snapshots?.forget(track);
  }

  #askSnapshot(track: Track): void {
    const book: Topic[] = [{ kind: 'book', symbol: track.symbol }];
    const { subscriptions } = this.#lines[0] as Line;
    if (this.#snapshots !== null && !this.#unheard.has(track)) {
      void this.#snapshots.fetch(track);
      return;
    }
    // A venue that streams its snapshots sends one for each new subscription.
    subscriptions.unsubscribe(book);
    subscriptions.subscribe(book);
  }

  #taken(topic: Topic): void {
    const track = this.#tracks.get(topic.symbol);
    if (track !== undefined && topic.kind === 'book') this.#unheard.delete(track);
  }

  #refuse(line: Line, topic: Topic, message: string): void {
    const track = this.#tracks.get(topic.symbol);
    this.#sink.fault(this.#feed, 'subscription-error', track?.listing ?? null, message);
    if (track === undefined) return;
    if (topic.kind !== 'book') {
      line.refused.add(topic);
      return;
    }
    this.#unheard.add(track);
    track.phase = 'refused';
    track.book.invalidate('refused by the venue');
  }
}

import type { FeedSink, FrameFault } from '#engine/ports';
import type { FeedId, ListingId } from '#shared/domain/ids';
import type { Listing, TradingStatus } from '#shared/domain/listing';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { Catalogue } from './catalogue.ts';
import type { Connection } from './connection.ts';
import type { Decoder, FrameTarget } from './decoder.ts';
import { frameSample } from './json.ts';
import type { Topic, VenueProtocol } from './protocol.ts';
import { Rebuilder } from './rebuild.ts';
import type { RestClient } from './rest-client.ts';
import { Snapshots } from './snapshots.ts';
import { Subscriptions } from './subscriptions.ts';
import { Track, TrackTable } from './track.ts';

export interface BookKeeperOptions {
  readonly protocol: VenueProtocol;
  readonly feed: FeedId;
  readonly sink: FeedSink;
  readonly connection: Connection;
  readonly rest: RestClient;
  readonly clock: Clock;
  readonly random: Random;
}

const STREAMED_OVERDUE_MS = 10_000;
/** A snapshot over REST is fetched at the first delta; a quiet book has none. */
const BRIDGED_OVERDUE_MS = 3_000;

const topicsOf = (track: Track): Topic[] => [
  { kind: 'book', symbol: track.symbol },
  { kind: 'trades', symbol: track.symbol },
];

/**
 * The books of one feed over its connections: subscribes them, has frames decoded into them, and sees that each one
 * that goes wrong is invalid at once and rebuilt (MD-3).
 */
export class BookKeeper implements FrameTarget {
  readonly #feed: FeedId;
  readonly #sink: FeedSink;
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #tracks = new TrackTable();
  readonly #decoder: Decoder;
  readonly #subscriptions: Subscriptions;
  readonly #rebuilder: Rebuilder;
  readonly #snapshots: Snapshots | null;
  #listings: readonly Listing[] = [];
  #venueStatus: TradingStatus = 'normal';
  #skewMs = Number.NaN;

  constructor(options: BookKeeperOptions) {
    const { protocol, connection, clock, rest } = options;
    this.#feed = options.feed;
    this.#sink = options.sink;
    this.#connection = connection;
    this.#clock = clock;
    this.#subscriptions = new Subscriptions(protocol, connection, (topic, message) => this.#refuse(topic, message));
    const overdueMs = protocol.snapshot === null ? STREAMED_OVERDUE_MS : BRIDGED_OVERDUE_MS;
    this.#rebuilder = new Rebuilder(clock, options.random, overdueMs, (track) => this.#askSnapshot(track));
    if (protocol.snapshot === null) {
      this.#decoder = protocol.decoder(this.#tracks);
      this.#snapshots = null;
    } else {
      const decoder = protocol.decoder(this.#tracks);
      this.#decoder = decoder;
      const retry = (track: Track) => this.#rebuilder.request(track);
      this.#snapshots = new Snapshots({ protocol, decoder, rest, clock, out: this, retry });
    }
  }

  /** Takes the catalogue as it is now: announces it, opens books that are new, drops those that left. */
  adopt(catalogue: Catalogue): void {
    const before = new Map(this.#listings.map((listing) => [listing.id, listing.status]));
    this.#listings = catalogue.entries.map(({ listing }) => listing);
    this.#sink.catalogue(this.#feed, this.#listings);
    for (const { id, status } of this.#listings) {
      if (before.has(id) ? before.get(id) !== status : this.#venueStatus !== 'normal') this.#tellStatus(id, status);
    }
    const owners = catalogue.entries.filter(({ listing }) => listing.id === listing.bookId);
    const wanted = new Set(owners.map(({ bookSymbol }) => bookSymbol));
    const gone = [...this.#tracks.all()].filter(({ symbol }) => !wanted.has(symbol));
    for (const track of gone) {
      this.#tracks.remove(track);
      this.#rebuilder.remove(track);
      track.phase = 'idle';
      track.book.invalidate('left the catalogue');
    }
    if (this.#connection.isOpen) this.#subscriptions.unsubscribe(gone.flatMap(topicsOf));
    const fresh = owners
      .filter(({ bookSymbol }) => this.#tracks.get(bookSymbol) === undefined)
      .map(({ listing, bookSymbol, priceDecimals, sizeDecimals }) => {
        const book = this.#sink.book(listing.id);
        return new Track({ listing: listing.id, symbol: bookSymbol, book, priceDecimals, sizeDecimals });
      });
    for (const track of fresh) this.#tracks.add(track);
    const { canarySymbol } = catalogue;
    this.#tracks.canary = canarySymbol !== null && !wanted.has(canarySymbol) ? canarySymbol : null;
    if (this.#connection.isOpen) this.#open(fresh);
  }

  connected(): void {
    this.#decoder.connected();
    this.#snapshots?.connected();
    this.#subscriptions.connected();
    this.#rebuilder.begin();
    const { canary } = this.#tracks;
    if (canary !== null) this.#subscriptions.subscribe([{ kind: 'trades', symbol: canary }]);
    this.#open([...this.#tracks.all()]);
  }

  /** The connection is gone, and with it every book's place in the stream. */
  lost(): void {
    this.#rebuilder.end();
    this.#snapshots?.connected();
    for (const track of this.#tracks.all()) {
      track.phase = 'idle';
      track.book.invalidate('disconnected');
    }
  }

  frame(data: Uint8Array, monoMs: number): void {
    this.#decoder.decode(data, monoMs, this);
  }

  /** The engine no longer trusts this book. */
  distrust(listing: ListingId, reason: string): void {
    const owner = this.#listings.find(({ id }) => id === listing)?.bookId;
    for (const track of this.#tracks.all()) if (track.listing === owner) this.resync(track, reason);
  }

  /** The venue's clock against ours (MD-6), for the lag of every frame. */
  measured(skewMs: number): void {
    this.#skewMs = skewMs;
  }

  applied(bytes: number, venueTimeMs: number): void {
    this.#connection.gotData();
    // `skewMs` is how far the venue's clock is ahead: its time, told in ours, is that much earlier.
    this.#sink.frame(this.#feed, bytes, this.#clock.wallMs() - venueTimeMs + this.#skewMs);
  }

  trade(track: Track, price: number, size: number, takerSide: 'buy' | 'sell', venueTimeMs: number): void {
    this.#sink.trade(track.listing, price, size, takerSide, venueTimeMs);
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
    this.#connection.reconnect(cause);
  }

  accepted(requestId: string | null): void {
    this.#subscriptions.accepted(requestId);
  }

  refused(requestId: string | null, symbol: string | null, message: string): void {
    if (this.#subscriptions.refused(requestId, symbol, message)) return;
    this.#sink.fault(this.#feed, 'subscription-error', null, message);
  }

  wantsSnapshot(track: Track): void {
    this.#rebuilder.request(track);
  }

  venueStatus(status: TradingStatus): void {
    if (status === this.#venueStatus) return;
    this.#venueStatus = status;
    for (const listing of this.#listings) this.#tellStatus(listing.id, listing.status);
  }

  /** MD-8: the venue as a whole can only take away from what the instrument's own status allows. */
  #tellStatus(id: ListingId, own: TradingStatus): void {
    this.#sink.status(id, this.#venueStatus === 'normal' ? own : this.#venueStatus);
  }

  #open(tracks: readonly Track[]): void {
    for (const track of tracks) {
      this.#await(track);
      this.#rebuilder.add(track);
    }
    this.#subscriptions.subscribe(tracks.flatMap(topicsOf));
  }

  #await(track: Track): void {
    track.phase = 'awaiting';
    this.#snapshots?.forget(track);
  }

  #askSnapshot(track: Track): void {
    if (this.#snapshots !== null) {
      void this.#snapshots.fetch(track);
      return;
    }
    // A venue that streams its snapshots sends one for each new subscription.
    const book: Topic[] = [{ kind: 'book', symbol: track.symbol }];
    this.#subscriptions.unsubscribe(book);
    this.#subscriptions.subscribe(book);
  }

  #refuse(topic: Topic, message: string): void {
    const track = this.#tracks.get(topic.symbol);
    this.#sink.fault(this.#feed, 'subscription-error', track?.listing ?? null, message);
    if (track === undefined || topic.kind !== 'book') return;
    track.phase = 'refused';
    track.book.invalidate('refused by the venue');
  }
}

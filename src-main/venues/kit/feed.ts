import type { FeedSink, MarketFeed } from '#engine/ports';
import { type FeedId, feedId, type ListingId } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import { type Cancel, type Clock, delay } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';
import { fullJitterMs } from './backoff.ts';
import { BookKeeper } from './book-keeper.ts';
import { type Catalogue, loadCatalogue } from './catalogue.ts';
import { Connection } from './connection.ts';
import type { VenueProtocol } from './protocol.ts';
import { RestClient } from './rest-client.ts';
import type { PairScope } from './scope.ts';
import { SkewMeter } from './skew.ts';

export interface VenueFeedOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly scope: PairScope;
  /** How often the catalogue is read again. */
  readonly catalogueEveryMs: number;
}

const CATALOGUE_RETRY_BASE_MS = 1_000;
const CATALOGUE_RETRY_CAP_MS = 30_000;

/** A venue's spot market data: its catalogue, its clock, and one socket with all its books. Once stopped it stays so. */
export class VenueFeed implements MarketFeed {
  readonly feed: FeedId;
  readonly #protocol: VenueProtocol;
  readonly #options: VenueFeedOptions;
  #running: Running | null = null;
  #stopped = false;

  constructor(protocol: VenueProtocol, options: VenueFeedOptions) {
    this.feed = feedId(protocol.venue, 'spot');
    this.#protocol = protocol;
    this.#options = options;
  }

  start(sink: FeedSink): void {
    if (this.#running !== null || this.#stopped) return;
    this.#running = new Running(this.feed, this.#protocol, this.#options, sink);
    void this.#running.run();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#running?.stop();
    this.#running = null;
    return Promise.resolve();
  }

  resync(listing: ListingId, reason: string): void {
    this.#running?.books.distrust(listing, reason);
  }
}

/** One run of a feed, from start to stop. */
class Running {
  readonly books: BookKeeper;
  readonly #feed: FeedId;
  readonly #protocol: VenueProtocol;
  readonly #options: VenueFeedOptions;
  readonly #sink: FeedSink;
  readonly #rest: RestClient;
  readonly #connection: Connection;
  readonly #skew: SkewMeter;
  #stopped = false;
  #cancelRefresh: Cancel = () => undefined;
  #epoch = 0;

  constructor(feed: FeedId, protocol: VenueProtocol, options: VenueFeedOptions, sink: FeedSink) {
    const { transport, clock } = options;
    const random = options.random.fork(protocol.venue);
    this.#feed = feed;
    this.#protocol = protocol;
    this.#options = options;
    this.#sink = sink;
    this.#rest = new RestClient({
      transport,
      clock,
      random: random.fork('rest'),
      feed,
      baseUrl: protocol.restUrl,
      budgetPerMinute: protocol.restBudgetPerMinute,
      report: (...call) => {
        if (!this.#stopped) sink.apiCall(...call);
      },
    });
    this.#connection = new Connection({
      transport,
      clock,
      random: random.fork('connection'),
      url: protocol.socketUrl,
      liveness: protocol.liveness,
      sendGapMs: protocol.sendGapMs,
      events: {
        connecting: (epoch, reason) => this.#tell('connecting', epoch, reason),
        open: (epoch) => {
          this.#tell('connected', epoch, '');
          this.books.connected();
        },
        message: (data, monoMs) => this.books.frame(data, monoMs),
        heard: (monoMs) => sink.heard(feed, monoMs),
        lost: (epoch, reason) => {
          this.books.lost();
          this.#tell('disconnected', epoch, reason);
        },
      },
    });
    this.books = new BookKeeper({
      protocol,
      feed,
      sink,
      connection: this.#connection,
      rest: this.#rest,
      clock,
      random: random.fork('rebuild'),
    });
    this.#skew = new SkewMeter({
      rest: this.#rest,
      clock,
      random: random.fork('skew'),
      path: protocol.timePath,
      read: protocol.serverTime,
      report: (skewMs, roundTripMs) => {
        this.books.measured(skewMs);
        sink.skew(feed, skewMs, roundTripMs);
      },
    });
  }

  async run(): Promise<void> {
    this.#tell('connecting', 0, 'reading the catalogue');
    const catalogue = await this.#firstCatalogue();
    if (catalogue === null) return;
    this.#adopt(catalogue);
    this.#connection.start();
    this.#planRefresh();
    await this.#skew.run();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRefresh();
    this.#skew.stop();
    this.#connection.stop();
    this.books.lost();
    this.#sink.connection(this.#feed, 'stopped', this.#epoch, 'stopped');
  }

  /** Tries until it succeeds, each new reason for failing said; `null` when stopped meanwhile. */
  async #firstCatalogue(): Promise<Catalogue | null> {
    const { clock, random, scope } = this.#options;
    let lastReason = '';
    for (let attempt = 0; ; attempt += 1) {
      const loaded = await loadCatalogue(this.#protocol, this.#rest, clock, scope);
      if (this.#stopped) return null;
      if (loaded.ok) return loaded.value;
      const reason = `the catalogue could not be read: ${loaded.error}`;
      if (reason !== lastReason) this.#tell('disconnected', 0, reason);
      lastReason = reason;
      const pauseMs = fullJitterMs(attempt, CATALOGUE_RETRY_BASE_MS, CATALOGUE_RETRY_CAP_MS, random);
      await delay(clock, CATALOGUE_RETRY_BASE_MS + pauseMs);
      if (this.#stopped) return null;
    }
  }

  #planRefresh(): void {
    const { clock, scope, catalogueEveryMs } = this.#options;
    this.#cancelRefresh = clock.after(catalogueEveryMs, async () => {
      const loaded = await loadCatalogue(this.#protocol, this.#rest, clock, scope);
      if (this.#stopped) return;
      // A failed refresh leaves the last catalogue standing; the failure is in the API record.
      if (loaded.ok) this.#adopt(loaded.value);
      this.#planRefresh();
    });
  }

  #adopt(catalogue: Catalogue): void {
    this.books.adopt(catalogue);
    for (const line of catalogue.unreadable) {
      this.#sink.fault(this.#feed, 'bad-shape', null, `catalogue: ${line}`.slice(0, 200));
    }
  }

  #tell(state: 'connecting' | 'connected' | 'disconnected', epoch: number, reason: string): void {
    this.#epoch = epoch;
    this.#sink.connection(this.#feed, state, epoch, reason);
  }
}

import type { FeedSink, MarketFeed } from '#engine/ports';
import type { FundingSettlement } from '#shared/domain/funding';
import type { FeedId, ListingId } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import type { Random } from '#shared/kernel/random';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';
import { fullJitterMs } from './backoff.ts';
import { type Catalogue, type CatalogueEntry, loadMarkets, offeredBases, readMarkets } from './catalogue.ts';
import type { CatalogueCache } from './catalogue-cache.ts';
import { FundingReader, watchTransfers } from './funding-reader.ts';
import { Announcements, type MaintenanceSource, watchMaintenance } from './maintenance.ts';
import { Pauses } from './pauses.ts';
import type { CatalogueMarket, VenueProtocol } from './protocol.ts';
import { RestClient } from './rest-client.ts';
import type { PairScope } from './scope.ts';
import { Shard } from './shard.ts';
import { SkewMeter } from './skew.ts';
import { Statuses } from './statuses.ts';
import { watchVenueStatus } from './venue-status.ts';

export interface VenueFeedOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly scope: PairScope;
  /** How often the catalogue is read again. */
  readonly catalogueEveryMs: number;
  /** Keeps the last catalogue over restarts; `null` keeps none. */
  readonly cache: CatalogueCache | null;
}

const CATALOGUE_RETRY_BASE_MS = 1_000;
const CATALOGUE_RETRY_CAP_MS = 30_000;
/** The stream said that instruments changed: the catalogue is read again after this, once for many such words. */
const CATALOGUE_SOON_MS = 2_000;
/** Many times what reading a page of announcements takes. */
const PAGE_CALLS_PER_MINUTE = 12;

/** One feed's market data: its catalogue, its clock, its funding, and sockets with all its books. Once stopped it stays so. */
export class VenueFeed implements MarketFeed {
  readonly feed: FeedId;
  readonly #protocol: VenueProtocol;
  readonly #options: VenueFeedOptions;
  #running: Running | null = null;
  #stopped = false;

  constructor(protocol: VenueProtocol, options: VenueFeedOptions) {
    this.feed = protocol.feed;
    this.#protocol = protocol;
    this.#options = options;
  }

  start(sink: FeedSink): void {
    if (this.#running !== null || this.#stopped) return;
    this.#running = new Running(this.#protocol, this.#options, sink);
    void this.#running.run();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#running?.stop();
    this.#running = null;
    return Promise.resolve();
  }

  resync(listing: ListingId, reason: string): void {
    this.#running?.distrust(listing, reason);
  }
}

/** One run of a feed, from start to stop. */
class Running {
  readonly #feed: FeedId;
  readonly #protocol: VenueProtocol;
  readonly #options: VenueFeedOptions;
  readonly #random: Random;
  readonly #sink: FeedSink;
  readonly #rest: RestClient;
  /** For announcements on another host than the venue's. */
  #page: RestClient | null = null;
  readonly #skew: SkewMeter;
  readonly #statuses: Statuses;
  readonly #pauses: Pauses;
  readonly #funding: FundingReader | null;
  readonly #shards: Shard[] = [];
  /** Where each book is, by the name it has in frames. */
  readonly #placed = new Map<string, Shard>();
  #markets: readonly CatalogueMarket[] = [];
  /** When they were asked for. */
  #marketsMonoMs = Number.NaN;
  #entries: readonly CatalogueEntry[] = [];
  #skewMs = Number.NaN;
  readonly #openShards = new Set<Shard>();
  #stopped = false;
  #cancelRefresh: Cancel = () => undefined;
  #cancelScope: () => void = () => undefined;
  #refreshSoon = false;
  #refreshing = false;
  #epoch = 0;

  constructor(protocol: VenueProtocol, options: VenueFeedOptions, sink: FeedSink) {
    const { transport, clock } = options;
    const { feed } = protocol;
    const random = options.random.fork(feed);
    this.#feed = feed;
    this.#protocol = protocol;
    this.#options = options;
    this.#random = random;
    this.#sink = sink;
    this.#statuses = new Statuses(sink, clock);
    this.#pauses = new Pauses(clock);
    const rest = new RestClient({
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
    this.#rest = rest;
    this.#skew = new SkewMeter({
      rest,
      clock,
      random: random.fork('skew'),
      path: protocol.timePath,
      read: protocol.serverTime,
      report: (skewMs, roundTripMs) => {
        this.#skewMs = skewMs;
        for (const shard of this.#shards) shard.measured(skewMs);
        sink.skew(feed, skewMs, roundTripMs);
      },
    });
    const perpetuals = () => new Map(this.#entries.map(({ bookSymbol, listing }) => [bookSymbol, listing.id]));
    const settled = (symbol: string, rows: readonly FundingSettlement[]) =>
      this.#placed.get(symbol)?.settlements(symbol, rows);
    this.#funding =
      protocol.funding === null
        ? null
        : new FundingReader({ feed, source: protocol.funding, rest, clock, sink, perpetuals, settled });
  }

  async run(): Promise<void> {
    this.#tell('connecting', 'reading the catalogue');
    const { clock, scope } = this.#options;
    if (!(await this.#firstCatalogue())) return;
    this.#cancelScope = scope.onChanged(() => this.#read());
    this.#planRefresh();
    this.#funding?.start();
    const { transfers, venueStatus, maintenance } = this.#protocol;
    const asked = { feed: this.#feed, rest: this.#rest, sink: this.#sink, pauses: this.#pauses };
    if (venueStatus !== undefined) {
      const report = (status: TradingStatus) => this.#statuses.venue(status);
      const announcements =
        maintenance.kind === 'with-status' ? new Announcements({ ...asked, clock, source: maintenance }) : null;
      void watchVenueStatus({ ...asked, clock, source: venueStatus, report, announcements });
    }
    this.#watchMaintenance(maintenance);
    if (transfers !== null) void watchTransfers({ ...asked, source: transfers });
    await this.#skew.run();
  }

  #watchMaintenance(source: MaintenanceSource): void {
    const feed = this.#feed;
    const sink = this.#sink;
    if (source.kind === 'none') sink.maintenance(feed, { kind: 'not-announced', why: source.why });
    if (source.kind !== 'polled') return;
    const { transport, clock } = this.#options;
    const random = this.#random.fork('maintenance');
    const own = source.urls.every((url) => url.startsWith(`${this.#protocol.restUrl}/`));
    // A page on another host has bounds of its own: nothing it does may slow the venue's calls down.
    if (!own) {
      this.#page = new RestClient({
        transport,
        clock,
        random: random.fork('page'),
        feed,
        baseUrl: '',
        budgetPerMinute: PAGE_CALLS_PER_MINUTE,
        report: () => undefined,
      });
    }
    void watchMaintenance({ feed, source, rest: this.#page ?? this.#rest, clock, random, sink, pauses: this.#pauses });
  }

  stop(): void {
    this.#stopped = true;
    this.#pauses.stop();
    this.#cancelRefresh();
    this.#cancelScope();
    this.#skew.stop();
    this.#funding?.stop();
    this.#rest.stop();
    this.#page?.stop();
    for (const shard of this.#shards) shard.stop();
    this.#sink.connection(this.#feed, 'stopped', this.#epoch, 'stopped');
  }

  distrust(listing: ListingId, reason: string): void {
    const owner = this.#entries.find((entry) => entry.listing.id === listing)?.listing.bookId;
    if (owner !== undefined) for (const shard of this.#shards) shard.distrust(owner, reason);
  }

  /** Tries until it succeeds, each new reason for failing said; false when stopped meanwhile. */
  async #firstCatalogue(): Promise<boolean> {
    let lastReason = '';
    for (let attempt = 0; ; attempt += 1) {
      const problem = await this.#load();
      if (this.#stopped) return false;
      if (problem === null) return true;
      const reason = `the catalogue could not be read: ${problem}`;
      if (reason !== lastReason) this.#tell('disconnected', reason);
      if (attempt === 0) this.#readCached(reason);
      lastReason = reason;
      const pauseMs = fullJitterMs(attempt, CATALOGUE_RETRY_BASE_MS, CATALOGUE_RETRY_CAP_MS, this.#random);
      await this.#pauses.wait(CATALOGUE_RETRY_BASE_MS + pauseMs);
      if (this.#stopped) return false;
    }
  }

  /** What was wrong, or `null`. */
  async #load(): Promise<string | null> {
    const { clock, cache } = this.#options;
    const askedMonoMs = clock.monoMs();
    const loaded = await loadMarkets(this.#protocol, this.#rest, clock);
    if (this.#stopped) return null;
    if (!loaded.ok) return loaded.error;
    this.#markets = loaded.value;
    this.#marketsMonoMs = askedMonoMs;
    const problem = this.#read();
    if (problem === null) cache?.save(this.#feed, { atMs: clock.wallMs(), markets: loaded.value });
    return problem;
  }

  /**
   * The venue does not answer: its last catalogue shows what it listed, and since when that is. Nothing of it may be
   * traded: every status is unknown until the venue has answered (MD-8, FCL).
   */
  #readCached(reason: string): void {
    const kept = this.#options.cache?.load(this.#feed) ?? null;
    if (kept === null) return;
    const catalogue = readMarkets(this.#protocol, kept.markets, this.#options.scope);
    if (!catalogue.ok) return;
    const listings = catalogue.value.entries.map(({ listing }) => ({ ...listing, status: 'unknown' as const }));
    this.#sink.catalogue(this.#feed, listings);
    const ageMinutes = Math.round((this.#options.clock.wallMs() - kept.atMs) / 60_000);
    this.#tell('disconnected', `${reason}; showing the catalogue of ${ageMinutes} minutes ago`);
  }

  /** Reads the markets through the scope as it is now. */
  #read(): string | null {
    const { scope } = this.#options;
    scope.offer(this.#feed, offeredBases(this.#markets));
    const catalogue = readMarkets(this.#protocol, this.#markets, scope);
    if (!catalogue.ok) return catalogue.error;
    this.#adopt(catalogue.value);
    return null;
  }

  #planRefresh(): void {
    const { clock, catalogueEveryMs } = this.#options;
    this.#cancelRefresh = clock.after(this.#refreshSoon ? CATALOGUE_SOON_MS : catalogueEveryMs, async () => {
      this.#refreshSoon = false;
      this.#refreshing = true;
      // A failed refresh leaves the last catalogue standing; the failure is in the API record.
      await this.#load();
      this.#refreshing = false;
      if (!this.#stopped) this.#planRefresh();
    });
  }

  #hurryRefresh(): void {
    if (this.#refreshSoon || this.#stopped) return;
    this.#refreshSoon = true;
    // One that is under way may have been answered before: the next follows it as soon.
    if (this.#refreshing) return;
    this.#cancelRefresh();
    this.#planRefresh();
  }

  #adopt({ entries, unreadable, canarySymbol }: Catalogue): void {
    const known = new Set(this.#entries.map(({ listing }) => listing.id));
    this.#entries = entries;
    const listings = this.#statuses.adopt(
      entries.map(({ listing }) => listing),
      this.#marketsMonoMs,
    );
    this.#sink.catalogue(this.#feed, listings);
    for (const line of unreadable) {
      this.#sink.fault(this.#feed, 'bad-shape', null, `catalogue: ${line}`.slice(0, 200));
    }
    this.#place(
      entries.filter(({ listing }) => listing.id === listing.bookId),
      canarySymbol,
    );
    if (this.#funding !== null && entries.some(({ listing }) => !known.has(listing.id)))
      this.#funding.catalogueChanged();
  }

  /** Each book goes to the shard that has it, or to the first with room. */
  #place(owners: readonly CatalogueEntry[], canarySymbol: string | null): void {
    const shares = new Map<Shard, CatalogueEntry[]>(this.#shards.map((shard) => [shard, []]));
    const unplaced: CatalogueEntry[] = [];
    for (const owner of owners) {
      const share = shares.get(this.#placed.get(owner.bookSymbol) as Shard);
      if (share === undefined) unplaced.push(owner);
      else share.push(owner);
    }
    const started: Shard[] = [];
    for (const owner of unplaced) {
      let found = [...shares].find(([, share]) => share.length < this.#protocol.booksPerSocket);
      if (found === undefined) {
        const shard = this.#newShard();
        started.push(shard);
        found = [shard, []];
        shares.set(...found);
      }
      found[1].push(owner);
    }
    this.#placed.clear();
    for (const [shard, share] of shares) {
      for (const { bookSymbol } of share) this.#placed.set(bookSymbol, shard);
      shard.adopt(share, canarySymbol);
    }
    for (const shard of started) shard.start();
  }

  #newShard(): Shard {
    const index = this.#shards.length;
    const shard: Shard = new Shard({
      protocol: this.#protocol,
      feed: this.#feed,
      index,
      sink: this.#sink,
      transport: this.#options.transport,
      rest: this.#rest,
      clock: this.#options.clock,
      random: this.#random.fork(`shard/${index}`),
      events: {
        connecting: (reason) => {
          this.#epoch += 1;
          if (this.#openShards.size === 0) this.#tell('connecting', reason);
        },
        opened: () => {
          this.#openShards.add(shard);
          if (this.#openShards.size === 1) this.#tell('connected', '');
        },
        lost: (reason) => {
          this.#openShards.delete(shard);
          if (this.#openShards.size === 0) this.#tell('disconnected', reason);
        },
        venueStatus: (status) => this.#statuses.venue(status),
        status: (symbol, status) => this.#statuses.instrument(symbol, status),
        catalogueChanged: () => this.#hurryRefresh(),
      },
    });
    shard.measured(this.#skewMs);
    this.#shards.push(shard);
    return shard;
  }

  #tell(state: 'connecting' | 'connected' | 'disconnected', reason: string): void {
    this.#sink.connection(this.#feed, state, this.#epoch, reason);
  }
}

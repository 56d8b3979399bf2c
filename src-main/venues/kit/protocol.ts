import type { FundingSettlement, TransferState } from '#shared/domain/funding';
import type { FeedId } from '#shared/domain/ids';
import type { FundingTerms, Listing, TradingStatus } from '#shared/domain/listing';
import type { CatalogueClass } from './ccxt-classes.ts';
import type { Decoder, DecoderOptions, SnapshotDecoder } from './decoder.ts';
import type { MaintenanceSource } from './maintenance.ts';
import type { Track, TrackTable } from './track.ts';
import type { VenueStatusSource } from './venue-status.ts';

/**
 * What a subscription can ask for: the book, the trades, the reference of a perpetual (funding, mark, index), the
 * instruments' trading status. A venue without a status channel per instrument lists statuses in its catalogue only.
 */
export type TopicKind = 'book' | 'trades' | 'reference' | 'status';

/** What one subscription asks for. */
export interface Topic {
  readonly kind: TopicKind;
  /** The instrument's name in frames. */
  readonly symbol: string;
}

/** One message to the venue and the topics it covers. `id` as the venue will echo it, `null` where it echoes none. */
export interface TopicRequest {
  readonly id: string | null;
  readonly text: string;
  readonly topics: readonly Topic[];
  /** The topics in the venue's words, one each, where its answer lists those that it took. */
  readonly names?: readonly string[];
}

export interface Liveness {
  /** Nothing heard for this long: something is sent that the venue must answer. */
  readonly probeAfterMs: number;
  /** What is sent then; `null` is a protocol-level ping. */
  readonly probeText: string | null;
  /** Sent this often whatever was heard, where the venue asks for it; 0 for never. */
  readonly keepAliveMs: number;
  /** `null` is a protocol-level ping. */
  readonly keepAliveText: string | null;
  /** No message, a heartbeat at least, for this long: the socket is dead. */
  readonly silenceMs: number;
  /** The venue closes sockets of this age; replaced before that. 0 where it states none. */
  readonly maxAgeMs: number;
}

/** Server time as one REST answer gives it: the true time was in [earliestMs, earliestMs + resolutionMs). */
export interface ServerTime {
  readonly earliestMs: number;
  readonly resolutionMs: number;
}

/** What only this venue's raw catalogue record tells (ID-2, MD-8); the rest is read the same way for all. */
export interface VenueTerms {
  readonly symbol: string;
  readonly status: TradingStatus;
  readonly priceBand: Listing['priceBand'];
  readonly makerFeeBps: string;
  readonly takerFeeBps: string;
  /** The venue symbol whose book this one repeats (ID-3), else `null`. */
  readonly aliasOf: string | null;
  /** Digits the venue's frames use; `null` where nothing depends on them. */
  readonly frameDecimals: { readonly price: number; readonly size: number } | null;
  /** MD-7; `null` for spot. */
  readonly funding: FundingTerms | null;
}

/** One market of the venue's catalogue, as ccxt unifies it; `info` is the venue's own record. */
export interface CatalogueMarket {
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  /** The quote where the catalogue names none. */
  readonly settle: string;
  /** Quote per base. */
  readonly priceTick: number | undefined;
  /** In the venue's own unit of quantity, as {@link minQuantity}. */
  readonly lotStep: number | undefined;
  readonly minQuantity: number | undefined;
  readonly minNotional: number | undefined;
  /** Base units in one unit of the venue's quantity (ID-6): 1 for spot. */
  readonly contractSize: number;
  readonly info: unknown;
}

/** Where the catalogue comes from: a class of ccxt, or, where ccxt does not know the venue, calls of our own. */
export type CatalogueSource =
  | { readonly kind: 'ccxt'; readonly client: CatalogueClass; readonly types: readonly string[] }
  | {
      readonly kind: 'own';
      /** `get` gives the parsed body of a GET of a path. @throws when an answer is not what it should be. */
      load(get: (path: string) => Promise<unknown>): Promise<readonly CatalogueMarket[]>;
    };

/** One kind of socket the feed needs. The first of a protocol is the one that carries the books. */
export interface SocketPlan {
  readonly url: string;
  readonly kinds: readonly TopicKind[];
}

/** A REST call that tells references (see the sink's `reference`) of many instruments at once. */
export interface ReferencePoll {
  readonly endpoint: string;
  readonly path: string;
  readonly weight: number;
  readonly everyMs: number;
  /** @throws when the answer is not what it should be. */
  read(body: unknown): Iterable<{ readonly symbol: string; readonly values: Float64Array }>;
}

/** How a perpetual feed's funding is read over REST. What the stream tells comes through its decoder. */
export interface FundingSource {
  readonly polls: readonly ReferencePoll[];
  readonly history: {
    readonly weight: number;
    path(symbol: string, nowMs: number): string;
    /** Oldest first. @throws when the answer is not what it should be. */
    read(body: unknown, symbol: string): readonly FundingSettlement[];
    /** The venue does not report every interval: where no poll tells it, settlements have to prove it. */
    readonly provesInterval?: boolean;
  };
}

/** MD-8: what the venue's public side tells of deposits and withdrawals. */
export interface TransferSource {
  readonly path: string;
  readonly weight: number;
  readonly everyMs: number;
  /** @throws when the answer is not what it should be. */
  read(body: unknown): Iterable<{
    readonly currency: string;
    readonly deposits: TransferState;
    readonly withdrawals: TransferState;
  }>;
}

/** One-minute and longer candles over REST, for the certification and for strategies. */
export interface CandleSource {
  /** The venue's words for 1, 5, 15, 60, 240 and 1440 minutes; those it lacks are left out. */
  readonly intervals: Readonly<Partial<Record<1 | 5 | 15 | 60 | 240 | 1440, string>>>;
  path(symbol: string, interval: string, nowMs: number): string;
  /** `[openMs, open, high, low, close, volume]`, oldest first. @throws when the answer is not what it should be. */
  read(body: unknown, symbol: string): readonly (readonly [number, number, number, number, number, number])[];
}

/** The touch over REST: one call, for the certification and for cross-checks. */
export interface TickerSource {
  path(symbol: string): string;
  /** @throws when the answer is not what it should be. */
  read(body: unknown, symbol: string): { readonly bid: number; readonly ask: number };
}

interface ProtocolBase {
  readonly feed: FeedId;
  /** Every host this feed is reached on, as a practice transport must answer for. */
  readonly hosts: readonly string[];
  /** At least one; every topic kind that is subscribed is in exactly one of them. */
  readonly sockets: readonly [SocketPlan, ...SocketPlan[]];
  /** Books on one socket before another is opened. */
  readonly booksPerSocket: number;
  /** Least time between two connects of this feed. */
  readonly connectGapMs: number;
  readonly restUrl: string;
  readonly liveness: Liveness;
  /** Least time between two messages we send on a socket. */
  readonly sendGapMs: number;
  /** Subscribe and unsubscribe requests that one connection may send in an hour, where the venue limits them. */
  readonly requestsPerHour?: number;
  /** One wrong topic makes the venue refuse the whole message. */
  readonly refusesWhole: boolean;
  /** REST weight per minute we allow ourselves, well under the venue's own limit. */
  readonly restBudgetPerMinute: number;
  readonly catalogue: CatalogueSource;
  /** Weight of one call of the catalogue. */
  readonly catalogueWeight: number;
  readonly feeCurrency: Listing['feeCurrency'];
  /** Messages due at once after each connect of a socket, before any topic. */
  readonly greetings: readonly string[];
  subscribe(topics: readonly Topic[], nextId: () => number): readonly TopicRequest[];
  unsubscribe(topics: readonly Topic[], nextId: () => number): readonly string[];
  /** @throws when the raw record lacks what money depends on; the market is then left out and named. */
  terms(market: CatalogueMarket): VenueTerms;
  readonly timePath: string;
  /** @throws when the answer is not the venue's server time. */
  serverTime(body: unknown): ServerTime;
  readonly funding: FundingSource | null;
  readonly transfers: TransferSource | null;
  /** Where the venue tells over REST how its trading as a whole is now (MD-8). */
  readonly venueStatus?: VenueStatusSource;
  /** Where it announces maintenance to come (MD-8). */
  readonly maintenance: MaintenanceSource;
  readonly candles: CandleSource;
  readonly ticker: TickerSource;
  /** What a symbol of this feed is called canonically, as far as its text tells: for recordings without a catalogue. */
  instrumentOf(symbol: string): string | null;
}

/** The stream brings its own snapshots. */
export interface StreamedProtocol extends ProtocolBase {
  readonly snapshot: null;
  decoder(tracks: TrackTable, options?: DecoderOptions): Decoder;
}

/** Snapshots come over REST. */
export interface BridgedProtocol extends ProtocolBase {
  readonly snapshot: {
    /** `books` share the venue's budget on this socket. A live book asks because too little of it is known. */
    request(track: Track, books: number): { readonly path: string; readonly weight: number };
  };
  decoder(tracks: TrackTable, options?: DecoderOptions): SnapshotDecoder;
}

export type VenueProtocol = StreamedProtocol | BridgedProtocol;

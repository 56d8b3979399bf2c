import type { Venue } from '#shared/domain/ids';
import type { Listing, TradingStatus } from '#shared/domain/listing';
import type { Decoder, SnapshotDecoder } from './decoder.ts';
import type { Track, TrackTable } from './track.ts';

/** What one subscription asks for. */
export interface Topic {
  readonly kind: 'book' | 'trades';
  /** The instrument's name in frames. */
  readonly symbol: string;
}

/** One message to the venue and the topics it covers. `id` as the venue will echo it, `null` where it echoes none. */
export interface TopicRequest {
  readonly id: string | null;
  readonly text: string;
  readonly topics: readonly Topic[];
}

export interface Liveness {
  /** Nothing heard for this long: something is sent that the venue must answer. */
  readonly probeAfterMs: number;
  /** What is sent then; `null` is a protocol-level ping. */
  readonly probeText: string | null;
  /** Sent this often whatever was heard, where the venue asks for it; 0 for never. */
  readonly keepAliveMs: number;
  readonly keepAliveText: string;
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
}

/** One market of the venue's catalogue, as ccxt unifies it; `info` is the venue's own record. */
export interface CatalogueMarket {
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  readonly priceTick: number | undefined;
  readonly lotStep: number | undefined;
  readonly minQuantity: number | undefined;
  readonly minNotional: number | undefined;
  readonly info: unknown;
}

interface ProtocolBase {
  readonly venue: Venue;
  /** Every host this venue's spot side is reached on, as a practice transport must answer for. */
  readonly hosts: readonly string[];
  readonly socketUrl: string;
  readonly restUrl: string;
  readonly liveness: Liveness;
  /** Least time between two messages we send on a socket. */
  readonly sendGapMs: number;
  /** One wrong topic makes the venue refuse the whole message. */
  readonly refusesWhole: boolean;
  /** REST weight per minute we allow ourselves, well under the venue's own limit. */
  readonly restBudgetPerMinute: number;
  /** Weight of one call of the catalogue. */
  readonly catalogueWeight: number;
  readonly feeCurrency: Listing['feeCurrency'];
  /** Messages due at once after each connect, before any topic. */
  readonly greetings: readonly string[];
  subscribe(topics: readonly Topic[], nextId: () => number): readonly TopicRequest[];
  unsubscribe(topics: readonly Topic[], nextId: () => number): readonly string[];
  /** @throws when the raw record lacks what money depends on; the market is then left out and named. */
  terms(market: CatalogueMarket): VenueTerms;
  readonly timePath: string;
  /** @throws when the answer is not the venue's server time. */
  serverTime(body: unknown): ServerTime;
}

/** The stream brings its own snapshots. */
export interface StreamedProtocol extends ProtocolBase {
  readonly snapshot: null;
  decoder(tracks: TrackTable): Decoder;
}

/** Snapshots come over REST. */
export interface BridgedProtocol extends ProtocolBase {
  readonly snapshot: { readonly weight: number; path(track: Track): string };
  decoder(tracks: TrackTable): SnapshotDecoder;
}

export type VenueProtocol = StreamedProtocol | BridgedProtocol;

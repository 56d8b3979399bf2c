import type { FeedId } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import type {
  HttpRequest,
  HttpResponse,
  ServerSocket,
  ServerSocketEvents,
  VenueServer,
} from '#shared/kernel/transport';
import type { PracticeExchange } from '../exchange/types.ts';
import type { MarketListener, MarketView } from '../world/world.ts';
import type { FeedGate } from './gate.ts';
import type { MaintenanceBoard } from './maintenance-board.ts';
import type { VenueClock } from './venue-clock.ts';

/** One feed as its wire sees it. */
export interface FeedContext {
  readonly feed: FeedId;
  /** Always the same objects, delisted ones included: counters and books are kept for these. */
  readonly markets: readonly MarketView[];
  /** Those that are listed now: what catalogues show and subscriptions find. */
  listed(): readonly MarketView[];
  readonly gate: FeedGate;
  /** Times of trades come in the venue's own time. */
  listen(listener: MarketListener): void;
}

/** What a venue's protocol is built from. */
export interface WireContext {
  /** The venue's own clock. All that a wire writes or schedules goes by it. */
  readonly clock: VenueClock;
  readonly random: Random;
  /** The venue's accounts and orders; wires of one venue share it. */
  readonly exchange: PracticeExchange;
  /** What the venue announces of its maintenance, of all its feeds. */
  readonly maintenance: MaintenanceBoard;
  /** @throws {RangeError} for a feed that the wire does not serve. */
  feed(feed: FeedId): FeedContext;
}

/** `lost`: the call was answered, but the answer never leaves (PP-3). */
export type VenueAnswer = HttpResponse | 'lost';

/** Where a client's call or socket goes. */
export interface Address {
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A venue's protocol behind a set of hosts: REST answers and sockets. Faults are kept from it by the front door. */
export interface VenueWire {
  readonly hosts: readonly string[];
  /** The feed that an address belongs to; `null` when it does not tell (shared calls, sockets named later). */
  feedOf(address: Address): FeedId | null;
  /** The feed that a call is for where its address alone does not tell (a category in the body); else as {@link feedOf}. */
  feedOfCall?(request: HttpRequest): FeedId | null;
  /**
   * Whether an address tells of maintenance alone: `here` beside everything else of the venue, `apart` on a page that goes on
   * whatever is wrong with the venue; `null` when it is for something else.
   */
  announces?(address: Address): 'here' | 'apart' | null;
  request(request: HttpRequest): VenueAnswer;
  /** `null` for a path that the venue does not serve: the socket is closed again. */
  connect(address: Address, socket: ServerSocket): ServerSocketEvents | null;
  /** What the venue answers when it is asked too often. */
  rateLimited(): HttpResponse;
  /** What it answers who is banned; left out: 403 from its front door. */
  banned?(): HttpResponse;
  /** Own timers: heartbeats, pings, batches. */
  start(): void;
  stop(): void;
}

/** A practice venue as the transports see it. */
export interface LocalVenue extends Omit<VenueServer, 'request'> {
  request(request: HttpRequest): VenueAnswer;
  /** True for a URL that only tells of maintenance: whoever asks for it or not, everything else stays as it is. */
  announces(url: string): boolean;
  /** True when a socket to this URL is refused before it opens. */
  refuses(url: string): boolean;
  /** How much later the answer to a call leaves, ms. */
  answerDelayMs(request: HttpRequest): number;
}

/**
 * Everything the deterministic core needs from outside, as interfaces. The core is compiled without Node and DOM types
 * (ID-5); adapters in `venues/`, `paper/`, `storage/`, `replay/` and `telemetry/` implement these and nothing else.
 */

import type { ExternalOrder, FeeTier, Holding, KeyHealth, Position } from '#shared/domain/account';
import type { WantedInventory } from '#shared/domain/account-terms';
import type { Capabilities } from '#shared/domain/capabilities';
import type { FundingSettlement, TransferState } from '#shared/domain/funding';
import type { FeedId, ListingId, Venue } from '#shared/domain/ids';
import type { JournalEntry } from '#shared/domain/journal';
import type { Listing, TradingStatus } from '#shared/domain/listing';
import type { MaintenanceReading } from '#shared/domain/maintenance';
import type { Fill, OrderIntent } from '#shared/domain/order';
import type { PaperBalance, PaperOrder } from '#shared/domain/paper';
import type { Brand } from '#shared/kernel/brand';
import type { Result } from '#shared/kernel/result';
import type { Decimal } from '#shared/money/decimal';

export type { Random } from '#shared/kernel/random';
export type { Cancel, Clock } from '#shared/kernel/time';

// ---------------------------------------------------------------- market data in

export type BookSide = 0 | 1;
export const BID = 0 as const;
export const ASK = 1 as const;

/** Places in {@link BookUpdate.stamps}: what {@link Book.commit} takes. */
export const VENUE_TIME_MS = 0 as const;
export const SEQUENCE = 1 as const;
export const MONO_MS = 2 as const;

/**
 * The levels of one frame and its stamps, in arrays that their owner reuses from frame to frame. A double that crosses a
 * call is a heap object in V8; one that crosses it inside a typed array is not, so a frame costs no garbage.
 */
export interface BookUpdate {
  /** Levels held: the first `count` of each array. */
  readonly count: number;
  /** {@link BID} or {@link ASK}. */
  readonly sides: Uint8Array;
  /** Quote per base. */
  readonly prices: Float64Array;
  /** Base units; 0 deletes. */
  readonly sizes: Float64Array;
  readonly stamps: Float64Array;
}

/**
 * One order book, owned by the engine and written by a decoder straight from bytes: numbers in, no objects per frame.
 * A frame is `reset` (snapshot) or nothing (delta), any number of `set` or one `write`, then exactly one `commit` or
 * `seal`. Readers see a half-written book only between those calls, which never yield.
 */
export interface Book {
  readonly listing: ListingId;
  /** Starts a snapshot: both sides are emptied, the book is valid again from the next commit (MD-3). */
  reset(): void;
  /** Sets the size resting at a price, base units; 0 deletes the level. Unknown deletes are ignored. */
  set(side: BookSide, price: number, size: number): void;
  /**
   * Ends a frame. `venueTimeMs`: the venue's event time, epoch ms, NaN where the channel has none. `sequence`: the
   * venue's last sequence number, NaN where it has none. `monoMs`: when its bytes arrived, on the engine's clock.
   */
  commit(venueTimeMs: number, sequence: number, monoMs: number): void;
  /** {@link set} for every level of the update. */
  write(update: BookUpdate): void;
  /** {@link commit} with the stamps of the update. */
  seal(update: BookUpdate): void;
  /** Drops what lies below the `levels` best of each side, where a venue stops telling of it. */
  truncate(levels: number): void;
  /** MD-3: gap, bad checksum, reconnect: stale at once, until the next snapshot's commit. */
  invalidate(cause: string): void;
  readonly valid: boolean;
  /** Best bid at or above best ask. */
  readonly crossed: boolean;
  /** Levels held on a side; index 0 is the best. Out of range reads give NaN. */
  depth(side: BookSide): number;
  price(side: BookSide, index: number): number;
  size(side: BookSide, index: number): number;
  /** Puts a level's price and size at this place: without garbage, as a number that is returned may not be. */
  copyLevel(side: BookSide, index: number, prices: Float64Array, sizes: Float64Array, place: number): void;
  readonly venueTimeMs: number;
  readonly sequence: number;
  /** When the last commit's bytes arrived, monotonic ms; NaN before the first. */
  readonly committedMonoMs: number;
}

/** Places in the values of {@link FeedSink.reference}. Rates are fractions for one interval, positive: longs pay. */
export const FUNDING_RATE = 0 as const;
export const PREDICTED_RATE = 1 as const;
export const FUNDING_INTERVAL_MS = 2 as const;
/** Epoch ms. */
export const NEXT_SETTLEMENT_MS = 3 as const;
/** Quote per base. */
export const MARK_PRICE = 4 as const;
export const INDEX_PRICE = 5 as const;
/** Epoch ms. */
export const REFERENCE_TIME_MS = 6 as const;
export const REFERENCE_VALUES = 7 as const;

export type FrameFault =
  | 'not-json'
  | 'bad-shape'
  | 'too-large'
  | 'unknown-instrument'
  | 'gap'
  | 'checksum'
  | 'crossed'
  | 'subscription-error';

/** What a feed tells the engine. Synchronous; nothing here throws back into the feed. */
export interface FeedSink {
  /** The feed's catalogue, whole, at start and after each refresh. Instruments that left it are delisted. */
  catalogue(feed: FeedId, listings: readonly Listing[]): void;
  /**
   * The book of a listing announced through {@link catalogue}; the same object each time. Feeds ask for it by
   * `bookId`: one book under two names is written once (ID-3).
   */
  book(listing: ListingId): Book;
  /** `epoch` counts connections of this feed from 1. On `disconnected` every book of the feed becomes invalid. */
  connection(
    feed: FeedId,
    state: 'connecting' | 'connected' | 'disconnected' | 'stopped',
    epoch: number,
    reason: string,
  ): void;
  /**
   * Bytes of any kind arrived on one of the feed's sockets (data, heartbeat, pong) (MD-2). `line` counts the sockets that
   * carry books from 0; it is 0 where it is left out.
   */
  heard(feed: FeedId, monoMs: number, line?: number): void;
  /** The book of a listing comes over this socket from now on; over socket 0 until told. */
  carried(listing: ListingId, line: number): void;
  /** One decoded frame that changed something, for counters; `lagMs` = receive − venue time − skew, NaN if unknown. */
  frame(feed: FeedId, bytes: number, lagMs: number): void;
  trade(listing: ListingId, price: number, size: number, takerSide: 'buy' | 'sell', venueTimeMs: number): void;
  /**
   * What a frame tells of a perpetual's funding, mark and index (MD-7): {@link REFERENCE_VALUES} numbers, NaN for what it
   * does not tell. `null` takes back everything known: the feed no longer hears of it. The array is only valid during
   * the call.
   */
  reference(listing: ListingId, values: Float64Array | null, monoMs: number): void;
  /** Funding payments of the past, oldest first, as the venue's history has them; repeats are welcome. */
  settlements(listing: ListingId, rows: readonly FundingSettlement[]): void;
  /** MD-8: whether a currency can be moved to and from the venue, as far as its public side tells. */
  transfers(feed: FeedId, currency: string, deposits: TransferState, withdrawals: TransferState): void;
  /** Server time against ours (MD-6): positive when the venue's clock is ahead. Half the round trip is taken off. */
  skew(feed: FeedId, skewMs: number, roundTripMs: number): void;
  status(listing: ListingId, status: TradingStatus): void;
  /** MD-8: what the venue announces of its maintenance, after each look at it. */
  maintenance(feed: FeedId, reading: MaintenanceReading): void;
  /** MD-4: counted and sampled; `sample` is at most 200 characters of what came. */
  fault(feed: FeedId, fault: FrameFault, listing: ListingId | null, sample: string): void;
  /** One REST call ended; feeds venue health. */
  apiCall(
    feed: FeedId,
    endpoint: string,
    milliseconds: number,
    outcome: 'ok' | 'error' | 'timeout' | 'rate-limited',
  ): void;
}

/** Settled funding, kept over restarts. Every call may throw {@link StorageError}. */
export interface FundingStore {
  /** Adds what is new; a row already held is left as it is. */
  add(listing: ListingId, rows: readonly FundingSettlement[]): void;
  /** The latest `limit`, oldest first. */
  latest(listing: ListingId, limit: number): readonly FundingSettlement[];
}

/** A running source of market data for one feed. */
export interface MarketFeed {
  readonly feed: FeedId;
  /** Begins connecting; never throws; problems go to the sink and are retried with backoff. */
  start(sink: FeedSink): void;
  /** Closes sockets and timers; resolves when nothing more will reach the sink. */
  stop(): Promise<void>;
  /** MD-3: the engine no longer trusts this book; it is rebuilt from a snapshot, at a bounded rate. */
  resync?(listing: ListingId, reason: string): void;
}

// ---------------------------------------------------------------- orders out

/** Passed every risk gate (RK-1). Made only by `risk/gate.ts`. */
export type Approved = Brand<OrderIntent, 'approved'>;
/** Committed durably before it is sent (EX-1). Made only by `journal/journal.ts`. */
export type Journaled = Brand<OrderIntent, 'journaled'>;

/** EX-3: three outcomes, never two. */
export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly venueOrderId: string }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'in-doubt'; readonly message: string };

/** What the venue says of one order now. */
export interface OrderTruth {
  readonly clientOrderId: string;
  readonly venueOrderId: string;
  /** `unknown` quarantines the order (EX-6). */
  readonly state: 'open' | 'filled' | 'cancelled' | 'expired' | 'rejected' | 'unknown';
  /** Cumulative base units, monotone. */
  readonly filled: string;
  readonly fills: readonly Fill[];
}

/** EX-4: `absent` only when the venue provably never had it and never will (its deadline has passed). */
export type QueryOutcome =
  | { readonly kind: 'found'; readonly order: OrderTruth }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly message: string };

/** Private events of an account, at least once and in any order (EX-5). */
export type BrokerEvent =
  | { readonly kind: 'fill'; readonly fill: Fill }
  | { readonly kind: 'order'; readonly order: OrderTruth };

/** Free plus locked, per currency, decimal text. */
export interface Balance {
  readonly venue: Venue;
  readonly account: string;
  readonly currency: string;
  readonly free: string;
  readonly locked: string;
}

export type VenueCapabilities = Capabilities;

/** One account on one venue. Calls answer through callbacks' promise only; events may arrive before the answer. */
export interface Broker {
  readonly venue: Venue;
  readonly account: string;
  readonly capabilities: VenueCapabilities;
  /** Why nothing new may be sent now, in words; `undefined` when it may. Left out: always. */
  readonly unfit?: () => string | undefined;
  submit(order: Journaled): Promise<SubmitOutcome>;
  /** Idempotent. `gone` when it is already final or unknown to the venue. */
  cancel(clientOrderId: string, listing: ListingId): Promise<'cancelled' | 'gone' | 'in-doubt'>;
  query(clientOrderId: string, listing: ListingId, createBeforeMs: number): Promise<QueryOutcome>;
  openOrders(): Promise<Result<readonly OrderTruth[], string>>;
  balances(): Promise<Result<readonly Balance[], string>>;
  onEvent(listener: (event: BrokerEvent) => void): void;
}

/**
 * What a call that did not do its work means. `rejected`: an allow-listed word of the venue, so the venue did nothing (EX-3).
 * `in-doubt`: it may have. `transient`: it did nothing and may be asked again. Unknown words are `in-doubt`.
 */
export type FailureKind = 'rejected' | 'transient' | 'in-doubt' | 'authentication' | 'rate-limit' | 'maintenance';

export interface VenueFailure {
  readonly kind: FailureKind;
  /** The venue's own code, or one of ours for what never reached it. */
  readonly code: string;
  /** The venue's wording, without secrets. */
  readonly message: string;
  /** Monotonic ms from which on it may be tried again; `null` where nobody said. */
  readonly retryAtMonoMs: number | null;
}

/** EX-15: what a venue did to a position of ours, or to an execution that it had told. Quantity in base units. */
export interface VenueAction {
  readonly kind: 'liquidation' | 'auto-deleveraging' | 'settlement' | 'delisting' | 'correction';
  readonly listing: ListingId | null;
  readonly symbol: string;
  readonly quantity: string;
  readonly text: string;
  readonly atMs: number;
}

/** How one feed of an account stands. */
export interface BrokerState {
  /** `blocked`: the key or the account is unfit; nothing is sent but cancels. */
  readonly kind: 'off' | 'connecting' | 'ready' | 'blocked';
  readonly reason: string;
  readonly health: KeyHealth | null;
  readonly stream: 'off' | 'connecting' | 'live' | 'lost';
  /** When anything came over the private stream, wall ms. */
  readonly heardAtMs: number | null;
}

/** One product of an account on its real venue, or the practice venue that stands in for it. */
export interface VenueAccountBroker extends Broker {
  readonly feed: FeedId;
  /** Checks the key and the account's modes, then opens the private stream; problems show in {@link state}. */
  start(): Promise<void>;
  /** Resolves when no socket, timer or call of it is left. */
  stop(): Promise<void>;
  state(): BrokerState;
  /** Orders sent through it that may still execute, as far as it knows. */
  working(): number;
  /** No entry leaves while a reason stands; whatever ends or protects what is open does. `null` takes it back. */
  closeToEntries(reason: string | null): void;
  onState(listener: (state: BrokerState) => void): void;
  /** EX-15, at least once. */
  onVenueAction(listener: (action: VenueAction) => void): void;
  /** AC-1, AC-2: looks at everything again. */
  checkKey(): Promise<KeyHealth>;
  /** Every open order of this feed, or of one listing. Idempotent. The number is `null` where the venue does not say. */
  cancelAll(listing: ListingId | null): Promise<Result<{ readonly cancelled: number | null }, VenueFailure>>;
  /**
   * EX-14: arms or renews the dead-man for `seconds`; `null` disarms it. Refused as `unsupported-order` where the venue
   * has none. `symbols` counts for a dead-man by symbol.
   */
  deadMan(seconds: number | null, listings: readonly ListingId[]): Promise<Result<void, VenueFailure>>;
  /** Executions since then, oldest first, whole over the window (EX-5). */
  fillsSince(sinceMs: number, listing: ListingId | null): Promise<Result<readonly Fill[], VenueFailure>>;
  /** EX-12: open orders that this broker's account did not get from us. */
  externalOrders(): Promise<Result<readonly ExternalOrder[], VenueFailure>>;
  positions(): Promise<Result<readonly Position[], VenueFailure>>;
  holdings(): Promise<Result<readonly Holding[], VenueFailure>>;
  fees(): Promise<Result<readonly FeeTier[], VenueFailure>>;
  /** AC-2: read back after it was set. */
  setLeverage(listing: ListingId, leverage: string): Promise<Result<void, VenueFailure>>;
}

// ---------------------------------------------------------------- what a person allows

/** Where a changed allocation comes from, and the books of the venues that it is paid into. */
export interface InventorySource {
  /** What is wanted now, a row a venue on which a person states it; other venues keep what they have. */
  wanted(): readonly WantedInventory[];
  /**
   * Brings what was ever paid into the account, less what was taken out, to `total`; `booked` is what the journal says of
   * it. The same call again changes nothing, also after a crash. @throws {StorageError} having changed nothing.
   */
  settle(
    line: { readonly venue: Venue; readonly account: string; readonly currency: string },
    booked: Decimal,
    total: Decimal,
  ): void;
}

// ---------------------------------------------------------------- durable state

/** A row as it lies in the journal; `sequence` grows by one, never reused. */
export interface JournalRow {
  readonly sequence: number;
  readonly atMs: number;
  readonly entry: JournalEntry;
}

/** Append only. `append` returns after the rows are durable (EX-1), or throws {@link StorageError} having kept nothing. */
export interface JournalStore {
  append(atMs: number, entries: readonly JournalEntry[]): void;
  /** Every row in order. @throws {StorageError} when a row cannot be read: nothing is skipped. */
  readAll(): readonly JournalRow[];
}

/** What changed at the simulated venue in one moment: kept whole or not at all. */
export interface PaperChange {
  /** Replace the rows of the same client order id. */
  readonly orders?: readonly PaperOrder[];
  readonly fills?: readonly Fill[];
  /** Replace the rows of the same account, venue and currency. */
  readonly balances?: readonly PaperBalance[];
}

/** The simulated venues' own books (PP-1). Every call may throw {@link StorageError}. */
export interface PaperStore {
  commit(change: PaperChange): void;
  balances(account: string, venue: Venue): readonly PaperBalance[];
  openOrders(account: string, venue: Venue): readonly PaperOrder[];
  /** The order and its fills in the order they happened. */
  order(clientOrderId: string): { readonly order: PaperOrder; readonly fills: readonly Fill[] } | undefined;
  /** Fills ever booked: the next trade id. */
  fillCount(): number;
}

/** Disk full, damaged, locked, of another version: said in one line, nothing overwritten. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: 'full' | 'damaged' | 'locked' | 'version' | 'read-only' | 'io';
  constructor(code: StorageError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

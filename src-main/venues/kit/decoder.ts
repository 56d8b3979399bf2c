import type { FrameFault } from '#engine/ports';
import type { FundingSettlement } from '#shared/domain/funding';
import type { TradingStatus } from '#shared/domain/listing';
import type { Track } from './track.ts';

/** Frames above this are refused unread; Coinbase's largest snapshots are about a third of it. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** Places in what {@link FrameTarget.trade} is given. */
export const TRADE_PRICE = 0 as const;
/** Base units. */
export const TRADE_SIZE = 1 as const;
/** Epoch ms. */
export const TRADE_TIME_MS = 2 as const;
export const TRADE_VALUES = 3 as const;
/** What the sink takes for a funding interval that is not known any more (MD-7); NaN would leave the last one standing. */
export const UNKNOWN_INTERVAL = 0 as const;

/**
 * What a decoder tells its feed beside what it writes into books. Every call is synchronous and none throws; numbers
 * come in arrays that are only valid during the call. A decoder calls `faulted` for what it could not use, then, where
 * the book can no longer be trusted, `resync` or `broken`.
 */
export interface FrameTarget {
  /** A frame changed a book, carried trades or a reference; its venue time is `stamps[VENUE_TIME_MS]`, NaN without one. */
  applied(track: Track | null, bytes: number, stamps: Float64Array): void;
  trade(track: Track, values: Float64Array, takerSide: 'buy' | 'sell'): void;
  /** Funding, mark, index: the values of the sink's `reference`; NaN for what the frame does not tell. */
  reference(track: Track, values: Float64Array, monoMs: number): void;
  /** A payment that just happened, where the stream tells it. */
  settled(track: Track, settlement: FundingSettlement): void;
  faulted(fault: FrameFault, track: Track | null, frame: Uint8Array): void;
  /** This book is wrong (MD-3): invalid at once, then rebuilt from a snapshot. */
  resync(track: Track, cause: string): void;
  /** Every book of the socket may be wrong and no sequence number would show it. */
  resyncAll(cause: string): void;
  /** The socket as a whole lost its sequence, or the venue is closing it: reconnect. */
  broken(cause: string): void;
  /**
   * The venue took a subscription; `requestId` as sent, `null` where it echoes none. `taken`: what it says that it took,
   * where it leaves out without a word what it refuses ({@link TopicRequest.names}).
   */
  accepted(requestId: string | null, taken?: readonly unknown[]): void;
  /** The venue refused a subscription. `symbol` where the answer names it. */
  refused(requestId: string | null, symbol: string | null, message: string): void;
  /** A delta waits for this book's REST snapshot; or, of a live book, too little is known and a deeper one is wanted. */
  wantsSnapshot(track: Track): void;
  /** The venue's trading as a whole changed; `normal` hands back to each listing's own status. */
  venueStatus(status: TradingStatus): void;
  /** An instrument's own status changed, as its status channel tells it (MD-8). */
  status(symbol: string, status: TradingStatus): void;
  /** The stream says that instruments came or left: the catalogue is to be read again soon. */
  catalogueChanged(): void;
  /** A heartbeat, an answer that carries nothing, or live data of the canary. */
  idle(kind: 'heartbeat' | 'ack' | 'canary'): void;
}

/** What became of a REST snapshot. `older`: the stream has moved past it, ask again. */
export type SnapshotOutcome = 'applied' | 'older' | 'unreadable';

/**
 * Turns a venue's frames into book writes. `frame` is only valid during the call. Two paths give the same result: a
 * scanner that works on the bytes of frames of the usual shape and makes no garbage, and `JSON.parse` with schemas for
 * everything else. Never throws, whatever the bytes.
 */
export interface Decoder {
  /** A new connection: forgets every sequence and buffer. */
  connected(): void;
  /** The history of an instrument's funding as it was just read, oldest first: where the stream leaves out intervals. */
  settled?(track: Track, rows: readonly FundingSettlement[]): void;
  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void;
}

/** A decoder whose snapshots come over REST. */
export interface SnapshotDecoder extends Decoder {
  snapshot(track: Track, body: string, monoMs: number, out: FrameTarget): SnapshotOutcome;
  /** The book is to be rebuilt: deltas are kept again for the next snapshot. */
  awaitSnapshot(track: Track): void;
}

/** `fast: false` leaves everything to the slow path: for proving that both agree. */
export interface DecoderOptions {
  readonly fast: boolean;
}

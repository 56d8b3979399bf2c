import type { FrameFault } from '#engine/ports';
import type { TradingStatus } from '#shared/domain/listing';
import type { Track } from './track.ts';

/** Frames above this are refused unread; Coinbase's largest snapshots are about a third of it. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/**
 * What a decoder tells its feed beside what it writes into books. Every call is synchronous and none throws. A decoder
 * calls `faulted` for what it could not use, then, where the book can no longer be trusted, `resync` or `broken`.
 */
export interface FrameTarget {
  /** A frame changed a book or carried trades; `venueTimeMs` is NaN where the channel has no time. */
  applied(bytes: number, venueTimeMs: number): void;
  trade(track: Track, price: number, size: number, takerSide: 'buy' | 'sell', venueTimeMs: number): void;
  faulted(fault: FrameFault, track: Track | null, frame: Uint8Array): void;
  /** This book is wrong (MD-3): invalid at once, then rebuilt from a snapshot. */
  resync(track: Track, cause: string): void;
  /** Every book of the socket may be wrong and no sequence number would show it. */
  resyncAll(cause: string): void;
  /** The socket as a whole lost its sequence, or the venue is closing it: reconnect. */
  broken(cause: string): void;
  /** The venue took a subscription; `requestId` as sent, `null` where it echoes none. */
  accepted(requestId: string | null): void;
  /** The venue refused a subscription. `symbol` where the answer names it. */
  refused(requestId: string | null, symbol: string | null, message: string): void;
  /** A delta waits for this book's REST snapshot. */
  wantsSnapshot(track: Track): void;
  /** The venue's trading as a whole changed; `normal` hands back to each listing's own status. */
  venueStatus(status: TradingStatus): void;
}

/** What became of a REST snapshot. `older`: the stream has moved past it, ask again. */
export type SnapshotOutcome = 'applied' | 'older' | 'unreadable';

/**
 * Turns a venue's frames into book writes. `frame` is only valid during the call. Numbers go straight into
 * {@link Track.book} (`reset`, `set`, `commit`), so a scanner that works on the bytes alone fits the same interface.
 * Never throws, whatever the bytes.
 */
export interface Decoder {
  /** A new connection: forgets every sequence and buffer. */
  connected(): void;
  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void;
}

/** A decoder whose snapshots come over REST. */
export interface SnapshotDecoder extends Decoder {
  snapshot(track: Track, body: string, monoMs: number, out: FrameTarget): SnapshotOutcome;
  /** The book is to be rebuilt: deltas are kept again for the next snapshot. */
  awaitSnapshot(track: Track): void;
}

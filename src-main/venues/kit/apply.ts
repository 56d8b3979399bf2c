import { SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import type { FrameTarget } from './decoder.ts';
import type { Track, TrackTable } from './track.ts';
import type { FrameUpdate } from './update.ts';

/** Compares a written, not yet committed book with the venue's checksum. */
export interface Verifier {
  holds(track: Track): boolean;
}

/**
 * Replaces the book by a snapshot that stands at `update.stamps[SEQUENCE]` in the venue's numbering (NaN where it has
 * none). `verifier` is `null` where the frame carries no checksum.
 */
export function applySnapshot(
  track: Track,
  update: FrameUpdate,
  frame: Uint8Array,
  verifier: Verifier | null,
  out: FrameTarget,
): void {
  track.restart(update.stamps[SEQUENCE] as number);
  track.phase = 'live';
  track.book.reset();
  applyDelta(track, update, frame, verifier, out);
}

/** Applies a delta whose place in the sequence was already taken with {@link Track.step}. */
export function applyDelta(
  track: Track,
  update: FrameUpdate,
  frame: Uint8Array,
  verifier: Verifier | null,
  out: FrameTarget,
): void {
  const { book } = track;
  update.scale(track.contractSize);
  book.write(update);
  // Before the commit: nobody may act on a book that fails its checksum (MD-3).
  if (verifier !== null && !verifier.holds(track)) {
    out.faulted('checksum', track, frame);
    out.resync(track, 'checksum mismatch');
    return;
  }
  update.stamps[SEQUENCE] = track.sequence;
  book.seal(update);
  out.applied(track, frame.byteLength, update.stamps);
  if (!track.staysCrossed()) return;
  out.faulted('crossed', track, frame);
  out.resync(track, 'crossed for more than one update');
}

/** A frame for a known book that cannot be used: counted, and the book rebuilt, for its change is lost (MD-3). */
export function unusable(track: Track, frame: Uint8Array, out: FrameTarget): void {
  out.faulted('bad-shape', track, frame);
  if (track.phase === 'live') out.resync(track, 'unreadable update');
}

/** A delta that does not follow the book. */
export function gap(track: Track, frame: Uint8Array, out: FrameTarget): void {
  out.faulted('gap', track, frame);
  out.resync(track, 'sequence gap');
}

/** A frame of an instrument that is not read: counted, unless it is the canary, whose frames keep the socket alive. */
export function unlisted(tracks: TrackTable, symbol: unknown, frame: Uint8Array, out: FrameTarget): void {
  if (typeof symbol !== 'string') out.faulted('bad-shape', null, frame);
  else if (symbol === tracks.canary) out.idle('canary');
  else out.faulted('unknown-instrument', null, frame);
}

/** Stamps of something that is no book: only the venue's time is known. */
export const timeOnly = (stamps: Float64Array, venueTimeMs: number): Float64Array => {
  stamps.fill(Number.NaN);
  stamps[VENUE_TIME_MS] = venueTimeMs;
  return stamps;
};

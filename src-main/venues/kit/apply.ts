import type { FrameTarget } from './decoder.ts';
import type { Levels } from './levels.ts';
import type { Track, TrackTable } from './track.ts';

/** One checked frame on its way into a book. */
export interface BookFrame {
  readonly track: Track;
  readonly levels: Levels;
  readonly venueTimeMs: number;
  readonly monoMs: number;
  readonly frame: Uint8Array;
}

/** Compares the written, not yet committed book with the venue's checksum; `null` where the frame carries none. */
export type Verify = ((track: Track) => boolean) | null;

/** Replaces the book by a snapshot that stands at `sequence` in the venue's numbering (NaN where it has none). */
export function applySnapshot(from: BookFrame, sequence: number, verify: Verify, out: FrameTarget): void {
  const { track } = from;
  track.restart(sequence);
  track.phase = 'live';
  track.book.reset();
  finish(from, verify, out);
}

/** Applies a delta whose place in the sequence was already taken with {@link Track.step}. */
export function applyDelta(from: BookFrame, verify: Verify, out: FrameTarget): void {
  finish(from, verify, out);
}

function finish(from: BookFrame, verify: Verify, out: FrameTarget): void {
  const { track, levels, frame } = from;
  levels.writeTo(track.book);
  // Before the commit: nobody may act on a book that fails its checksum (MD-3).
  if (verify !== null && !verify(track)) {
    out.faulted('checksum', track, frame);
    out.resync(track, 'checksum mismatch');
    return;
  }
  track.book.commit(from.venueTimeMs, track.sequence, from.monoMs);
  out.applied(frame.byteLength, from.venueTimeMs);
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

/** A frame of an instrument that is not read: counted, unless it is the canary. */
export function unlisted(tracks: TrackTable, symbol: unknown, frame: Uint8Array, out: FrameTarget): void {
  if (typeof symbol !== 'string') out.faulted('bad-shape', null, frame);
  else if (symbol !== tracks.canary) out.faulted('unknown-instrument', null, frame);
}

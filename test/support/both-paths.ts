import type { FrameFault } from '#engine/ports';
import { protocolOf } from '#main/venues/feeds';
import type { Decoder, FrameTarget, SnapshotDecoder } from '#main/venues/kit/decoder';
import { Track, TrackTable, type TrackTerms } from '#main/venues/kit/track';
import type { FeedId } from '#shared/domain/ids';
import { ladders, RecordingSink } from './recording-sink.ts';

export type PathInstrument = Omit<TrackTerms, 'book'>;

/** One decoder with books of its own and a diary of every call it made. */
class Diarist implements FrameTarget {
  readonly diary: string[] = [];
  readonly sink = new RecordingSink();
  readonly tracks: readonly Track[];
  readonly decoder: Decoder | SnapshotDecoder;

  constructor(feed: FeedId, instruments: readonly PathInstrument[], fast: boolean) {
    this.tracks = instruments.map((terms) => new Track({ ...terms, book: this.sink.book(terms.listing) }));
    const table = new TrackTable();
    for (const track of this.tracks) {
      track.phase = 'awaiting';
      table.add(track);
    }
    this.decoder = protocolOf(feed).decoder(table, { fast });
    this.decoder.connected();
  }

  /** What the books hold and where each stands in the venue's sequence. */
  state(): unknown {
    return this.tracks.map((track) => ({
      symbol: track.symbol,
      phase: track.phase,
      sequence: track.sequence,
      valid: track.book.valid,
      venueTimeMs: track.book.venueTimeMs,
      ...ladders(this.sink.book(track.listing)),
    }));
  }

  applied(track: Track | null, bytes: number, stamps: Float64Array): void {
    this.diary.push(`applied ${track?.symbol} ${bytes} ${stamps.join(' ')}`);
  }
  trade(track: Track, values: Float64Array, takerSide: 'buy' | 'sell'): void {
    this.diary.push(`trade ${track.symbol} ${values.join(' ')} ${takerSide}`);
  }
  reference(track: Track, values: Float64Array): void {
    this.diary.push(`reference ${track.symbol} ${values.join(' ')}`);
  }
  settled(track: Track, settlement: object): void {
    this.diary.push(`settled ${track.symbol} ${JSON.stringify(settlement)}`);
  }
  faulted(fault: FrameFault, track: Track | null): void {
    this.diary.push(`faulted ${fault} ${track?.symbol}`);
  }
  resync(track: Track, cause: string): void {
    this.diary.push(`resync ${track.symbol} ${cause}`);
    if (track.phase !== 'live') return;
    track.phase = 'awaiting';
    track.book.invalidate(cause);
    if ('awaitSnapshot' in this.decoder) this.decoder.awaitSnapshot(track);
  }
  resyncAll(cause: string): void {
    for (const track of this.tracks) this.resync(track, cause);
  }
  broken(cause: string): void {
    this.diary.push(`broken ${cause}`);
  }
  accepted(id: string | null): void {
    this.diary.push(`accepted ${id}`);
  }
  refused(id: string | null, symbol: string | null, message: string): void {
    this.diary.push(`refused ${id} ${symbol} ${message}`);
  }
  wantsSnapshot(track: Track): void {
    this.diary.push(`wantsSnapshot ${track.symbol}`);
  }
  venueStatus(status: string): void {
    this.diary.push(`venueStatus ${status}`);
  }
  status(symbol: string, status: string): void {
    this.diary.push(`status ${symbol} ${status}`);
  }
  catalogueChanged(): void {
    this.diary.push('catalogueChanged');
  }
  idle(kind: string): void {
    this.diary.push(`idle ${kind}`);
  }
}

/**
 * A feed's decoder twice, with and without its fast path, fed the same frames. Books, places in the sequence and every
 * call to the feed must be the same after each.
 */
export class BothPaths {
  readonly fast: Diarist;
  readonly slow: Diarist;

  constructor(feed: FeedId, instruments: readonly PathInstrument[]) {
    this.fast = new Diarist(feed, instruments, true);
    this.slow = new Diarist(feed, instruments, false);
  }

  /** Decodes one frame on both. @throws when either does. */
  decode(frame: Uint8Array, monoMs = 1): void {
    this.fast.decoder.decode(frame, monoMs, this.fast);
    this.slow.decoder.decode(frame, monoMs, this.slow);
  }

  /** A REST snapshot, where the venue has them. */
  snapshot(symbol: string, body: string, monoMs = 1): void {
    for (const side of [this.fast, this.slow]) {
      const track = side.tracks.find((one) => one.symbol === symbol);
      if (track === undefined || !('snapshot' in side.decoder)) throw new Error(`no snapshot of ${symbol}`);
      side.diary.push(`snapshot ${side.decoder.snapshot(track, body, monoMs, side)}`);
    }
  }

  /** Every book believes that it is live at the sequence number, so that any delta that follows it applies. */
  putLive(sequence: number): void {
    for (const { tracks } of [this.fast, this.slow]) {
      for (const track of tracks) {
        track.restart(sequence);
        track.phase = 'live';
        track.book.reset();
        track.book.commit(1, sequence, 1);
      }
    }
  }

  /** What each said and holds; equal when both paths agree. Diaries are forgotten. */
  take(): { readonly fast: unknown; readonly slow: unknown } {
    return {
      fast: [this.fast.diary.splice(0), this.fast.state()],
      slow: [this.slow.diary.splice(0), this.slow.state()],
    };
  }
}

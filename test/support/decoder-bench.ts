import type { FrameFault } from '#engine/ports';
import { PROTOCOLS } from '#main/venues/feeds';
import type { Decoder, FrameTarget, SnapshotDecoder } from '#main/venues/kit/decoder';
import { Track, TrackTable } from '#main/venues/kit/track';
import { feedId, listingId, type Venue } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import { ladders, RecordingSink } from './recording-sink.ts';

const encoder = new TextEncoder();

/** A decoder alone, with one book and everything it says kept: frames in by hand, no feed around it. */
export class DecoderBench implements FrameTarget {
  readonly track: Track;
  readonly decoder: Decoder | SnapshotDecoder;
  readonly sink = new RecordingSink();
  readonly faults: FrameFault[] = [];
  readonly resyncs: string[] = [];
  readonly brokenBy: string[] = [];
  readonly refusals: { readonly id: string | null; readonly symbol: string | null; readonly message: string }[] = [];
  readonly acceptances: (string | null)[] = [];
  readonly trades: { readonly price: number; readonly size: number; readonly side: string; readonly atMs: number }[] =
    [];
  readonly statuses: TradingStatus[] = [];
  readonly venueTimes: number[] = [];
  wanted = 0;

  constructor(venue: Venue, symbol: string, instrument: string, priceDecimals = 2, sizeDecimals = 8) {
    const listing = listingId(feedId(venue, 'spot'), instrument);
    this.track = new Track({ listing, symbol, book: this.sink.book(listing), priceDecimals, sizeDecimals });
    this.track.phase = 'awaiting';
    const tracks = new TrackTable();
    tracks.add(this.track);
    this.decoder = PROTOCOLS[venue].decoder(tracks);
    this.decoder.connected();
  }

  /** Decodes frames in turn; objects are sent as JSON. */
  feed(...frames: readonly (string | object)[]): void {
    for (const frame of frames) {
      this.decoder.decode(encoder.encode(typeof frame === 'string' ? frame : JSON.stringify(frame)), 1, this);
    }
  }

  get book() {
    return ladders(this.sink.book(this.track.listing));
  }

  get valid(): boolean {
    return this.track.book.valid;
  }

  applied(_bytes: number, venueTimeMs: number): void {
    this.venueTimes.push(venueTimeMs);
  }

  trade(_track: Track, price: number, size: number, side: 'buy' | 'sell', atMs: number): void {
    this.trades.push({ price, size, side, atMs });
  }

  faulted(fault: FrameFault): void {
    this.faults.push(fault);
  }

  resync(track: Track, cause: string): void {
    if (track.phase !== 'live') return;
    this.resyncs.push(cause);
    track.phase = 'awaiting';
    track.book.invalidate(cause);
    if ('awaitSnapshot' in this.decoder) this.decoder.awaitSnapshot(track);
  }

  resyncAll(cause: string): void {
    this.resync(this.track, cause);
  }

  broken(cause: string): void {
    this.brokenBy.push(cause);
  }

  accepted(requestId: string | null): void {
    this.acceptances.push(requestId);
  }

  refused(id: string | null, symbol: string | null, message: string): void {
    this.refusals.push({ id, symbol, message });
  }

  wantsSnapshot(): void {
    this.wanted += 1;
  }

  venueStatus(status: TradingStatus): void {
    this.statuses.push(status);
  }
}

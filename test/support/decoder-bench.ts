import type { FrameFault } from '#engine/ports';
import { VENUE_TIME_MS } from '#engine/ports';
import { protocolOf } from '#main/venues/feeds';
import {
  type Decoder,
  type FrameTarget,
  type SnapshotDecoder,
  TRADE_PRICE,
  TRADE_SIZE,
  TRADE_TIME_MS,
} from '#main/venues/kit/decoder';
import { Track, TrackTable } from '#main/venues/kit/track';
import type { FundingSettlement } from '#shared/domain/funding';
import { type FeedId, listingId } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import { ladders, RecordingSink } from './recording-sink.ts';

const encoder = new TextEncoder();

export interface BenchTerms {
  readonly priceDecimals?: number;
  readonly sizeDecimals?: number;
  readonly contractSize?: number;
  /** False: the slow path alone. */
  readonly fast?: boolean;
}

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
  readonly references: number[][] = [];
  readonly settlements: FundingSettlement[] = [];
  readonly statuses: TradingStatus[] = [];
  readonly ownStatuses: { readonly symbol: string; readonly status: TradingStatus }[] = [];
  readonly venueTimes: number[] = [];
  readonly idled: string[] = [];
  catalogueChanges = 0;
  wanted = 0;

  constructor(feed: FeedId, symbol: string, instrument: string, terms: BenchTerms = {}) {
    const { priceDecimals = 2, sizeDecimals = 8, contractSize = 1, fast = true } = terms;
    const listing = listingId(feed, instrument);
    const book = this.sink.book(listing);
    this.track = new Track({ listing, symbol, book, priceDecimals, sizeDecimals, contractSize });
    this.track.phase = 'awaiting';
    const tracks = new TrackTable();
    tracks.add(this.track);
    this.decoder = protocolOf(feed).decoder(tracks, { fast });
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

  applied(_track: Track | null, _bytes: number, stamps: Float64Array): void {
    this.venueTimes.push(stamps[VENUE_TIME_MS] as number);
  }

  trade(_track: Track, values: Float64Array, side: 'buy' | 'sell'): void {
    this.trades.push({
      price: values[TRADE_PRICE] as number,
      size: values[TRADE_SIZE] as number,
      side,
      atMs: values[TRADE_TIME_MS] as number,
    });
  }

  reference(_track: Track, values: Float64Array): void {
    this.references.push([...values]);
  }

  settled(_track: Track, settlement: FundingSettlement): void {
    this.settlements.push(settlement);
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

  status(symbol: string, status: TradingStatus): void {
    this.ownStatuses.push({ symbol, status });
  }

  catalogueChanged(): void {
    this.catalogueChanges += 1;
  }

  idle(kind: 'heartbeat' | 'ack'): void {
    this.idled.push(kind);
  }
}

import { OrderBook } from '#engine/market/order-book';
import { ASK, BID, type FrameFault, SEQUENCE } from '#engine/ports';
import { protocolOf } from '#main/venues/feeds';
import type { Decoder, FrameTarget, SnapshotDecoder } from '#main/venues/kit/decoder';
import { type Step, Track, TrackTable } from '#main/venues/kit/track';
import type { FeedId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { hash32 } from '#shared/kernel/random';

const SILENT = { committed: () => undefined, invalidated: () => undefined };
const TOP = 10;

/** A book for which every delta is the next one, so that everything a frame can write is written. */
class EagerTrack extends Track {
  override step(_previous: Float64Array, _place: number, stamps: Float64Array): Step {
    this.sequence = stamps[SEQUENCE] as number;
    return 'next';
  }
}

/** One decoder whose every call is folded into a number, and checked for what may never be said. */
class Twin implements FrameTarget {
  readonly decoder: Decoder | SnapshotDecoder;
  readonly tracks: readonly EagerTrack[];
  readonly wrong: string[] = [];
  digest = 0;
  calls = 0;
  writes = 0;
  trades = 0;
  references = 0;

  constructor(feed: FeedId, listings: readonly Listing[], fast: boolean) {
    const table = new TrackTable();
    this.tracks = listings.map((listing) => {
      const book = new OrderBook(listing.id, SILENT, 400);
      return new EagerTrack({
        listing: listing.id,
        symbol: listing.symbol,
        book,
        priceDecimals: 2,
        sizeDecimals: 8,
        contractSize: Number(listing.contractSize),
      });
    });
    for (const track of this.tracks) table.add(track);
    this.decoder = protocolOf(feed).decoder(table, { fast });
  }

  /** Decodes with every book live. @throws when the decoder does: it may not. */
  decode(frame: Uint8Array): void {
    this.digest = 0;
    this.decoder.connected();
    for (const track of this.tracks) {
      if (track.book.valid && track.phase === 'live') continue;
      track.phase = 'live';
      track.book.reset();
      track.book.commit(1, track.sequence, 1);
    }
    this.decoder.decode(frame, 7, this);
  }

  applied(track: Track | null, bytes: number, stamps: Float64Array): void {
    this.#mix(1, bytes);
    for (const stamp of stamps) this.#number(stamp);
    if (track === null) return;
    this.#text(track.symbol);
    this.writes += 1;
    const { book } = track;
    for (const side of [BID, ASK] as const) {
      this.#mix(2, book.depth(side));
      for (let index = 0; index < Math.min(TOP, book.depth(side)); index += 1) {
        const price = book.price(side, index);
        const size = book.size(side, index);
        if (!(price > 0 && price < 1e300 && size > 0 && size < 1e300)) this.wrong.push(`${price}x${size}`);
        this.#number(price);
        this.#number(size);
      }
    }
  }
  trade(track: Track, values: Float64Array, takerSide: 'buy' | 'sell'): void {
    this.trades += 1;
    this.#mix(3, takerSide === 'buy' ? 1 : 2);
    this.#text(track.symbol);
    for (const value of values) {
      if (!(value > 0 && value < Number.POSITIVE_INFINITY)) this.wrong.push(`trade ${value}`);
      this.#number(value);
    }
  }
  reference(track: Track, values: Float64Array): void {
    this.references += 1;
    this.#mix(4, 0);
    this.#text(track.symbol);
    for (const value of values) {
      if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) this.wrong.push('reference');
      this.#number(value);
    }
  }
  settled(track: Track, settlement: object): void {
    this.#text(`settled ${track.symbol} ${JSON.stringify(settlement)}`);
  }
  faulted(fault: FrameFault, track: Track | null): void {
    this.#text(`faulted ${fault} ${track?.symbol}`);
  }
  resync(track: Track, cause: string): void {
    this.#text(`resync ${track.symbol} ${cause}`);
    track.phase = 'awaiting';
    track.book.invalidate(cause);
  }
  resyncAll(cause: string): void {
    for (const track of this.tracks) this.resync(track, cause);
  }
  broken(cause: string): void {
    this.#text(`broken ${cause}`);
  }
  accepted(id: string | null): void {
    this.#text(`accepted ${id}`);
  }
  refused(id: string | null, symbol: string | null, message: string): void {
    this.#text(`refused ${id} ${symbol} ${message}`);
  }
  wantsSnapshot(track: Track): void {
    this.#text(`wants ${track.symbol}`);
  }
  venueStatus(status: string): void {
    this.#text(`venue ${status}`);
  }
  status(symbol: string, status: string): void {
    this.#text(`status ${symbol} ${status}`);
  }
  catalogueChanged(): void {
    this.#text('catalogue');
  }
  idle(kind: string): void {
    this.#text(`idle ${kind}`);
  }

  #mix(kind: number, value: number): void {
    this.calls += 1;
    this.digest = (Math.imul(this.digest ^ kind, 0x01000193) ^ value) | 0;
  }
  #number(value: number): void {
    HALVES_OF[0] = value;
    this.#mix(HALVES[0] as number, HALVES[1] as number);
  }
  #text(text: string): void {
    this.#mix(5, hash32(text) | 0);
  }
}

const HALVES_OF = new Float64Array(1);
const HALVES = new Int32Array(HALVES_OF.buffer);

/** A feed's decoder with its fast path and without, in the same state before each frame. */
export class Twins {
  readonly fast: Twin;
  readonly slow: Twin;

  constructor(feed: FeedId, listings: readonly Listing[]) {
    const owners = listings.filter(({ id, bookId }) => id === bookId);
    this.fast = new Twin(feed, owners, true);
    this.slow = new Twin(feed, owners, false);
  }

  /** What differs after a frame, or `null`. */
  differ(frame: Uint8Array): string | null {
    this.fast.decode(frame);
    this.slow.decode(frame);
    if (this.fast.digest !== this.slow.digest) return 'the paths said or wrote different things';
    const wrong = [...this.fast.wrong, ...this.slow.wrong];
    return wrong.length === 0 ? null : `written: ${wrong.join(', ')}`;
  }
}

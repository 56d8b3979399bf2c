import { OrderBook } from '#engine/market/order-book';
import { ASK, BID, type FrameFault } from '#engine/ports';
import { protocolOf } from '#main/venues/feeds';
import type { Decoder, FrameTarget, SnapshotDecoder } from '#main/venues/kit/decoder';
import { Track, TrackTable } from '#main/venues/kit/track';
import type { FeedId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { decimal, decimalsOf } from '#shared/money/decimal';

/** A frame, or the answer with an instrument's snapshot. */
export type Received =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  | { readonly kind: 'snapshot'; readonly symbol: string; readonly body: string };

const SHOWN = 15;

/** One decoder through a whole session: its books keep their places, faults rebuild them, snapshots bring them back. */
export class Story implements FrameTarget {
  readonly #decoder: Decoder | SnapshotDecoder;
  readonly #table = new TrackTable();
  readonly #tracks: readonly Track[];
  #said: string[] = [];
  #moment = 0;
  commits = 0;
  gaps = 0;

  constructor(feed: FeedId, listings: readonly Listing[], fast: boolean) {
    const owners = listings.filter(({ id, bookId }) => id === bookId);
    this.#tracks = owners.map((listing) => this.#track(listing));
    for (const track of this.#tracks) this.#table.add(track);
    this.#decoder = protocolOf(feed).decoder(this.#table, { fast });
    this.#decoder.connected();
  }

  /** Takes one thing in; gives all that was said of it and every book as it is then. */
  take(received: Received): string {
    this.#said = [];
    this.#moment += 1;
    if (received.kind === 'frame') this.#decoder.decode(received.bytes, this.#moment, this);
    else this.#snapshot(received.symbol, received.body);
    return [...this.#said, ...this.#tracks.map((track) => written(track))].join('\n');
  }

  #snapshot(symbol: string, body: string): void {
    const track = this.#table.get(symbol);
    const decoder = this.#decoder;
    if (track === undefined || !('snapshot' in decoder)) return;
    this.#said.push(`snapshot ${decoder.snapshot(track, body, this.#moment, this)}`);
  }

  #track(listing: Listing): Track {
    const book = new OrderBook(listing.id, {
      committed: () => {
        this.commits += 1;
      },
      invalidated: (_book, cause, ownVerdict) => {
        if (ownVerdict) this.resync(track, cause);
      },
    });
    const track: Track = new Track({
      listing: listing.id,
      symbol: listing.symbol,
      book,
      priceDecimals: decimalsOf(decimal(listing.priceTick)),
      sizeDecimals: decimalsOf(decimal(listing.lotStep)),
      contractSize: Number(listing.contractSize),
    });
    track.phase = 'awaiting';
    return track;
  }

  #await(track: Track, cause: string): void {
    track.phase = 'awaiting';
    if ('awaitSnapshot' in this.#decoder) this.#decoder.awaitSnapshot(track);
    track.book.invalidate(cause);
  }

  applied(track: Track | null, bytes: number, stamps: Float64Array): void {
    this.#said.push(`applied ${track?.symbol} ${bytes} ${stamps.join(' ')}`);
  }
  trade(track: Track, values: Float64Array, takerSide: 'buy' | 'sell'): void {
    this.#said.push(`trade ${track.symbol} ${takerSide} ${values.join(' ')}`);
  }
  reference(track: Track, values: Float64Array): void {
    this.#said.push(`reference ${track.symbol} ${values.join(' ')}`);
  }
  settled(track: Track, settlement: object): void {
    this.#said.push(`settled ${track.symbol} ${JSON.stringify(settlement)}`);
  }
  faulted(fault: FrameFault, track: Track | null): void {
    if (fault === 'gap') this.gaps += 1;
    this.#said.push(`faulted ${fault} ${track?.symbol}`);
  }
  resync(track: Track, cause: string): void {
    if (track.phase !== 'live') return;
    this.#said.push(`resync ${track.symbol} ${cause}`);
    this.#await(track, cause);
  }
  resyncAll(cause: string): void {
    for (const track of this.#tracks) this.resync(track, cause);
  }
  broken(cause: string): void {
    this.#said.push(`broken ${cause}`);
    this.#decoder.connected();
    for (const track of this.#tracks) this.#await(track, cause);
  }
  accepted(id: string | null): void {
    this.#said.push(`accepted ${id}`);
  }
  refused(id: string | null, symbol: string | null, message: string): void {
    this.#said.push(`refused ${id} ${symbol} ${message}`);
  }
  wantsSnapshot(track: Track): void {
    this.#said.push(`wants ${track.symbol}`);
  }
  venueStatus(status: string): void {
    this.#said.push(`venue ${status}`);
  }
  status(symbol: string, status: string): void {
    this.#said.push(`status ${symbol} ${status}`);
  }
  catalogueChanged(): void {
    this.#said.push('catalogue');
  }
  idle(kind: string): void {
    this.#said.push(`idle ${kind}`);
  }
}

/** @throws when a side is out of order, or a level is none. */
function written({ symbol, phase, book }: Track): string {
  const sides = ([BID, ASK] as const).map((side) => {
    const levels: string[] = [];
    for (let index = 0; index < book.depth(side); index += 1) {
      const price = book.price(side, index);
      const size = book.size(side, index);
      const before = book.price(side, index - 1);
      const inOrder = index === 0 || (side === BID ? price < before : price > before);
      if (!inOrder || !(price > 0 && price < 1e300 && size > 0 && size < 1e300)) {
        throw new Error(`${symbol} level ${index}: ${price}x${size} after ${before}`);
      }
      if (index < SHOWN) levels.push(`${price}x${size}`);
    }
    return levels.join(' ');
  });
  return `${symbol} ${phase} ${book.valid} ${book.sequence} ${sides.join(' | ')}`;
}

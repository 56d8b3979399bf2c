import type { Book } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Cancel, Clock } from '#shared/kernel/time';
import { fillPath, type PathPoint } from './fill-path.ts';
import type { InstrumentTrack } from './instrument-track.ts';
import type { InventedBook } from './invented-book.ts';
import { ShownBook } from './shown-book.ts';

type BookListener = (id: ListingId) => void;
type TradeListener = (id: ListingId, price: number, size: number, takerSide: 'buy' | 'sell') => void;

interface Filled {
  readonly track: InstrumentTrack;
  readonly book: ShownBook;
}

/**
 * The market that orders are filled in, seen by the simulated venues alone. Its books and trades follow the invented
 * path of the bar that just opened, while the engine's books stand at the last close. Where a bar is missing or nothing
 * trades in it, orders are taken and rest, but the book is empty: nothing fills. A venue that is out takes none.
 */
export class FillBooks {
  readonly #clock: Clock;
  readonly #barMs: number;
  readonly #listings: ReadonlyMap<ListingId, Listing>;
  readonly #filled: ReadonlyMap<ListingId, Filled>;
  readonly #onBook: BookListener[] = [];
  readonly #onTrade: TradeListener[] = [];
  #pending: Cancel[] = [];

  constructor(clock: Clock, barMs: number, listings: readonly Listing[], tracks: readonly InstrumentTrack[]) {
    this.#clock = clock;
    this.#barMs = barMs;
    this.#listings = new Map(listings.map((listing) => [listing.id, listing]));
    this.#filled = new Map(
      tracks.map((track) => [track.instrument.listing, { track, book: new ShownBook(track.instrument.listing) }]),
    );
  }

  listing(id: ListingId): Listing | undefined {
    return this.#listings.get(id);
  }

  /** Of a second name of one book, that book (ID-3). */
  book(id: ListingId): Book | undefined {
    return this.#filled.get(this.#listings.get(id)?.bookId ?? id)?.book;
  }

  /** Whether orders are taken. */
  tradable(id: ListingId): boolean {
    return this.book(id)?.valid ?? false;
  }

  onBook(listener: BookListener): void {
    this.#onBook.push(listener);
  }

  onTrade(listener: TradeListener): void {
    this.#onTrade.push(listener);
  }

  /**
   * The bars that open at `openMs` begin: their opens are there at once, the rest of their paths is scheduled. `out`:
   * instruments that cannot be traded at all.
   */
  begin(openMs: number, out: (track: InstrumentTrack) => boolean): void {
    this.stop();
    const later = new Map<number, { readonly filled: Filled; readonly point: PathPoint }[]>();
    for (const filled of this.#filled.values()) {
      const [first, ...rest] = this.#path(filled.track, openMs);
      if (first === undefined) {
        this.#still(filled, out(filled.track));
        continue;
      }
      this.#show(filled, first);
      for (const point of rest) {
        const together = later.get(point.at) ?? [];
        together.push({ filled, point });
        later.set(point.at, together);
      }
    }
    for (const [at, points] of later) {
      const show = () => {
        for (const { filled, point } of points) this.#show(filled, point);
      };
      this.#pending.push(this.#clock.after(at * this.#barMs, show));
    }
  }

  /** What is scheduled does not happen; books stay as they are. */
  stop(): void {
    for (const cancel of this.#pending) cancel();
    this.#pending = [];
  }

  /** Nothing before the first close: how its book looks is not known, and no order can have been decided. */
  #path(track: InstrumentTrack, openMs: number): readonly PathPoint[] {
    const { last } = track;
    const bar = track.opening(openMs);
    return bar === undefined || last === undefined ? [] : fillPath(bar, last.close);
  }

  #show({ track, book }: Filled, { price, volume, takerSide }: PathPoint): void {
    const draw = track.shape();
    if (draw === undefined) return;
    this.#tell(book, () => draw(price));
    for (const listener of this.#onTrade) listener(book.listing, price, volume, takerSide);
  }

  #still({ book }: Filled, out: boolean): void {
    if (!out) {
      this.#tell(book, () => EMPTY);
    } else if (book.valid) {
      book.end();
      for (const listener of this.#onBook) listener(book.listing);
    }
  }

  #tell(book: ShownBook, draw: () => InventedBook): void {
    book.show(draw, this.#clock.wallMs(), this.#clock.monoMs());
    for (const listener of this.#onBook) listener(book.listing);
  }
}

const EMPTY: InventedBook = { bids: [], asks: [] };

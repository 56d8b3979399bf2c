import type { FeedSink } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import type { Cancel, Clock } from '#shared/kernel/time';
import { BookWriter } from './book-writer.ts';
import { fillPath, type PathPoint } from './fill-path.ts';
import type { InstrumentTrack } from './instrument-track.ts';

/** Where orders are filled: books and trades that only the simulated venue sees. */
export type FillMarket = Pick<FeedSink, 'book' | 'trade'>;

interface Filled {
  readonly track: InstrumentTrack;
  readonly writer: BookWriter;
  readonly listing: ListingId;
}

/**
 * Leads the books that orders are filled against along the invented path of the bar that just opened, while the engine's
 * books stand at the last close. An instrument whose bar is missing or without volume has no book for its length.
 */
export class FillBooks {
  readonly #clock: Clock;
  readonly #market: FillMarket;
  readonly #barMs: number;
  readonly #filled: readonly Filled[];
  #pending: Cancel[] = [];

  constructor(clock: Clock, market: FillMarket, barMs: number, tracks: readonly InstrumentTrack[]) {
    this.#clock = clock;
    this.#market = market;
    this.#barMs = barMs;
    this.#filled = tracks.map((track) => {
      const { listing } = track.instrument;
      return { track, listing, writer: new BookWriter(market.book(listing)) };
    });
  }

  /** The bars that open at `openMs` begin: their opens are there at once, the rest of their paths is scheduled. */
  begin(openMs: number): void {
    for (const cancel of this.#pending) cancel();
    this.#pending = [];
    const later = new Map<number, { readonly filled: Filled; readonly point: PathPoint }[]>();
    for (const filled of this.#filled) {
      const bar = filled.track.opening(openMs);
      const path = bar && fillPath(bar, filled.track.last?.close ?? bar.open);
      const [first, ...rest] = path ?? [];
      if (first === undefined) {
        filled.writer.end('nothing trades in this bar');
        continue;
      }
      this.#show(filled, first);
      for (const point of rest) later.set(point.at, [...(later.get(point.at) ?? []), { filled, point }]);
    }
    for (const [at, shows] of later) {
      const show = () => {
        for (const { filled, point } of shows) this.#show(filled, point);
      };
      this.#pending.push(this.#clock.after(at * this.#barMs, show));
    }
  }

  #show({ track, writer, listing }: Filled, { price, volume, takerSide }: PathPoint): void {
    const book = track.bookAround(price);
    // Before the first close nothing is known of how its book looks, and no order can have been decided.
    if (book === undefined) return;
    writer.write(book);
    writer.commit(this.#clock.wallMs(), this.#clock.monoMs());
    this.#market.trade(listing, price, volume, takerSide, this.#clock.wallMs());
  }
}

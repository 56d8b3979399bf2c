import { isUsdLike } from '#shared/domain/ids';
import type { Bar, RecordedInstrument } from './bars.ts';
import { BarAverages, type InventedBook, inventBook, type Steps } from './invented-book.ts';
import { lotDigits } from './recorded-listings.ts';

/** One instrument on its way through the recording; moves from bar to bar of the common grid. */
export class InstrumentTrack {
  readonly instrument: RecordedInstrument;
  /** One dollar currency in another. */
  readonly dollars: boolean;
  readonly #steps: Steps;
  readonly #averages = new BarAverages();
  #cursor = 0;
  #last: Bar | undefined;
  #shape: ReturnType<BarAverages['shape']> | undefined;

  constructor(instrument: RecordedInstrument) {
    this.instrument = instrument;
    this.dollars = instrument.instrument.split('-').every(isUsdLike);
    this.#steps = { priceDigits: instrument.priceDigits, lotDigits: lotDigits(instrument) };
  }

  /** The bar that opened at `openMs` has closed, if there is one; the book is drawn from here on with what it showed. */
  close(openMs: number): Bar | undefined {
    if (this.instrument.bars.openMs(this.#cursor) !== openMs) {
      this.#averages.noBar();
      return undefined;
    }
    const bar = this.instrument.bars.at(this.#cursor);
    if (bar === undefined) return undefined;
    this.#cursor += 1;
    this.#averages.bar(bar);
    this.#last = bar;
    this.#shape = this.#averages.shape(this.#steps);
    return bar;
  }

  /** The last bar that closed. */
  get last(): Bar | undefined {
    return this.#last;
  }

  /** The bar that opens at `openMs`: for filling orders only, never for deciding. */
  opening(openMs: number): Bar | undefined {
    return this.instrument.bars.openMs(this.#cursor) === openMs ? this.instrument.bars.at(this.#cursor) : undefined;
  }

  /** Draws a book around a price, from bars that have closed and nothing later; `undefined` before the first. */
  shape(): ((mid: number) => InventedBook) | undefined {
    const shape = this.#shape;
    return shape && ((mid) => inventBook(mid, shape, this.#steps));
  }
}

import type { FeedId, InstrumentId, ListingId, Venue } from '#shared/domain/ids';

/** One candle. Prices in quote currency, volume in base units. */
export interface Bar {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Doubles per bar in {@link BarColumn}. */
const STRIDE = 6;
const FIRST_CAPACITY = 1024;

/** The bars of one instrument, 48 bytes each, in one growing block. */
export class BarColumn {
  #values = new Float64Array(FIRST_CAPACITY * STRIDE);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(openMs: number, open: number, high: number, low: number, close: number, volume: number): void {
    const at = this.#length * STRIDE;
    if (at === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values.set([openMs, open, high, low, close, volume], at);
    this.#length += 1;
  }

  /** When the bar at `index` opened, epoch ms; NaN out of range. */
  openMs(index: number): number {
    return index >= 0 && index < this.#length ? (this.#values[index * STRIDE] as number) : Number.NaN;
  }

  /** The bar at `index`, or `undefined` out of range. */
  at(index: number): Bar | undefined {
    if (index < 0 || index >= this.#length) return undefined;
    const at = index * STRIDE;
    const values = this.#values;
    return {
      openMs: values[at] as number,
      open: values[at + 1] as number,
      high: values[at + 2] as number,
      low: values[at + 3] as number,
      close: values[at + 4] as number,
      volume: values[at + 5] as number,
    };
  }

  /** The same bars at the given indexes, in their order. */
  pick(indexes: readonly number[]): BarColumn {
    const picked = new BarColumn();
    for (const index of indexes) {
      const bar = this.at(index);
      if (bar !== undefined) picked.push(bar.openMs, bar.open, bar.high, bar.low, bar.close, bar.volume);
    }
    return picked;
  }
}

/** One instrument of a recording: bars in ascending order of time, no two with the same. */
export interface RecordedInstrument {
  readonly listing: ListingId;
  readonly feed: FeedId;
  readonly venue: Venue;
  readonly instrument: InstrumentId;
  readonly bars: BarColumn;
  /** Most digits after the point that were seen, trailing zeros apart: what tick and lot are inferred from. */
  readonly priceDigits: number;
  readonly volumeDigits: number;
}

/** A recording, whole and checked. */
export interface RecordedFolder {
  readonly path: string;
  readonly barMs: number;
  /** Open of the first bar and close of the last, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** In order of listing id. */
  readonly instruments: readonly RecordedInstrument[];
  readonly barCount: number;
  /** What was found wrong and what was done about it, a sentence each. */
  readonly warnings: readonly string[];
}

import { type FrameTarget, TRADE_PRICE, TRADE_SIZE, TRADE_TIME_MS, TRADE_VALUES } from './decoder.ts';
import type { Track } from './track.ts';

const FIRST_CAPACITY = 256;

/** The trades of one frame of one instrument, checked before any is told. Reused from frame to frame. */
export class FrameTrades {
  /** {@link TRADE_VALUES} numbers a trade, in the order of the frame. */
  values = new Float64Array(FIRST_CAPACITY * TRADE_VALUES);
  /** 1 where the taker bought. */
  #buys = new Uint8Array(FIRST_CAPACITY);
  /** Where in the frame each id begins, and where it ends. */
  #ids = new Int32Array(FIRST_CAPACITY * 2);
  #count = 0;
  readonly #one = new Float64Array(TRADE_VALUES);

  clear(): void {
    this.#count = 0;
  }

  get count(): number {
    return this.#count;
  }

  /** Where in {@link values} the next trade's numbers belong. */
  get place(): number {
    if (this.#count === this.#buys.length) this.#grow();
    return this.#count * TRADE_VALUES;
  }

  /** Ends a trade whose numbers are in place; false, and nothing kept, unless price, size and time are above 0. */
  take(buy: boolean, idFrom: number, idTo: number): boolean {
    const at = this.#count;
    const place = at * TRADE_VALUES;
    const { values } = this;
    const complete =
      (values[place + TRADE_PRICE] as number) > 0 &&
      (values[place + TRADE_SIZE] as number) > 0 &&
      (values[place + TRADE_TIME_MS] as number) > 0;
    if (!complete) return false;
    this.#buys[at] = buy ? 1 : 0;
    this.#ids[at * 2] = idFrom;
    this.#ids[at * 2 + 1] = idTo;
    this.#count = at + 1;
    return true;
  }

  /**
   * Tells those that were not told before, oldest first: from the last to the first where the frame has the newest first.
   * Sizes in contracts become base units (ID-6).
   */
  tell(track: Track, frame: Uint8Array, out: FrameTarget, newestFirst = false): void {
    const one = this.#one;
    const count = this.#count;
    for (let told = 0; told < count; told += 1) {
      const index = newestFirst ? count - 1 - told : told;
      const from = this.#ids[index * 2] as number;
      if (!track.takeTradeAt(frame, from, this.#ids[index * 2 + 1] as number)) continue;
      const place = index * TRADE_VALUES;
      one[TRADE_PRICE] = this.values[place + TRADE_PRICE] as number;
      one[TRADE_SIZE] = (this.values[place + TRADE_SIZE] as number) * track.contractSize;
      one[TRADE_TIME_MS] = this.values[place + TRADE_TIME_MS] as number;
      out.trade(track, one, this.#buys[index] === 1 ? 'buy' : 'sell');
    }
  }

  #grow(): void {
    const wider = this.#buys.length * 2;
    const values = new Float64Array(wider * TRADE_VALUES);
    values.set(this.values);
    this.values = values;
    const buys = new Uint8Array(wider);
    buys.set(this.#buys);
    this.#buys = buys;
    const ids = new Int32Array(wider * 2);
    ids.set(this.#ids);
    this.#ids = ids;
  }
}

/** One trade that the slow path read, told unless it was before. `values` is reused for it. */
export function tellTrade(
  track: Track,
  trade: {
    readonly id: string;
    readonly price: number;
    readonly size: number;
    readonly atMs: number;
    readonly buy: boolean;
  },
  values: Float64Array,
  out: FrameTarget,
): void {
  if (!track.takeTrade(trade.id)) return;
  values[TRADE_PRICE] = trade.price;
  values[TRADE_SIZE] = trade.size * track.contractSize;
  values[TRADE_TIME_MS] = trade.atMs;
  out.trade(track, values, trade.buy ? 'buy' : 'sell');
}

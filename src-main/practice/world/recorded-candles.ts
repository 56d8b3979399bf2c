import type { Candle, CandleSource } from './candles.ts';
import type { RecordedBar } from './recorded-bars.ts';
import type { WorldTrade } from './world.ts';

/** Where the recorded time stands: `positionMs` on the recording's own time, `offsetMs` what wall time is ahead of it. */
export interface Playhead {
  positionMs(): number;
  offsetMs(): number;
}

/** Real bars as far as they have closed, then the running one made of the trades so far. */
export class RecordedCandleSource implements CandleSource {
  readonly barMs: number;
  readonly #bars: readonly RecordedBar[];
  readonly #playhead: Playhead;
  #running: Candle | null = null;

  constructor(bars: readonly RecordedBar[], barMs: number, playhead: Playhead) {
    this.#bars = bars;
    this.barMs = barMs;
    this.#playhead = playhead;
  }

  /** Called at the start of each bar of the recording. */
  open(): void {
    this.#running = null;
  }

  add({ price, size }: WorldTrade): void {
    const openMs = Math.floor(this.#playhead.positionMs() / this.barMs) * this.barMs + this.#playhead.offsetMs();
    const bar = this.#running;
    this.#running = {
      openMs,
      open: bar?.open ?? price,
      high: Math.max(bar?.high ?? price, price),
      low: Math.min(bar?.low ?? price, price),
      close: price,
      volume: (bar?.volume ?? 0) + size,
      turnover: (bar?.turnover ?? 0) + price * size,
      trades: (bar?.trades ?? 0) + 1,
    };
  }

  range(fromMs: number, toMs: number): Candle[] {
    const offset = this.#playhead.offsetMs();
    const position = this.#playhead.positionMs();
    const closed: Candle[] = [];
    for (const bar of this.#bars) {
      const openMs = bar.tsMs + offset;
      if (bar.tsMs + this.barMs > position || openMs > toMs) break;
      if (openMs < fromMs) continue;
      const { open, high, low, close, volume } = bar;
      const turnover = (volume * (high + low + close)) / 3;
      closed.push({ openMs, open, high, low, close, volume, turnover, trades: volume === 0 ? 0 : 1 });
    }
    const running = this.#running;
    if (running !== null && running.openMs >= fromMs && running.openMs <= toMs) closed.push(running);
    return closed;
  }
}

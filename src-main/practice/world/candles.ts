/** Prices in ticks, volume in lots, turnover in ticks × lots; `openMs` is wall time of the bar's open. */
export interface Candle {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly turnover: number;
  readonly trades: number;
}

/** The bars a market can report, oldest first, the running one last. Bars without a trade carry volume 0. */
export interface CandleSource {
  readonly barMs: number;
  range(fromMs: number, toMs: number): Candle[];
}

/** Bars made from the trades of a running market, with invented ones before it opened. Keeps `capacity` bars. */
export class TradeCandles implements CandleSource {
  readonly barMs: number;
  readonly #capacity: number;
  readonly #bars: Candle[] = [];

  constructor(barMs: number, capacity: number) {
    this.barMs = barMs;
    this.#capacity = capacity;
  }

  /** Bars must come in order of time, without holes. */
  seed(bars: readonly Candle[]): void {
    this.#bars.push(...bars);
  }

  /** Opens flat bars up to the one that holds `atMs`, so that a quiet market still has a row for every minute. */
  roll(atMs: number, price: number): void {
    const openMs = Math.floor(atMs / this.barMs) * this.barMs;
    let last = this.#bars[this.#bars.length - 1];
    // After a pause longer than what is kept there is nothing worth filling.
    if (last !== undefined && openMs - last.openMs > this.barMs * this.#capacity) {
      this.#bars.length = 0;
      last = undefined;
    }
    const at = last?.close ?? price;
    for (let next = last === undefined ? openMs : last.openMs + this.barMs; next <= openMs; next += this.barMs) {
      this.#bars.push({ openMs: next, open: at, high: at, low: at, close: at, volume: 0, turnover: 0, trades: 0 });
    }
    while (this.#bars.length > this.#capacity) this.#bars.shift();
  }

  add(atMs: number, price: number, size: number): void {
    this.roll(atMs, price);
    const bar = this.#bars[this.#bars.length - 1];
    if (bar === undefined) return;
    const first = bar.trades === 0;
    this.#bars[this.#bars.length - 1] = {
      openMs: bar.openMs,
      open: first ? price : bar.open,
      high: first ? price : Math.max(bar.high, price),
      low: first ? price : Math.min(bar.low, price),
      close: price,
      volume: bar.volume + size,
      turnover: bar.turnover + price * size,
      trades: bar.trades + 1,
    };
  }

  range(fromMs: number, toMs: number): Candle[] {
    return this.#bars.filter((bar) => bar.openMs >= fromMs && bar.openMs <= toMs);
  }
}

/** Joins bars into `intervalMs` ones aligned to the epoch; empty when `intervalMs` is finer than the bars are. */
export function aggregate(source: CandleSource, intervalMs: number, fromMs: number, toMs: number): Candle[] {
  if (intervalMs < source.barMs) return [];
  const start = Math.ceil(fromMs / intervalMs) * intervalMs;
  const joined: Candle[] = [];
  for (const bar of source.range(start, toMs + intervalMs - 1)) {
    const openMs = Math.floor(bar.openMs / intervalMs) * intervalMs;
    if (openMs > toMs) break;
    const last = joined[joined.length - 1];
    if (last === undefined || last.openMs !== openMs) {
      joined.push({ ...bar, openMs });
    } else {
      joined[joined.length - 1] = {
        openMs,
        open: last.trades === 0 ? bar.open : last.open,
        high: Math.max(last.high, bar.high),
        low: Math.min(last.low, bar.low),
        close: bar.close,
        volume: last.volume + bar.volume,
        turnover: last.turnover + bar.turnover,
        trades: last.trades + bar.trades,
      };
    }
  }
  return joined;
}

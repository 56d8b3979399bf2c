import type { TradingStatus } from '#shared/domain/listing';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { ASK, BID, WorldBook } from './book.ts';
import { BookMaker } from './book-maker.ts';
import type { CandleSource } from './candles.ts';
import type { BookShape, MarketSpec } from './market-spec.ts';
import type { Perpetual } from './perpetual.ts';
import type { MarketListener, MarketView, WorldTrade } from './world.ts';
import { RECENT_TRADES } from './world.ts';

const FROZEN: readonly TradingStatus[] = ['halted', 'maintenance', 'delisted'];
/** A taker never empties a side below this. */
const KEPT_LEVELS = 5;
/** Levels one taker order walks through unless told otherwise. */
const USUAL_SWEEP = 3;

export interface MarketParts {
  readonly shape: BookShape;
  readonly candles: CandleSource;
  /** `null` for spot. */
  readonly perp: Perpetual | null;
  readonly random: Random;
  readonly clock: Clock;
  /** Hears every trade before the venue does: candles are made there. */
  readonly onTrade: (trade: WorldTrade) => void;
}

/** A market that can be moved and traded in; both worlds drive their markets through this. */
export class Market implements MarketView {
  readonly spec: MarketSpec;
  readonly shape: BookShape;
  readonly book = new WorldBook();
  readonly candles: CandleSource;
  readonly perp: Perpetual | null;
  readonly recentTrades: WorldTrade[] = [];
  readonly #maker: BookMaker;
  readonly #clock: Clock;
  readonly #listeners: MarketListener[] = [];
  readonly #onTrade: (trade: WorldTrade) => void;
  #status: TradingStatus = 'normal';
  #nextTradeId: number;

  constructor(spec: MarketSpec, { shape, candles, perp, random, clock, onTrade }: MarketParts) {
    this.spec = spec;
    this.shape = shape;
    this.candles = candles;
    this.perp = perp;
    this.#maker = new BookMaker(this.book, shape, random.fork('book'));
    this.#clock = clock;
    this.#onTrade = onTrade;
    this.#nextTradeId = 100_000 + Math.floor(random.fork('ids').next() * 900_000);
  }

  get status(): TradingStatus {
    return this.#status;
  }

  listen(listener: MarketListener): void {
    this.#listeners.push(listener);
  }

  setStatus(status: TradingStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of this.#listeners) listener.statusChanged(this);
  }

  /** The index and the premium of a perpetual are now these: mark and rates follow, due settlements are made. */
  refer(indexPrice: number, premium: number): void {
    if (this.perp === null) return;
    const due = this.perp.tick(indexPrice, premium, this.#clock.wallMs());
    for (const settlement of due) for (const listener of this.#listeners) listener.settled?.(this, settlement);
    for (const listener of this.#listeners) listener.referenceChanged?.(this);
  }

  /** MD-7: `null` is the usual interval. */
  setFundingInterval(intervalMs: number | null): void {
    if (this.perp === null) return;
    this.perp.setInterval(intervalMs);
    for (const listener of this.#listeners) listener.referenceChanged?.(this);
  }

  /** From now on orders near the touch are about `levelLots` lots. */
  thickness(levelLots: number): void {
    this.#maker.levelLots = levelLots;
  }

  /** The book follows `mid` (ticks, fractional) and its venue hears of it. */
  move(mid: number): void {
    if (FROZEN.includes(this.#status)) return;
    this.#maker.follow(mid);
    this.#publishChanges();
  }

  /** A taker order of `lots` through at most `maxLevels` displayed levels. Returns the lots they did not fill. */
  take(taker: 'buy' | 'sell', lots: number, maxLevels = USUAL_SWEEP): number {
    if (this.#status !== 'normal') return lots;
    const side = taker === 'buy' ? ASK : BID;
    const levels = this.book.levels(side);
    const trades: WorldTrade[] = [];
    let left = lots;
    for (let sweep = 0; sweep < maxLevels && left > 0 && levels.length > KEPT_LEVELS; sweep += 1) {
      const level = levels[0];
      if (level === undefined) break;
      const size = Math.min(level.size, left);
      left -= size;
      this.book.set(side, level.price, level.size - size);
      const trade = { id: this.#nextTradeId, price: level.price, size, taker, atMs: this.#clock.wallMs() };
      this.#nextTradeId += 1;
      trades.push(trade);
      this.recentTrades.push(trade);
      this.#onTrade(trade);
    }
    if (trades.length === 0) return lots;
    if (this.recentTrades.length > RECENT_TRADES) {
      this.recentTrades.splice(0, this.recentTrades.length - RECENT_TRADES);
    }
    for (const listener of this.#listeners) listener.traded(this, trades);
    this.#publishChanges();
    return left;
  }

  #publishChanges(): void {
    const changes = this.book.takeChanges();
    if (changes.length === 0) return;
    for (const listener of this.#listeners) listener.bookChanged(this, changes);
  }
}

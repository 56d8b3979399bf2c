import type { TradingStatus } from '#shared/domain/listing';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { ASK, BID, WorldBook } from './book.ts';
import { BookMaker } from './book-maker.ts';
import type { CandleSource } from './candles.ts';
import type { BookShape, MarketSpec } from './market-spec.ts';
import type { MarketListener, MarketView, WorldTrade } from './world.ts';
import { RECENT_TRADES } from './world.ts';

const FROZEN: readonly TradingStatus[] = ['halted', 'maintenance', 'delisted'];
/** A taker never empties a side below this. */
const KEPT_LEVELS = 5;
/** Levels one taker order walks through unless told otherwise. */
const USUAL_SWEEP = 3;

/** A market that can be moved and traded in; both worlds drive their markets through this. */
export class Market implements MarketView {
  readonly spec: MarketSpec;
  readonly shape: BookShape;
  readonly book = new WorldBook();
  readonly candles: CandleSource;
  readonly recentTrades: WorldTrade[] = [];
  readonly #maker: BookMaker;
  readonly #clock: Clock;
  readonly #listeners: MarketListener[] = [];
  readonly #onTrade: (trade: WorldTrade) => void;
  #status: TradingStatus = 'normal';
  #nextTradeId: number;

  /** `onTrade` hears every trade before the venue does: candles are made there. */
  constructor(
    spec: MarketSpec,
    shape: BookShape,
    candles: CandleSource,
    random: Random,
    clock: Clock,
    onTrade: (trade: WorldTrade) => void,
  ) {
    this.spec = spec;
    this.shape = shape;
    this.candles = candles;
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

import type { FeedId } from '#shared/domain/ids';
import { productOf, venueOf } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { Market } from './market.ts';
import { pow10 } from './market-spec.ts';
import { Pace } from './pace.ts';
import type { RecordedBar, RecordedCandles, RecordedMarket } from './recorded-bars.ts';
import type { Playhead } from './recorded-candles.ts';
import { RecordedCandleSource } from './recorded-candles.ts';
import { BarPath } from './recorded-path.ts';
import { shapeOf } from './shape.ts';
import type { MarketListener, MarketView, World } from './world.ts';

export interface RecordedOptions {
  readonly recorded: RecordedCandles;
  readonly random: Random;
  readonly clock: Clock;
  /** Mean changes a second of a book whose bar is running. */
  readonly updatesPerSecond: number;
  /** After the last bar: all markets halt, or the recording begins again. */
  readonly atEnd: 'halt' | 'loop';
}

/** A level near the touch holds about this share of a usual minute's volume. */
const LEVEL_SHARE = 0.12;
/** How fast the usual volume follows the bars. */
const VOLUME_MEMORY = 0.9;
const MAX_TRADES_PER_BAR = 12;
/** A taker larger than the touch waits this long for it to refill. */
const REFILL_MS = 100;

interface Player {
  readonly source: RecordedMarket;
  readonly market: Market;
  readonly candles: RecordedCandleSource;
  readonly barsByTime: ReadonlyMap<number, RecordedBar>;
  readonly random: Random;
  path: BarPath | null;
  pathStartMs: number;
  usualVolume: number;
}

/**
 * Markets that live real bars again: each bar's open, high, low and close bound the path and its volume is traded, as far
 * as the invented book fills it before the bar ends; the path, the books and the single trades are invented. A minute without a bar, or with a bar of no volume, is
 * quiet; a venue none of whose markets has bars is out.
 */
export class RecordedWorld implements World, Playhead {
  readonly kind = 'recorded';
  readonly #options: RecordedOptions;
  readonly #pace: Pace;
  readonly #players: Player[];
  /** Recorded time = monotonic time + this. */
  #shiftMs: number;
  #offsetMs: number;
  #ended = false;

  constructor(options: RecordedOptions) {
    this.#options = options;
    const { recorded, clock, random } = options;
    this.#pace = new Pace(clock);
    this.#offsetMs = 0;
    this.#shiftMs = 0;
    this.#rewind();
    this.#players = recorded.markets.map((source) => this.#open(source, random));
  }

  /** True after the last bar when the recording does not begin again. */
  get ended(): boolean {
    return this.#ended;
  }

  positionMs(): number {
    return this.#options.clock.monoMs() + this.#shiftMs;
  }

  offsetMs(): number {
    return this.#offsetMs;
  }

  marketsOf(feed: FeedId): readonly MarketView[] {
    return this.#players.filter(({ market }) => market.spec.feed === feed).map(({ market }) => market);
  }

  listen(feed: FeedId, listener: MarketListener): void {
    for (const { market } of this.#players) if (market.spec.feed === feed) market.listen(listener);
  }

  /** A recording holds spot bars; a venue's outage is told by them. */
  isOut(feed: FeedId): boolean {
    if (this.#ended || productOf(feed) !== 'spot') return false;
    const position = this.positionMs();
    const outages = this.#options.recorded.outages.get(venueOf(feed)) ?? [];
    return outages.some((outage) => position >= outage.fromMs && position < outage.toMs);
  }

  setStatus(feed: FeedId, instrument: string, status: TradingStatus): void {
    for (const { market } of this.#players) {
      if (market.spec.feed === feed && market.spec.instrument === instrument) market.setStatus(status);
    }
  }

  /** A recording holds no perpetual. */
  setFundingInterval(): void {}

  /** Recorded prices are what they were. */
  depeg(): boolean {
    return false;
  }

  start(): void {
    if (this.#pace.running) return;
    this.#pace.start();
    this.#rewind();
    for (const player of this.#players) {
      const moves = player.random.fork('moves');
      const periodMs = 1000 / this.#options.updatesPerSecond;
      this.#pace.repeat(
        () => periodMs * (0.4 + 1.2 * moves.next()),
        () => this.#move(player),
      );
    }
    this.#bar();
  }

  stop(): void {
    this.#pace.stop();
  }

  /** Puts the recording's first bar under the present one, aligned so that bars open when the wall clock says so. */
  #rewind(): void {
    const { recorded, clock } = this.#options;
    const wall = clock.wallMs();
    this.#offsetMs = Math.floor((wall - recorded.fromMs) / recorded.barMs) * recorded.barMs;
    this.#shiftMs = wall - this.#offsetMs - clock.monoMs();
  }

  #open(source: RecordedMarket, random: Random): Player {
    const { recorded, clock } = this.#options;
    const { spec, bars } = source;
    const own = random.fork(`market/${spec.venue}/${spec.instrument}`);
    const candles = new RecordedCandleSource(bars, recorded.barMs, this);
    const firstPrice = bars[0]?.open ?? 1;
    const shape = shapeOf(spec, firstPrice / pow10(spec.priceDecimals));
    const market = new Market(spec, {
      shape,
      candles,
      perp: null,
      random: own,
      clock,
      onTrade: (trade) => candles.add(trade),
    });
    const usualVolume = median(bars.filter((bar) => bar.volume > 0).map((bar) => bar.volume)) ?? shape.levelLots;
    const player: Player = {
      source,
      market,
      candles,
      barsByTime: new Map(bars.map((bar) => [bar.tsMs, bar])),
      random: own.fork('player'),
      path: null,
      pathStartMs: 0,
      usualVolume,
    };
    market.thickness(this.#levelLots(player));
    market.move(firstPrice);
    return player;
  }

  #levelLots({ usualVolume }: Player): number {
    const minutes = this.#options.recorded.barMs / 60_000;
    return Math.max(1, Math.round((usualVolume / minutes) * LEVEL_SHARE));
  }

  /** Begins the bar that holds the present, then waits for the next one. */
  #bar(): void {
    const { recorded } = this.#options;
    const position = this.positionMs();
    if (position >= recorded.toMs) {
      this.#finish();
      return;
    }
    const tsMs = Math.floor(position / recorded.barMs) * recorded.barMs;
    for (const player of this.#players) this.#beginBar(player, tsMs, position);
    this.#pace.after(tsMs + recorded.barMs - position, () => this.#bar());
  }

  #beginBar(player: Player, tsMs: number, positionMs: number): void {
    player.candles.open();
    player.path = null;
    const bar = player.barsByTime.get(tsMs);
    if (bar === undefined || bar.volume === 0) return;
    const { barMs } = this.#options.recorded;
    const random = player.random.fork(`bar/${tsMs}`);
    player.path = new BarPath(bar, random);
    player.pathStartMs = tsMs;
    player.market.thickness(this.#levelLots(player));
    player.usualVolume = player.usualVolume * VOLUME_MEMORY + bar.volume * (1 - VOLUME_MEMORY);
    this.#move(player);
    const count = 1 + Math.floor(random.next() * MAX_TRADES_PER_BAR);
    const weights = Array.from({ length: count }, () => random.exponential(1));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const weight of weights) {
      const atMs = tsMs + random.next() * barMs;
      const lots = Math.round((bar.volume * weight) / total);
      const rising =
        (player.path?.at((atMs - tsMs) / barMs + 0.02) ?? 0) >= (player.path?.at((atMs - tsMs) / barMs) ?? 0);
      const buy = random.next() < (rising ? 0.7 : 0.3);
      if (lots > 0 && atMs > positionMs) {
        this.#pace.after(atMs - positionMs, () => this.#take(player, tsMs, buy ? 'buy' : 'sell', lots));
      }
    }
  }

  /** Trades `lots`; what the touch could not fill follows when the book has refilled, while the bar lasts. */
  #take(player: Player, tsMs: number, taker: 'buy' | 'sell', lots: number): void {
    if (player.path === null || player.pathStartMs !== tsMs) return;
    // Only the touch: walking on while the book refills would carry the price out of its bar.
    const left = player.market.take(taker, lots, 1);
    if (left === 0) return;
    this.#move(player);
    this.#pace.after(REFILL_MS, () => this.#take(player, tsMs, taker, left));
  }

  #move(player: Player): void {
    if (player.path === null) return;
    const fraction = (this.positionMs() - player.pathStartMs) / this.#options.recorded.barMs;
    if (fraction <= 1) player.market.move(player.path.at(fraction));
  }

  #finish(): void {
    for (const player of this.#players) player.path = null;
    if (this.#options.atEnd === 'loop') {
      this.#rewind();
      this.#bar();
      return;
    }
    this.#ended = true;
    for (const { market } of this.#players) market.setStatus('halted');
  }
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

import type { Venue } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { TradeCandles } from './candles.ts';
import type { DislocationRates } from './dislocations.ts';
import { Dislocations } from './dislocations.ts';
import { LISTINGS, shapeOf } from './listings.ts';
import { Market } from './market.ts';
import type { MarketSpec } from './market-spec.ts';
import { pow10 } from './market-spec.ts';
import { Pace } from './pace.ts';
import { inventHistory } from './prehistory.ts';
import { EfficientPrices } from './prices.ts';
import type { MarketListener, MarketView, World } from './world.ts';

/** Step of the efficient prices, ms. */
const PRICE_STEP_MS = 50;
const BAR_MS = 60_000;
/** Twelve hours of one-minute bars. */
const KEPT_BARS = 720;
/** Time constant of a market's own noise, ms. */
const NOISE_RETURN_MS = 4_000;

export interface SyntheticOptions {
  readonly random: Random;
  readonly clock: Clock;
  /** Mean changes of each book a second. */
  readonly updatesPerSecond: number;
  readonly rates: DislocationRates;
}

/** One market with what only the synthetic world knows of it. */
class SyntheticMarket {
  readonly market: Market;
  readonly candles: TradeCandles;
  readonly #random: Random;
  #follows: number;
  #noiseBps = 0;
  #atMonoMs: number;

  constructor(market: Market, candles: TradeCandles, price: number, monoMs: number, random: Random) {
    this.market = market;
    this.candles = candles;
    this.#follows = price;
    this.#atMonoMs = monoMs;
    this.#random = random;
  }

  /** The market's mid now, in ticks: the efficient price as this venue has caught up with it, its noise, its dislocation. */
  mid(efficient: number, dislocationBps: number, monoMs: number): number {
    const elapsed = Math.max(0, monoMs - this.#atMonoMs);
    this.#atMonoMs = monoMs;
    const { lagMs, noiseBps } = this.market.shape;
    this.#follows += (efficient - this.#follows) * (1 - Math.exp(-elapsed / lagMs));
    const keep = Math.exp(-elapsed / NOISE_RETURN_MS);
    this.#noiseBps = this.#noiseBps * keep + noiseBps * Math.sqrt(1 - keep * keep) * this.#random.normal();
    return this.#follows * (1 + (this.#noiseBps + dislocationBps) * 1e-4) * pow10(this.market.spec.priceDecimals);
  }
}

/** The invented market: one set of efficient prices, forty-odd books that follow them each in its own way. */
export class SyntheticWorld implements World {
  readonly kind = 'synthetic';
  readonly #options: SyntheticOptions;
  readonly #pace: Pace;
  readonly #prices: EfficientPrices;
  readonly #dislocations: Dislocations;
  readonly #markets: SyntheticMarket[] = [];

  constructor(options: SyntheticOptions) {
    this.#options = options;
    const { clock, random } = options;
    this.#pace = new Pace(clock);
    this.#prices = new EfficientPrices(random.fork('prices'));
    this.#dislocations = new Dislocations(LISTINGS, random.fork('dislocations'));
    const history = inventHistory(this.#prices, LISTINGS, clock.wallMs(), BAR_MS, KEPT_BARS, random.fork('history'));
    for (const spec of LISTINGS) this.#markets.push(this.#open(spec, history.get(spec) ?? []));
  }

  marketsOf(venue: Venue): readonly MarketView[] {
    return this.#markets.filter((one) => one.market.spec.venue === venue).map((one) => one.market);
  }

  listen(venue: Venue, listener: MarketListener): void {
    for (const { market } of this.#markets) if (market.spec.venue === venue) market.listen(listener);
  }

  isOut(): boolean {
    return false;
  }

  setStatus(venue: Venue, instrument: string, status: TradingStatus): void {
    for (const { market } of this.#markets) {
      if (market.spec.venue === venue && market.spec.instrument === instrument) market.setStatus(status);
    }
  }

  start(): void {
    if (this.#pace.running) return;
    this.#pace.start();
    this.#pace.repeat(
      () => PRICE_STEP_MS,
      () => this.#prices.step(PRICE_STEP_MS),
    );
    const { rates, random } = this.#options;
    this.#startDislocations('payable', rates.payablePerMinute, random.fork('pace/payable'));
    this.#startDislocations('small', rates.smallPerMinute, random.fork('pace/small'));
    for (const one of this.#markets) this.#run(one);
  }

  stop(): void {
    this.#pace.stop();
  }

  #open(spec: MarketSpec, history: Parameters<TradeCandles['seed']>[0]): SyntheticMarket {
    const { clock, random } = this.#options;
    const own = random.fork(`market/${spec.venue}/${spec.instrument}`);
    const price = this.#prices.price(spec.base, spec.quote);
    const candles = new TradeCandles(BAR_MS, KEPT_BARS);
    candles.seed(history);
    const market = new Market(spec, shapeOf(spec, price), candles, own, clock, (trade) =>
      candles.add(trade.atMs, trade.price, trade.size),
    );
    const one = new SyntheticMarket(market, candles, price, clock.monoMs(), own.fork('noise'));
    market.move(one.mid(price, 0, clock.monoMs()));
    return one;
  }

  #run(one: SyntheticMarket): void {
    const { random, updatesPerSecond, clock } = this.#options;
    const { spec, shape } = one.market;
    const moves = random.fork(`pace/${spec.venue}/${spec.instrument}`);
    const periodMs = 1000 / updatesPerSecond;
    this.#pace.repeat(
      () => periodMs * (0.4 + 1.2 * moves.next()),
      () => this.#move(one),
    );
    const takers = random.fork(`takers/${spec.venue}/${spec.instrument}`);
    this.#pace.repeat(
      () => takers.exponential(1000 / shape.tradesPerSecond),
      () => {
        // While a market stands away from the rest, most takers push it back.
        const away = this.#dislocations.bps(spec, clock.monoMs());
        const buys = 0.5 - 0.25 * Math.max(-1, Math.min(1, away / 20));
        const lots = Math.max(1, Math.round(shape.levelLots * 0.2 * Math.exp(1.1 * takers.normal())));
        one.market.take(takers.next() < buys ? 'buy' : 'sell', lots);
      },
    );
    this.#pace.repeat(
      () => BAR_MS,
      () => {
        const price = one.market.book.best(0)?.price;
        if (price !== undefined) one.candles.roll(clock.wallMs(), price);
      },
    );
  }

  #move(one: SyntheticMarket): void {
    const { spec } = one.market;
    const monoMs = this.#options.clock.monoMs();
    const efficient = this.#prices.price(spec.base, spec.quote);
    one.market.move(one.mid(efficient, this.#dislocations.bps(spec, monoMs), monoMs));
  }

  #startDislocations(kind: 'payable' | 'small', perMinute: number, random: Random): void {
    if (perMinute <= 0) return;
    this.#pace.repeat(
      () => random.exponential(60_000 / perMinute),
      () => {
        const spec = this.#dislocations.start(kind, this.#options.clock.monoMs());
        const one = this.#markets.find(({ market }) => market.spec === spec);
        // The order flow that dislocates a market shows in its book at once, then again when it has run its way.
        if (one === undefined) return;
        this.#pace.after(10, () => this.#move(one));
        this.#pace.after(45, () => this.#move(one));
      },
    );
  }
}

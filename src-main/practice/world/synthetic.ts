import type { FeedId } from '#shared/domain/ids';
import type { TradingStatus } from '#shared/domain/listing';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { Asset } from './assets.ts';
import { coinOf, inventAssets, NAMED_ASSETS } from './assets.ts';
import type { Candle } from './candles.ts';
import { TradeCandles } from './candles.ts';
import type { DislocationRates } from './dislocations.ts';
import { Dislocations } from './dislocations.ts';
import { extraListings } from './extra-listings.ts';
import { Market } from './market.ts';
import type { MarketSpec } from './market-spec.ts';
import { isStableMarket, pow10 } from './market-spec.ts';
import { Pace } from './pace.ts';
import { accrualOf, PERP_LISTINGS } from './perp-listings.ts';
import { Perpetual } from './perpetual.ts';
import { inventHistory } from './prehistory.ts';
import { Premiums } from './premiums.ts';
import { EfficientPrices } from './prices.ts';
import { shapeOf } from './shape.ts';
import { SPOT_LISTINGS } from './spot-listings.ts';
import type { MarketListener, MarketView, World } from './world.ts';

/** Step of the efficient prices, ms. */
const PRICE_STEP_MS = 50;
/** Step of premiums, and how often mark, index and funding rates are told, ms. */
const REFERENCE_MS = 1_000;
const BAR_MS = 60_000;
/** Twelve hours of one-minute bars; two hours for an invented coin. */
const KEPT_BARS = 720;
const KEPT_BARS_EXTRA = 120;
/** Time constant of a market's own noise, ms. */
const NOISE_RETURN_MS = 4_000;
/** Open interest of a perpetual, levels near the touch. */
const OPEN_INTEREST_LEVELS = 4_000;
const LARGE_COINS: readonly string[] = ['BTC', 'ETH', 'SOL'];

export interface SyntheticOptions {
  readonly random: Random;
  readonly clock: Clock;
  /** Mean changes of each book a second. */
  readonly updatesPerSecond: number;
  readonly rates: DislocationRates;
  /** Invented coins beside the named ones, each on all ten feeds. */
  readonly assets?: number | undefined;
  /** Only these feeds have markets; every one when left out. */
  readonly feeds?: readonly FeedId[] | undefined;
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

  /** The market's mid now, in ticks: the fair price as this venue has caught up with it, its noise, its dislocation. */
  mid(fair: number, dislocationBps: number, monoMs: number): number {
    const elapsed = Math.max(0, monoMs - this.#atMonoMs);
    this.#atMonoMs = monoMs;
    const { lagMs, noiseBps } = this.market.shape;
    this.#follows += (fair - this.#follows) * (1 - Math.exp(-elapsed / lagMs));
    const keep = Math.exp(-elapsed / NOISE_RETURN_MS);
    this.#noiseBps = this.#noiseBps * keep + noiseBps * Math.sqrt(1 - keep * keep) * this.#random.normal();
    return this.#follows * (1 + (this.#noiseBps + dislocationBps) * 1e-4) * pow10(this.market.spec.priceDecimals);
  }
}

/** The invented market: one set of efficient prices, and books that follow them each in its own way. */
export class SyntheticWorld implements World {
  readonly kind = 'synthetic';
  readonly #options: SyntheticOptions;
  readonly #pace: Pace;
  readonly #prices: EfficientPrices;
  readonly #premiums: Premiums;
  readonly #assets: readonly Asset[];
  readonly #dislocations: readonly Dislocations[];
  readonly #markets = new Map<MarketSpec, SyntheticMarket>();
  readonly #byFeed = new Map<FeedId, Market[]>();

  constructor(options: SyntheticOptions) {
    this.#options = options;
    const { clock, random } = options;
    this.#pace = new Pace(clock);
    const extra = inventAssets(options.assets ?? 0, random.fork('assets'));
    this.#assets = [...NAMED_ASSETS, ...extra];
    const listed = [...SPOT_LISTINGS, ...PERP_LISTINGS, ...extraListings(extra)];
    const { feeds } = options;
    const specs = feeds === undefined ? listed : listed.filter(({ feed }) => feeds.includes(feed));
    this.#prices = new EfficientPrices(this.#assets, random.fork('prices'));
    const perps = specs.filter((spec) => spec.product === 'perp');
    this.#premiums = new Premiums(this.#assets, perps, random.fork('premiums'));
    const large = specs.filter(isLargeSpot);
    this.#dislocations = [
      new Dislocations(large, random.fork('dislocations')),
      new Dislocations(
        specs.filter((spec) => !isLargeSpot(spec)),
        random.fork('dislocations/others'),
      ),
    ];
    const history = inventHistory({
      prices: this.#prices,
      specs,
      wallMs: clock.wallMs(),
      barMs: BAR_MS,
      bars: KEPT_BARS,
      keptBy: (spec) => this.#keptBars(spec),
      random: random.fork('history'),
    });
    for (const spec of specs) {
      const one = this.#open(spec, history.get(spec) ?? []);
      this.#markets.set(spec, one);
      const feed = this.#byFeed.get(spec.feed);
      if (feed === undefined) this.#byFeed.set(spec.feed, [one.market]);
      else feed.push(one.market);
    }
  }

  marketsOf(feed: FeedId): readonly MarketView[] {
    return this.#byFeed.get(feed) ?? [];
  }

  listen(feed: FeedId, listener: MarketListener): void {
    for (const market of this.#byFeed.get(feed) ?? []) market.listen(listener);
  }

  isOut(): boolean {
    return false;
  }

  setStatus(feed: FeedId, instrument: string, status: TradingStatus): void {
    this.#find(feed, instrument)?.setStatus(status);
  }

  setFundingInterval(feed: FeedId, instrument: string, intervalMs: number | null): void {
    this.#find(feed, instrument)?.setFundingInterval(intervalMs);
  }

  depeg(bps: number): boolean {
    this.#prices.depeg(bps);
    return true;
  }

  start(): void {
    if (this.#pace.running) return;
    this.#pace.start();
    this.#pace.repeat(
      () => PRICE_STEP_MS,
      () => this.#prices.step(PRICE_STEP_MS),
    );
    this.#pace.repeat(
      () => REFERENCE_MS,
      () => this.#premiums.step(REFERENCE_MS),
    );
    const { rates, random } = this.#options;
    for (const [index, group] of this.#dislocations.entries()) {
      const own = index === 0 ? random : random.fork('others');
      this.#startDislocations(group, 'payable', rates.payablePerMinute, own.fork('pace/payable'));
      this.#startDislocations(group, 'small', rates.smallPerMinute, own.fork('pace/small'));
    }
    for (const one of this.#markets.values()) this.#run(one);
  }

  stop(): void {
    this.#pace.stop();
  }

  #find(feed: FeedId, instrument: string): Market | undefined {
    return this.#byFeed.get(feed)?.find((market) => market.spec.instrument === instrument);
  }

  #keptBars(spec: MarketSpec): number {
    const named = isStableMarket(spec) || NAMED_ASSETS.some((asset) => asset.name === coinOf(spec.base));
    return named ? KEPT_BARS : KEPT_BARS_EXTRA;
  }

  #open(spec: MarketSpec, history: readonly Candle[]): SyntheticMarket {
    const { clock, random } = this.#options;
    const own = random.fork(`market/${spec.venue}/${spec.instrument}`);
    const index = this.#prices.price(spec.base, spec.quote);
    const candles = new TradeCandles(BAR_MS, this.#keptBars(spec));
    candles.seed(history);
    const shape = shapeOf(spec, index);
    const market = new Market(spec, {
      shape,
      candles,
      perp: spec.product === 'perp' ? this.#perpetual(spec, index, shape.levelLots, own.fork('funding')) : null,
      random: own,
      clock,
      onTrade: (trade) => candles.add(trade.atMs, trade.price, trade.size),
    });
    const fair = this.#fair(spec);
    const one = new SyntheticMarket(market, candles, fair, clock.monoMs(), own.fork('noise'));
    market.move(one.mid(fair, 0, clock.monoMs()));
    return one;
  }

  #perpetual(spec: MarketSpec, index: number, levelLots: number, random: Random): Perpetual {
    const usual = this.#assets.find((asset) => asset.name === coinOf(spec.base))?.premiumBps ?? { mean: 0, spread: 0 };
    const terms = {
      accrual: accrualOf(spec.venue),
      intervalMs: spec.fundingIntervalMs,
      usualPremium: { mean: usual.mean * 1e-4, spread: usual.spread * 1e-4 },
      openInterestLots: levelLots * OPEN_INTEREST_LEVELS,
    };
    return new Perpetual(terms, index, this.#premiums.of(spec), this.#options.clock.wallMs(), random);
  }

  /** What the market would cost if nothing but prices and premiums moved it, quote per base. */
  #fair(spec: MarketSpec): number {
    return this.#prices.price(spec.base, spec.quote) * (1 + this.#premiums.of(spec));
  }

  #awayBps(spec: MarketSpec, monoMs: number): number {
    return this.#dislocations.reduce((sum, group) => sum + group.bps(spec, monoMs), 0);
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
        const away = this.#awayBps(spec, clock.monoMs());
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
    if (one.market.perp === null) return;
    this.#pace.after(REFERENCE_MS * random.fork(`reference/${spec.venue}/${spec.instrument}`).next(), () =>
      this.#pace.repeat(
        () => REFERENCE_MS,
        () => one.market.refer(this.#prices.price(spec.base, spec.quote), this.#premiums.of(spec)),
      ),
    );
  }

  #move(one: SyntheticMarket): void {
    const { spec } = one.market;
    const monoMs = this.#options.clock.monoMs();
    one.market.move(one.mid(this.#fair(spec), this.#awayBps(spec, monoMs), monoMs));
  }

  #startDislocations(group: Dislocations, kind: 'payable' | 'small', perMinute: number, random: Random): void {
    if (perMinute <= 0) return;
    this.#pace.repeat(
      () => random.exponential(60_000 / perMinute),
      () => {
        const spec = group.start(kind, this.#options.clock.monoMs());
        const one = spec === null ? undefined : this.#markets.get(spec);
        // The order flow that dislocates a market shows in its book at once, then again when it has run its way.
        if (one === undefined) return;
        this.#pace.after(10, () => this.#move(one));
        this.#pace.after(45, () => this.#move(one));
      },
    );
  }
}

const isLargeSpot = (spec: MarketSpec): boolean =>
  spec.product === 'spot' && (isStableMarket(spec) || LARGE_COINS.includes(spec.base));

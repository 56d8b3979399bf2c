import type { Listing } from '#shared/domain/listing';
import type { Limits } from '#shared/settings/limits';
import { limitReader } from '../market/limit-reader.ts';
import { isStablecoinBook } from '../market/registry.ts';
import type { MarketView } from '../market/view.ts';
import { ASK, BID, type Cancel, type Clock } from '../ports.ts';
import type { Divergence, EndedDivergence } from './divergence.ts';
import { LifetimeStats } from './lifetimes.ts';
import { type Exchange, type LiveDivergence, type Pair, PairIndex, type PairIndexOptions } from './pairs.ts';

export interface SpreadDetectorOptions {
  readonly market: MarketView;
  readonly clock: Clock;
  /**
   * A divergence is what exceeds this, touch to touch after conversion, bps of the buy price; 0 when left out. Read at
   * each look.
   */
  readonly minGrossBps?: () => number;
  /** `divergenceMinMs`: a divergence is emitted again on reaching the age at which it may be traded (SD-3). */
  readonly limits: () => Limits;
  /** Which coins are watched (PL-4); read again on {@link SpreadDetector.catalogueChanged}. */
  readonly scope: (base: string) => boolean;
  /** Whether divergences of a pair are planned; all are where it is left out. */
  readonly planned?: (buy: Listing, sell: Listing) => boolean;
  /** A divergence of a pair that is not planned reached the age of one that may be traded; told once while it stands. */
  readonly onUnplanned?: () => void;
  readonly onDivergence: (divergence: Divergence) => void;
  readonly onEnded: (ended: EndedDivergence) => void;
}

/**
 * SD-1: spread divergences over every ordered pair of a coin's listings, on every change of either book.
 *
 * It looks at the last known touch whatever its freshness and leaves the judgement to the planner: a divergence whose
 * quote goes stale does not vanish without a verdict. While all its inputs are fresh a divergence is emitted on every
 * change of its books or rate; while one is stale, only when it becomes so; and {@link sweep} emits all that live.
 *
 * A pair that nothing plans (a basis of perpetuals may stand for days) costs a comparison: it is counted once, when it is
 * more than a flicker.
 */
export class SpreadDetector {
  readonly lifetimes: LifetimeStats;
  readonly #options: SpreadDetectorOptions;
  readonly #minGrossBps: () => number;
  readonly #matureAfterMs: () => number;
  readonly #live = new Map<string, Pair>();
  /** Births in order of time, until they matured. */
  readonly #young: LiveDivergence[] = [];
  #wake: Cancel | undefined;
  readonly #index: PairIndexOptions;
  #pairs: PairIndex;
  #event = 0;
  /** {@link SpreadDetectorOptions.minGrossBps} and the least age, as read for this event. */
  #least = 0;
  #matureMs = 0;

  constructor(options: SpreadDetectorOptions) {
    this.#options = options;
    this.#minGrossBps = options.minGrossBps ?? (() => 0);
    this.#matureAfterMs = limitReader(options.limits, 'divergenceMinMs');
    this.lifetimes = new LifetimeStats(this.#matureAfterMs);
    const { market, scope, planned = () => true } = options;
    this.#index = { market, scope, planned };
    this.#pairs = new PairIndex(this.#index, undefined);
  }

  /** The pairs follow catalogue, terms, status and scope; what lives in a pair that stays goes on living. */
  catalogueChanged(): void {
    const before = [...this.#live.values()];
    this.#pairs = new PairIndex(this.#index, this.#pairs);
    this.#live.clear();
    const byKey = new Map<string, Pair>();
    for (const pair of this.#pairs.all()) byKey.set(pair.key, pair);
    for (const { key, live } of before) {
      if (live === undefined) continue;
      const pair = byKey.get(key);
      if (pair === undefined) {
        this.#finish(live, false);
        continue;
      }
      live.buy = pair.buy;
      live.sell = pair.sell;
      this.#enter(pair, live);
    }
  }

  /** Evaluates every pair the listing is part of; for a stablecoin book, the pairs whose conversion rate it changed. */
  bookChanged(listing: Listing): void {
    if (isStablecoinBook(listing)) {
      const nowMs = this.#begins();
      for (const exchange of this.#pairs.exchanges()) {
        this.#refreshRate(exchange);
        this.#evaluateConverted(exchange, nowMs);
      }
      return;
    }
    const own = this.#pairs.of(listing);
    if (own === undefined) return;
    const bid = own.book.price(BID, 0);
    const ask = own.book.price(ASK, 0);
    const sold = bid !== own.bid;
    const bought = ask !== own.ask;
    // Depth behind an unchanged touch is only of interest to a divergence that lives.
    if (!sold && !bought && own.live === 0) return;
    own.bid = bid;
    own.ask = ask;
    const nowMs = this.#begins();
    this.#evaluateOwn(own.buying, bought, nowMs);
    this.#evaluateOwn(own.selling, sold, nowMs);
  }

  /** Emits every divergence that still lives, so that ageing and staleness reach the planner; ends the others. */
  sweep(): void {
    const nowMs = this.#begins();
    for (const exchange of this.#pairs.exchanges()) {
      this.#refreshRate(exchange);
      for (const pair of exchange.pairs) if (!pair.planned) this.#observe(pair, nowMs);
    }
    for (const pair of [...this.#live.values()]) this.#evaluate(pair, nowMs, true);
  }

  /** What lives now, in order of appearance. */
  live(): readonly Divergence[] {
    const divergences: Divergence[] = [];
    for (const { live } of this.#live.values()) if (live !== undefined) divergences.push(live);
    return divergences;
  }

  /** No timer runs after this. */
  stop(): void {
    this.#wake?.();
    this.#wake = undefined;
    this.#young.length = 0;
  }

  /** Begins an event: what it reads of the limits is read once. Gives the time. */
  #begins(): number {
    this.#event += 1;
    this.#least = 1 + this.#minGrossBps() / 10_000;
    this.#matureMs = this.#matureAfterMs();
    return this.#options.clock.monoMs();
  }

  /** Reads the rate; while there is none, the last one known stays in use for looking. */
  #refreshRate(exchange: Exchange): void {
    exchange.readAt = this.#event;
    const rate = this.#options.market.rate(exchange.from, exchange.to);
    const stale = Number.isNaN(rate);
    if (stale !== exchange.stale || (!stale && rate !== exchange.rate)) exchange.changedAt = this.#event;
    exchange.stale = stale;
    if (!stale) exchange.rate = rate;
  }

  /** Evaluates a listing's pairs on the side whose touch moved, and on one that did not those that live. */
  #evaluateOwn(pairs: readonly Pair[], moved: boolean, nowMs: number): void {
    for (let index = 0; index < pairs.length; index += 1) {
      const pair = pairs[index] as Pair;
      if (!moved && pair.live === undefined) continue;
      const { exchange } = pair;
      if (exchange.readAt !== this.#event) {
        this.#refreshRate(exchange);
        this.#evaluateConverted(exchange, nowMs);
      }
      if (exchange.changedAt !== this.#event) this.#evaluate(pair, nowMs, false);
    }
  }

  /** Evaluates all pairs of an exchange whose rate this event changed. */
  #evaluateConverted(exchange: Exchange, nowMs: number): void {
    if (exchange.changedAt !== this.#event) return;
    for (const pair of exchange.pairs) this.#evaluate(pair, nowMs, false);
  }

  #evaluate(pair: Pair, nowMs: number, always: boolean): void {
    if (!pair.planned) {
      this.#observe(pair, nowMs);
      return;
    }
    const { live } = pair;
    const ratio = ratioOf(pair);
    // A missing touch or rate reads NaN, and no divergence is known.
    if (!(ratio > this.#least)) {
      if (live !== undefined) this.#end(pair, live, nowMs);
      return;
    }
    const grossBps = (ratio - 1) * 10_000;
    const stale =
      pair.exchange.stale ||
      !this.#options.market.freshness(pair.buy.id).fresh ||
      !this.#options.market.freshness(pair.sell.id).fresh;
    if (live === undefined) {
      this.#options.onDivergence(this.#begin(pair, grossBps, stale, nowMs));
      return;
    }
    const becameStale = stale && !live.stale;
    live.stale = stale;
    if (stale) live.measured = false;
    else live.lastSeenMonoMs = nowMs;
    live.grossBps = grossBps;
    if (grossBps > live.peakBps) live.peakBps = grossBps;
    if (!stale || becameStale || always) this.#options.onDivergence(live);
  }

  #begin(pair: Pair, grossBps: number, stale: boolean, nowMs: number): LiveDivergence {
    const { buy, sell, key } = pair;
    const live: LiveDivergence = {
      key,
      base: buy.base,
      buy,
      sell,
      firstSeenMonoMs: nowMs,
      grossBps,
      lastSeenMonoMs: nowMs,
      peakBps: grossBps,
      stale,
      measured: !stale,
      ended: false,
    };
    this.#enter(pair, live);
    this.#young.push(live);
    this.#armWake(nowMs);
    return live;
  }

  /** A pair that nothing plans: since when its edge stands, and whether that was counted. Nothing is allocated. */
  #observe(pair: Pair, nowMs: number): void {
    if (!(ratioOf(pair) > this.#least)) {
      pair.standingMonoMs = Number.NaN;
      pair.counted = false;
      return;
    }
    if (pair.counted) return;
    if (Number.isNaN(pair.standingMonoMs)) pair.standingMonoMs = nowMs;
    if (nowMs - pair.standingMonoMs < this.#matureMs) return;
    pair.counted = true;
    this.#options.onUnplanned?.();
  }

  #enter(pair: Pair, live: LiveDivergence): void {
    pair.live = live;
    pair.ofBuy.live += 1;
    pair.ofSell.live += 1;
    this.#live.set(pair.key, pair);
  }

  #end(pair: Pair, live: LiveDivergence, nowMs: number): void {
    pair.live = undefined;
    pair.ofBuy.live -= 1;
    pair.ofSell.live -= 1;
    this.#live.delete(pair.key);
    const fresh =
      !pair.exchange.stale &&
      this.#options.market.freshness(pair.buy.id).fresh &&
      this.#options.market.freshness(pair.sell.id).fresh;
    live.lastSeenMonoMs = nowMs;
    this.#finish(live, live.measured && fresh && live.peakBps >= takingFeesBps(live));
  }

  #finish(live: LiveDivergence, measured: boolean): void {
    live.ended = true;
    const { key, base, peakBps } = live;
    const ended = { key, base, peakBps, lifetimeMs: live.lastSeenMonoMs - live.firstSeenMonoMs };
    if (measured) this.lifetimes.record(ended);
    this.#options.onEnded(ended);
  }

  /** One timer, for the oldest that has not matured: births come in order of time. */
  #armWake(nowMs: number): void {
    if (this.#wake !== undefined) return;
    const next = this.#young[0];
    if (next === undefined) return;
    // At least a millisecond, so that a clock that fires a hair early cannot make it spin.
    const delayMs = Math.max(1, next.firstSeenMonoMs + this.#matureAfterMs() - nowMs);
    this.#wake = this.#options.clock.after(delayMs, () => this.#mature());
  }

  #mature(): void {
    this.#wake = undefined;
    const nowMs = this.#begins();
    const matureAfterMs = this.#matureMs;
    let done = 0;
    for (const live of this.#young) {
      if (!live.ended && nowMs - live.firstSeenMonoMs < matureAfterMs) break;
      done += 1;
      const pair = live.ended ? undefined : this.#live.get(live.key);
      if (pair === undefined) continue;
      this.#refreshRate(pair.exchange);
      this.#evaluate(pair, nowMs, true);
    }
    this.#young.splice(0, done);
    this.#armWake(nowMs);
  }
}

/** Quote received for one quote paid, touch to touch after conversion; NaN where a touch or the rate is missing. */
const ratioOf = ({ buyBook, sellBook, exchange }: Pair): number =>
  (sellBook.price(BID, 0) * exchange.rate) / buyBook.price(ASK, 0);

/** RO-2 asks how long divergences like the tradable ones live: those that never covered both fees say nothing of that. */
const takingFeesBps = ({ buy, sell }: Divergence): number => Number(buy.takerFeeBps) + Number(sell.takerFeeBps);

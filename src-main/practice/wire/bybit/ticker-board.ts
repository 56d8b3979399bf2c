import type { Clock } from '#shared/kernel/time';
import type { MarketView } from '../../world/world.ts';
import { wholeMs } from '../instants.ts';
import type { DayStatistics, LinearTicker } from './tickers.ts';
import { dayOf, linearTicker } from './tickers.ts';

/** Linear tickers as subscribers hold them: a snapshot first, then only the fields that changed. */
export class TickerBoard {
  readonly #clock: Clock;
  readonly #days = new Map<MarketView, DayStatistics>();
  readonly #told = new Map<MarketView, LinearTicker>();
  #crossSequence = 17_000_000_000;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The day's statistics are worked out anew: once a second is enough. */
  refresh(market: MarketView): void {
    if (this.#told.has(market)) this.#days.set(market, dayOf(market));
  }

  /** For a new subscriber: what the others hold, so that the next delta fits it too. */
  snapshot(topic: string, market: MarketView): string {
    const fields = this.#told.get(market) ?? this.#now(market);
    this.#told.set(market, fields);
    return this.#frame(topic, 'snapshot', fields);
  }

  /** What changed since the last frame; `null` when nothing did. */
  delta(topic: string, market: MarketView): string | null {
    const before = this.#told.get(market);
    const now = this.#now(market);
    this.#told.set(market, now);
    const changed = Object.entries(now).filter(([name, value]) => before?.[name] !== value);
    if (changed.length === 0) return null;
    return this.#frame(topic, 'delta', { symbol: now.symbol ?? '', ...Object.fromEntries(changed) });
  }

  #now(market: MarketView): LinearTicker {
    if (market.perp === null) return {};
    let day = this.#days.get(market);
    if (day === undefined) {
      day = dayOf(market);
      this.#days.set(market, day);
    }
    return linearTicker(market, market.perp, day);
  }

  #frame(topic: string, type: 'snapshot' | 'delta', data: LinearTicker): string {
    this.#crossSequence += 1;
    return `{"topic":"${topic}","type":"${type}","data":${JSON.stringify(data)},"cs":${this.#crossSequence},"ts":${wholeMs(this.#clock.wallMs())}}`;
  }
}

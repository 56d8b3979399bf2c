import { pow10 } from '../../world/market-spec.ts';
import type { MarketView, PerpView } from '../../world/world.ts';
import { amountOf, nameOf, priceOf, stateOf } from './instruments.ts';
import { real } from './numbers.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const RATE_HOURS = 8;
/** Orders are taken this far from the index. */
const BAND = 0.015;

/** A reference price has one decimal more than the tick. */
const reference = (market: MarketView, price: number): number => Number(price.toFixed(market.spec.priceDecimals + 1));

/** The rate of this moment for eight hours. */
export const currentFunding = ({ fundingRate, intervalMs }: PerpView): number =>
  Number(((fundingRate * RATE_HOURS * HOUR_MS) / intervalMs).toFixed(10));

/** What the eight hours up to a settlement cost together; `at` counts settlements from the oldest. */
export const interest8h = ({ settlements }: PerpView, at: number): number =>
  Number(
    settlements
      .slice(Math.max(0, at - RATE_HOURS + 1), at + 1)
      .reduce((sum, { rate }) => sum + rate, 0)
      .toFixed(12),
  );

/** The fields of a ticker, in the order of the stream; `null` stands for a side without orders. */
export function tickerFields(market: MarketView, perp: PerpView, atMs: number): Readonly<Record<string, unknown>> {
  const { spec, book, recentTrades, candles, status } = market;
  const [bid, ask] = [book.bids[0], book.asks[0]];
  const last = priceOf(spec, recentTrades[recentTrades.length - 1]?.price ?? bid?.price ?? 0);
  const bars = candles.range(atMs - DAY_MS, atMs);
  const first = bars[0] === undefined ? last : priceOf(spec, bars[0].open);
  const prices = (of: 'high' | 'low') => bars.map((bar) => priceOf(spec, bar[of]));
  const index = reference(market, perp.indexPrice);
  const turnover = bars.reduce((sum, bar) => sum + bar.turnover, 0) / pow10(spec.priceDecimals + spec.sizeDecimals);
  return {
    timestamp: Math.floor(atMs),
    state: stateOf(status),
    stats: {
      high: Math.max(last, ...prices('high')),
      low: Math.min(last, ...prices('low')),
      price_change: first === 0 ? 0 : Number((((last - first) / first) * 100).toFixed(4)),
      volume: amountOf(
        spec,
        bars.reduce((sum, bar) => sum + bar.volume, 0),
      ),
      volume_usd: Number(turnover.toFixed(2)),
      volume_notional: Number(turnover.toFixed(4)),
    },
    index_price: index,
    instrument_name: nameOf(spec),
    last_price: last,
    settlement_price: index,
    min_price: Number((index * (1 - BAND)).toFixed(spec.priceDecimals)),
    max_price: Number((index * (1 + BAND)).toFixed(spec.priceDecimals)),
    open_interest: amountOf(spec, perp.openInterestLots),
    mark_price: reference(market, perp.markPrice),
    interest_value: 0,
    current_funding: currentFunding(perp),
    estimated_delivery_price: index,
    funding_8h: interest8h(perp, perp.settlements.length - 1),
    best_ask_price: ask === undefined ? null : priceOf(spec, ask.price),
    best_bid_price: bid === undefined ? null : priceOf(spec, bid.price),
    best_ask_amount: amountOf(spec, ask?.size ?? 0),
    best_bid_amount: amountOf(spec, bid?.size ?? 0),
  };
}

/** Whole numbers by nature: written without a point. */
const WHOLE: readonly string[] = ['timestamp', 'trade_seq', 'tick_direction'];

/** JSON with numbers as the gateway writes them. */
export function streamed(value: unknown, name = ''): string {
  if (typeof value === 'number') return WHOLE.includes(name) ? String(value) : real(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${streamed(member, key)}`);
  return `{${members.join(',')}}`;
}

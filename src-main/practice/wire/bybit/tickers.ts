import type { MarketView, PerpView } from '../../world/world.ts';
import { RATE_DECIMALS } from '../../world/world.ts';
import { priceText, referenceText, sizeText, symbolOf } from './symbols.ts';

const DAY_MS = 86_400_000;

/** What the last day was like; it changes slowly and costs a walk over the bars. Prices in ticks. */
export interface DayStatistics {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly hourAgo: number;
  readonly volumeLots: number;
  readonly turnover: number;
}

export function dayOf(market: MarketView): DayStatistics {
  const { spec, candles } = market;
  const bars = candles.range(0, Number.MAX_SAFE_INTEGER).slice(-Math.ceil(DAY_MS / candles.barMs));
  const last = lastPrice(market);
  const hourBars = Math.ceil(3_600_000 / candles.barMs);
  let [high, low, volumeLots, turnover] = [last, last, 0, 0];
  for (const bar of bars) {
    high = Math.max(high, bar.high);
    low = Math.min(low, bar.low);
    volumeLots += bar.volume;
    turnover += bar.turnover;
  }
  return {
    open: bars[0]?.open ?? last,
    high,
    low,
    hourAgo: bars[Math.max(0, bars.length - hourBars)]?.open ?? last,
    volumeLots,
    turnover: turnover / 10 ** (spec.priceDecimals + spec.sizeDecimals),
  };
}

const lastPrice = ({ recentTrades, book }: MarketView): number =>
  recentTrades[recentTrades.length - 1]?.price ?? book.bids[0]?.price ?? 0;

const change = (last: number, before: number, digits: number): string =>
  before === 0 ? '0' : ((last - before) / before).toFixed(digits);

/** A funding rate as text: no exponent, no trailing zeros. */
export function rateText(rate: number): string {
  const text = rate.toFixed(RATE_DECIMALS.snapshot).replace(/0+$/, '');
  return text.endsWith('.') ? text.slice(0, -1) : text;
}

/** One entry of `tickers?category=spot`. */
export function spotTicker(market: MarketView): object {
  const { spec, book } = market;
  const day = dayOf(market);
  const last = lastPrice(market);
  return {
    symbol: symbolOf(spec),
    bid1Price: priceText(spec, book.bids[0]?.price ?? 0),
    bid1Size: sizeText(spec, book.bids[0]?.size ?? 0),
    ask1Price: priceText(spec, book.asks[0]?.price ?? 0),
    ask1Size: sizeText(spec, book.asks[0]?.size ?? 0),
    lastPrice: priceText(spec, last),
    prevPrice24h: priceText(spec, day.open),
    price24hPcnt: change(last, day.open, 4),
    highPrice24h: priceText(spec, day.high),
    lowPrice24h: priceText(spec, day.low),
    turnover24h: String(day.turnover),
    volume24h: sizeText(spec, day.volumeLots),
    usdIndexPrice: '',
  };
}

/** The fields of a linear ticker, as the `tickers` topic and the REST call share them. */
export type LinearTicker = Readonly<Record<string, string>>;

export function linearTicker(market: MarketView, perp: PerpView, day: DayStatistics): LinearTicker {
  const { spec, book, recentTrades } = market;
  const last = lastPrice(market);
  const before = recentTrades[recentTrades.length - 2]?.price ?? last;
  const openInterest = perp.openInterestLots / 10 ** spec.sizeDecimals;
  return {
    symbol: symbolOf(spec),
    tickDirection: last === before ? 'ZeroPlusTick' : last > before ? 'PlusTick' : 'MinusTick',
    price24hPcnt: change(last, day.open, 6),
    lastPrice: priceText(spec, last),
    prevPrice24h: priceText(spec, day.open),
    highPrice24h: priceText(spec, day.high),
    lowPrice24h: priceText(spec, day.low),
    prevPrice1h: priceText(spec, day.hourAgo),
    markPrice: referenceText(spec, perp.markPrice),
    indexPrice: referenceText(spec, perp.indexPrice),
    openInterest: sizeText(spec, perp.openInterestLots),
    openInterestValue: (openInterest * perp.markPrice).toFixed(2),
    turnover24h: day.turnover.toFixed(4),
    volume24h: sizeText(spec, day.volumeLots),
    nextFundingTime: String(perp.nextSettlementMs),
    fundingRate: rateText(perp.fundingRate),
    bid1Price: priceText(spec, book.bids[0]?.price ?? 0),
    bid1Size: sizeText(spec, book.bids[0]?.size ?? 0),
    ask1Price: priceText(spec, book.asks[0]?.price ?? 0),
    ask1Size: sizeText(spec, book.asks[0]?.size ?? 0),
    fundingIntervalHour: String(perp.intervalMs / 3_600_000),
    fundingCap: String(perp.rateCap),
  };
}

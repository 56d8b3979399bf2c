import type { MarketView, PerpView } from '../../world/world.ts';
import { flagsOf } from './statuses.ts';
import { numberText, pairOf, priceOf, sizeOf, symbolOf } from './symbols.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What the last day was like. Prices in ticks. */
interface Day {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly last: number;
  readonly volumeLots: number;
  readonly turnover: number;
}

export function dayOf({ spec, candles, recentTrades, book }: MarketView): Day {
  const bars = candles.range(0, Number.MAX_SAFE_INTEGER).slice(-Math.ceil(DAY_MS / candles.barMs));
  const last = recentTrades[recentTrades.length - 1]?.price ?? book.bids[0]?.price ?? 0;
  let [high, low, volumeLots, turnover] = [last, last, 0, 0];
  for (const bar of bars) {
    high = Math.max(high, bar.high);
    low = Math.min(low, bar.low);
    volumeLots += bar.volume;
    turnover += bar.turnover;
  }
  turnover /= 10 ** (spec.priceDecimals + spec.sizeDecimals);
  return { open: bars[0]?.open ?? last, high, low, last, volumeLots, turnover };
}

/** Rates are told for an hour: relative to the price, and as quote units for one of the base. */
export interface Rates {
  readonly relative: number;
  readonly absolute: number;
}

/** Twelve decimals more than the rate itself has are noise. */
const round = (value: number, decimals: number): number => Number(value.toFixed(decimals));

export function hourly(rate: number, intervalMs: number, price: number): Rates {
  const relative = (rate * HOUR_MS) / intervalMs;
  return { relative: round(relative, 15), absolute: round(relative * price, 12) };
}

const percent = (now: number, before: number): number => (before === 0 ? 0 : round((100 * (now - before)) / before, 2));

/** A frame of the `ticker` feed: always whole; rates that are zero are left out. */
export function tickerFrame(market: MarketView, perp: PerpView, timeMs: number): string {
  const { spec, book, status } = market;
  const day = dayOf(market);
  const now = hourly(perp.fundingRate, perp.intervalMs, perp.indexPrice);
  const next = hourly(perp.predictedRate, perp.intervalMs, perp.indexPrice);
  const { suspended, tradeable, postOnly } = flagsOf(status);
  const unlessZero = (name: string, value: number) => (value === 0 ? '' : `"${name}":${numberText(value)},`);
  const price = (ticks: number) => numberText(priceOf(spec, ticks));
  const size = (lots: number) => numberText(sizeOf(spec, lots));
  const best = (side: readonly { price: number; size: number }[]) => side[0] ?? { price: 0, size: 0 };
  return (
    `{"time":${timeMs},"product_id":"${symbolOf(spec)}",` +
    unlessZero('funding_rate', now.absolute) +
    unlessZero('funding_rate_prediction', next.absolute) +
    unlessZero('relative_funding_rate', now.relative) +
    unlessZero('relative_funding_rate_prediction', next.relative) +
    `"next_funding_rate_time":${perp.nextSettlementMs},"leverage":"50x",` +
    `"premium":${numberText(round(100 * (perp.markPrice / perp.indexPrice - 1), 1))},"feed":"ticker",` +
    `"bid":${price(best(book.bids).price)},"ask":${price(best(book.asks).price)},` +
    `"bid_size":${size(best(book.bids).size)},"ask_size":${size(best(book.asks).size)},` +
    `"volume":${size(day.volumeLots)},"dtm":0,"index":${numberText(round(perp.indexPrice, 8))},"last":${price(day.last)},` +
    `"change":${numberText(percent(day.last, day.open))},"suspended":${suspended || !tradeable},"tag":"perpetual",` +
    `"pair":"${pairOf(spec)}","openInterest":${size(perp.openInterestLots)},` +
    `"markPrice":${numberText(round(perp.markPrice, 11))},"maturityTime":0,"post_only":${postOnly},` +
    `"volumeQuote":${numberText(round(day.turnover, 4))},"open":${price(day.open)},"high":${price(day.high)},` +
    `"low":${price(day.low)}}`
  );
}

/** One entry of `tickers`. */
export function restTicker(market: MarketView, perp: PerpView, lastTime: string): object {
  const { spec, book, status, recentTrades } = market;
  const day = dayOf(market);
  const [bid, ask, trade] = [book.bids[0], book.asks[0], recentTrades[recentTrades.length - 1]];
  const { suspended, tradeable, postOnly } = flagsOf(status);
  return {
    symbol: symbolOf(spec),
    last: priceOf(spec, day.last),
    lastTime,
    tag: 'perpetual',
    pair: pairOf(spec),
    markPrice: round(perp.markPrice, 11),
    ...(bid === undefined ? {} : { bid: priceOf(spec, bid.price), bidSize: sizeOf(spec, bid.size) }),
    ...(ask === undefined ? {} : { ask: priceOf(spec, ask.price), askSize: sizeOf(spec, ask.size) }),
    vol24h: sizeOf(spec, day.volumeLots),
    volumeQuote: round(day.turnover, 4),
    openInterest: sizeOf(spec, perp.openInterestLots),
    open24h: priceOf(spec, day.open),
    high24h: priceOf(spec, day.high),
    low24h: priceOf(spec, day.low),
    lastSize: sizeOf(spec, trade?.size ?? 0),
    fundingRate: hourly(perp.fundingRate, perp.intervalMs, perp.indexPrice).absolute,
    fundingRatePrediction: hourly(perp.predictedRate, perp.intervalMs, perp.indexPrice).absolute,
    suspended: suspended || !tradeable,
    indexPrice: round(perp.indexPrice, 8),
    postOnly,
    change24h: percent(day.last, day.open),
  };
}

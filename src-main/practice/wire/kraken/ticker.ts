import { aggregate } from '../../world/candles.ts';
import type { MarketView } from '../../world/world.ts';
import { fixed } from '../digits.ts';
import { priceText, sizeText } from './pairs.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** One row of `Ticker`: the touch with its whole lots, the last price, and today's figures beside those of 24 hours. */
export function tickerRow({ spec, book, candles }: MarketView, wallMs: number): object {
  const midnightMs = Math.floor(wallMs / DAY_MS) * DAY_MS;
  const over = (fromMs: number) => {
    const bars = aggregate(candles, MINUTE_MS, fromMs, wallMs).filter((bar) => bar.trades > 0);
    const volume = bars.reduce((sum, bar) => sum + bar.volume, 0);
    const turnover = bars.reduce((sum, bar) => sum + bar.turnover, 0);
    return {
      volume,
      average: volume === 0 ? 0 : Math.round(turnover / volume),
      trades: bars.reduce((sum, bar) => sum + bar.trades, 0),
      low: bars.reduce((least, bar) => Math.min(least, bar.low), bars[0]?.low ?? 0),
      high: bars.reduce((most, bar) => Math.max(most, bar.high), 0),
      open: bars[0]?.open ?? 0,
      close: bars.at(-1)?.close ?? 0,
    };
  };
  const today = over(midnightMs);
  const day = over(wallMs - DAY_MS);
  const touch = (level: { readonly price: number; readonly size: number } | undefined) => {
    const size = level?.size ?? 0;
    const lots = Math.max(1, Math.round(size / 10 ** (spec.sizeDecimals - 3)));
    return [
      priceText(spec, level?.price ?? 0),
      String(Math.max(1, Math.floor(size / 10 ** spec.sizeDecimals))),
      fixed(lots, 3),
    ];
  };
  return {
    a: touch(book.asks[0]),
    b: touch(book.bids[0]),
    // Single trades are not kept: the volume is that of the last minute.
    c: [priceText(spec, day.close), sizeText(spec, candles.range(midnightMs, wallMs).at(-1)?.volume ?? 0)],
    v: [sizeText(spec, today.volume), sizeText(spec, day.volume)],
    p: [priceText(spec, today.average), priceText(spec, day.average)],
    t: [today.trades, day.trades],
    l: [priceText(spec, today.low), priceText(spec, day.low)],
    h: [priceText(spec, today.high), priceText(spec, day.high)],
    o: priceText(spec, today.open),
  };
}

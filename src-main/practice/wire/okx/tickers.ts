import type { MarketView } from '../../world/world.ts';
import { wholeMs } from '../instants.ts';
import { instTypeOf } from './instruments.ts';
import { instIdOf, priceText, Sizes } from './sizes.ts';

const DAY_MS = 86_400_000;

/** One entry of `market/ticker`. Sizes in contracts for a swap, the day's volume in base units beside them. */
export function tickerRow(market: MarketView, wallMs: number): object {
  const { spec, book, recentTrades, candles } = market;
  const sizes = new Sizes(spec);
  const bars = candles.range(0, Number.MAX_SAFE_INTEGER).slice(-Math.ceil(DAY_MS / candles.barMs));
  const last = recentTrades[recentTrades.length - 1];
  const lastPrice = last?.price ?? bars[bars.length - 1]?.close ?? 0;
  const volume = bars.reduce((sum, bar) => sum + bar.volume, 0);
  const turnover = bars.reduce((sum, bar) => sum + bar.turnover, 0) / 10 ** (spec.priceDecimals + spec.sizeDecimals);
  const [bid, ask] = [book.bids[0], book.asks[0]];
  return {
    instType: instTypeOf(market),
    instId: instIdOf(spec),
    last: priceText(spec, lastPrice),
    lastSz: last === undefined ? '' : sizes.text(last.size),
    askPx: ask === undefined ? '' : priceText(spec, ask.price),
    askSz: ask === undefined ? '' : sizes.text(ask.size),
    bidPx: bid === undefined ? '' : priceText(spec, bid.price),
    bidSz: bid === undefined ? '' : sizes.text(bid.size),
    open24h: priceText(spec, bars[0]?.open ?? lastPrice),
    high24h: priceText(
      spec,
      bars.reduce((high, bar) => Math.max(high, bar.high), lastPrice),
    ),
    low24h: priceText(
      spec,
      bars.reduce((low, bar) => Math.min(low, bar.low), lastPrice),
    ),
    volCcy24h: spec.product === 'perp' ? sizes.baseText(volume) : String(turnover),
    vol24h: sizes.text(volume),
    ts: String(wholeMs(wallMs)),
  };
}

import type { MarketView, WorldTrade } from '../../world/world.ts';
import { wholeMs } from '../instants.ts';
import type { BookNumbers } from './books.ts';
import { priceText, sizeText } from './symbols.ts';

interface TradedBook {
  readonly market: MarketView;
  readonly symbol: string;
  readonly numbers: BookNumbers;
}

/** A `publicTrade` frame; the tick direction `L` is a field of contracts only. */
export function tradeFrame(
  { market, symbol, numbers }: TradedBook,
  trades: readonly WorldTrade[],
  wallMs: number,
): string {
  const { spec } = market;
  const direction = spec.product === 'perp' ? '"L":"ZeroPlusTick",' : '';
  const rows = trades.map((trade) => {
    const side = trade.taker === 'buy' ? 'Buy' : 'Sell';
    return `{"i":"2290000000${trade.id}","T":${wholeMs(trade.atMs)},"p":"${priceText(spec, trade.price)}","v":"${sizeText(spec, trade.size)}","S":"${side}",${direction}"s":"${symbol}","BT":false,"RPI":false,"seq":${numbers.sequence}}`;
  });
  return `{"topic":"publicTrade.${symbol}","type":"snapshot","ts":${wholeMs(wallMs)},"data":[${rows.join(',')}]}`;
}

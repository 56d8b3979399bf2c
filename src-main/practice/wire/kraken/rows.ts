import type { Level } from '../../world/book.ts';
import type { MarketSpec } from '../../world/market-spec.ts';
import type { WorldTrade } from '../../world/world.ts';
import { isoMicros } from '../instants.ts';
import { priceText, sizeText, symbolOf } from './pairs.ts';

/** Levels as JSON numbers with every digit of the pair's precision, trailing zeros included. */
export function levelsJson(spec: MarketSpec, levels: readonly Level[]): string {
  const rows = levels.map((level) => `{"price":${priceText(spec, level.price)},"qty":${sizeText(spec, level.size)}}`);
  return `[${rows.join(',')}]`;
}

export function tradeJson(spec: MarketSpec, trade: WorldTrade): string {
  return `{"symbol":"${symbolOf(spec)}","side":"${trade.taker}","price":${priceText(spec, trade.price)},"qty":${sizeText(spec, trade.size)},"ord_type":"market","trade_id":${trade.id},"timestamp":"${isoMicros(trade.atMs)}"}`;
}

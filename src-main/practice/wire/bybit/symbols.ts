import type { MarketSpec } from '../../world/market-spec.ts';
import { fixed, padded, trimmed } from '../digits.ts';

/** `BTCUSDT`, in both products; a perpetual in USDC is `BTCPERP`. */
export function symbolOf({ product, base, quote }: MarketSpec): string {
  return product === 'perp' && quote === 'USDC' ? `${base}PERP` : `${base}${quote}`;
}

/** Decimals in which contracts are priced: not always those of the tick (`priceScale` in the instruments information). */
export const priceScale = (spec: MarketSpec): number => Math.max(2, spec.priceDecimals);

/** Spot is written without trailing zeros, contracts with all decimals of their scale. */
export const priceText = (spec: MarketSpec, ticks: number): string =>
  spec.product === 'perp' ? padded(ticks, spec.priceDecimals, priceScale(spec)) : trimmed(ticks, spec.priceDecimals);

/** A contract's size has all decimals of its step, but for the 0 that deletes a level. */
export const sizeText = (spec: MarketSpec, lots: number): string =>
  spec.product === 'perp' && lots !== 0 ? fixed(lots, spec.sizeDecimals) : trimmed(lots, spec.sizeDecimals);

/** A mark or index price. */
export const referenceText = (spec: MarketSpec, price: number): string => price.toFixed(priceScale(spec));

/** `[["price","size"],…]` as JSON, in the order given. */
export function levelsJson(spec: MarketSpec, levels: readonly { price: number; size: number }[]): string {
  let json = '[';
  for (const [index, level] of levels.entries()) {
    json += `${index === 0 ? '' : ','}["${priceText(spec, level.price)}","${sizeText(spec, level.size)}"]`;
  }
  return `${json}]`;
}

import type { Decimal } from '#shared/money/decimal';
import { decimal, fromDouble } from '#shared/money/decimal';
import { fixed, step } from '../wire/digits.ts';
import type { MarketSpec } from '../world/market-spec.ts';
import { pow10 } from '../world/market-spec.ts';
import type { MarketView } from '../world/world.ts';

/** Quote per base of a price in ticks. */
export const priceOf = (spec: MarketSpec, ticks: number): Decimal => decimal(fixed(ticks, spec.priceDecimals));
/** Base units of a size in lots. */
export const sizeOf = (spec: MarketSpec, lots: number): Decimal => decimal(fixed(lots, spec.sizeDecimals));
export const tickOf = (spec: MarketSpec): Decimal => decimal(step(spec.priceDecimals));
export const lotOf = (spec: MarketSpec): Decimal => decimal(step(spec.sizeDecimals));
/** The double that a client reads from the wire's decimal text for these lots. */
export const sizeDouble = (spec: MarketSpec, lots: number): number => lots / pow10(spec.sizeDecimals);
export const priceDouble = (spec: MarketSpec, ticks: number): number => ticks / pow10(spec.priceDecimals);
/** Ticks of a price that is a whole number of them. */
export const ticksOf = (spec: MarketSpec, price: Decimal): number => Number(price.div(tickOf(spec)).toFixed(0));

/** Mark and index have two decimals more than the tick. */
export const markOf = ({ spec, perp }: MarketView): Decimal | null =>
  perp === null ? null : fromDouble(perp.markPrice, spec.priceDecimals + 2);
export const indexOf = ({ spec, perp }: MarketView): Decimal | null =>
  perp === null ? null : fromDouble(perp.indexPrice, spec.priceDecimals + 2);
/** What the latest trade was done at; before the first trade the middle of the book. */
export function lastOf({ spec, recentTrades, book }: MarketView): Decimal | null {
  const latest = recentTrades.at(-1);
  if (latest !== undefined) return priceOf(spec, latest.price);
  return midOf({ spec, book });
}

/** Half way between the touches, one digit finer than the tick; `null` while a side is empty. */
export function midOf({ spec, book }: Pick<MarketView, 'spec' | 'book'>): Decimal | null {
  const [bid, ask] = [book.bids[0], book.asks[0]];
  if (bid === undefined || ask === undefined) return null;
  const mid = (priceDouble(spec, bid.price) + priceDouble(spec, ask.price)) / 2;
  return fromDouble(mid, spec.priceDecimals + 1);
}

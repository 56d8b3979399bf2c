import type { MarketSpec } from '../../world/market-spec.ts';
import { altnameOf } from '../kraken/pairs.ts';

/** `PF_XBTUSD`: a linear perpetual with collateral in several currencies. */
export const symbolOf = ({ base, quote }: MarketSpec): string => `PF_${altnameOf(base)}${quote}`;
/** `XBT:USD` */
export const pairOf = ({ base, quote }: MarketSpec): string => `${altnameOf(base)}:${quote}`;

export const priceOf = (spec: MarketSpec, ticks: number): number => ticks / 10 ** spec.priceDecimals;
export const sizeOf = (spec: MarketSpec, lots: number): number => lots / 10 ** spec.sizeDecimals;

/** Below this the venue writes an exponent. */
const LEAST_PLAIN = 1e-5;

/** A number as the stream writes it: `64382.0`, `0.0046`, `5.494e-6`. */
export function numberText(value: number): string {
  if (value !== 0 && Math.abs(value) < LEAST_PLAIN) return value.toExponential();
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

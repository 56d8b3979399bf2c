import type { MarketSpec } from '../../world/market-spec.ts';
import { trimmed } from '../digits.ts';

/** Decimals that a number of contracts may need beside the lots in one of them: 2, 5, 10 and their products divide these. */
const MOST_DECIMALS = 12;

/** `BTC-USDT`; a linear swap is `BTC-USDT-SWAP`, margined in dollars `BTC-USD_UM-SWAP`. */
export function instIdOf(spec: MarketSpec): string {
  if (spec.product === 'spot') return `${spec.base}-${spec.quote}`;
  return spec.quote === 'USD' ? `${spec.base}-USD_UM-SWAP` : `${spec.base}-${spec.quote}-SWAP`;
}

/** The index that a swap follows, its `uly`. */
export const indexOf = (spec: MarketSpec): string => `${spec.base}-${spec.quote}`;

export const priceText = (spec: MarketSpec, ticks: number): string => trimmed(ticks, spec.priceDecimals);

/**
 * How the venue writes quantities of a market: base units for spot, contracts for swaps.
 * @throws {RangeError} when a contract is a number of lots that decimals cannot divide.
 */
export class Sizes {
  /** One lot is `#units` × 10^-`#decimals` of the venue's unit. */
  readonly #units: number;
  readonly #decimals: number;
  readonly #lotDecimals: number;

  constructor(spec: MarketSpec) {
    const lotsPerUnit = Math.round(Number(spec.contractSize) * 10 ** spec.sizeDecimals);
    let decimals = 0;
    while (decimals <= MOST_DECIMALS && 10 ** decimals % lotsPerUnit !== 0) decimals += 1;
    if (decimals > MOST_DECIMALS) throw new RangeError(`${spec.instrument}: ${lotsPerUnit} lots in a contract`);
    this.#units = 10 ** decimals / lotsPerUnit;
    this.#decimals = decimals;
    this.#lotDecimals = spec.sizeDecimals;
  }

  text(lots: number): string {
    return trimmed(lots * this.#units, this.#decimals);
  }

  /** The same in base units, whatever the venue counts in. */
  baseText(lots: number): string {
    return trimmed(lots, this.#lotDecimals);
  }
}

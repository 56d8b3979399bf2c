import type { FeedId, Product, Venue } from '#shared/domain/ids';

/**
 * How one venue lists one market. Inside the world a price is a whole number of ticks of 10^-`priceDecimals` and a size a
 * whole number of lots of 10^-`sizeDecimals` base units, so no digit is ever lost between the book and the wire. A wire
 * whose venue counts in contracts divides by `contractSize`.
 */
export interface MarketSpec {
  readonly feed: FeedId;
  readonly venue: Venue;
  readonly product: Product;
  /** Canonical name, `BASE-QUOTE` or `BASE-QUOTE-PERP`. */
  readonly instrument: string;
  /** With the venue's unit multiplier: `1000PEPE` (ID-6). */
  readonly base: string;
  readonly quote: string;
  /** What profit and funding are paid in; the quote for spot. */
  readonly settle: string;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  /** Smallest order quantity, base units. */
  readonly minQuantity: string;
  /** Smallest order value, quote units. */
  readonly minNotional: string;
  /** Base units in one contract of the venue; `1` where it counts in base units. A whole number of lots. */
  readonly contractSize: string;
  /** The interval at opening; 0 for spot. What holds now is in the market's {@link PerpView}. */
  readonly fundingIntervalMs: number;
  /** A second quote name under which the venue shows this same book (Coinbase: BTC-USDC is the BTC-USD book). */
  readonly aliasQuote: string | null;
}

/** The character of one book: where its touch stands, how thick it is, how often it trades. */
export interface BookShape {
  /** Half of the usual spread, bps of price. */
  readonly halfSpreadBps: number;
  /** Usual distance between neighbouring levels at the touch, bps of price; it widens with depth. */
  readonly gapBps: number;
  /** Median size of a level near the touch, lots. */
  readonly levelLots: number;
  /** Time constant with which this venue follows the market, ms. */
  readonly lagMs: number;
  /** Standard deviation of this market's own noise around the market price, bps. */
  readonly noiseBps: number;
  /** Mean taker trades a second. */
  readonly tradesPerSecond: number;
}

export const pow10 = (decimals: number): number => 10 ** decimals;

export const STABLECOINS: readonly string[] = ['USDT', 'USDC'];
export const isStableMarket = (spec: MarketSpec): boolean => STABLECOINS.includes(spec.base);

import type { Venue } from '#shared/domain/ids';
import type { BookShape, MarketSpec } from './market-spec.ts';
import { isStableMarket, pow10 } from './market-spec.ts';

interface VenueCharacter {
  readonly lagMs: number;
  readonly halfSpreadBps: number;
  readonly gapBps: number;
  /** Median value of a BTC level near the touch in the venue's main quote currency, USD. */
  readonly levelUsd: number;
  readonly tradesPerSecond: number;
  /** Quote currencies in order of liquidity. */
  readonly quotes: readonly string[];
}

const CHARACTERS: Readonly<Record<Venue, VenueCharacter>> = {
  binance: {
    lagMs: 20,
    halfSpreadBps: 0.08,
    gapBps: 0.16,
    levelUsd: 22_000,
    tradesPerSecond: 4,
    quotes: ['USDT', 'USDC', 'USD'],
  },
  coinbase: {
    lagMs: 90,
    halfSpreadBps: 0.15,
    gapBps: 0.25,
    levelUsd: 15_000,
    tradesPerSecond: 2.5,
    quotes: ['USD', 'USDT', 'USDC'],
  },
  bybit: {
    lagMs: 60,
    halfSpreadBps: 0.15,
    gapBps: 0.25,
    levelUsd: 13_000,
    tradesPerSecond: 2.5,
    quotes: ['USDT', 'USDC', 'USD'],
  },
  okx: {
    lagMs: 50,
    halfSpreadBps: 0.12,
    gapBps: 0.22,
    levelUsd: 14_000,
    tradesPerSecond: 2.5,
    quotes: ['USDT', 'USDC', 'USD'],
  },
  kraken: {
    lagMs: 180,
    halfSpreadBps: 0.4,
    gapBps: 0.45,
    levelUsd: 9_000,
    tradesPerSecond: 1.2,
    quotes: ['USD', 'USDT', 'USDC'],
  },
};

const ASSET_LIQUIDITY: Readonly<Record<string, number>> = { BTC: 1, ETH: 0.7, SOL: 0.4 };
/** Against the spot book of the same venue: where most of a coin's trading is, its book is thicker. */
const PERP_LIQUIDITY: Readonly<Record<Venue, number>> = { binance: 2, coinbase: 0.6, bybit: 2, okx: 2, kraken: 0.8 };
const QUOTE_LIQUIDITY: readonly number[] = [1, 0.4, 0.3];

/**
 * The book's character from the venue and from how liquid the pair is there. `price` is quote per base and only scales
 * level values to lots.
 */
export function shapeOf(spec: MarketSpec, price: number): BookShape {
  const venue = CHARACTERS[spec.venue];
  const stable = isStableMarket(spec);
  const asset = stable ? 1 : (ASSET_LIQUIDITY[spec.base] ?? 0.25);
  const quoteRank = Math.max(0, venue.quotes.indexOf(spec.quote));
  const product = spec.product === 'perp' ? PERP_LIQUIDITY[spec.venue] : 1;
  const liquidity = asset * (QUOTE_LIQUIDITY[quoteRank] ?? 0.3) * product;
  const widening = 1 / Math.sqrt(liquidity);
  const levelUsd = stable ? venue.levelUsd * 4 : venue.levelUsd * liquidity;
  return {
    halfSpreadBps: stable ? 0.3 : venue.halfSpreadBps * widening,
    gapBps: stable ? 0.4 : venue.gapBps * widening,
    levelLots: Math.max(1, Math.round((levelUsd / price) * pow10(spec.sizeDecimals))),
    lagMs: venue.lagMs,
    noiseBps: stable ? 0.15 : 0.3 + 0.25 * Math.max(0, widening - 1),
    tradesPerSecond: Math.max(0.25, venue.tradesPerSecond * (stable ? 0.3 : Math.sqrt(liquidity))),
  };
}

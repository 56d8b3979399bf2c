import type { Venue } from '#shared/domain/ids';
import { VENUES } from '#shared/domain/ids';
import type { BookShape, MarketSpec } from './market-spec.ts';
import { pow10 } from './market-spec.ts';

/** base, quote, price decimals, size decimals, minimum quantity, minimum notional, alias quote */
type Row = readonly [string, string, number, number, string, string, string?];

/**
 * What each venue lists. Steps and minimums are of the size each venue uses, not a copy of today's catalogue: clients
 * read them from the practice catalogue. Binance, Bybit and OKX have no USD stablecoin book; Coinbase shows its USD books
 * a second time under USDC names.
 */
const LISTED: Readonly<Record<Venue, readonly Row[]>> = {
  binance: [
    ['BTC', 'USDT', 2, 5, '0.00001', '5'],
    ['BTC', 'USDC', 2, 5, '0.00001', '5'],
    ['ETH', 'USDT', 2, 4, '0.0001', '5'],
    ['ETH', 'USDC', 2, 4, '0.0001', '5'],
    ['SOL', 'USDT', 2, 3, '0.001', '5'],
    ['SOL', 'USDC', 2, 3, '0.001', '5'],
    ['USDC', 'USDT', 5, 0, '1', '5'],
  ],
  coinbase: [
    ['BTC', 'USD', 2, 8, '0.00000001', '1', 'USDC'],
    ['BTC', 'USDT', 2, 8, '0.00000001', '1'],
    ['ETH', 'USD', 2, 8, '0.00000001', '1', 'USDC'],
    ['ETH', 'USDT', 2, 8, '0.00000001', '1'],
    ['SOL', 'USD', 2, 8, '0.00000001', '1', 'USDC'],
    ['SOL', 'USDT', 2, 8, '0.00000001', '1'],
    ['USDT', 'USD', 5, 2, '0.99', '1'],
    ['USDT', 'USDC', 5, 2, '0.99', '1'],
  ],
  bybit: [
    ['BTC', 'USDT', 1, 6, '0.000011', '5'],
    ['BTC', 'USDC', 1, 6, '0.000011', '5'],
    ['ETH', 'USDT', 2, 5, '0.00062', '5'],
    ['ETH', 'USDC', 2, 5, '0.00062', '5'],
    ['SOL', 'USDT', 2, 4, '0.008', '5'],
    ['SOL', 'USDC', 2, 3, '0.008', '5'],
    ['USDC', 'USDT', 4, 2, '1', '5'],
  ],
  okx: [
    ['BTC', 'USD', 1, 8, '0.00001', '0'],
    ['BTC', 'USDT', 1, 8, '0.00001', '0'],
    ['BTC', 'USDC', 1, 8, '0.00001', '0'],
    ['ETH', 'USD', 2, 6, '0.0001', '0'],
    ['ETH', 'USDT', 2, 6, '0.0001', '0'],
    ['ETH', 'USDC', 2, 6, '0.0001', '0'],
    ['SOL', 'USD', 2, 6, '0.001', '0'],
    ['SOL', 'USDT', 2, 6, '0.001', '0'],
    ['SOL', 'USDC', 2, 6, '0.001', '0'],
    ['USDC', 'USDT', 4, 4, '1', '0'],
  ],
  kraken: [
    ['BTC', 'USD', 1, 8, '0.00005', '0.5'],
    ['BTC', 'USDT', 1, 8, '0.00005', '0.5'],
    ['BTC', 'USDC', 1, 8, '0.00005', '0.5'],
    ['ETH', 'USD', 2, 8, '0.001', '0.5'],
    ['ETH', 'USDT', 2, 8, '0.001', '0.5'],
    ['ETH', 'USDC', 2, 8, '0.001', '0.5'],
    ['SOL', 'USD', 2, 8, '0.02', '0.5'],
    ['SOL', 'USDT', 2, 8, '0.02', '0.5'],
    ['SOL', 'USDC', 2, 8, '0.02', '0.5'],
    ['USDT', 'USD', 5, 8, '5', '0.5'],
    ['USDC', 'USD', 4, 8, '5', '0.5'],
    ['USDC', 'USDT', 4, 8, '5', '0.5'],
  ],
};

const specOf = (venue: Venue, row: Row): MarketSpec => ({
  venue,
  instrument: `${row[0]}-${row[1]}`,
  base: row[0],
  quote: row[1],
  priceDecimals: row[2],
  sizeDecimals: row[3],
  minQuantity: row[4],
  minNotional: row[5],
  aliasQuote: row[6] ?? null,
});

/** Every market of the synthetic world, venue by venue. */
export const LISTINGS: readonly MarketSpec[] = VENUES.flatMap((venue) =>
  LISTED[venue].map((row) => specOf(venue, row)),
);

export const STABLECOINS: readonly string[] = ['USDT', 'USDC'];
export const isStableMarket = (spec: MarketSpec): boolean => STABLECOINS.includes(spec.base);

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
  const liquidity = asset * (QUOTE_LIQUIDITY[quoteRank] ?? 0.3);
  const widening = 1 / Math.sqrt(liquidity);
  const levelUsd = stable ? venue.levelUsd * 4 : venue.levelUsd * liquidity;
  return {
    halfSpreadBps: stable ? 0.3 : venue.halfSpreadBps * widening,
    gapBps: stable ? 0.4 : venue.gapBps * widening,
    levelLots: Math.max(1, Math.round((levelUsd / price) * pow10(spec.sizeDecimals))),
    lagMs: venue.lagMs,
    noiseBps: stable ? 0.15 : 0.3 + 0.25 * (widening - 1),
    tradesPerSecond: Math.max(0.25, venue.tradesPerSecond * (stable ? 0.3 : Math.sqrt(liquidity))),
  };
}

import type { Venue } from '#shared/domain/ids';
import { feedId, VENUES } from '#shared/domain/ids';
import type { MarketSpec } from './market-spec.ts';

/** base, quote, price decimals, size decimals, minimum quantity, minimum notional, alias quote */
type Row = readonly [string, string, number, number, string, string, string?];

/**
 * What each venue lists. Steps and minimums are of the size each venue uses, not a copy of today's catalogue: clients
 * read them from the practice catalogue. Binance, Bybit and OKX have no USD stablecoin book; Coinbase shows its USD books
 * a second time under USDC names.
 */
const ROWS: Readonly<Record<Venue, readonly Row[]>> = {
  binance: [
    ['BTC', 'USDT', 2, 5, '0.00001', '5'],
    ['BTC', 'USDC', 2, 5, '0.00001', '5'],
    ['ETH', 'USDT', 2, 4, '0.0001', '5'],
    ['ETH', 'USDC', 2, 4, '0.0001', '5'],
    ['SOL', 'USDT', 2, 3, '0.001', '5'],
    ['SOL', 'USDC', 2, 3, '0.001', '5'],
    ['USDC', 'USDT', 5, 0, '1', '5'],
    ['PEPE', 'USDT', 8, 0, '1', '1'],
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
    ['HYPE', 'USDT', 3, 2, '0.01', '5'],
    ['PEPE', 'USDT', 9, 0, '1', '1'],
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
    ['HYPE', 'USDT', 3, 4, '0.1', '0'],
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

export interface SpotTerms {
  readonly base: string;
  readonly quote: string;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  readonly minQuantity: string;
  readonly minNotional: string;
  readonly aliasQuote: string | null;
}

/** A spot market: no contract, no funding. */
export function spotSpec(venue: Venue, terms: SpotTerms): MarketSpec {
  return {
    ...terms,
    feed: feedId(venue, 'spot'),
    venue,
    product: 'spot',
    instrument: `${terms.base}-${terms.quote}`,
    settle: terms.quote,
    contractSize: '1',
    fundingIntervalMs: 0,
  };
}

/** The spot markets of the synthetic world, venue by venue. */
export const SPOT_LISTINGS: readonly MarketSpec[] = VENUES.flatMap((venue) =>
  ROWS[venue].map(([base, quote, priceDecimals, sizeDecimals, minQuantity, minNotional, aliasQuote]) =>
    spotSpec(venue, {
      base,
      quote,
      priceDecimals,
      sizeDecimals,
      minQuantity,
      minNotional,
      aliasQuote: aliasQuote ?? null,
    }),
  ),
);

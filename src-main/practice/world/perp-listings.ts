import type { Venue } from '#shared/domain/ids';
import { feedId, VENUES } from '#shared/domain/ids';
import type { MarketSpec } from './market-spec.ts';
import { HOUR_MS } from './perpetual.ts';

/** base, quote, price decimals, size decimals, minimum quantity, minimum notional, contract size, funding hours */
type Row = readonly [string, string, number, number, string, string, string, 1 | 2 | 4 | 8];

/**
 * The perpetuals of each venue. OKX counts in contracts, of another size for each quote; the others in base units.
 * Intervals differ by venue and coin. Kraken settles hourly; the Coinbase gateway's funding accrues without a settlement
 * time and is told hour by hour.
 */
const ROWS: Readonly<Record<Venue, readonly Row[]>> = {
  binance: [
    ['BTC', 'USDT', 1, 3, '0.001', '100', '1', 8],
    ['BTC', 'USDC', 1, 3, '0.001', '100', '1', 8],
    ['ETH', 'USDT', 2, 3, '0.001', '20', '1', 8],
    ['ETH', 'USDC', 2, 3, '0.001', '20', '1', 8],
    ['SOL', 'USDT', 2, 2, '0.01', '5', '1', 8],
    ['SOL', 'USDC', 2, 2, '0.01', '5', '1', 8],
    ['HYPE', 'USDT', 3, 2, '0.01', '5', '1', 4],
    ['1000PEPE', 'USDT', 7, 0, '1', '5', '1', 8],
  ],
  coinbase: [
    ['BTC', 'USDC', 1, 4, '0.0001', '0', '1', 1],
    ['ETH', 'USDC', 2, 3, '0.001', '0', '1', 1],
    ['SOL', 'USDC', 2, 1, '0.1', '0', '1', 1],
    ['HYPE', 'USDC', 3, 1, '0.1', '0', '1', 1],
  ],
  bybit: [
    ['BTC', 'USDT', 1, 3, '0.001', '5', '1', 8],
    ['BTC', 'USDC', 1, 3, '0.001', '5', '1', 8],
    ['ETH', 'USDT', 2, 2, '0.01', '5', '1', 8],
    ['ETH', 'USDC', 2, 2, '0.01', '5', '1', 8],
    ['SOL', 'USDT', 2, 1, '0.1', '5', '1', 8],
    ['SOL', 'USDC', 2, 1, '0.1', '5', '1', 4],
    ['HYPE', 'USDT', 3, 2, '0.01', '5', '1', 8],
    ['1000PEPE', 'USDT', 7, 0, '100', '5', '1', 1],
  ],
  okx: [
    ['BTC', 'USDT', 1, 4, '0.0001', '0', '0.01', 8],
    ['BTC', 'USDC', 1, 4, '0.0001', '0', '0.0001', 8],
    ['ETH', 'USDT', 2, 3, '0.001', '0', '0.1', 8],
    ['ETH', 'USDC', 2, 3, '0.001', '0', '0.001', 8],
    ['SOL', 'USDT', 2, 2, '0.01', '0', '1', 8],
    ['SOL', 'USDC', 2, 2, '0.01', '0', '0.01', 8],
    ['HYPE', 'USDT', 3, 1, '0.1', '0', '0.1', 4],
  ],
  kraken: [
    ['BTC', 'USD', 0, 4, '0.0001', '0', '1', 1],
    ['ETH', 'USD', 1, 3, '0.001', '0', '1', 1],
    ['SOL', 'USD', 2, 2, '0.01', '0', '1', 1],
    ['HYPE', 'USD', 3, 2, '0.01', '0', '1', 1],
  ],
};

export interface PerpTerms {
  readonly base: string;
  readonly quote: string;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  readonly minQuantity: string;
  readonly minNotional: string;
  readonly contractSize: string;
  readonly fundingIntervalMs: number;
}

/** A linear perpetual, settled in its quote currency. */
export function perpSpec(venue: Venue, terms: PerpTerms): MarketSpec {
  return {
    ...terms,
    feed: feedId(venue, 'perp'),
    venue,
    product: 'perp',
    instrument: `${terms.base}-${terms.quote}-PERP`,
    settle: terms.quote,
    aliasQuote: null,
  };
}

/** The perpetuals of the synthetic world, venue by venue. */
export const PERP_LISTINGS: readonly MarketSpec[] = VENUES.flatMap((venue) =>
  ROWS[venue].map(([base, quote, priceDecimals, sizeDecimals, minQuantity, minNotional, contractSize, hours]) =>
    perpSpec(venue, {
      base,
      quote,
      priceDecimals,
      sizeDecimals,
      minQuantity,
      minNotional,
      contractSize,
      fundingIntervalMs: hours * HOUR_MS,
    }),
  ),
);

/** MD-7. */
export const accrualOf = (venue: Venue): 'snapshot' | 'continuous' =>
  venue === 'kraken' || venue === 'coinbase' ? 'continuous' : 'snapshot';

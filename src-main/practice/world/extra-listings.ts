import { VENUES, type Venue } from '#shared/domain/ids';
import type { Asset } from './assets.ts';
import type { MarketSpec } from './market-spec.ts';
import { accrualOf, perpSpec } from './perp-listings.ts';
import { HOUR_MS } from './perpetual.ts';
import { spotSpec } from './spot-listings.ts';

const QUOTES: Readonly<Record<Venue, { readonly spot: string; readonly perp: string }>> = {
  binance: { spot: 'USDT', perp: 'USDT' },
  coinbase: { spot: 'USD', perp: 'USDC' },
  bybit: { spot: 'USDT', perp: 'USDT' },
  okx: { spot: 'USDT', perp: 'USDT' },
  kraken: { spot: 'USD', perp: 'USD' },
};

/** Invented coins settle in turn every 8, 8, 4, 4, 2 and 1 hours where funding is paid at settlements. */
const HOURS = [8, 8, 4, 4, 2, 1] as const;

/** One spot market and one perpetual of every invented coin on each venue. */
export function extraListings(assets: readonly Asset[]): MarketSpec[] {
  return VENUES.flatMap((venue) =>
    assets.flatMap((asset, index) => {
      // A tick of at most 1 bps, a lot of at most a dollar.
      const priceDecimals = Math.max(1, Math.ceil(4 - Math.log10(asset.startUsd)));
      const sizeDecimals = Math.max(0, Math.ceil(Math.log10(asset.startUsd)));
      const minQuantity = (10 ** -sizeDecimals).toFixed(sizeDecimals);
      const terms = { base: asset.name, priceDecimals, sizeDecimals, minQuantity, minNotional: '1' };
      const hours = accrualOf(venue) === 'continuous' ? 1 : (HOURS[index % HOURS.length] ?? 8);
      return [
        spotSpec(venue, { ...terms, quote: QUOTES[venue].spot, aliasQuote: null }),
        perpSpec(venue, {
          ...terms,
          quote: QUOTES[venue].perp,
          contractSize: '1',
          fundingIntervalMs: hours * HOUR_MS,
        }),
      ];
    }),
  );
}

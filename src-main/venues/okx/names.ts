import type { TradingStatus } from '#shared/domain/listing';
import { canonicalBase } from '../kit/canonical-base.ts';

/** `BTC-USDT-SWAP`, `BTC-USDC-SWAP`, `BTC-USD_UM-SWAP` (margined in dollars and dollar stablecoins). */
const LINEAR = /^([A-Z0-9]+)-(?:(USDT|USDC)(?:_UM)?|(USD)_UM)-SWAP$/;
const SPOT = /^([A-Z0-9]+)-([A-Z0-9]+)$/;

/** The index that a linear swap follows, as its name tells; `null` for every other name. */
export function indexOf(instId: string): string | null {
  const named = LINEAR.exec(instId);
  return named === null ? null : `${named[1]}-${named[2] ?? named[3]}`;
}

/** What is added to the name of an index to give the linear swaps on it. */
export const SWAPS_OF_INDEX = ['-SWAP', '_UM-SWAP'] as const;

/** Canonical name of a spot pair. */
export function spotInstrument(instId: string): string | null {
  const named = SPOT.exec(instId);
  return named === null ? null : `${canonicalBase(named[1] ?? '').base}-${named[2]}`;
}

/** Canonical name of a linear swap; `null` for inverse ones, which share the ending. */
export function swapInstrument(instId: string): string | null {
  const pair = indexOf(instId);
  const instrument = pair === null ? null : spotInstrument(pair);
  return instrument === null ? null : `${instrument}-PERP`;
}

/** https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments */
export function tradingStatus(state: unknown): TradingStatus {
  switch (state) {
    case 'live':
      return 'normal';
    case 'post_only':
      return 'post-only';
    case 'suspend':
    case 'preopen':
    case 'settling':
    case 'test':
      return 'halted';
    case 'rebase':
      return 'maintenance';
    case 'expired':
      return 'delisted';
    default:
      return 'unknown';
  }
}

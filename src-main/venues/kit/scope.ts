import { isUsdLike } from '#shared/domain/ids';

/** Which pairs a feed reads. Books between two of USD, USDT and USDC are always read: conversions need them (ID-3). */
export interface PairScope {
  readonly bases: readonly string[];
  readonly quotes: readonly string[];
}

export const DEFAULT_SCOPE: PairScope = { bases: ['BTC', 'ETH', 'SOL'], quotes: ['USD', 'USDT', 'USDC'] };

export function inScope(scope: PairScope, base: string, quote: string): boolean {
  if (isUsdLike(base) && isUsdLike(quote)) return true;
  return scope.bases.includes(base) && scope.quotes.includes(quote);
}

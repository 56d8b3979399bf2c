import type { TradingStatus } from '#shared/domain/listing';

/** What the venue's three flags say of an instrument that is listed. */
export interface Flags {
  /** Of the instruments: it is open for trading at all. */
  readonly tradeable: boolean;
  /** Of the tickers: trading has been stopped for now. */
  readonly suspended: boolean;
  readonly postOnly: boolean;
}

export function flagsOf(status: TradingStatus): Flags {
  const tradeable = status !== 'maintenance' && status !== 'delisted' && status !== 'unknown';
  const postOnly = status === 'post-only';
  return { tradeable, suspended: tradeable && !postOnly && status !== 'normal', postOnly };
}

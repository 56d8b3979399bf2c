import type { ExchangeOrder } from '../../../exchange/types.ts';

/** Stands for a status that no client has heard of (EX-6). */
export const UNKNOWN_STATUS = 'PENDING_REVIEW';

/** The order's status in Binance's words; spot and USDⓈ-M use the same ones. */
export function statusOf({ state, filled, endedBy }: ExchangeOrder): string {
  switch (state) {
    case 'waiting':
      return 'NEW';
    case 'open':
      return filled.gt('0') ? 'PARTIALLY_FILLED' : 'NEW';
    case 'filled':
      return 'FILLED';
    case 'rejected':
      return 'REJECTED';
    default:
      if (endedBy === 'self-trade') return 'EXPIRED_IN_MATCH';
      return endedBy === 'client' || endedBy === 'dead-man' ? 'CANCELED' : 'EXPIRED';
  }
}

export const isLive = ({ state }: ExchangeOrder): boolean => state === 'waiting' || state === 'open';

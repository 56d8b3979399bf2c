import { VENUES } from '#shared/domain/ids';
import { isFinal } from '#shared/domain/order';
import type { KillState } from '#shared/domain/safety';
import type { DealRecord, OrderRecord } from '../journal/records.ts';

/** Entries of open deals that may still execute. */
export function workingEntries(deals: readonly DealRecord[]): readonly OrderRecord[] {
  return deals.flatMap((deal) =>
    deal.orders.filter((order) => order.intent.purpose === 'entry' && !isFinal(order.state)),
  );
}

/**
 * KS-1: what a level did, per venue it concerned. `entries`: the entries that worked when it was engaged; by now they
 * are cancelled, or their cancel failed. `remaining`: all orders that still work there.
 */
export function killReport(
  level: KillState['level'],
  deals: readonly DealRecord[],
  entries: readonly OrderRecord[],
): KillState['report'] {
  return VENUES.flatMap((venue) => {
    const here = entries.filter((order) => order.intent.venue === venue);
    const over = here.filter((order) => isFinal(order.state)).length;
    const concerned = deals.filter((deal) => deal.plan.legs.some((leg) => leg.venue === venue));
    const remaining = concerned
      .flatMap((deal) => deal.orders)
      .filter((order) => order.intent.venue === venue && !isFinal(order.state)).length;
    const flattening = level === 'flatten' ? concerned.filter((deal) => deal.state !== 'closed').length : 0;
    if (here.length + remaining + flattening === 0) return [];
    return [
      { venue, cancelled: over, failed: level === 'stop-entries' ? 0 : here.length - over, remaining, flattening },
    ];
  });
}

import type { Status } from '#shared/contract/rows';
import { VENUES } from '#shared/domain/ids';
import type { Breaker, BreakerScope } from '#shared/domain/safety';

export interface BreakerRow {
  scope: BreakerScope;
  state: Breaker['state'];
  breaker: Breaker | null;
}

/** The global breaker and one for each venue, in table order. The engine tells every one that is not closed. */
export const breakerRows = (status: Status): BreakerRow[] =>
  (['global', ...VENUES] as const).map((scope) => {
    const breaker = status.breakers.find((row) => row.scope === scope) ?? null;
    return { scope, state: breaker?.state ?? 'closed', breaker };
  });

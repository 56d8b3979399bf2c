import type { Deal } from '#shared/domain/deal';
import { listingName } from '../../format/words.ts';
import type { DealFilter } from '../../store/ui-state.ts';

/** True when the deal is to be shown: open or closed as asked, and every typed word occurs. */
export function showsDeal(deal: Deal, { show, text }: DealFilter): boolean {
  if (show === 'open' && deal.state === 'closed') return false;
  if (show === 'closed' && deal.state !== 'closed') return false;
  const haystack = [
    deal.id,
    deal.base,
    deal.profile,
    deal.state,
    deal.outcome,
    ...deal.plan.legs.map((leg) => listingName(leg.listing)),
    deal.next,
  ]
    .join(' ')
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

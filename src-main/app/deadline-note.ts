import { ORDER_PROTOCOLS } from '#main/venues/orders/order-protocols';
import { FEEDS, feedName } from '#shared/domain/ids';

/**
 * EX-4: what a person is told whose acknowledgement deadline, s, is shorter than a venue takes; empty when every venue takes
 * it.
 */
export function deadlineNote(ackDeadlineS: number): string {
  return FEEDS.flatMap((feed) => {
    const leastS = ORDER_PROTOCOLS[feed]?.capabilities.leastDeadlineS ?? 0;
    if (ackDeadlineS >= leastS) return [];
    return `${feedName(feed)} takes no deadline under ${leastS} s: an order there may still be created up to ${leastS} s after it left, and an unanswered one counts as absent that much later.`;
  }).join(' ');
}

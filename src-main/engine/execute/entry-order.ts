import type { OrderIntent } from '#shared/domain/order';
import type { Plan } from '#shared/domain/plan';
import { entryLeg } from '../journal/records.ts';

/**
 * The first order of a plan: a resting entry at its price for at most `restingLifetimeMs` (RO-6), or a taking one at its
 * worst price. It may not be created after the plan expired (EX-4).
 */
export function entryOrder(
  plan: Plan,
  ids: { readonly dealId: string; readonly clientOrderId: string },
  times: { readonly nowMs: number; readonly ackDeadlineMs: number; readonly restingLifetimeMs: number },
): OrderIntent {
  const entry = entryLeg(plan);
  const rests = entry.kind === 'post-only';
  return {
    ...ids,
    leg: entry.index,
    account: entry.account,
    venue: entry.venue,
    listing: entry.listing,
    side: entry.side,
    kind: entry.kind,
    purpose: 'entry',
    quantity: entry.quantity,
    price: rests ? entry.price : entry.limitPrice,
    createBeforeMs: Math.min(times.nowMs + times.ackDeadlineMs, plan.expiresAtMs),
    expiresAtMs: rests ? times.nowMs + times.restingLifetimeMs : null,
  };
}

import { assertNever } from '#shared/kernel/invariant';
import { decimal, floorTo, ZERO } from '#shared/money/decimal';
import { type DealRecord, entryLeg } from '../journal/records.ts';
import { termsOf } from '../risk/listing-terms.ts';
import { smallestOrder } from '../risk/order-rules.ts';
import type { DealView, OrderView, Send, Surroundings } from './deal-view.ts';
import { type Action, cancelOf, type Step, step } from './step.ts';

const MINUTE_MS = 60_000;

/** Lets the entry work, follow its hedge, and end; `undefined` when there is nothing to do about it. */
export function entering(view: DealView, around: Surroundings): Step | undefined {
  const { deal } = view;
  const live = view.orders.filter((order) => order.live && order.record.intent.purpose === 'entry');
  const stop = entryStop(deal, around);
  const actions: Action[] = [];
  for (const order of live) {
    if (order.record.intent.kind !== 'post-only' || order.cancelling || order.doubt) continue;
    const action = stop === undefined ? restingAction(view, order, around) : cancelOf(order, stop);
    if (action !== undefined) actions.push(action);
  }
  if (actions.length > 0) return step('Cancelling the resting entry.', actions);
  if (live.length > 0 || deal.state !== 'entering') return undefined;

  const replacement = stop === undefined ? replacementOf(view, around) : undefined;
  if (replacement !== undefined)
    return step('Working the rest of the entry at a new price.', [{ do: 'send', send: replacement }]);
  const reason = stop ?? 'the entry is final';
  return step('The entry is final.', [{ do: 'state', state: 'hedging', rescueStep: deal.rescueStep, reason }]);
}

/** Why no part of the entry may work any longer, or `undefined`. */
function entryStop(deal: DealRecord, around: Surroundings): string | undefined {
  if (around.kill === 'cancel-orders' || around.kill === 'flatten') return `kill switch: ${around.kill}`;
  if (deal.rescueStep >= 0) return 'the hedge did not complete';
  if (deal.state !== 'entering') return `the deal is ${deal.state}`;
  const expiresAtMs = deal.orders[0]?.intent.expiresAtMs ?? null;
  if (expiresAtMs !== null && around.nowMs >= expiresAtMs) return 'its lifetime is over';
  return around.withdrawn ?? undefined;
}

/** RO-6. */
function restingAction(view: DealView, order: OrderView, around: Surroundings): Action | undefined {
  const decision = around.resting(order.record);
  switch (decision.do) {
    case 'keep':
      return undefined;
    case 'cancel':
      return cancelOf(order, decision.reason);
    case 'reprice': {
      if (around.kill !== null) return cancelOf(order, 'kill switch: no new entries');
      const since = around.nowMs - MINUTE_MS;
      const amends = view.orders.filter(
        (other) => other.record.intent.purpose === 'entry' && other.record.createdAtMs > since,
      );
      if (amends.length > around.amendsPerMinute) return cancelOf(order, 'it was re-priced too often in a minute');
      return {
        do: 'cancel',
        clientOrderId: order.record.intent.clientOrderId,
        reason: decision.reason,
        replaceAt: decision.price,
      };
    }
    default:
      return assertNever(decision);
  }
}

/** The rest of a resting entry that was cancelled for a new price; `undefined` when there is none or it is too small. */
function replacementOf(view: DealView, around: Surroundings): Send | undefined {
  const { deal } = view;
  const last = deal.orders.findLast((order) => order.intent.purpose === 'entry');
  const replaceAt = view.orders.find((order) => order.record === last)?.replaceAt ?? null;
  const leg = entryLeg(deal.plan);
  const listing = around.listing(leg.listing);
  if (last === undefined || replaceAt === null || listing === undefined || around.kill !== null) return undefined;
  const filled = view.orders
    .filter((order) => order.record.intent.purpose === 'entry')
    .reduce((sum, order) => sum.plus(order.record.filled), ZERO);
  const terms = termsOf(listing);
  const quantity = floorTo(decimal(leg.quantity).minus(filled), terms.lot);
  if (quantity.lt(smallestOrder(terms, replaceAt))) return undefined;
  const { account, venue, kind, expiresAtMs, side } = last.intent;
  return {
    leg: leg.index,
    account,
    venue,
    listing: listing.id,
    side,
    kind,
    purpose: 'entry',
    quantity,
    price: replaceAt,
    expiresAtMs,
  };
}

import { feedOfListing, type ListingId, type Venue, venueOf } from '#shared/domain/ids';
import { isFinal } from '#shared/domain/order';
import type { Plan } from '#shared/domain/plan';
import { applyBps, type Decimal, decimal, max, ZERO } from '#shared/money/decimal';
import { type DealRecord, entryLeg, hedgeLeg, type OrderRecord, quoteOf } from '../journal/records.ts';
import type { OpenExposure } from './view.ts';

/** What something open may still take from a currency on a venue's account. */
export interface Reserve {
  readonly account: string;
  readonly venue: Venue;
  readonly currency: string;
  readonly amount: Decimal;
}

const remainingOf = (order: OrderRecord): Decimal => decimal(order.intent.quantity).minus(order.filled);
const working = (order: OrderRecord): boolean => !isFinal(order.state);

/** Base units of the entry that were executed, and that may still be. */
function entryProgress(deal: DealRecord): { readonly executed: Decimal; readonly working: Decimal } {
  let executed = ZERO;
  let open = ZERO;
  for (const order of deal.orders) {
    if (order.intent.purpose !== 'entry') continue;
    executed = executed.plus(order.filled);
    if (working(order)) open = open.plus(remainingOf(order));
  }
  return { executed, working: open };
}

/** What one working order may take: base of a sell, quote and its fee of a buy. */
export function lockedBy(order: OrderRecord, base: string, feeBps: Decimal): Reserve | undefined {
  if (!working(order)) return undefined;
  const { account, venue, listing, side, price } = order.intent;
  const remaining = remainingOf(order);
  if (side === 'sell') return { account, venue, currency: base, amount: remaining };
  return { account, venue, currency: quoteOf(listing), amount: withFee(remaining.times(decimal(price)), feeBps) };
}

const withFee = (amount: Decimal, feeBps: Decimal): Decimal => amount.plus(applyBps(amount, max(feeBps, ZERO)));

/**
 * IN-1: what an open deal keeps for itself: the working part of its entry and the part of its hedge that is not done.
 * A deal being opened keeps all of both legs.
 */
export function reservesOf(deal: DealRecord): readonly Reserve[] {
  const progress = entryProgress(deal);
  const hedged = deal.orders
    .filter((order) => order.intent.purpose !== 'entry')
    .reduce((sum, order) => sum.plus(order.filled), ZERO);
  const toHedge = max(progress.executed.plus(progress.working).minus(hedged), ZERO);
  return [
    reserve(deal.plan, entryLeg(deal.plan), progress.working),
    reserve(deal.plan, hedgeLeg(deal.plan), toHedge),
  ].filter((row) => row.amount.gt(ZERO));
}

function reserve(plan: Plan, leg: Plan['legs'][number], quantity: Decimal): Reserve {
  const { account, venue, listing } = leg;
  if (leg.side === 'sell') return { account, venue, currency: plan.base, amount: quantity };
  const amount = withFee(quantity.times(decimal(leg.limitPrice)), decimal(leg.feeBps));
  return { account, venue, currency: quoteOf(listing), amount };
}

/** On top of a rung's bound: the taking fee of a listing that the plan does not name, and a bound that follows its entry. */
const RESCUE_MARGIN_BPS = decimal('200');

/**
 * EX-8: what each step that an open deal may take, both legs and every rung of its ladder, would need at most if it had to
 * do the whole deal. Larger than {@link reservesOf}: coins an entry bought are free to other deals, but not to leave.
 */
export function mayNeed({ plan }: DealRecord): readonly Reserve[] {
  const whole = decimal(plan.quantity);
  const rungs = plan.rescue.flatMap(({ leg: index, listing, side, bound }): readonly Reserve[] => {
    const leg = plan.legs.find((candidate) => candidate.index === index);
    if (leg === undefined || listing === null || side === null || bound === null) return [];
    const venue = venueOf(feedOfListing(listing));
    if (side === 'sell') return [{ account: leg.account, venue, currency: plan.base, amount: whole }];
    const amount = withFee(whole.times(decimal(bound)), RESCUE_MARGIN_BPS);
    return [{ account: leg.account, venue, currency: quoteOf(listing), amount }];
  });
  return [...plan.legs.map((leg) => reserve(plan, leg, whole)), ...rungs];
}

/** One open deal as risk sees it. `unhedgedUsd`: absolute value of what is filled without a hedge. */
export function exposureOf(deal: DealRecord, position: Decimal, unhedgedUsd: Decimal): OpenExposure {
  const atWork = entryProgress(deal).working.plus(position.abs());
  return exposureRow(deal.id, deal.plan, atWork, unhedgedUsd);
}

/** A deal that is only proposed counts with its whole size. */
export const proposedExposure = (dealId: string, plan: Plan): OpenExposure =>
  exposureRow(dealId, plan, decimal(plan.quantity), ZERO);

function exposureRow(dealId: string, plan: Plan, atWork: Decimal, unhedgedUsd: Decimal): OpenExposure {
  const legOf = (side: 'buy' | 'sell'): ListingId =>
    plan.legs.find((leg) => leg.side === side)?.listing ?? entryLeg(plan).listing;
  const venues = [...new Set(plan.legs.map((leg) => leg.venue))];
  return {
    dealId,
    profile: plan.profile,
    base: plan.base,
    buy: legOf('buy'),
    sell: legOf('sell'),
    venues,
    notionalUsd: decimal(plan.notionalUsd).times(atWork).div(decimal(plan.quantity)),
    unhedgedUsd,
    worstLossUsd: decimal(plan.worstLossUsd),
  };
}

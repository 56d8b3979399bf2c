import type { Deal, DealState } from '#shared/domain/deal';
import { instrumentOfListing, type ListingId } from '#shared/domain/ids';
import type { Fill, OrderIntent, OrderState } from '#shared/domain/order';
import type { Plan, PlanLeg } from '#shared/domain/plan';
import { invariant } from '#shared/kernel/invariant';
import { type Decimal, decimal, ONE, ZERO } from '#shared/money/decimal';

/** An order as the journal knows it. Quantities are base units. */
export interface OrderRecord {
  readonly intent: OrderIntent;
  readonly state: OrderState;
  /** EX-3: the venue's answer is not known. */
  readonly inDoubt: boolean;
  readonly venueOrderId: string | null;
  readonly reason: string | null;
  /** Sum of the booked fills. */
  readonly filled: Decimal;
  /** Sum of price × quantity of the booked fills, quote units. */
  readonly notional: Decimal;
  /** What the fills changed the holding of the base coin by, signed, net of fees taken in it (EX-7). */
  readonly netBase: Decimal;
  readonly fills: readonly Fill[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A deal as the journal knows it: what replaying its rows gives. */
export interface DealRecord {
  readonly id: string;
  readonly plan: Plan;
  readonly usdRates: ReadonlyMap<string, Decimal>;
  readonly openedAtMs: number;
  readonly state: DealState;
  readonly stateSinceMs: number;
  /** Index of the rescue step in use, −1 while none is. */
  readonly rescueStep: number;
  /** How many orders the deal had when it took that step: later ones are attempts of the step. */
  readonly stepFirstOrder: number;
  readonly reason: string;
  readonly orders: readonly OrderRecord[];
  /** Leftovers of earlier deals it took over, signed base units (EX-7). */
  readonly takenBase: Decimal;
  readonly closedAtMs: number | null;
  readonly outcome: Deal['outcome'];
  /** Its own imbalance when it closed, signed base units. */
  readonly residueBase: Decimal;
}

export const quoteOf = (listing: ListingId): string => instrumentOfListing(listing).split('-')[1] ?? '';

/** The leg that works first, and the one that follows its fills. @throws InvariantError on a plan without both. */
export function entryLeg(plan: Plan): PlanLeg {
  const leg = plan.legs.find((candidate) => candidate.role === 'entry');
  invariant(leg, `plan ${plan.id} has no entry leg`);
  return leg;
}
export function hedgeLeg(plan: Plan): PlanLeg {
  const leg = plan.legs.find((candidate) => candidate.role === 'hedge');
  invariant(leg, `plan ${plan.id} has no hedge leg`);
  return leg;
}

/** What one fill changes the holding of `base` by, signed and net of a fee taken in it (EX-7). */
export function netBaseOf(fill: Fill, base: string): Decimal {
  const quantity = decimal(fill.quantity);
  const moved = fill.side === 'buy' ? quantity : ZERO.minus(quantity);
  return fill.feeCurrency === base ? moved.minus(decimal(fill.fee)) : moved;
}

/** Base units the deal is long (positive) or short by everything booked, taken leftovers included. */
export function positionOf(deal: DealRecord): Decimal {
  return deal.orders.reduce((sum, order) => sum.plus(order.netBase), deal.takenBase);
}

/** USD for one unit of a quote currency as it was when the deal opened. */
export function usdRateOf(deal: DealRecord, currency: string): Decimal {
  if (currency === 'USD') return ONE;
  const rate = deal.usdRates.get(currency);
  invariant(rate, `deal ${deal.id} has no USD rate for ${currency}`);
  return rate;
}

/** USD for one base unit: what the entry really paid, else what was planned. */
export function basePriceUsd(deal: DealRecord): Decimal {
  const entry = entryLeg(deal.plan);
  let filled = ZERO;
  let notional = ZERO;
  for (const order of deal.orders) {
    if (order.intent.purpose !== 'entry') continue;
    filled = filled.plus(order.filled);
    notional = notional.plus(order.notional);
  }
  const price = filled.gt(ZERO) ? notional.div(filled) : decimal(entry.price);
  return price.times(usdRateOf(deal, quoteOf(entry.listing)));
}

import type { Listing } from '#shared/domain/listing';
import { type OrderPurpose, opposite, type Side } from '#shared/domain/order';
import type { PlanLeg, RescueStep } from '#shared/domain/plan';
import { applyBps, bpsOf, type Decimal, decimal, floorTo, max, min, ZERO } from '#shared/money/decimal';
import { type DealRecord, entryLeg, hedgeLeg } from '../journal/records.ts';
import { arrivingShare, termsOf } from '../risk/listing-terms.ts';
import { safePrice, smallestOrder, worsened } from '../risk/order-rules.ts';
import { entryPriceScale, type Send, type Surroundings } from './deal-view.ts';

/** Where, in which direction and within which bound an exposure is reduced. */
export interface Target {
  readonly leg: PlanLeg;
  readonly listing: Listing;
  readonly side: Side;
  readonly purpose: OrderPurpose;
  readonly price: Decimal;
}

/** What can be done about an exposure at a target. */
export type Cover =
  | { readonly kind: 'send'; readonly send: Send }
  /** Under the venue's smallest order (EX-7). */
  | { readonly kind: 'too-small' }
  /** The venue's account does not hold enough to do it. */
  | { readonly kind: 'no-balance'; readonly detail: string };

/**
 * The target of a rescue step, or of the planned hedge for −1 (EX-8). `undefined`: nothing is to be sent at this step
 * (`hold`), or its listing left the catalogue. Bounds were decided with the plan; where a resting entry was re-priced
 * since, they move with it in proportion.
 */
export function targetOf(deal: DealRecord, stepIndex: number, around: Surroundings): Target | undefined {
  const hedge = hedgeLeg(deal.plan);
  const entry = entryLeg(deal.plan);
  const scale = entryPriceScale(deal);
  if (stepIndex < 0) {
    return target(around, hedge, hedge.listing, hedge.side, 'hedge', moved(hedge.side, hedge.limitPrice, scale));
  }
  const step = deal.plan.rescue[stepIndex];
  if (step === undefined || step.bound === null) return undefined;
  const bound = moved(hedge.side, step.bound, scale);
  if (step.action === 'retry-hedge' || step.action === 'hedge-elsewhere') {
    return target(around, hedge, step.listing ?? hedge.listing, hedge.side, 'hedge', bound);
  }
  const purpose = around.kill === 'flatten' ? 'flatten' : 'unwind';
  return target(around, entry, step.listing ?? entry.listing, opposite(entry.side), purpose, bound);
}

/** A bound that follows a re-priced entry; never tighter than it was planned. */
function moved(side: Side, bound: string, scale: Decimal): Decimal {
  const planned = decimal(bound);
  const scaled = planned.times(scale);
  return side === 'buy' ? max(planned, scaled) : min(planned, scaled);
}

/** Where too much hedge is taken back: on the hedge's own listing, as far from its plan as the widest unwind may go. */
export function takeBackTarget(deal: DealRecord, around: Surroundings): Target | undefined {
  const hedge = hedgeLeg(deal.plan);
  const side = opposite(hedge.side);
  const price = decimal(hedge.price).times(entryPriceScale(deal));
  return target(around, hedge, hedge.listing, side, 'unwind', worsened(side, price, widestBps(deal)));
}

function widestBps(deal: DealRecord): Decimal {
  const entry = entryLeg(deal.plan);
  const planned = decimal(entry.price);
  const distances = deal.plan.rescue.map((step) =>
    isUnwind(step) && step.bound !== null ? bpsOf(decimal(step.bound).minus(planned), planned).abs() : ZERO,
  );
  return distances.reduce((widest, distance) => (distance.gt(widest) ? distance : widest), ZERO);
}

export const isUnwind = (step: RescueStep | undefined): boolean =>
  step?.action === 'unwind' || step?.action === 'unwind-wide';

function target(
  around: Surroundings,
  leg: PlanLeg,
  listingId: PlanLeg['listing'],
  side: Side,
  purpose: OrderPurpose,
  bound: Decimal,
): Target | undefined {
  const listing = around.listing(listingId);
  if (listing === undefined) return undefined;
  return { leg, listing, side, purpose, price: safePrice(side, bound, termsOf(listing).tick) };
}

/**
 * The order that reduces `exposure` (base units, positive) at `target`: a buy is sized so that what arrives after a fee
 * taken in the coin covers it, everything is cut to the lot and bounded by the free balance (EX-7).
 */
export function coverAt(deal: DealRecord, target: Target, exposure: Decimal, around: Surroundings): Cover {
  const { leg, listing, side, price, purpose } = target;
  const terms = termsOf(listing);
  const smallest = smallestOrder(terms, price);
  const wanted = side === 'sell' ? exposure : exposure.div(arrivingShare(terms, terms.takerFeeBps));
  if (floorTo(wanted, terms.lot).lt(smallest)) return { kind: 'too-small' };

  const currency = side === 'sell' ? deal.plan.base : listing.quote;
  const free = around.free(leg.account, listing.venue, currency);
  const most =
    side === 'sell'
      ? free
      : free.div(price.plus(applyBps(price, terms.takerFeeBps.lt(ZERO) ? ZERO : terms.takerFeeBps)));
  const quantity = floorTo(min(wanted, most), terms.lot);
  if (quantity.lt(smallest)) {
    return { kind: 'no-balance', detail: `${free.toFixed()} ${currency} free on ${listing.venue}` };
  }
  return {
    kind: 'send',
    send: {
      leg: leg.index,
      account: leg.account,
      venue: listing.venue,
      listing: listing.id,
      side,
      kind: 'ioc',
      purpose,
      quantity,
      price,
      expiresAtMs: null,
    },
  };
}

/** Smallest exposure that an order at `target` can reduce, base units. */
export function smallestCover(target: Target): Decimal {
  const terms = termsOf(target.listing);
  const smallest = smallestOrder(terms, target.price);
  return target.side === 'sell' ? smallest : smallest.times(arrivingShare(terms, terms.takerFeeBps));
}

import type { Listing } from '#shared/domain/listing';
import type { Side } from '#shared/domain/order';
import type { Plan, PlanLeg } from '#shared/domain/plan';
import type { WaterfallPart } from '#shared/domain/waterfall';
import { BPS, bpsOf, type Decimal, decimal, max, min, wire, ZERO } from '#shared/money/decimal';
import type { MarketView } from '../market/view.ts';
import { PLANNED_LEVELS, take } from '../plan/levels.ts';
import { partOf } from '../plan/waterfall.ts';
import type { LimitValues } from '../risk/limits.ts';
import { termsOf } from '../risk/listing-terms.ts';
import { isWorse, safePrice } from '../risk/order-rules.ts';
import type { VenueChecks } from './venue-checks.ts';

export interface RestingContext {
  readonly market: MarketView;
  readonly checks: VenueChecks;
  readonly limits: LimitValues;
}

/** The working entry: its limit price, and the base units it may still execute. */
export interface RestingEntry {
  readonly price: Decimal;
  readonly remaining: Decimal;
}

export type RestingDecision =
  | { readonly do: 'keep'; readonly reason: string }
  | { readonly do: 'reprice'; readonly price: Decimal; readonly reason: string }
  | { readonly do: 'cancel'; readonly reason: string };

/** Costs of a plan that a resting entry keeps while it waits; fees, slippage and conversion are read anew. */
const KEPT: readonly WaterfallPart[] = ['latency', 'reliability', 'legFailure', 'funding', 'inventory'];

const cancel = (reason: string): RestingDecision => ({ do: 'cancel', reason });

/**
 * RO-6: what becomes of a resting entry now. It is cancelled when either listing may no longer be traded or is stale,
 * when the hedge book is thinner than what it may still execute, and when the net edge at its price is under the
 * minimum and no price at the front of its own book would bring it back. It is re-priced to follow the front of its book
 * as far as the edge and the plan's own bound allow. Lifetime and rate of amendments are the caller's to bound.
 */
export function restingDecision(plan: Plan, entry: RestingEntry, context: RestingContext): RestingDecision {
  const { market, checks } = context;
  const [leg, hedge] = [plan.legs[0], plan.legs[1]];
  const listing = leg && market.listing(leg.listing);
  const hedgeListing = hedge && market.listing(hedge.listing);
  if (leg === undefined || hedge === undefined || listing === undefined || hedgeListing === undefined) {
    return cancel('An instrument of the plan left the catalogue.');
  }
  if (entry.remaining.lte(ZERO)) return { do: 'keep', reason: 'Nothing of it is left to execute.' };
  const unsafe = checks.all(hedgeListing) ?? checks.all(listing);
  if (unsafe !== undefined) return cancel(unsafe.detail);
  const furthest = furthestPaying(plan, leg, hedge, listing, hedgeListing, entry.remaining, context);
  if (typeof furthest === 'string') return cancel(furthest);
  const touch = market.snapshot(listing.id);
  if (touch === undefined) return cancel(`${listing.id} has no two-sided book.`);
  const wanted = front(leg.side, decimal(touch.bid), decimal(touch.ask), entry.price, termsOf(listing).tick);
  const bound = leg.side === 'buy' ? min(furthest, decimal(leg.limitPrice)) : max(furthest, decimal(leg.limitPrice));
  const target = safePrice(leg.side, isWorse(leg.side, wanted, bound) ? bound : wanted, termsOf(listing).tick);
  if (target.eq(entry.price)) return { do: 'keep', reason: `The edge holds at ${wire(entry.price)}.` };
  const tooFar = isWorse(leg.side, entry.price, bound);
  const inFront = !isWorse(leg.side, decimal(leg.side === 'buy' ? touch.bid : touch.ask), target);
  if (inFront) {
    const moved = tooFar ? 'The hedge moved; the furthest that pays is' : 'The front of the book is at';
    return { do: 'reprice', price: target, reason: `${moved} ${wire(target)}.` };
  }
  if (!tooFar) return { do: 'keep', reason: `Waiting at ${wire(entry.price)}; the front of the book does not pay.` };
  return cancel(`The net edge at ${wire(entry.price)} is under the minimum, and no price in front would pay.`);
}

/** The worst entry price that still earns the minimum at the hedge's book now, or why there is none. */
function furthestPaying(
  plan: Plan,
  leg: PlanLeg,
  hedge: PlanLeg,
  listing: Listing,
  hedgeListing: Listing,
  remaining: Decimal,
  { market, limits }: RestingContext,
): Decimal | string {
  const side = hedge.side === 'buy' ? 'ask' : 'bid';
  const walked = take(market.ladder(hedgeListing.id, side, PLANNED_LEVELS).levels, remaining);
  const hedgeTouch = market.snapshot(hedgeListing.id);
  if (walked === undefined || hedgeTouch === undefined)
    return `The book of ${hedgeListing.id} is thinner than ${wire(remaining)} ${plan.base}.`;
  const reference = decimal(hedgeTouch[side]);
  const slipped = bpsOf(walked.average.minus(reference).abs(), reference);
  if (slipped.gt(limits.exact('maxSlippageBps'))) {
    return `Hedging ${wire(remaining)} ${plan.base} would slip ${slipped.toFixed(2)} bps.`;
  }
  const [from, to] = hedge.side === 'sell' ? [hedgeListing.quote, listing.quote] : [listing.quote, hedgeListing.quote];
  const conversion = market.convert(from, to, remaining.times(walked.average));
  if (!conversion.ok) return `${from} cannot be converted to ${to} now (${conversion.error}).`;
  const { rate } = conversion.value;
  const kept = KEPT.reduce((total, part) => total.minus(partOf(plan.waterfall, part)), ZERO);
  const needed = limits.exact('minNetEdgeBps').plus(kept);
  const entryFee = decimal(leg.feeBps);
  const hedgeFee = decimal(hedge.feeBps);
  if (leg.side === 'buy') {
    // s·r·(1 − fₛ) − b·(1 + f_b) ≥ needed·b, solved for b.
    const proceeds = walked.average.times(rate).times(BPS.minus(hedgeFee));
    return proceeds.div(BPS.plus(entryFee).plus(needed));
  }
  // s·r·(1 − fₛ) − b·(1 + f_b) ≥ needed·b, solved for s.
  return walked.average.times(BPS.plus(hedgeFee).plus(needed)).div(BPS.minus(entryFee)).div(rate);
}

/** The price that is first in the queue: one tick before the others, without crossing; where we are first, our own. */
function front(side: Side, bid: Decimal, ask: Decimal, own: Decimal, tick: Decimal): Decimal {
  if (side === 'buy') {
    if (own.gte(bid) && own.lt(ask)) return own;
    const better = bid.plus(tick);
    return better.lt(ask) ? better : bid;
  }
  if (own.lte(ask) && own.gt(bid)) return own;
  const better = ask.minus(tick);
  return better.gt(bid) ? better : ask;
}

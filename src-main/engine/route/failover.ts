import type { ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Plan, PlanLeg } from '#shared/domain/plan';
import type { Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import type { Settings } from '#shared/settings/settings';
import type { MarketView } from '../market/view.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import type { VenueChecks } from './venue-checks.ts';

/** RO-3: what is left of a plan right before its first order. */
export type Refreshed =
  | { readonly kind: 'send'; readonly plan: Plan }
  | {
      readonly kind: 'failover';
      readonly plan: Plan;
      readonly from: ListingId;
      readonly to: ListingId;
      readonly detail: string;
    }
  | { readonly kind: 'reject'; readonly refusal: Refusal };

export interface FailoverOptions {
  readonly clock: Clock;
  readonly market: MarketView;
  readonly checks: VenueChecks;
  readonly settings: () => Settings;
  /** Plans the same deal anew between two listings, under all the planner's rules. */
  readonly replan: (profileId: string, buy: Listing, sell: Listing) => Result<Plan, Refusal>;
}

/** RO-3 in Auto mode: a venue that degraded since the plan is replaced by the next safe one of the plan's own order. */
export class Failover {
  readonly #options: FailoverOptions;

  constructor(options: FailoverOptions) {
    this.#options = options;
  }

  /** Call right before the first order of a plan is made; nothing of it may have been sent. */
  refresh(plan: Plan): Refreshed {
    const late = this.#options.clock.wallMs() - plan.expiresAtMs;
    if (late > 0) return reject(refusal('latency-risk', `The plan expired ${late.toFixed(0)} ms before it was sent.`));
    for (const leg of plan.legs) {
      const why = this.#degraded(leg.listing);
      if (why !== undefined) return this.#replace(plan, leg, why);
    }
    return { kind: 'send', plan };
  }

  #replace(plan: Plan, leg: PlanLeg, why: Refusal): Refreshed {
    const { market, settings, replan } = this.#options;
    if (!settings().routing.failover) return reject(why);
    const other = plan.legs.find((candidate) => candidate.index !== leg.index);
    const kept = other && market.listing(other.listing);
    if (other === undefined || kept === undefined || this.#degraded(other.listing) !== undefined) return reject(why);
    for (const alternate of plan.alternates) {
      if (alternate.leg !== leg.index || !alternate.eligible) continue;
      const next = market.listing(alternate.listing);
      if (next === undefined || this.#degraded(next.id) !== undefined) continue;
      const planned = leg.side === 'buy' ? replan(plan.profile, next, kept) : replan(plan.profile, kept, next);
      if (!planned.ok) continue;
      return {
        kind: 'failover',
        plan: planned.value,
        from: leg.listing,
        to: next.id,
        detail: `${leg.listing} degraded before the send: ${why.detail} The ${leg.side} goes to ${next.id} instead.`,
      };
    }
    return reject(refusal(why.reason, `${why.detail} No safe alternative is left.`));
  }

  #degraded(id: ListingId): Refusal | undefined {
    const listing = this.#options.market.listing(id);
    if (listing === undefined) return refusal('venue-status', `${id} is no longer in the catalogue.`);
    return this.#options.checks.all(listing);
  }
}

const reject = (why: Refusal): Refreshed => ({ kind: 'reject', refusal: why });

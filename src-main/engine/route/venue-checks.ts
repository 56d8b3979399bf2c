import { VENUE_NAMES } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { MarketView } from '../market/view.ts';
import type { AccountRules } from '../risk/account-rules.ts';
import type { Breakers } from '../risk/breakers.ts';
import type { HealthView } from '../risk/health-view.ts';
import { maintenanceRefusal } from '../risk/maintenance-refusal.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';

export interface VenueChecksOptions {
  readonly market: MarketView;
  readonly health: HealthView;
  readonly breakers: Breakers;
  readonly rules: AccountRules;
}

/** Whether a listing may be entered or planned as a hedge now. One order of tests for planner, router and failover. */
export class VenueChecks {
  readonly #options: VenueChecksOptions;

  constructor(options: VenueChecksOptions) {
    this.#options = options;
  }

  /** RO-5, RO-1, MD-8, MD-2: the user's switch, the account's terms, the trading status, announced maintenance, the quote. */
  data(listing: Listing): Refusal | undefined {
    const { market, rules } = this.#options;
    if (!market.venueEnabled(listing.venue)) {
      return refusal('venue-disabled', `${VENUE_NAMES[listing.venue]} is disabled in the venue stack.`);
    }
    const closed = rules.closed(listing);
    if (closed !== undefined) return closed;
    if (listing.status !== 'normal') {
      return refusal('venue-status', `${listing.id} is ${listing.status}; entries need normal trading.`);
    }
    const announced = maintenanceRefusal(market, listing);
    if (announced !== undefined) return announced;
    const freshness = market.freshness(listing.id);
    if (freshness.fresh) return undefined;
    return refusal('stale-quote', `${listing.id} is stale (${freshness.cause}): ${freshness.detail}.`);
  }

  /** VH-2, CB-2: health and breaker of its venue. */
  venue(listing: Listing): Refusal | undefined {
    const { health, breakers } = this.#options;
    if (health.vetoed(listing.venue)) {
      const score = health.score(listing.venue);
      const shown = Number.isFinite(score) ? score.toFixed(2) : 'not measured';
      return refusal('venue-unhealthy', `${VENUE_NAMES[listing.venue]} is vetoed; its health is ${shown}.`);
    }
    return breakers.blocked(listing.venue);
  }

  /** Everything at once; `undefined` when the listing is safe to use. */
  all(listing: Listing): Refusal | undefined {
    return this.data(listing) ?? this.venue(listing);
  }
}

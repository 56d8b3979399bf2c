import { VENUE_NAMES } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent, Side } from '#shared/domain/order';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, tryDecimal, wire } from '#shared/money/decimal';
import type { MarketView } from '../market/view.ts';
import type { Approved, VenueCapabilities } from '../ports.ts';
import type { Breakers } from './breakers.ts';
import { type EntryLimits, ownMid } from './entry-limits.ts';
import type { HealthView } from './health-view.ts';
import { type ListingTerms, termsOf } from './listing-terms.ts';
import { maintenanceRefusal } from './maintenance-refusal.ts';
import type { OrderRate } from './order-rate.ts';
import { clampToBand, orderProblem } from './order-rules.ts';
import type { Permission } from './permission.ts';
import { type Refusal, refusal } from './refusal.ts';
import { mayRest } from './resting-guard.ts';
import type { WorkingOrdersView } from './working-orders.ts';

export interface GateOptions {
  readonly clock: Clock;
  readonly market: MarketView;
  readonly orders: WorkingOrdersView;
  readonly health: HealthView;
  readonly entryLimits: EntryLimits;
  readonly orderRate: OrderRate;
  readonly breakers: Breakers;
  readonly permission: Permission;
  /** What the account's broker on a venue can do; `undefined` where there is none. */
  readonly capabilities: (venue: Listing['venue'], account: string) => VenueCapabilities | undefined;
  /** Why the account takes nothing new there now; `undefined` when it does (AC-1). */
  readonly unfit: (venue: Listing['venue'], account: string) => string | undefined;
}

/**
 * RK-1: the sole maker of {@link Approved}. Every order passes here: entries under all limits, everything that reduces
 * risk under the venue's own rules only (catalogue, tick, lot, smallest order, price band, no trade with ourselves).
 */
export class Gate {
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Approves `intent` or says why not. The approved order is the intent itself, except that the price of one that is
   * no entry may have been brought inside the venue's band (EX-8), never further from the market than was asked.
   */
  approve(intent: OrderIntent): Result<Approved, Refusal> {
    const listing = this.#options.market.listing(intent.listing);
    if (listing === undefined) {
      return err(refusal('telemetry-incomplete', `${intent.listing} is not in the catalogue of ${intent.venue}.`));
    }
    const quantity = tryDecimal(intent.quantity);
    const asked = tryDecimal(intent.price);
    if (quantity === undefined || asked === undefined || listing.venue !== intent.venue) {
      return err(refusal('unsupported-order', `The order ${intent.clientOrderId} on ${intent.listing} is malformed.`));
    }
    const terms = termsOf(listing);
    const price = intent.purpose === 'entry' ? asked : this.#insideBand(listing, terms, intent.side, asked);
    const problem =
      this.#expressible(intent) ??
      orderProblem(listing, terms, quantity, price) ??
      this.#selfTrade(listing, intent, price) ??
      (intent.purpose === 'entry' ? this.#entryProblem(intent, listing, quantity, price) : undefined);
    if (problem !== undefined) return err(problem);
    const approved: OrderIntent = price.eq(asked) ? intent : { ...intent, price: wire(price) };
    return ok(approved as Approved);
  }

  #expressible(intent: OrderIntent): Refusal | undefined {
    const capabilities = this.#options.capabilities(intent.venue, intent.account);
    const venue = VENUE_NAMES[intent.venue];
    if (capabilities === undefined) {
      return refusal('unsupported-order', `No broker serves the account “${intent.account}” on ${venue}.`);
    }
    const { clientOrderId: ids, orderKinds, reduceOnly, stopTriggers } = capabilities;
    if (!orderKinds.includes(intent.kind))
      return refusal('unsupported-order', `${venue} takes no ${intent.kind} order.`);
    if (intent.reduceOnly === true && !reduceOnly) {
      return refusal('unsupported-order', `${venue} takes no reduce-only order.`);
    }
    if (intent.trigger !== undefined && !stopTriggers.includes(intent.trigger.by)) {
      return refusal('unsupported-order', `${venue} cannot watch the ${intent.trigger.by} price.`);
    }
    const id = intent.clientOrderId;
    if (id.length > ids.maxLength || !new RegExp(ids.pattern).test(id)) {
      return refusal('unsupported-order', `${venue} does not take “${id}” as a client order id.`);
    }
    return undefined;
  }

  /** AC-2: an order of ours that waits on the same book (ID-3) may not be traded with. */
  #selfTrade(listing: Listing, intent: OrderIntent, price: Decimal): Refusal | undefined {
    for (const order of this.#options.orders.working()) {
      if (order.side === intent.side || order.clientOrderId === intent.clientOrderId) continue;
      if (order.account !== intent.account) continue;
      const other = this.#options.market.listing(order.listing);
      if ((other?.bookId ?? order.listing) !== listing.bookId) continue;
      const meets = intent.side === 'buy' ? price.gte(order.price) : price.lte(order.price);
      if (meets) {
        return refusal(
          'conflicting-position',
          `It would trade with our own order ${order.clientOrderId} at ${wire(order.price)}; cancel that first.`,
        );
      }
    }
    return undefined;
  }

  #entryProblem(intent: OrderIntent, listing: Listing, quantity: Decimal, price: Decimal): Refusal | undefined {
    const { market, health, breakers, orderRate, permission, entryLimits, clock } = this.#options;
    const permitted = permission.permission();
    if (!permitted.allowed) return refusal(permitted.reason, permitted.detail);
    const venue = VENUE_NAMES[listing.venue];
    if (!market.venueEnabled(listing.venue)) return refusal('venue-disabled', `${venue} is disabled.`);
    const unfit = this.#options.unfit(intent.venue, intent.account);
    if (unfit !== undefined) return refusal('account-blocked', `“${intent.account}” on ${venue}: ${unfit}`);
    if (listing.status !== 'normal') return refusal('venue-status', `${listing.id} is ${listing.status}.`);
    const announced = maintenanceRefusal(market, listing);
    if (announced !== undefined) return announced;
    const freshness = market.freshness(listing.id);
    if (!freshness.fresh) return refusal('stale-quote', `${listing.id}: ${freshness.detail}.`);
    if (health.vetoed(listing.venue))
      return refusal('venue-unhealthy', `${venue} is vetoed for entries by its health.`);
    const now = clock.wallMs();
    if (intent.createBeforeMs <= now) {
      return refusal('latency-risk', `The order's deadline passed ${(now - intent.createBeforeMs).toFixed(0)} ms ago.`);
    }
    if (intent.kind === 'post-only' && (intent.expiresAtMs === null || intent.expiresAtMs <= now)) {
      return refusal('unsupported-order', 'A resting entry needs a bounded lifetime.');
    }
    const capabilities = this.#options.capabilities(intent.venue, intent.account);
    if (intent.kind === 'post-only' && capabilities !== undefined && !mayRest(capabilities)) {
      return refusal('unsupported-order', `Nothing on ${venue} would end a resting entry that is left alone.`);
    }
    return (
      breakers.blocked(listing.venue) ??
      orderRate.blocked(listing.venue) ??
      entryLimits.leaving({ dealId: intent.dealId, listing, quantity, price })
    );
  }

  #insideBand(listing: Listing, terms: ListingTerms, side: Side, price: Decimal): Decimal {
    const reference = ownMid(this.#options.market, listing);
    // Without a book there is nothing to clamp to; a rescue is still worth trying and the venue has the last word.
    return reference === undefined ? price : clampToBand(side, price, terms, reference);
  }
}

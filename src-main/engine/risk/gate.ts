import { VENUE_NAMES } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent, Side } from '#shared/domain/order';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, decimal, tryDecimal, wire } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';
import type { PortfolioView } from '../ledger/view.ts';
import type { MarketView } from '../market/view.ts';
import type { Approved, VenueCapabilities } from '../ports.ts';
import type { AccountRules } from './account-rules.ts';
import type { Breakers } from './breakers.ts';
import { collarOf } from './collar.ts';
import type { Exposure } from './exposure.ts';
import type { HealthView } from './health-view.ts';
import type { LimitValues } from './limits.ts';
import { type ListingTerms, termsOf } from './listing-terms.ts';
import { maintenanceRefusal } from './maintenance-refusal.ts';
import type { OrderRate } from './order-rate.ts';
import { bandAround, clampToBand, orderProblem } from './order-rules.ts';
import type { Permission } from './permission.ts';
import { type Refusal, refusal } from './refusal.ts';
import { mayRest } from './resting-guard.ts';
import type { WorkingOrdersView } from './working-orders.ts';

export interface GateOptions {
  readonly clock: Clock;
  readonly market: MarketView;
  readonly portfolio: PortfolioView;
  readonly orders: WorkingOrdersView;
  readonly settings: () => Settings;
  readonly limits: LimitValues;
  readonly health: HealthView;
  readonly exposure: Exposure;
  readonly rules: AccountRules;
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
      (intent.purpose === 'entry' ? this.#entryProblem(intent, listing, terms, quantity, price) : undefined);
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

  #entryProblem(
    intent: OrderIntent,
    listing: Listing,
    terms: ListingTerms,
    quantity: Decimal,
    price: Decimal,
  ): Refusal | undefined {
    const { market, health, breakers, orderRate, permission, clock } = this.#options;
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
      this.#pricedPlausibly(listing, terms, price) ??
      this.#withinBudgets(intent, listing, quantity, price)
    );
  }

  #pricedPlausibly(listing: Listing, terms: ListingTerms, price: Decimal): Refusal | undefined {
    const collar = collarOf(this.#options.market, this.#options.limits, listing);
    if (!collar.ok) return collar.error;
    const { low, high, mid } = collar.value;
    if (price.lt(low) || price.gt(high)) {
      const bps = this.#options.limits.double('priceCollarBps');
      return refusal(
        'implausible-edge',
        `${wire(price)} on ${listing.id} is outside the collar of ${bps} bps around ${wire(mid.round(8))}.`,
      );
    }
    const reference = this.#ownMid(listing);
    const band = reference === undefined ? undefined : bandAround(terms, reference);
    if (band !== undefined && (price.lt(band.low) || price.gt(band.high))) {
      return refusal('unsupported-order', `${wire(price)} is outside the price band of ${listing.id}.`);
    }
    return undefined;
  }

  /** The deal is open already (EX-1), so its own notional is taken out of what is counted as used. */
  #withinBudgets(intent: OrderIntent, listing: Listing, quantity: Decimal, price: Decimal): Refusal | undefined {
    const { portfolio, exposure, rules, market, settings } = this.#options;
    const deal = portfolio.openDeals().find((open) => open.dealId === intent.dealId);
    const buy = deal && market.listing(deal.buy);
    const sell = deal && market.listing(deal.sell);
    const profile = deal && settings().profiles.find((candidate) => candidate.id === deal.profile);
    if (deal === undefined || buy === undefined || sell === undefined || profile === undefined) {
      return refusal('telemetry-incomplete', `The deal ${intent.dealId} or its profile is not known.`);
    }
    const stopped = exposure.stops(profile);
    if (stopped !== undefined) return stopped;
    // The terms may be others than those the plan was made under.
    const equityUsd = portfolio.equityUsd();
    const beyond = equityUsd && rules.entry(buy, sell, deal, equityUsd);
    if (beyond !== undefined) return beyond;
    const notional = quantity.times(price);
    const inUsd = market.convert(listing.quote, 'USD', notional);
    if (!inUsd.ok) return refusal(inUsd.error, `${listing.quote} cannot be valued in USD (${inUsd.error}).`);
    const usd = notional.times(inUsd.value.midRate);
    for (const row of exposure.headroom(buy, sell, intent.dealId)) {
      if (usd.lte(row.usd)) continue;
      return refusal(
        row.reason,
        `${usd.toFixed(2)} USD is over what is left of the ${row.name}: ${row.usd.toFixed(2)} of ${row.capUsd.toFixed(2)} USD.`,
      );
    }
    return undefined;
  }

  #insideBand(listing: Listing, terms: ListingTerms, side: Side, price: Decimal): Decimal {
    const reference = this.#ownMid(listing);
    // Without a book there is nothing to clamp to; a rescue is still worth trying and the venue has the last word.
    return reference === undefined ? price : clampToBand(side, price, terms, reference);
  }

  #ownMid(listing: Listing): Decimal | undefined {
    const touch = this.#options.market.snapshot(listing.id);
    return touch === undefined ? undefined : decimal(touch.bid).plus(decimal(touch.ask)).times(decimal('0.5'));
  }
}

import type { Listing } from '#shared/domain/listing';
import type { Liquidity, Side } from '#shared/domain/order';
import type { Alternate } from '#shared/domain/plan';
import { BPS, bpsOf, type Decimal, min, ONE_BP, toDouble, wire, ZERO } from '#shared/money/decimal';
import type { PortfolioView } from '../ledger/view.ts';
import type { MarketView } from '../market/view.ts';
import { latencyBps, reliabilityBps } from '../plan/costs.ts';
import { heldBy, take } from '../plan/levels.ts';
import { type LegMarket, readLeg } from '../plan/pair.ts';
import { feeBpsOf, restingPrice } from '../plan/style.ts';
import type { HealthView } from '../risk/health-view.ts';
import { smallestOrder } from '../risk/order-rules.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import type { VenueChecks } from './venue-checks.ts';

/** What is to be done somewhere: one leg of a deal. */
export interface LegTask {
  /** Index of the plan's leg. */
  readonly leg: number;
  readonly side: Side;
  readonly liquidity: Liquidity;
  readonly quantity: Decimal;
  readonly account: string;
  /** USD price that slippage is counted from: the planned leg's own reference. */
  readonly referenceUsd: Decimal;
  readonly volatilityBps: number;
}

export interface ScorerOptions {
  readonly market: MarketView;
  readonly health: HealthView;
  readonly portfolio: PortfolioView;
  readonly checks: VenueChecks;
}

/** A scored listing with the market it was scored on. */
export interface Scored {
  readonly alternate: Alternate;
  readonly market: LegMarket;
}

/**
 * RO-3: the expected total cost of doing a leg on a listing, bps: fee + slippage + latency + reliability. Slippage is
 * the average price against the planned leg's reference in USD, so that scores of different venues compare; it is
 * negative where the listing is the better one.
 */
export class VenueScorer {
  readonly #options: ScorerOptions;

  constructor(options: ScorerOptions) {
    this.#options = options;
  }

  /** `undefined` where the listing has no price at all now: what cannot be priced cannot be ranked. */
  score(listing: Listing, task: LegTask): Scored | undefined {
    const { market, health } = this.#options;
    const read = readLeg(market, health, listing, task.side === 'buy' ? 'ask' : 'bid');
    if (!read.ok) return undefined;
    const leg = read.value;
    const price = this.#price(leg, task);
    if (price === undefined) return undefined;
    const direction = task.side === 'buy' ? '1' : '-1';
    const six = (value: number) => Number(value.toFixed(6));
    const apart = price.times(leg.usd).minus(task.referenceUsd).times(direction);
    const slippageBps = six(toDouble(bpsOf(apart, task.referenceUsd)));
    const latency = six(latencyBps(task.volatilityBps, leg.latencyMs, 0));
    const reliability = six(reliabilityBps(leg.health, 1));
    const fee = feeBpsOf(leg, task.liquidity);
    const why = this.#unusable(leg, task, price);
    return {
      market: leg,
      alternate: {
        venue: listing.venue,
        listing: listing.id,
        leg: task.leg,
        score: six(toDouble(fee) + slippageBps + latency + reliability),
        feeBps: wire(fee),
        slippageBps,
        latencyBps: latency,
        reliabilityBps: reliability,
        eligible: why === undefined,
        reason: why?.reason ?? null,
      },
    };
  }

  /** Average price for as much of the quantity as the ladder holds; a resting order's own price. */
  #price(leg: LegMarket, task: LegTask): Decimal | undefined {
    if (task.liquidity === 'maker') return restingPrice(leg, task.side);
    const held = min(heldBy(leg.levels), task.quantity);
    return held.lte(ZERO) ? undefined : take(leg.levels, held)?.average;
  }

  #unusable(leg: LegMarket, task: LegTask, price: Decimal): Refusal | undefined {
    const safe = this.#options.checks.all(leg.listing);
    if (safe !== undefined) return safe;
    if (task.liquidity === 'taker' && heldBy(leg.levels).lt(task.quantity)) {
      return refusal('insufficient-depth', `${leg.listing.id} is too thin.`);
    }
    if (task.quantity.lt(smallestOrder(leg.terms, price))) {
      return refusal('lot-too-small', `The size is below the smallest order on ${leg.listing.id}.`);
    }
    const { portfolio } = this.#options;
    const { venue, base, quote } = leg.listing;
    const needed =
      task.side === 'sell'
        ? task.quantity
        : task.quantity
            .times(price)
            .times(BPS.plus(feeBpsOf(leg, task.liquidity)))
            .times(ONE_BP);
    const held = portfolio.available(task.account, venue, task.side === 'sell' ? base : quote);
    return held.lt(needed) ? refusal('no-inventory', `Not enough working inventory on ${venue}.`) : undefined;
  }
}

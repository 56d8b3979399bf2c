import type { Listing } from '#shared/domain/listing';
import { opposite, type Side } from '#shared/domain/order';
import type { MakerTaker } from '#shared/domain/plan';
import type { Decimal } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';
import type { MarketView } from '../market/view.ts';
import { legOf, type Pair, touchOf } from '../plan/pair.ts';
import { type EntryStyle, entryReference } from '../plan/style.ts';
import type { FillTimeStats } from './fill-times.ts';
import type { LifetimeView } from './lifetimes.ts';
import { compare, fillChance, type Waiting } from './maker-taker.ts';
import { roleFitBps, roleRank } from './roles.ts';
import type { LegTask, Scored, VenueScorer } from './scorer.ts';

/** A way of entering that pays, with what it would leave, bps. */
export interface Offer {
  readonly style: EntryStyle;
  readonly netBps: number;
}

export interface Choice<O extends Offer> {
  readonly offer: O;
  readonly makerTaker: MakerTaker;
}

export interface RouterOptions {
  readonly market: MarketView;
  readonly scorer: VenueScorer;
  readonly settings: () => Settings;
  readonly fillTimes: FillTimeStats;
  readonly lifetimes: LifetimeView;
}

/** A difference of health below this says nothing about which venue is the surer one. */
const HEALTH_STEP = 0.05;

/** RO-1: decides which leg goes first, whether it rests or takes (RO-2), and what else could have served (RO-3). */
export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /**
   * The leg a taking deal begins with: the hedge belongs on the surer venue, which is the healthier one; where both are
   * as healthy, the one whose role it is (RO-5), then the quicker one, then the buy leg goes first.
   */
  takingSide(pair: Pair): Side {
    const healthier = pair.sell.health - pair.buy.health;
    if (Math.abs(healthier) >= HEALTH_STEP) return healthier > 0 ? 'buy' : 'sell';
    const stack = this.#options.settings().venueStack;
    const { venue: buyVenue } = pair.buy.listing;
    const { venue: sellVenue } = pair.sell.listing;
    const fit = roleFitBps(stack, buyVenue, sellVenue) - roleFitBps(stack, sellVenue, buyVenue);
    if (fit !== 0) return fit > 0 ? 'buy' : 'sell';
    return pair.sell.latencyMs <= pair.buy.latencyMs ? 'buy' : 'sell';
  }

  /** RO-2 over the ways that pay; `undefined` when none does. Of two resting legs, the better after its fill chance. */
  choose<O extends Offer>(pair: Pair, offers: readonly O[]): Choice<O> | undefined {
    const { settings } = this.#options;
    const { venueStack, routing } = settings();
    let resting: { readonly offer: O; readonly waiting: Waiting; readonly worth: number } | undefined;
    let taking: O | undefined;
    for (const offer of offers) {
      if (offer.style.liquidity === 'taker') {
        if (taking === undefined || offer.netBps > taking.netBps) taking = offer;
        continue;
      }
      const waiting = this.#waiting(pair, offer);
      const chance = fillChance(waiting.lifetimeMs, waiting.expectedWaitMs);
      const entry = legOf(pair, offer.style.side).listing.venue;
      const hedge = legOf(pair, opposite(offer.style.side)).listing.venue;
      const worth = offer.netBps * chance + roleFitBps(venueStack, entry, hedge);
      if (resting === undefined || worth > resting.worth) resting = { offer, waiting, worth };
    }
    const makerTaker = compare(resting?.waiting, taking?.netBps, routing.makerFirst);
    const offer = makerTaker?.chosen === 'maker' ? resting?.offer : taking;
    return makerTaker === undefined || offer === undefined ? undefined : { offer, makerTaker };
  }

  /**
   * RO-3: every other listing that could do either leg, best first per leg; equal scores by role, then in the order of
   * the catalogue. A listing of the other leg's own book is no alternative: trading it there would undo the deal.
   */
  alternates(pair: Pair, style: EntryStyle, quantity: Decimal, account: string): readonly Scored[] {
    return [
      ...this.#ranked(pair, style, style.side, quantity, account),
      ...this.hedges(pair, style, quantity, account),
    ];
  }

  /** The same for the hedge leg alone (EX-8). */
  hedges(pair: Pair, style: EntryStyle, quantity: Decimal, account: string): readonly Scored[] {
    return this.#ranked(pair, style, opposite(style.side), quantity, account);
  }

  #ranked(pair: Pair, style: EntryStyle, side: Side, quantity: Decimal, account: string): readonly Scored[] {
    const { market, scorer, settings } = this.#options;
    const entering = side === style.side;
    const own = legOf(pair, side);
    const other = legOf(pair, opposite(side)).listing;
    const reference = entering ? entryReference(pair, style) : touchOf(own, side);
    const task: LegTask = {
      leg: entering ? 0 : 1,
      side,
      liquidity: entering ? style.liquidity : 'taker',
      quantity,
      account,
      referenceUsd: reference.times(own.usd),
      volatilityBps: pair.volatilityBps,
    };
    const usable = (listing: Listing) =>
      listing.product === 'spot' && listing.bookId !== own.listing.bookId && listing.bookId !== other.bookId;
    const stack = settings().venueStack;
    const scored: Scored[] = [];
    for (const listing of market.listingsOf(pair.base)) {
      const row = usable(listing) ? scorer.score(listing, task) : undefined;
      if (row !== undefined) scored.push(row);
    }
    return scored.sort(
      (a, b) =>
        a.alternate.score - b.alternate.score ||
        roleRank(stack, a.alternate.venue) - roleRank(stack, b.alternate.venue),
    );
  }

  #waiting(pair: Pair, offer: Offer): Waiting {
    const { fillTimes, lifetimes } = this.#options;
    const wait = fillTimes.expected(legOf(pair, offer.style.side).listing.id);
    const life = lifetimes.expected(pair.base, pair.buy.listing.venue, pair.sell.listing.venue);
    return {
      netBps: offer.netBps,
      expectedWaitMs: wait.ms,
      waitEvidence: wait.evidence,
      lifetimeMs: life.lifetimeMs,
      lifetimeSource: `${life.source}, ${life.evidence} ended`,
    };
  }
}

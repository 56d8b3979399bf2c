import type { Listing } from '#shared/domain/listing';
import type { Alternate, MakerTaker } from '#shared/domain/plan';
import type { Waterfall } from '#shared/domain/waterfall';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, decimal, min, toDouble, ZERO } from '#shared/money/decimal';
import type { Profile, Settings } from '#shared/settings/settings';
import type { PortfolioView } from '../ledger/view.ts';
import type { MarketView } from '../market/view.ts';
import type { VenueCapabilities } from '../ports.ts';
import type { AccountRules } from '../risk/account-rules.ts';
import { type Collar, collarOf } from '../risk/collar.ts';
import { type Exposure, tradeRiskUsd, withoutEquity } from '../risk/exposure.ts';
import type { HealthView } from '../risk/health-view.ts';
import type { LimitValues } from '../risk/limits.ts';
import type { OrderRate } from '../risk/order-rate.ts';
import type { Pacing } from '../risk/pacing.ts';
import type { Permission } from '../risk/permission.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import { mayRest } from '../risk/resting-guard.ts';
import type { Choice, Router } from '../route/router.ts';
import type { AgePolicy } from './ages.ts';
import { confidenceOf, type Draft, draftOf } from './draft.ts';
import { type LegMarket, legOf, type Pair, readPair, touchOf } from './pair.ts';
import { type Proposal, type Proposed, propose } from './proposal.ts';
import { type RescueLadder, rescueLadder } from './rescue.ts';
import type { EntryStyle } from './style.ts';

export interface ExactOptions {
  readonly clock: Clock;
  readonly market: MarketView;
  readonly portfolio: PortfolioView;
  readonly health: HealthView;
  readonly settings: () => Settings;
  readonly limits: LimitValues;
  readonly router: Router;
  readonly exposure: Exposure;
  /** The terms of the accounts on both venues. */
  readonly rules: AccountRules;
  readonly orderRate: OrderRate;
  readonly pacing: Pacing;
  readonly permission: Permission;
  readonly ages: AgePolicy;
  /** What the account's broker on a venue can do; `undefined` where there is none. */
  readonly capabilities: (venue: Listing['venue'], account: string) => VenueCapabilities | undefined;
  /** Why the account takes nothing new there now; `undefined` when it does (AC-1). */
  readonly unfit: (venue: Listing['venue'], account: string) => string | undefined;
}

/** What the exact look found: a draft of a plan or a refusal, with whatever could be priced on the way. */
export interface Weighed {
  readonly refusal: Refusal | undefined;
  readonly draft: Draft | undefined;
  readonly waterfall: Waterfall | undefined;
  readonly quantity: Decimal | undefined;
  readonly notionalUsd: Decimal | undefined;
  /** Scored when asked for: most refusals repeat one that was recorded already. */
  readonly alternates: () => readonly Alternate[];
  readonly makerTaker: MakerTaker | undefined;
  readonly confidence: number | undefined;
}

/** A refusal before anything could be priced. */
export const UNPRICED: Omit<Weighed, 'refusal'> = {
  draft: undefined,
  waterfall: undefined,
  quantity: undefined,
  notionalUsd: undefined,
  alternates: () => [],
  makerTaker: undefined,
  confidence: undefined,
};
const refusedFlat = (why: Refusal): Weighed => ({ ...UNPRICED, refusal: why });

/**
 * Stage 2 of a judgement: everything in decimals. Reasons are tested in a fixed order, the market's before ours, so
 * that a stopped engine still says what the market offered: inputs (`telemetry-incomplete`, conversion), plausibility,
 * order kinds, then per way of entering the edge, protective exit, inventory, caps and lots, then age, conflicts,
 * stops, open deals of the accounts, pacing, order rate, and permission last.
 */
export class ExactJudge {
  readonly #options: ExactOptions;

  constructor(options: ExactOptions) {
    this.#options = options;
  }

  /**
   * `ageMs`: of the divergence; `undefined` when an accepted plan is planned anew and its age was judged before. `only`:
   * the one way of entering to price, where stage 1 saw that none pays and this one comes closest.
   */
  weigh(profile: Profile, buy: Listing, sell: Listing, ageMs: number | undefined, only?: EntryStyle): Weighed {
    const { market, health, portfolio, limits } = this.#options;
    const equityUsd = portfolio.equityUsd();
    if (equityUsd === undefined || equityUsd.lte(ZERO)) return refusedFlat(withoutEquity(equityUsd));
    const largestUsd = equityUsd.times(limits.exact('maxDealNotionalPct')).times(decimal('0.01'));
    const read = readPair(market, health, buy, sell, largestUsd);
    if (!read.ok) return refusedFlat(read.error);
    const pair = read.value;
    const styles = this.#styles(profile, pair);
    if (!styles.ok) return refusedFlat(styles.error);
    const collars = {
      buy: collarOf(market, limits, buy, pair.composite),
      sell: collarOf(market, limits, sell, pair.composite),
    };
    if (!collars.buy.ok) return refusedFlat(collars.buy.error);
    if (!collars.sell.ok) return refusedFlat(collars.sell.error);
    const sides = { buy: collars.buy.value, sell: collars.sell.value };
    const outside = outsideCollar(pair, sides, limits);
    if (outside !== undefined) return refusedFlat(outside);

    const wanted = styles.value.filter(
      (style) => style.liquidity === only?.liquidity && (style.side === only.side || style.liquidity === 'taker'),
    );
    const proposed = (wanted.length > 0 ? wanted : styles.value).map((style) =>
      propose(pair, style, profile.account, equityUsd, sides[style.side], this.#options),
    );
    return this.#decide(profile, pair, proposed, ageMs);
  }

  #decide(profile: Profile, pair: Pair, proposed: readonly Proposed[], ageMs: number | undefined): Weighed {
    const { router, limits, ages } = this.#options;
    const paying = proposed.flatMap((one) => (one.kind === 'pays' ? [one.proposal] : []));
    if (paying.length === 0) return closest(pair, proposed);
    const mostMs = limits.double('divergenceMaxMs') * ages.maximumFactor;
    const tooOld = ageMs !== undefined && ageMs > mostMs;
    const offers = tooOld ? paying.filter((offer) => offer.style.liquidity === 'maker') : paying;
    const choice = router.choose(pair, offers);
    if (choice === undefined) {
      const age = ((ageMs ?? 0) / 1000).toFixed(1);
      const why = refusal(
        'divergence-too-old',
        `It has stood for ${age} s; taking is allowed up to ${(mostMs / 1000).toFixed(1)} s and resting does not pay.`,
      );
      return { ...priced(pair, paying[0] as Proposal), refusal: why };
    }
    const why = this.#ageRefusal(ageMs) ?? this.#ownRefusal(profile, pair);
    return this.#written(profile, pair, choice, why);
  }

  /** The ways of entering that the venues' order kinds allow; a refusal where the hedge or the way back is missing. */
  #styles(profile: Profile, pair: Pair): Result<readonly EntryStyle[], Refusal> {
    const able = (leg: LegMarket) => this.#options.capabilities(leg.listing.venue, profile.account);
    const buying = able(pair.buy);
    const selling = able(pair.sell);
    for (const [leg, known] of [
      [pair.buy, buying],
      [pair.sell, selling],
    ] as const) {
      if (known === undefined) {
        const account = `“${profile.account}” on ${leg.listing.venue}`;
        return err(refusal('unsupported-order', `No broker serves the account ${account}.`));
      }
      const unfit = this.#options.unfit(leg.listing.venue, profile.account);
      if (unfit !== undefined)
        return err(refusal('account-blocked', `“${profile.account}” on ${leg.listing.venue}: ${unfit}`));
      if (!known.orderKinds.includes('ioc')) {
        return err(refusal('no-protective-exit', `${leg.listing.venue} takes no IOC order to hedge or unwind with.`));
      }
    }
    const styles: EntryStyle[] = [{ side: this.#options.router.takingSide(pair), liquidity: 'taker' }];
    if (buying !== undefined && mayRest(buying)) styles.push({ side: 'buy', liquidity: 'maker' });
    if (selling !== undefined && mayRest(selling)) styles.push({ side: 'sell', liquidity: 'maker' });
    return ok(styles);
  }

  #ageRefusal(ageMs: number | undefined): Refusal | undefined {
    const leastMs = this.#options.limits.double('divergenceMinMs') * this.#options.ages.minimumFactor;
    if (ageMs === undefined || ageMs >= leastMs) return undefined;
    return refusal('divergence-too-young', `It is ${ageMs.toFixed(0)} ms old; the least is ${leastMs.toFixed(0)} ms.`);
  }

  /** Everything that is about us and not about the market. */
  #ownRefusal(profile: Profile, pair: Pair): Refusal | undefined {
    const { exposure, rules, pacing, orderRate, permission } = this.#options;
    const permitted = () => {
      const answer = permission.permission();
      return answer.allowed ? undefined : refusal(answer.reason, answer.detail);
    };
    return (
      this.#conflict(pair) ??
      exposure.stops(profile) ??
      rules.full(pair.buy.listing, pair.sell.listing) ??
      pacing.blocked(profile, pair.base) ??
      orderRate.blocked(pair.buy.listing.venue) ??
      orderRate.blocked(pair.sell.listing.venue) ??
      permitted()
    );
  }

  /** EX-10: one direction per book, and one deal at a time on an ordered pair. */
  #conflict(pair: Pair): Refusal | undefined {
    const { portfolio, market } = this.#options;
    const book = (id: Listing['id']) => market.listing(id)?.bookId ?? id;
    const buyBook = pair.buy.listing.bookId;
    const sellBook = pair.sell.listing.bookId;
    let same: string | undefined;
    for (const deal of portfolio.openDeals()) {
      if (deal.base !== pair.base) continue;
      if (book(deal.sell) === buyBook || book(deal.buy) === sellBook) {
        return refusal('conflicting-position', `Deal ${deal.dealId} trades the other way on one of the two books.`);
      }
      if (book(deal.buy) === buyBook && book(deal.sell) === sellBook) same = deal.dealId;
    }
    return same === undefined ? undefined : refusal('max-concurrent', `Deal ${same} is already open on this pair.`);
  }

  #written(profile: Profile, pair: Pair, choice: Choice<Proposal>, why: Refusal | undefined): Weighed {
    const { router, market, limits, settings, clock } = this.#options;
    const { offer, makerTaker } = choice;
    const { style, evaluation, entryLimit } = offer;
    const entryBook = legOf(pair, style.side).listing.bookId;
    const score = () => router.alternates(pair, style, evaluation.quantity, profile.account);
    const seen = { ...priced(pair, offer), makerTaker };
    if (why !== undefined) return { ...seen, refusal: why, alternates: () => score().map((one) => one.alternate) };
    const scored = score();
    const alternates = scored.map((one) => one.alternate);
    const elsewhere = scored.filter(
      (one) => one.alternate.leg === 1 && one.alternate.eligible && one.market.listing.bookId !== entryBook,
    );
    const others = elsewhere.map((one) => one.market);
    const ladder = this.#ladder(pair, style, entryLimit, others, evaluation.quantity);
    if (!ladder.ok) return { ...seen, refusal: ladder.error, alternates: () => alternates };
    const draft = draftOf(market, {
      profile,
      pair,
      proposal: offer,
      ladder: ladder.value,
      makerTaker,
      alternates,
      maxSlippageBps: limits.exact('maxSlippageBps'),
      restingLifetimeMs: toDouble(decimal(settings().routing.restingLifetimeS)) * 1000,
      atMs: clock.wallMs(),
    });
    return { ...seen, refusal: undefined, draft, alternates: () => alternates };
  }

  /** The rungs of a plan. A listing that could take the hedge is none where that might lose more than a trade may. */
  #ladder(
    pair: Pair,
    style: EntryStyle,
    entryLimit: Decimal,
    others: readonly LegMarket[],
    quantity: Decimal,
  ): Result<RescueLadder, Refusal> {
    const { limits, portfolio, rules } = this.#options;
    const ladder = rescueLadder(pair, style, entryLimit, others);
    // Known here, or nothing would have been priced; of unknown equity nothing may be risked.
    const equityUsd = portfolio.equityUsd() ?? ZERO;
    const riskUsd = tradeRiskUsd(limits, equityUsd);
    const allowed = rules.allowance(pair.buy.listing, pair.sell.listing, equityUsd);
    const mostUsd = allowed === undefined ? riskUsd : min(riskUsd, allowed.usd);
    const fits = (one: Result<RescueLadder, Refusal>) =>
      one.ok && one.value.worstLossPerUnitUsd.times(quantity).lte(mostUsd);
    if (fits(ladder)) return ladder;
    const affordable = others.filter((other) => fits(rescueLadder(pair, style, entryLimit, [other])));
    return rescueLadder(pair, style, entryLimit, affordable);
  }
}

/** A price further from the composite than the collar cannot be right, whichever of the two is wrong. */
function outsideCollar(
  pair: Pair,
  collars: { readonly buy: Collar; readonly sell: Collar },
  limits: LimitValues,
): Refusal | undefined {
  for (const side of ['buy', 'sell'] as const) {
    const leg = legOf(pair, side);
    const touch = touchOf(leg, side);
    const { low, high, mid } = collars[side];
    if (touch.gte(low) && touch.lte(high)) continue;
    const bps = limits.double('priceCollarBps');
    return refusal(
      'implausible-edge',
      `${touch.toFixed()} on ${leg.listing.id} is outside the collar of ${bps} bps around ${mid.round(8).toFixed()}.`,
    );
  }
  return undefined;
}

/** No way pays: the reason of the one that came closest. */
function closest(pair: Pair, proposed: readonly Proposed[]): Weighed {
  let best: { readonly why: Refusal; readonly found: Proposed; readonly netBps: number } | undefined;
  for (const one of proposed) {
    if (one.kind === 'pays') continue;
    const netBps = one.evaluation === undefined ? -Infinity : Number(one.evaluation.waterfall.netBps);
    if (best === undefined || netBps > best.netBps) best = { why: one.refusal, found: one, netBps };
  }
  if (best === undefined) return refusedFlat(refusal('unsupported-order', 'No way of entering is left.'));
  const evaluation = best.found.kind === 'refused' ? best.found.evaluation : undefined;
  return {
    ...UNPRICED,
    refusal: best.why,
    waterfall: evaluation?.waterfall,
    quantity: evaluation?.quantity,
    notionalUsd: evaluation?.quantity.times(evaluation.buy.average).times(pair.buy.usd),
    confidence: confidenceOf(pair),
  };
}

function priced(pair: Pair, proposal: Proposal): Omit<Weighed, 'refusal'> {
  const { evaluation } = proposal;
  return {
    ...UNPRICED,
    waterfall: evaluation.waterfall,
    quantity: evaluation.quantity,
    notionalUsd: evaluation.quantity.times(evaluation.buy.average).times(pair.buy.usd),
    confidence: confidenceOf(pair),
  };
}

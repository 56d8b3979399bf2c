import { opposite } from '#shared/domain/order';
import { ceilTo, type Decimal, floorTo, fromDouble, max, min, toDouble, wire } from '#shared/money/decimal';
import type { PortfolioView } from '../ledger/view.ts';
import type { AccountRules } from '../risk/account-rules.ts';
import type { Collar } from '../risk/collar.ts';
import type { Exposure } from '../risk/exposure.ts';
import type { LimitValues } from '../risk/limits.ts';
import { commonLot, safePrice, smallestOrder, worsened } from '../risk/order-rules.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import { quantityCaps } from './caps.ts';
import { restoringBps } from './costs.ts';
import { type Evaluation, evaluate, standingCosts } from './evaluate.ts';
import { legOf, type Pair } from './pair.ts';
import { hedgeableShare, RESCUE, rescueLadder } from './rescue.ts';
import { sizeByEdge } from './sizing.ts';
import { type EntryStyle, entryReference } from './style.ts';
import { edgeDetail, edgeReason, readingOf } from './waterfall.ts';

/** A style with its size, prices and edge: what the router chooses among. */
export interface Proposal {
  readonly style: EntryStyle;
  readonly netBps: number;
  readonly evaluation: Evaluation;
  /** What the entry is sent at, and the worst it may ever be sent at. */
  readonly entryPrice: Decimal;
  readonly entryLimit: Decimal;
}

export type Proposed =
  | { readonly kind: 'pays'; readonly proposal: Proposal }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly evaluation: Evaluation | undefined };

export interface ProposalDeps {
  readonly portfolio: PortfolioView;
  readonly exposure: Exposure;
  readonly rules: AccountRules;
  readonly limits: LimitValues;
}

/** Smallest size of the pair that both venues take and whose hedge and unwind they take too, base units. */
export function smallestDeal(pair: Pair, style: EntryStyle): Decimal {
  const lowest = (side: 'buy' | 'sell') => {
    const leg = legOf(pair, side);
    // A value minimum is met at the lowest price a rescue may have to accept.
    return smallestOrder(leg.terms, worsened('sell', leg.bid, RESCUE.wideBps));
  };
  const needed = max(lowest('buy'), lowest('sell')).div(hedgeableShare(pair.buy.terms, style));
  return ceilTo(needed, commonLot(pair.buy.terms.lot, pair.sell.terms.lot));
}

/**
 * SD-2, CO-1, EX-9: sizes and prices one style. Refused with the first cost that kills the edge of the smallest size,
 * else with the cap that leaves less than that, else with what ended the walk.
 */
export function propose(
  pair: Pair,
  style: EntryStyle,
  account: string,
  equityUsd: Decimal,
  collar: Collar,
  deps: ProposalDeps,
): Proposed {
  const { limits, portfolio } = deps;
  const minNet = limits.exact('minNetEdgeBps');
  const maxSlippage = limits.exact('maxSlippageBps');
  const entry = legOf(pair, style.side);
  const reference = entryReference(pair, style);
  const furthest = (price: Decimal) =>
    safePrice(style.side, style.side === 'buy' ? min(price, collar.high) : max(price, collar.low), entry.terms.tick);
  const entryWorst = furthest(worsened(style.side, reference, maxSlippage));
  const smallest = smallestDeal(pair, style);
  const restoring = (size: Decimal) => restoringBps(portfolio, account, pair, size);
  const priced = (size: Decimal) => evaluate(pair, style, size, restoring(size));
  const refused = (why: Refusal, evaluation: Evaluation | undefined): Proposed => ({
    kind: 'refused',
    refusal: why,
    evaluation,
  });

  const probe = priced(smallest);
  if (probe === undefined) {
    return refused(
      refusal('insufficient-depth', `The books do not hold the smallest deal of ${wire(smallest)} ${pair.base}.`),
      undefined,
    );
  }
  const killed = edgeRefusal(probe, limits);
  if (killed !== undefined) return refused(killed, probe);
  const ladder = rescueLadder(pair, style, entryWorst, []);
  if (!ladder.ok) return refused(ladder.error, probe);
  const caps = quantityCaps(
    { pair, style, account, equityUsd, entryWorst, worstLossPerUnitUsd: ladder.value.worstLossPerUnitUsd },
    deps,
  );
  const tightest = caps[0];
  if (tightest === undefined || tightest.quantity.lt(smallest)) {
    const why = tightest?.refusal() ?? refusal('telemetry-incomplete', 'No cap is known.');
    return refused(refusal(why.reason, `${why.detail} The smallest deal is ${wire(smallest)} ${pair.base}.`), probe);
  }
  const lot = commonLot(pair.buy.terms.lot, pair.sell.terms.lot);
  const standing = standingCosts(pair, style);
  const fixed = standing.latency + standing.reliability + standing.legFailure;
  // Restoring costs grow with the size: where the whole cap does not pay, less of it may.
  for (const share of ['1', '0.25']) {
    const cap = max(tightest.quantity.times(share), smallest);
    const sized = sizeByEdge(pair, style, fixed + restoring(cap), minNet, maxSlippage, cap);
    const quantity = floorTo(sized.quantity, lot);
    if (quantity.lt(smallest)) continue;
    const evaluation = priced(quantity);
    if (evaluation === undefined || edgeRefusal(evaluation, limits) !== undefined) continue;
    const spare = fromDouble(
      Math.min(toDouble(maxSlippage), readingOf(evaluation.waterfall).netBps - toDouble(minNet)),
      6,
    );
    const maker = style.liquidity === 'maker';
    const taken = furthest(style.side === 'buy' ? evaluation.buy.worst : evaluation.sell.worst);
    return {
      kind: 'pays',
      proposal: {
        style,
        netBps: Number(evaluation.waterfall.netBps),
        evaluation,
        entryPrice: maker ? reference : taken,
        entryLimit: maker ? furthest(worsened(style.side, reference, spare)) : taken,
      },
    };
  }
  const detail = `Less than the smallest deal of ${wire(smallest)} ${pair.base} earns ${wire(minNet)} bps at the margin.`;
  return refused(refusal('lot-too-small', detail), probe);
}

function edgeRefusal(evaluation: Evaluation, limits: LimitValues): Refusal | undefined {
  const reading = readingOf(evaluation.waterfall);
  const minNet = limits.double('minNetEdgeBps');
  const maxSlippage = limits.double('maxSlippageBps');
  const reason = edgeReason(reading, minNet, maxSlippage);
  return reason === undefined ? undefined : refusal(reason, edgeDetail(reason, reading, minNet, maxSlippage));
}

/** What is to be hedged of a filled entry, base units on the hedge venue's lot (EX-7). */
export function hedgeQuantity(pair: Pair, style: EntryStyle, quantity: Decimal): Decimal {
  const hedge = legOf(pair, opposite(style.side));
  if (style.side === 'buy') return floorTo(quantity.times(hedgeableShare(pair.buy.terms, style)), hedge.terms.lot);
  if (!pair.buy.terms.buyFeeInBase) return quantity;
  const arriving = hedgeableShare(pair.buy.terms, { side: 'buy', liquidity: 'taker' });
  return floorTo(quantity.div(arriving), hedge.terms.lot);
}

import { opposite, type Side } from '#shared/domain/order';
import type { Alternate, Conversion, MakerTaker, Plan, PlanLeg, QuoteSnapshot } from '#shared/domain/plan';
import { applyBps, type Decimal, decimal, wire } from '#shared/money/decimal';
import type { MarketView } from '../market/view.ts';
import { safePrice, worsened } from '../risk/order-rules.ts';
import { legOf, type Pair, touchOf } from './pair.ts';
import { hedgeQuantity, type Proposal } from './proposal.ts';
import { protectiveSentence, type RescueLadder } from './rescue.ts';
import { feeBpsOf, kindOf } from './style.ts';

/** A taking plan is sent at once or not at all: its prices are older than this after that. */
const TAKING_LIFE_MS = 1_000;

export interface DraftInputs {
  readonly profile: { readonly id: string; readonly account: string };
  readonly pair: Pair;
  readonly proposal: Proposal;
  readonly ladder: RescueLadder;
  readonly makerTaker: MakerTaker;
  readonly alternates: readonly Alternate[];
  readonly maxSlippageBps: Decimal;
  readonly restingLifetimeMs: number;
  readonly atMs: number;
}

/** A plan that has everything but its id. */
export type Draft = Omit<Plan, 'id'>;

/** PL-3: writes the plan down. Everything in it comes from one {@link Pair}, so it can be judged without the market. */
export function draftOf(market: MarketView, inputs: DraftInputs): Draft {
  const { pair, proposal, profile, ladder } = inputs;
  const { evaluation, style } = proposal;
  const { quantity, waterfall } = evaluation;
  const buyReference = style.side === 'buy' && style.liquidity === 'maker' ? proposal.entryPrice : pair.buy.ask;
  const notionalUsd = quantity.times(buyReference).times(pair.buy.usd);
  const worstLossUsd = ladder.worstLossPerUnitUsd.times(quantity);
  const maker = style.liquidity === 'maker';
  return {
    profile: profile.id,
    strategy: 'spread',
    base: pair.base,
    atMs: inputs.atMs,
    expiresAtMs: inputs.atMs + (maker ? inputs.restingLifetimeMs : TAKING_LIFE_MS),
    quantity: wire(quantity),
    notionalUsd: wire(notionalUsd.round(8)),
    expectedNetUsd: wire(applyBps(notionalUsd, decimal(waterfall.netBps)).round(8)),
    worstLossUsd: wire(worstLossUsd.round(8)),
    legs: [entryLeg(inputs), hedgeLeg(inputs)],
    waterfall,
    conversion: conversionOf(pair),
    makerTaker: inputs.makerTaker,
    alternates: [...inputs.alternates],
    protectiveExit: {
      kind: 'hedge-with-unwind',
      sentence: protectiveSentence(pair, style, ladder.steps, worstLossUsd),
    },
    rescue: [...ladder.steps],
    inputs: snapshots(market, pair),
    confidence: confidenceOf(pair),
  };
}

/** How sure the plan is of its prices: that of the composite, times the health of the worse venue; four places. */
export function confidenceOf(pair: Pair): number {
  const health = Math.min(pair.buy.health, pair.sell.health);
  return Number((pair.composite.confidence * health).toFixed(4));
}

function entryLeg({ pair, proposal, profile }: DraftInputs): PlanLeg {
  const { style, evaluation, entryPrice, entryLimit } = proposal;
  const leg = legOf(pair, style.side);
  return {
    index: 0,
    role: 'entry',
    venue: leg.listing.venue,
    account: profile.account,
    listing: leg.listing.id,
    side: style.side,
    kind: kindOf(style.liquidity),
    quantity: wire(evaluation.quantity),
    price: wire(entryPrice),
    limitPrice: wire(entryLimit),
    feeBps: wire(feeBpsOf(leg, style.liquidity)),
  };
}

/** The hedge's first attempt goes to the slippage limit from the touch; beyond that the rescue ladder decides (EX-8). */
function hedgeLeg({ pair, proposal, profile, maxSlippageBps }: DraftInputs): PlanLeg {
  const { style, evaluation } = proposal;
  const side: Side = opposite(style.side);
  const leg = legOf(pair, side);
  const planned = side === 'buy' ? evaluation.buy.worst : evaluation.sell.worst;
  return {
    index: 1,
    role: 'hedge',
    venue: leg.listing.venue,
    account: profile.account,
    listing: leg.listing.id,
    side,
    kind: 'ioc',
    quantity: wire(hedgeQuantity(pair, style, evaluation.quantity)),
    price: wire(planned),
    limitPrice: wire(safePrice(side, worsened(side, touchOf(leg, side), maxSlippageBps), leg.terms.tick)),
    feeBps: wire(leg.terms.takerFeeBps),
  };
}

function conversionOf(pair: Pair): Conversion {
  const { from, to, rate, through, ageMs } = pair.conversion;
  return { from, to, rate: wire(rate), through: [...through], handling: from === to ? 'none' : 'carried', ageMs };
}

/** The quotes of both legs and of every book the conversion crosses. */
function snapshots(market: MarketView, pair: Pair): QuoteSnapshot[] {
  const crossed = pair.conversion.through.flatMap((id) => market.snapshot(id) ?? []);
  return [pair.buy.snapshot, pair.sell.snapshot, ...crossed];
}

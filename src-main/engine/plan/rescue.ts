import { opposite, type Side } from '#shared/domain/order';
import type { RescueStep } from '#shared/domain/plan';
import { err, ok, type Result } from '#shared/kernel/result';
import { BPS, type Decimal, decimal, max, ONE_BP, wire, ZERO } from '#shared/money/decimal';
import { arrivingShare, type ListingTerms } from '../risk/listing-terms.ts';
import { clampToBand, isWorse, safePrice, worsened } from '../risk/order-rules.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import { type LegMarket, legOf, type Pair, touchOf } from './pair.ts';
import { type EntryStyle, feeBpsOf } from './style.ts';

/** EX-8: how far each rung may go from the touch it starts at, bps, and how often it is tried. Never an entry's limit. */
export const RESCUE = {
  hedgeBps: decimal('30'),
  hedgeAttempts: 3,
  elsewhereAttempts: 1,
  unwindBps: decimal('30'),
  unwindAttempts: 3,
  wideBps: decimal('120'),
  wideAttempts: 5,
} as const;

export interface RescueLadder {
  readonly steps: readonly RescueStep[];
  /** Loss per unit of base if the entry fills at its worst and the worst rung's bound is what is got, USD, ≥ 0. */
  readonly worstLossPerUnitUsd: Decimal;
}

/**
 * The rungs below a leg that cannot complete, each with its worst price, decided before the entry (EX-8). `entryWorst`:
 * the worst price the entry may fill at; `others`: listings that could take the hedge instead, best first. `no-protective-exit` where the venue's band leaves no way back (EX-9).
 */
export function rescueLadder(
  pair: Pair,
  style: EntryStyle,
  entryWorst: Decimal,
  others: readonly LegMarket[],
): Result<RescueLadder, Refusal> {
  const hedgeSide = opposite(style.side);
  const entry = legOf(pair, style.side);
  const hedge = legOf(pair, hedgeSide);
  const hedgeBound = boundOf(hedge, hedgeSide, RESCUE.hedgeBps);
  const unwind = boundOf(entry, hedgeSide, RESCUE.unwindBps);
  const wide = boundOf(entry, hedgeSide, RESCUE.wideBps);
  if (isWorse(hedgeSide, touchOf(entry, hedgeSide), wide) || unwind.lte(ZERO) || wide.lte(ZERO)) {
    return err(refusal('no-protective-exit', `The price band of ${entry.listing.id} leaves no price to unwind at.`));
  }
  const steps: RescueStep[] = [
    step('retry-hedge', 1, hedge, hedgeSide, hedgeBound, RESCUE.hedgeAttempts),
    ...others.map((leg) => {
      // The same money as the first rung allows, in the other listing's currency.
      const worth = hedgeBound.times(hedge.usd).div(leg.usd);
      const bound = clampToBand(hedgeSide, safePrice(hedgeSide, worth, leg.terms.tick), leg.terms, leg.mid);
      return step('hedge-elsewhere', 1, leg, hedgeSide, bound, RESCUE.elsewhereAttempts);
    }),
    step('unwind', 0, entry, hedgeSide, unwind, RESCUE.unwindAttempts),
    step('unwind-wide', 0, entry, hedgeSide, wide, RESCUE.wideAttempts),
    { action: 'hold', leg: 1, listing: null, side: null, bound: null, attempts: 0 },
  ];
  const loss = (leg: LegMarket, bound: Decimal) => lossPerUnitUsd(style, entry, entryWorst, leg, bound);
  const losses = [loss(hedge, hedgeBound), loss(entry, wide), ...others.map((leg) => loss(leg, boundIn(steps, leg)))];
  return ok({ steps, worstLossPerUnitUsd: losses.reduce(max, ZERO) });
}

/** EX-9: what protects the entry, in one sentence. */
export function protectiveSentence(
  pair: Pair,
  style: EntryStyle,
  steps: readonly RescueStep[],
  lossUsd: Decimal,
): string {
  const hedgeSide = opposite(style.side);
  const hedge = legOf(pair, hedgeSide).listing;
  const entry = legOf(pair, style.side).listing;
  const bound = (action: RescueStep['action']) => steps.find((rung) => rung.action === action)?.bound ?? '–';
  const elsewhere = steps.filter((rung) => rung.action === 'hedge-elsewhere').map((rung) => rung.listing);
  const also = elsewhere.length === 0 ? '' : `, then on ${elsewhere.join(', ')}`;
  return (
    `Every fill on ${entry.id} is hedged by a ${hedgeSide} on ${hedge.id} to ${bound('retry-hedge')} ${hedge.quote}${also}; ` +
    `failing that it is undone on ${entry.id} to ${bound('unwind')}, at last to ${bound('unwind-wide')} ${entry.quote}. ` +
    `Worst planned loss ${lossUsd.toFixed(2)} USD.`
  );
}

function boundOf(leg: LegMarket, side: Side, bps: Decimal): Decimal {
  const bound = safePrice(side, worsened(side, touchOf(leg, side), bps), leg.terms.tick);
  return clampToBand(side, bound, leg.terms, leg.mid);
}

function boundIn(steps: readonly RescueStep[], leg: LegMarket): Decimal {
  const rung = steps.find(
    (candidate) => candidate.action === 'hedge-elsewhere' && candidate.listing === leg.listing.id,
  );
  return decimal(rung?.bound ?? '0');
}

function step(
  action: RescueStep['action'],
  leg: number,
  market: LegMarket,
  side: Side,
  bound: Decimal,
  attempts: number,
): RescueStep {
  return { action, leg, listing: market.listing.id, side, bound: wire(bound), attempts };
}

/** Both ways taker-priced on the way out; the entry at its own role's fee. */
function lossPerUnitUsd(
  style: EntryStyle,
  entry: LegMarket,
  entryWorst: Decimal,
  exit: LegMarket,
  exitBound: Decimal,
): Decimal {
  const entryFee = feeBpsOf(entry, style.liquidity);
  const exitFee = exit.terms.takerFeeBps;
  const inUsd = entryWorst.times(entry.usd);
  const outUsd = exitBound.times(exit.usd);
  const loss =
    style.side === 'buy'
      ? paid(inUsd, entryFee).minus(received(outUsd, exitFee))
      : paid(outUsd, exitFee).minus(received(inUsd, entryFee));
  return max(loss, ZERO);
}

const paid = (amount: Decimal, feeBps: Decimal): Decimal => amount.times(BPS.plus(feeBps)).times(ONE_BP);
const received = (amount: Decimal, feeBps: Decimal): Decimal => amount.times(BPS.minus(feeBps)).times(ONE_BP);

/** Share of what the entry leg trades that is left to hedge or undo, where a fee is taken in the coin (EX-7). */
export function hedgeableShare(terms: ListingTerms, style: EntryStyle): Decimal {
  const feeBps = style.liquidity === 'maker' ? terms.makerFeeBps : terms.takerFeeBps;
  return style.side === 'buy' ? arrivingShare(terms, feeBps) : decimal('1');
}

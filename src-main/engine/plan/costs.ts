import type { Liquidity } from '#shared/domain/order';
import { type Decimal, toDouble, ZERO } from '#shared/money/decimal';
import type { PortfolioView } from '../ledger/view.ts';
import type { Pair } from './pair.ts';

/**
 * CO-1: the parts of the cost stack that are estimates, in bps of notional, costs positive. What is known (fees, ladder,
 * conversion) is priced exactly in `evaluate.ts`; these come from measured doubles and are rounded into the waterfall.
 */
export const COSTS = {
  /** One standard deviation of the move while orders travel: half of the moves that size are in our favour. */
  latencyFactor: 1,
  /** bps for a leg on a venue of health 0; a venue at the default floor of 0.6 costs 2 bps. */
  reliabilityBps: 5,
  /** Chance that the second leg does not complete on a perfectly healthy venue. */
  failureOfMaker: 0.005,
  failureOfTaker: 0.01,
  /** What is added to that chance on a venue of health 0. */
  failureOfHealth: 0.2,
  /** Share of a full restoration that is charged: the rest is undone by divergences the other way, which pay their own. */
  restoringShare: 0.25,
  /** What is added to that share where no venue tells whether the coin can be moved (MD-8). */
  unknownTransferShare: 0.05,
} as const;

/** Volatility (bps per √s) × √(latency in s) × factor; the latencies of both legs, which act one after the other. */
export function latencyBps(volatilityBps: number, firstMs: number, secondMs: number): number {
  return volatilityBps * Math.sqrt((firstMs + secondMs) / 1000) * COSTS.latencyFactor;
}

/** (1 − health) × factor for each leg. */
export function reliabilityBps(firstHealth: number, secondHealth: number): number {
  return (2 - firstHealth - secondHealth) * COSTS.reliabilityBps;
}

/** Chance that the hedge cannot complete, by how the deal is entered and how healthy the hedge's venue is. */
export function failureChance(liquidity: Liquidity, hedgeHealth: number): number {
  const base = liquidity === 'maker' ? COSTS.failureOfMaker : COSTS.failureOfTaker;
  return Math.min(1, base + (1 - hedgeHealth) * COSTS.failureOfHealth);
}

/**
 * Expected cost of a failed leg: its chance × what undoing the filled one costs (its fee for nothing, a taking fee back,
 * the spread, and the move meanwhile).
 */
export function legFailureBps(
  chance: number,
  entryFeeBps: number,
  unwindFeeBps: number,
  spreadBps: number,
  moveBps: number,
): number {
  return chance * Math.max(0, entryFeeBps + unwindFeeBps + spreadBps + moveBps);
}

/**
 * IN-1: what bringing the coins back will cost. Nothing when the trade moves both venues towards their targets;
 * otherwise a share of the two maker fees of trading them back, in proportion to how far from its target (1 = all of
 * it) the trade leaves the worse venue. A venue without a target counts as fully displaced. The share is larger where it
 * is not known whether the coin can be moved.
 */
export function restoringBps(
  portfolio: PortfolioView,
  account: string,
  { buy, sell, transfer }: Pair,
  quantity: Decimal,
): number {
  const base = buy.listing.base;
  const gaining = displacement(portfolio.drift(account, buy.listing.venue, base), quantity);
  const losing = displacement(portfolio.drift(account, sell.listing.venue, base), quantity.times('-1'));
  if (gaining.towards && losing.towards) return 0;
  const fees = buy.terms.makerFeeBpsDouble + sell.terms.makerFeeBpsDouble;
  const share = COSTS.restoringShare + (transfer === 'open' ? 0 : COSTS.unknownTransferShare);
  return Math.max(0, fees) * share * Math.max(gaining.share, losing.share);
}

function displacement(
  stands: ReturnType<PortfolioView['drift']>,
  change: Decimal,
): { readonly towards: boolean; readonly share: number } {
  if (stands === undefined) return { towards: false, share: 1 };
  const after = stands.drift.plus(change).abs();
  const towards = after.lte(stands.drift.abs());
  const share = stands.target.gt(ZERO) ? Math.min(1, toDouble(after) / toDouble(stands.target)) : 1;
  return { towards, share };
}

import { type Decimal, decimal, max, min, toDouble, ZERO } from '#shared/money/decimal';
import type { JournalObserver } from '../journal/journal.ts';
import type { DealRecord } from '../journal/records.ts';
import type { JournalState } from '../journal/state.ts';
import type { JournalRow } from '../ports.ts';
import type { DealResult } from './deal-result.ts';

/** What all closed deals together came to; USD, costs negative as in the waterfall. */
export interface Totals {
  readonly closed: number;
  readonly won: number;
  readonly unwound: number;
  readonly best: Decimal | undefined;
  readonly worst: Decimal | undefined;
  readonly expectedUsd: Decimal;
  readonly realisedUsd: Decimal;
  readonly feesUsd: Decimal;
  readonly expectedSlippageUsd: Decimal;
  readonly realisedSlippageUsd: Decimal;
  readonly makerFills: number;
  readonly takerFills: number;
  /** Deepest fall of trading equity from its peak so far, %. */
  readonly maxDrawdownPct: number;
}

const NOTHING: Totals = {
  closed: 0,
  won: 0,
  unwound: 0,
  best: undefined,
  worst: undefined,
  expectedUsd: ZERO,
  realisedUsd: ZERO,
  feesUsd: ZERO,
  expectedSlippageUsd: ZERO,
  realisedSlippageUsd: ZERO,
  makerFills: 0,
  takerFills: 0,
  maxDrawdownPct: 0,
};

/** What the totals read of the ledger, which must observe the journal before them. */
export interface ResultSource {
  result(deal: DealRecord): DealResult;
  drawdownFromPeakPct(): Decimal;
}

/**
 * Counts what deals came to, from journal rows alone, so that a restart gives the same. A deal that a late fill
 * reopened counts again with what it came to when it closes again; what it counted for before is taken out.
 */
export class DealTotals implements JournalObserver {
  readonly #state: JournalState;
  readonly #ledger: ResultSource;
  readonly #counted = new Map<string, Contribution>();
  #totals: Totals = NOTHING;

  constructor(state: JournalState, ledger: ResultSource) {
    this.#state = state;
    this.#ledger = ledger;
  }

  totals(): Totals {
    return this.#totals;
  }

  apply({ entry }: JournalRow): void {
    if (entry.kind !== 'deal-closed') return;
    const deal = this.#state.deal(entry.dealId);
    if (deal === undefined) return;
    const before = this.#counted.get(deal.id);
    if (before !== undefined) this.#add(before, -1);
    const now = contribution(deal, this.#ledger.result(deal), decimal(entry.realisedNetUsd));
    this.#counted.set(deal.id, now);
    const [oldest] = this.#counted.keys();
    // A fill more than a thousand deals late is counted as a deal of its own.
    if (this.#counted.size > 1000 && oldest !== undefined) this.#counted.delete(oldest);
    this.#add(now, 1);
    const drawdown = toDouble(this.#ledger.drawdownFromPeakPct());
    const { best, worst, maxDrawdownPct } = this.#totals;
    this.#totals = {
      ...this.#totals,
      best: best === undefined ? now.netUsd : max(best, now.netUsd),
      worst: worst === undefined ? now.netUsd : min(worst, now.netUsd),
      maxDrawdownPct: Math.max(maxDrawdownPct, drawdown),
    };
  }

  #add(part: Contribution, sign: 1 | -1): void {
    const t = this.#totals;
    const plus = (a: Decimal, b: Decimal) => (sign === 1 ? a.plus(b) : a.minus(b));
    this.#totals = {
      ...t,
      closed: t.closed + sign,
      won: t.won + sign * (part.netUsd.gt(ZERO) ? 1 : 0),
      unwound: t.unwound + sign * (part.unwound ? 1 : 0),
      expectedUsd: plus(t.expectedUsd, part.expectedUsd),
      realisedUsd: plus(t.realisedUsd, part.netUsd),
      feesUsd: plus(t.feesUsd, part.feesUsd),
      expectedSlippageUsd: plus(t.expectedSlippageUsd, part.expectedSlippageUsd),
      realisedSlippageUsd: plus(t.realisedSlippageUsd, part.realisedSlippageUsd),
      makerFills: t.makerFills + sign * part.makerFills,
      takerFills: t.takerFills + sign * part.takerFills,
    };
  }
}

interface Contribution {
  readonly netUsd: Decimal;
  readonly unwound: boolean;
  readonly expectedUsd: Decimal;
  readonly feesUsd: Decimal;
  readonly expectedSlippageUsd: Decimal;
  readonly realisedSlippageUsd: Decimal;
  readonly makerFills: number;
  readonly takerFills: number;
}

function contribution(deal: DealRecord, result: DealResult, netUsd: Decimal): Contribution {
  const part = (name: 'fees' | 'slippage') => result.parts.find((line) => line.part === name);
  let makerFills = 0;
  let takerFills = 0;
  for (const order of deal.orders) {
    for (const fill of order.fills) {
      if (fill.liquidity === 'maker') makerFills += 1;
      else takerFills += 1;
    }
  }
  const traded = makerFills + takerFills > 0;
  return {
    netUsd,
    unwound: deal.outcome === 'unwound',
    // A deal that never filled cost nothing and was expected to earn nothing more.
    expectedUsd: traded ? decimal(deal.plan.expectedNetUsd) : ZERO,
    feesUsd: part('fees')?.realisedUsd ?? ZERO,
    expectedSlippageUsd: traded ? (part('slippage')?.expectedUsd ?? ZERO) : ZERO,
    realisedSlippageUsd: part('slippage')?.realisedUsd ?? ZERO,
    makerFills,
    takerFills,
  };
}

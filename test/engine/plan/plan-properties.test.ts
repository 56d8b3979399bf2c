import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { termsOf } from '#engine/risk/listing-terms';
import { smallestOrder } from '#engine/risk/order-rules';
import { type Plan, planSchema } from '#shared/domain/plan';
import { decimal, ZERO } from '#shared/money/decimal';
import type { TextLevels } from '#support/fake-market';
import { openDeal } from '#support/fake-portfolio';
import { bitcoin, entryOf, PlanningRig } from '#support/planning-rig';

/** A market and books of account in which some divergences pay and some do not. */
const scene = fc.record({
  edgeTicks: fc.integer({ min: -50, max: 3000 }),
  spreadTicks: fc.integer({ min: 1, max: 60 }),
  sizes: fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 3, maxLength: 12 }),
  gapTicks: fc.integer({ min: 1, max: 120 }),
  feesBps: fc.tuple(...[0, 1, 2, 3].map(() => fc.constantFrom('-0.5', '0', '1', '2.5', '10'))),
  lots: fc.tuple(...[0, 1].map(() => fc.constantFrom('0.0001', '0.0003', '0.001', '0.00000001'))),
  minimums: fc.tuple(...[0, 1].map(() => fc.constantFrom('0', '5', '100'))),
  feeInBase: fc.boolean(),
  coins: fc.integer({ min: 0, max: 20_000 }),
  dollars: fc.integer({ min: 0, max: 60_000 }),
  health: fc.tuple(...[0, 1].map(() => fc.integer({ min: 60, max: 100 }))),
  volatility: fc.integer({ min: 0, max: 80 }),
  openUsd: fc.integer({ min: 0, max: 32_000 }),
  dealPct: fc.constantFrom('0.1', '5', '50'),
  riskPct: fc.constantFrom('0.05', '0.5'),
  mode: fc.constantFrom('per-venue' as const, 'unified' as const),
  makerFirst: fc.boolean(),
  lifetimeMs: fc.constantFrom(200, 2000, 60_000),
});
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

function stand(one: Scene): PlanningRig {
  const rig = new PlanningRig();
  const levels = (from: number, sign: number): TextLevels =>
    one.sizes.map((size, index) => [
      ((from + sign * index * one.gapTicks) / 10).toFixed(1),
      (size / 10_000).toFixed(4),
    ]);
  const ask = 500_000;
  const bid = ask + one.edgeTicks;
  const listing = (venue: 'binance' | 'kraken', index: 0 | 1) =>
    bitcoin(venue, 'USD', {
      makerFeeBps: one.feesBps[index * 2] ?? '0',
      takerFeeBps: one.feesBps[index * 2 + 1] ?? '0',
      lotStep: one.lots[index] ?? '0.0001',
      minQuantity: one.lots[index] ?? '0.0001',
      minNotional: one.minimums[index] ?? '0',
      feeCurrency: one.feeInBase ? 'received' : 'quote',
    });
  rig.market.list(listing('binance', 0), listing('kraken', 1));
  rig.market.quote(rig.binance.id, levels(ask - one.spreadTicks, -1), levels(ask, 1));
  rig.market.quote(rig.kraken.id, levels(bid, -1), levels(bid + one.spreadTicks, 1));
  rig.market.mids.set('BTC', ((ask + bid) / 20).toFixed(2));
  rig.market.volatility = one.volatility / 10;
  rig.portfolio.hold('kraken', 'BTC', (one.coins / 10_000).toFixed(4));
  rig.portfolio.hold('binance', 'USD', String(one.dollars));
  rig.scores.set('binance', (one.health[0] ?? 100) / 100);
  rig.scores.set('kraken', (one.health[1] ?? 100) / 100);
  rig.lifetimeMs = one.lifetimeMs;
  rig.settings = { ...rig.settings, budgetMode: one.mode };
  rig.limit('maxDealNotionalPct', one.dealPct);
  rig.limit('riskPerTradePct', one.riskPct);
  rig.limit('strategyBudgetPct', '100');
  rig.route({ makerFirst: one.makerFirst });
  rig.portfolio.deals.push(openDeal({ dealId: 'd0', base: 'ETH', notionalUsd: decimal(String(one.openUsd)) }));
  return rig;
}

const numbered = (one: Scene) => {
  const rig = stand(one);
  const buy = rig.market.listing(rig.binance.id) ?? rig.binance;
  const sell = rig.market.listing(rig.kraken.id) ?? rig.kraken;
  return { rig, buy, sell, judged: rig.judge() };
};

/** How many of the drawn scenes gave a plan: a property of plans that saw none would prove nothing. */
function eachPlan(seed: number, check: (rig: PlanningRig, plan: Plan) => void): number {
  let plans = 0;
  fc.assert(
    fc.property(scene, (one) => {
      const { rig, judged } = numbered(one);
      if (judged.plan === undefined) return;
      plans += 1;
      check(rig, judged.plan);
    }),
    { seed, numRuns: 250 },
  );
  return plans;
}

describe('plans', () => {
  it('[PL-1] a judgement is a plan or a reason, never both, never neither (seed 31)', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(scene, (one) => {
        const { judged } = numbered(one);
        const { verdict } = judged.candidate;
        seen.add(verdict.kind === 'plan' ? 'plan' : verdict.reason);
        expect(verdict.kind === 'plan').toBe(judged.plan !== undefined);
        if (verdict.kind === 'plan') expect(judged.plan?.id).toBe(verdict.planId);
      }),
      { seed: 31, numRuns: 250 },
    );
    for (const reason of ['plan', 'fees-kill', 'below-min-edge', 'no-inventory', 'budget-global']) {
      expect([...seen]).toContain(reason);
    }
  });

  it('[SD-2] a plan exceeds no cap, and what is left of each budget holds it (seed 32)', () => {
    const plans = eachPlan(32, (rig, plan) => {
      const quantity = decimal(plan.quantity);
      const [entry, hedge] = plan.legs;
      const buy = entry?.side === 'buy' ? entry : hedge;
      const sell = entry?.side === 'buy' ? hedge : entry;
      const worstUsd = quantity.times(decimal(buy?.limitPrice ?? '0'));
      expect(quantity.lte(rig.portfolio.available('paper', 'kraken', 'BTC'))).toBe(true);
      expect(decimal(sell?.quantity ?? '0').lte(rig.portfolio.available('paper', 'kraken', 'BTC'))).toBe(true);
      expect(worstUsd.lte(rig.portfolio.available('paper', 'binance', 'USD'))).toBe(true);
      const rows = rig.exposure.headroom(rig.binance, rig.kraken);
      expect(rows.length).toBeGreaterThanOrEqual(4);
      for (const row of rows) expect(decimal(plan.notionalUsd).lte(row.usd)).toBe(true);
    });
    expect(plans).toBeGreaterThan(40);
  });

  it('[RK-3] the worst planned loss stays within the risk per trade (seed 33)', () => {
    const plans = eachPlan(33, (rig, plan) => {
      const riskUsd = decimal('1000').times(rig.limits.exact('riskPerTradePct'));
      const loss = decimal(plan.worstLossUsd);
      expect(loss.gt(ZERO)).toBe(true);
      expect(loss.lte(riskUsd)).toBe(true);
    });
    expect(plans).toBeGreaterThan(40);
  });

  it('[ID-2] a plan is a whole number of lots, on the tick, and no smaller than the venues take (seed 34)', () => {
    const plans = eachPlan(34, (rig, plan) => {
      for (const leg of plan.legs) {
        const terms = termsOf(rig.market.listing(leg.listing) ?? rig.binance);
        const quantity = decimal(leg.quantity);
        expect(quantity.mod(terms.lot).eq(ZERO)).toBe(true);
        expect(quantity.gte(smallestOrder(terms, decimal(leg.price)))).toBe(true);
        expect(decimal(leg.price).mod(terms.tick).eq(ZERO)).toBe(true);
        expect(decimal(leg.limitPrice).mod(terms.tick).eq(ZERO)).toBe(true);
      }
    });
    expect(plans).toBeGreaterThan(40);
  });

  it('[PL-3] [EX-8] [EX-9] a plan explains itself: edge, protection, rescue, inputs (seed 35)', () => {
    const plans = eachPlan(35, (rig, plan) => {
      expect(planSchema.safeParse(plan).success).toBe(true);
      expect(Number(plan.waterfall.netBps)).toBeGreaterThanOrEqual(rig.limits.double('minNetEdgeBps'));
      expect(plan.rescue[0]?.action).toBe('retry-hedge');
      expect(plan.rescue.slice(-3).map((rung) => rung.action)).toEqual(['unwind', 'unwind-wide', 'hold']);
      expect(plan.protectiveExit.sentence).toContain('Worst planned loss');
      expect(plan.inputs.map((quote) => quote.listing)).toEqual([rig.binance.id, rig.kraken.id]);
      expect(plan.expiresAtMs).toBeGreaterThan(plan.atMs);
    });
    expect(plans).toBeGreaterThan(40);
  });

  it('[RK-1] the gate approves the entry of a plan at the worst price it may be sent at (seed 36)', () => {
    const plans = eachPlan(36, (rig, plan) => {
      const { binance, kraken } = rig;
      const notionalUsd = decimal(plan.notionalUsd);
      rig.portfolio.deals.push(openDeal({ dealId: 'd1', buy: binance.id, sell: kraken.id, notionalUsd }));
      const approved = rig.gate.approve(entryOf(plan));
      expect(approved.ok ? 'approved' : approved.error.detail).toBe('approved');
    });
    expect(plans).toBeGreaterThan(40);
  });

  it('[ID-5] equal inputs give equal verdicts and plans, byte for byte (seed 37)', () => {
    fc.assert(
      fc.property(scene, (one) => {
        expect(JSON.stringify(numbered(one).judged)).toBe(JSON.stringify(numbered(one).judged));
      }),
      { seed: 37, numRuns: 60 },
    );
  });

  it('[ID-4] the quick look in doubles refuses nothing that the exact look would plan (seed 38)', () => {
    let refused = 0;
    fc.assert(
      fc.property(scene, (one) => {
        const { rig, buy, sell, judged } = numbered(one);
        if (judged.recheckInMs !== undefined) return;
        refused += 1;
        expect(rig.planner.replan(rig.profile, buy, sell).ok).toBe(false);
      }),
      { seed: 38, numRuns: 250 },
    );
    expect(refused).toBeGreaterThan(40);
  });
});

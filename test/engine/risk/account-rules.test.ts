import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccountTerms, BUILT_IN_TERMS } from '#shared/domain/account-terms';
import type { Venue } from '#shared/domain/ids';
import type { Plan } from '#shared/domain/plan';
import { decimal, ZERO } from '#shared/money/decimal';
import { openDeal } from '#support/fake-portfolio';
import { bitcoin, book, entryOf, PlanningRig } from '#support/planning-rig';

const stated = (changes: Partial<AccountTerms>): AccountTerms => ({ ...BUILT_IN_TERMS, label: 'Mine', ...changes });

function judged(rig: PlanningRig) {
  const { candidate, plan } = rig.judge();
  const { verdict } = candidate;
  return { candidate, plan, reason: verdict.kind === 'plan' ? 'plan' : verdict.reason, verdict };
}

const detailOf = (rig: PlanningRig): string => {
  const { verdict } = judged(rig);
  return verdict.kind === 'plan' ? 'plan' : verdict.detail;
};

/** The plan stands in the books as the deal it is about to become. */
function propose(rig: PlanningRig, plan: Plan): void {
  rig.portfolio.deals.push(
    openDeal({
      dealId: 'd1',
      buy: rig.binance.id,
      sell: rig.kraken.id,
      notionalUsd: decimal(plan.notionalUsd),
      worstLossUsd: decimal(plan.worstLossUsd),
    }),
  );
}

describe('the terms of an account', () => {
  it.each(['binance', 'kraken'] as const)('[RO-1] routing off on %s: no leg of a new deal goes there', (venue) => {
    const rig = new PlanningRig();
    expect(judged(rig).reason).toBe('plan');
    rig.terms.set(venue, stated({ routing: false }));
    expect(judged(rig).reason).toBe('venue-disabled');
    expect(detailOf(rig)).toMatch(/^The account “Mine” on (Binance|Kraken) has routing off/);
    rig.terms.delete(venue);
    expect(judged(rig).reason).toBe('plan');
  });

  it('[RO-1] an account that is not for spot takes no leg of a spot deal, and says where that is chosen', () => {
    const rig = new PlanningRig();
    rig.terms.set('kraken', stated({ products: ['perp'] }));
    expect(detailOf(rig)).toBe('The account “Mine” on Kraken is not for spot; its products are chosen on Accounts.');
    rig.terms.set('kraken', stated({ products: ['spot'] }));
    expect(judged(rig).reason).toBe('plan');
  });

  it('[RO-3] a venue that is not routed to is no alternative for either leg', () => {
    const rig = new PlanningRig();
    rig.terms.set('okx', stated({ routing: false }));
    const { candidate, plan } = judged(rig);
    const okx = candidate.alternates.filter(({ venue }) => venue === 'okx');
    expect(okx.map(({ eligible, reason }) => [eligible, reason])).toEqual([
      [false, 'venue-disabled'],
      [false, 'venue-disabled'],
    ]);
    expect(plan?.rescue.map(({ listing }) => listing)).not.toContain(rig.okx.id);
    expect(plan?.rescue.map(({ listing }) => listing)).toContain(rig.coinbase.id);
  });

  it('[RK-3] the smaller of both accounts’ risk per trade caps the size; the loss is that of the whole rescue ladder', () => {
    const rig = new PlanningRig();
    const free = judged(rig).plan;
    rig.planner.ended(rig.divergence().key);
    rig.terms.set('binance', stated({ riskPerTradePct: decimal('0.04') }));
    rig.terms.set('kraken', stated({ riskPerTradePct: decimal('0.02') }));
    const bound = judged(rig).plan;
    if (free === undefined || bound === undefined) throw new Error('no plan');
    // 0.02 % of 100,000 USD.
    expect(decimal(free.worstLossUsd).gt('20')).toBe(true);
    expect(decimal(bound.worstLossUsd).lte('20')).toBe(true);
    // Sized by the furthest price the entry might get; the plan's own limit is nearer.
    expect(decimal(bound.worstLossUsd).gt('15')).toBe(true);
    expect(decimal(bound.quantity).lt(decimal(free.quantity))).toBe(true);
  });

  it('[RK-3] where the smallest deal may lose more than the account risks, it says whose risk it is and how little is left', () => {
    const rig = new PlanningRig();
    rig.market.list(bitcoin('binance', 'USD', { minQuantity: '0.05' }));
    rig.terms.set('kraken', stated({ riskPerTradePct: decimal('0.02') }));
    expect(judged(rig).reason).toBe('budget-venue');
    expect(detailOf(rig)).toMatch(
      /^The account “Mine” on Kraken may risk 0.02 % of equity on a deal, 20.00 USD: 0\.\d{8} BTC\. The smallest deal is 0.05 BTC\.$/,
    );
  });

  it('[EX-8] a listing whose fee makes the rescue dearer than an account may risk is left out of the ladder', () => {
    const rig = new PlanningRig();
    rig.terms.set('kraken', stated({ riskPerTradePct: decimal('0.02') }));
    rig.market.list(bitcoin('okx', 'USD', { takerFeeBps: '300' }));
    const { plan } = judged(rig);
    expect(decimal(plan?.worstLossUsd ?? '21').lte('20')).toBe(true);
    const rungs = plan?.rescue.map(({ listing }) => listing) ?? [];
    expect(rungs).toContain(rig.coinbase.id);
    expect(rungs).not.toContain(rig.okx.id);
    rig.terms.delete('kraken');
    rig.planner.ended(rig.divergence().key);
    expect(judged(rig).plan?.rescue.map(({ listing }) => listing)).toContain(rig.okx.id);
  });

  it('[RK-3] [EX-8] a listing that might lose more than the global risk per trade is no rung either', () => {
    const rig = new PlanningRig();
    rig.settings = { ...rig.settings, limits: { ...rig.settings.limits, riskPerTradePct: '0.05' } };
    rig.market.list(bitcoin('okx', 'USD', { takerFeeBps: '300' }));
    const { plan } = judged(rig);
    // 0.05 % of 100,000 USD.
    expect(decimal(plan?.worstLossUsd ?? '51').lte('50')).toBe(true);
    const rungs = plan?.rescue.map(({ listing }) => listing) ?? [];
    expect(rungs).toContain(rig.coinbase.id);
    expect(rungs).not.toContain(rig.okx.id);
  });

  it('[RO-1] as many open deals touch the venue as its account may have: the next one waits, with the number', () => {
    const rig = new PlanningRig();
    rig.terms.set('kraken', stated({ maxConcurrent: 2 }));
    const touching = (dealId: string) => openDeal({ dealId, base: 'ETH', venues: ['okx', 'kraken'] });
    rig.portfolio.deals.push(touching('d1'));
    expect(judged(rig).reason).toBe('plan');
    rig.planner.ended(rig.divergence().key);
    rig.portfolio.deals.push(touching('d2'));
    expect(judged(rig).reason).toBe('max-concurrent');
    expect(detailOf(rig)).toBe('The account “Mine” on Kraken may have 2 at once; 2 open deals touch it.');
    // Those of other venues do not count.
    rig.portfolio.deals.splice(0);
    for (const dealId of ['d3', 'd4', 'd5']) {
      rig.portfolio.deals.push(openDeal({ dealId, base: 'ETH', venues: ['okx', 'coinbase'] }));
    }
    rig.planner.ended(rig.divergence().key);
    expect(judged(rig).reason).toBe('plan');
  });

  it('[RO-6] a resting entry is taken back when either venue is no longer routed to', () => {
    const rig = new PlanningRig();
    for (const venue of ['binance', 'kraken'] as const) {
      const listing = rig.market.listing(rig[venue].id) ?? rig[venue];
      expect(rig.checks.all(listing)).toBeUndefined();
      rig.terms.set(venue, stated({ routing: false }));
      expect(rig.checks.all(listing)).toMatchObject({ reason: 'venue-disabled' });
    }
  });

  it('[RK-1] a plan made before its account’s terms changed does not pass the gate after it', () => {
    const changes: readonly (readonly [string, Partial<AccountTerms>])[] = [
      ['venue-disabled', { routing: false }],
      ['venue-disabled', { products: ['perp'] }],
      ['budget-venue', { riskPerTradePct: decimal('0.001') }],
      ['max-concurrent', { maxConcurrent: 1 }],
    ];
    for (const [reason, change] of changes) {
      const rig = new PlanningRig();
      const { plan } = judged(rig);
      if (plan === undefined) throw new Error('no plan');
      propose(rig, plan);
      expect(rig.gate.approve(entryOf(plan)).ok).toBe(true);
      rig.portfolio.deals.push(openDeal({ dealId: 'd2', base: 'ETH' }));
      rig.terms.set('kraken', stated(change));
      const answer = rig.gate.approve(entryOf(plan));
      expect(answer.ok ? 'approved' : answer.error.reason).toBe(reason);
      for (const purpose of ['hedge', 'unwind', 'flatten'] as const) {
        expect(rig.gate.approve({ ...entryOf(plan), kind: 'ioc', expiresAtMs: null, purpose }).ok).toBe(true);
      }
    }
  });
});

const drawnTerms = fc.record({
  routing: fc.boolean(),
  products: fc.constantFrom(['spot'] as const, ['perp'] as const, ['spot', 'perp'] as const),
  risk: fc.option(fc.integer({ min: 1, max: 400 })),
  most: fc.option(fc.integer({ min: 1, max: 3 })),
});
const termsOf = ({ routing, products, risk, most }: typeof drawnTerms extends fc.Arbitrary<infer T> ? T : never) =>
  stated({
    routing,
    products,
    riskPerTradePct: risk === null ? null : decimal((risk / 1000).toFixed(3)),
    maxConcurrent: most,
  });
const VENUES = ['binance', 'kraken', 'okx', 'coinbase'] as const satisfies readonly Venue[];
/** Mostly open, so that plans are made at all. */
const lenient = fc.option(drawnTerms, { freq: 2, nil: null });

describe('entries under random terms', () => {
  it('[RK-1] [RK-3] [RO-1] seed 41: no plan and no approved entry exceeds the terms of any account it touches', () => {
    const seen = { plans: 0, approved: 0, refused: new Set<string>() };
    fc.assert(
      fc.property(
        fc.record({
          before: fc.tuple(lenient, lenient, lenient, lenient),
          after: fc.tuple(lenient, lenient, lenient, lenient),
          changed: fc.boolean(),
          edgeTicks: fc.integer({ min: 100, max: 2000 }),
          size: fc.integer({ min: 1, max: 2000 }),
          fees: fc.tuple(...[0, 1, 2, 3].map(() => fc.constantFrom('0', '2', '10', '60', '150'))),
          open: fc.array(fc.constantFrom('binance', 'kraken', 'okx'), { maxLength: 3 }),
          equity: fc.integer({ min: 500, max: 200_000 }),
        }),
        (one) => {
          const rig = new PlanningRig();
          const state = (terms: typeof one.before) => {
            for (const [index, venue] of VENUES.entries()) {
              const drawn = terms[index] ?? null;
              rig.terms.delete(venue);
              if (drawn !== null) rig.terms.set(venue, termsOf(drawn));
            }
          };
          state(one.before);
          rig.portfolio.equity = String(one.equity);
          rig.limit('strategyBudgetPct', '100');
          for (const [index, venue] of VENUES.entries()) {
            const fee = index < 2 ? '0' : (one.fees[index] ?? '0');
            rig.market.list(bitcoin(venue, 'USD', { makerFeeBps: '0', takerFeeBps: fee }));
          }
          const bid = 50_000 + one.edgeTicks / 10;
          rig.market.quote(rig.binance.id, ...book('49999.9', '50000.0', (one.size / 1000).toFixed(3)));
          rig.market.quote(
            rig.kraken.id,
            ...book(bid.toFixed(1), (bid + 0.1).toFixed(1), (one.size / 1000).toFixed(3)),
          );
          rig.market.mids.set('BTC', (50_000 + one.edgeTicks / 20).toFixed(2));
          for (const [index, venue] of one.open.entries()) {
            rig.portfolio.deals.push(
              openDeal({ dealId: `o${index}`, base: 'ETH', venues: [venue], notionalUsd: decimal('10') }),
            );
          }
          const within = (plan: Plan, whenMade: boolean) => {
            for (const venue of ['binance', 'kraken'] as const) {
              const terms = rig.terms.get(venue) ?? BUILT_IN_TERMS;
              expect(terms.routing && terms.products.includes('spot')).toBe(true);
              const allowed = terms.riskPerTradePct?.times(String(one.equity)).times('0.01');
              if (allowed !== undefined) expect(decimal(plan.worstLossUsd).lte(allowed)).toBe(true);
              const touching = one.open.filter((other) => other === venue).length;
              if (terms.maxConcurrent !== null) expect(touching).toBeLessThan(terms.maxConcurrent);
            }
            if (!whenMade) return;
            for (const rung of plan.rescue) {
              const venue = VENUES.find((candidate) => rung.listing?.startsWith(candidate));
              const terms = (venue && rig.terms.get(venue)) ?? BUILT_IN_TERMS;
              expect(terms.routing && terms.products.includes('spot')).toBe(true);
            }
          };
          const { plan, reason } = judged(rig);
          if (plan === undefined) {
            seen.refused.add(reason);
            return;
          }
          seen.plans += 1;
          expect(decimal(plan.worstLossUsd).gte(ZERO)).toBe(true);
          within(plan, true);
          if (one.changed) state(one.after);
          propose(rig, plan);
          const answer = rig.gate.approve(entryOf(plan));
          if (!answer.ok) {
            seen.refused.add(answer.error.reason);
            return;
          }
          seen.approved += 1;
          within(plan, false);
        },
      ),
      { seed: 41, numRuns: 600 },
    );
    expect(seen.plans).toBeGreaterThan(100);
    expect(seen.approved).toBeGreaterThan(60);
    for (const reason of ['venue-disabled', 'budget-venue', 'max-concurrent'])
      expect([...seen.refused]).toContain(reason);
  });
});

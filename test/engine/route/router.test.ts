import { describe, expect, it } from 'vitest';
import { readPair } from '#engine/plan/pair';
import { Failover } from '#engine/route/failover';
import { proposeStack } from '#engine/route/stack';
import type { Plan } from '#shared/domain/plan';
import { decimal } from '#shared/money/decimal';
import type { VenueStack } from '#shared/settings/settings';
import { bitcoin, book, PlanningRig } from '#support/planning-rig';

function planned(rig: PlanningRig): Plan {
  const { plan, candidate } = rig.judge();
  if (plan === undefined) throw new Error(JSON.stringify(candidate.verdict));
  return plan;
}

function pairOf(rig: PlanningRig) {
  const pair = readPair(rig.market, rig.health, rig.binance, rig.kraken, decimal('5000'));
  if (!pair.ok) throw new Error(pair.error.detail);
  return pair.value;
}

const stack = (rig: PlanningRig, changes: Partial<VenueStack>) => {
  rig.settings = { ...rig.settings, venueStack: { ...rig.settings.venueStack, ...changes } };
};

const failoverOf = (rig: PlanningRig) =>
  new Failover({
    clock: rig.clock,
    market: rig.market,
    checks: rig.checks,
    settings: () => rig.settings,
    replan: (_profile, buy, sell) => rig.planner.replan(rig.profile, buy, sell),
  });

describe('Router', () => {
  it('[RO-2] rests on the side that is worth more and hedges by taking', () => {
    const plan = planned(new PlanningRig());
    expect(plan.legs.map((leg) => [leg.role, leg.kind])).toEqual([
      ['entry', 'post-only'],
      ['hedge', 'ioc'],
    ]);
    expect(plan.makerTaker.chosen).toBe('maker');
  });

  it('[RO-2] takes when such divergences do not live long enough to wait', () => {
    const rig = new PlanningRig();
    rig.lifetimeMs = 300;
    const plan = planned(rig);
    expect(plan.makerTaker).toMatchObject({ chosen: 'taker' });
    expect(plan.makerTaker.decayBps).toBeGreaterThan(plan.makerTaker.extraTakerCostBps);
    expect(plan.legs.map((leg) => leg.kind)).toEqual(['ioc', 'ioc']);
  });

  it('[RO-2] prefers the leg whose resting orders have filled sooner', () => {
    const rig = new PlanningRig();
    const before = planned(rig).legs[0]?.listing;
    const other = before === rig.kraken.id ? rig.binance.id : rig.kraken.id;
    for (let order = 0; order < 50; order += 1) {
      rig.fillTimes.record(other, 200, true);
      if (before !== undefined) rig.fillTimes.record(before, 60_000, false);
    }
    rig.planner.ended(rig.divergence().key);
    expect(planned(rig).legs[0]?.listing).toBe(other);
  });

  it('[RO-3] ranks what else could have served, with scores and the reason where it could not', () => {
    const rig = new PlanningRig();
    rig.vetoes.add('okx');
    rig.portfolio.hold('coinbase', 'USD', '0');
    const { alternates, rescue } = planned(rig);
    for (const leg of [0, 1]) {
      const scores = alternates.filter((row) => row.leg === leg).map((row) => row.score);
      expect(scores).toEqual([...scores].sort((a, b) => a - b));
    }
    const hedges = alternates.filter((row) => row.leg === 1);
    expect(hedges).toContainEqual(
      expect.objectContaining({ venue: 'okx', eligible: false, reason: 'venue-unhealthy' }),
    );
    expect(hedges).toContainEqual(
      expect.objectContaining({ venue: 'coinbase', eligible: false, reason: 'no-inventory' }),
    );
    expect(rescue.some((rung) => rung.action === 'hedge-elsewhere')).toBe(false);
    const row = hedges[0];
    expect(row?.score).toBeCloseTo(
      Number(row?.feeBps) + (row?.slippageBps ?? 0) + (row?.latencyBps ?? 0) + (row?.reliabilityBps ?? 0),
      5,
    );
  });

  it('[RO-5] roles break ties: the hedge goes to the anchor, equal scores rank it first', () => {
    const rig = new PlanningRig();
    const pair = pairOf(rig);
    expect(rig.router.takingSide(pair)).toBe('buy');
    stack(rig, { anchor: 'binance' });
    expect(rig.router.takingSide(pair)).toBe('sell');
    rig.market.quote(rig.coinbase.id, ...book('50020.0', '50020.1'));
    const order = () =>
      rig.router
        .hedges(pair, { side: 'buy', liquidity: 'taker' }, decimal('0.01'), 'paper')
        .map((row) => row.alternate.venue);
    expect(order()).toEqual(['okx', 'coinbase']);
    stack(rig, { anchor: 'coinbase' });
    expect(order()).toEqual(['coinbase', 'okx']);
  });

  it('[RO-1] a taking deal hedges on the healthier venue', () => {
    const rig = new PlanningRig();
    rig.scores.set('kraken', 0.8);
    expect(rig.router.takingSide(pairOf(rig))).toBe('sell');
  });

  it('[ID-3] a book under a second name is no alternative to itself', () => {
    const rig = new PlanningRig();
    const twin = bitcoin('kraken', 'USDC', { bookId: rig.kraken.id });
    rig.market.list(twin);
    rig.market.quote(twin.id, ...book('50050.0', '50050.1'));
    for (const pair of ['USDC>USD', 'USD>USDC']) rig.market.rates.set(pair, { rate: '1', mid: '1' });
    expect(planned(rig).alternates.map((row) => row.listing)).not.toContain(twin.id);
  });
});

describe('Failover', () => {
  it('[RO-3] sends a plan whose venues are as they were', () => {
    const rig = new PlanningRig();
    const plan = planned(rig);
    expect(failoverOf(rig).refresh(plan)).toEqual({ kind: 'send', plan });
  });

  it('[RO-3] takes the next safe venue when the chosen one degraded', () => {
    const rig = new PlanningRig();
    const plan = planned(rig);
    rig.vetoes.add('kraken');
    rig.market.quote(rig.coinbase.id, ...book('50045.0', '50045.1'));
    const answer = failoverOf(rig).refresh(plan);
    expect(answer).toMatchObject({ kind: 'failover', from: rig.kraken.id, to: rig.coinbase.id });
    if (answer.kind !== 'failover') return;
    expect(answer.plan.id).toBe('plan-2');
    expect(answer.plan.legs.map((leg) => leg.venue).sort()).toEqual(['binance', 'coinbase']);
    expect(answer.detail).toContain('vetoed');
  });

  it('[RO-3] rejects with the cause when failover is off, or no alternative is safe', () => {
    const off = new PlanningRig();
    const plan = planned(off);
    off.route({ failover: false });
    off.breakers.trip('binance', 'reject-streak', 'test');
    expect(failoverOf(off).refresh(plan)).toMatchObject({ kind: 'reject', refusal: { reason: 'breaker-open' } });
    const none = new PlanningRig();
    const second = planned(none);
    for (const venue of ['kraken', 'okx', 'coinbase'] as const) none.vetoes.add(venue);
    expect(failoverOf(none).refresh(second)).toMatchObject({
      kind: 'reject',
      refusal: { reason: 'venue-unhealthy', detail: expect.stringContaining('No safe alternative is left.') },
    });
  });

  it('[PL-3] an expired plan is not sent', () => {
    const rig = new PlanningRig();
    const plan = planned(rig);
    rig.clock.advanceTo(plan.expiresAtMs + 1);
    expect(failoverOf(rig).refresh(plan)).toMatchObject({ kind: 'reject', refusal: { reason: 'latency-risk' } });
  });
});

describe('proposeStack', () => {
  it('[RO-5] names the cheapest venue, the one furthest from the composite, and no perpetuals where there are none', () => {
    const rig = new PlanningRig();
    rig.market.mids.set('BTC', '50020');
    rig.market.list(bitcoin('okx', 'USD', { takerFeeBps: '1' }));
    const [anchor, derivatives, divergence] = proposeStack(rig.market, rig.health);
    expect(anchor).toMatchObject({ role: 'anchor', venue: 'okx' });
    expect(anchor?.reason).toContain('fee 1.00 bps');
    expect(derivatives).toMatchObject({ role: 'derivatives', venue: null });
    expect(divergence).toMatchObject({ role: 'divergence', venue: 'kraken' });
  });

  it('[RO-5] leaves out venues that are disabled, vetoed or without a fresh quote', () => {
    const rig = new PlanningRig();
    rig.market.disabled.add('binance');
    rig.vetoes.add('kraken');
    rig.market.stale.set(rig.okx.id, { fresh: false, cause: 'not-heard', detail: 'silent' });
    const proposals = proposeStack(rig.market, rig.health);
    expect(proposals.map((row) => row.venue)).toEqual(['coinbase', null, null]);
  });
});

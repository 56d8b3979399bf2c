import { describe, expect, it } from 'vitest';
import { type RestingDecision, restingDecision } from '#engine/route/resting';
import type { Plan } from '#shared/domain/plan';
import { type Decimal, decimal } from '#shared/money/decimal';
import { announcedWait } from '#support/fake-market';
import { book, PlanningRig } from '#support/planning-rig';

/** A plan that rests a buy on Binance at 49,990.1 (one tick over its bid) and hedges on Kraken at 50,050. */
function resting(): { rig: PlanningRig; plan: Plan; decide: (price?: string, remaining?: string) => RestingDecision } {
  const rig = new PlanningRig();
  rig.market.quote(rig.binance.id, ...book('49990.0', '50000.0'));
  const { plan } = rig.judge();
  if (plan === undefined || plan.legs[0]?.side !== 'buy') throw new Error('expected a plan that rests a buy');
  const decide = (price = plan.legs[0]?.price ?? '0', remaining = plan.quantity) =>
    restingDecision(
      plan,
      { price: decimal(price), remaining: decimal(remaining) },
      { market: rig.market, checks: rig.checks, limits: rig.limits },
    );
  return { rig, plan, decide };
}

/** Net edge of buying at `price` and hedging at `bid`, by hand: gross less both fees less what the plan keeps. */
function netBps(plan: Plan, price: Decimal, bid: string): number {
  const kept = plan.waterfall.parts
    .filter((row) => ['latency', 'reliability', 'legFailure', 'inventory'].includes(row.part))
    .reduce((sum, row) => sum + Number(row.bps), 0);
  const at = Number(price.toFixed());
  return ((Number(bid) * (1 - 0.0002)) / at - 1) * 10_000 + kept;
}

describe('restingDecision', () => {
  it('[RO-6] keeps an entry whose edge holds and which is in front', () => {
    const { decide, plan } = resting();
    expect(plan.legs[0]?.price).toBe('49990.1');
    expect(decide()).toMatchObject({ do: 'keep' });
  });

  it('[RO-6] follows the front of its book while that pays', () => {
    const { rig, decide } = resting();
    rig.market.quote(rig.binance.id, ...book('49993.0', '50000.0'));
    expect(decide()).toMatchObject({ do: 'reprice', price: decimal('49993.1') });
  });

  it('[RO-6] follows no further than the plan’s own bound', () => {
    const { rig, plan, decide } = resting();
    const bound = plan.legs[0]?.limitPrice ?? '0';
    rig.market.quote(rig.kraken.id, ...book('50200.0', '50200.1'));
    rig.market.quote(rig.binance.id, ...book('50040.0', '50060.0'));
    expect(Number(bound)).toBeLessThan(50_040);
    expect(decide()).toMatchObject({ do: 'keep', reason: expect.stringContaining('does not pay') });
  });

  it('[RO-6] moves to where the minimum is still earned when the hedge moved against it', () => {
    const { rig, plan, decide } = resting();
    rig.market.quote(rig.binance.id, ...book('49950.0', '50000.0'));
    rig.market.quote(rig.kraken.id, ...book('50010.0', '50010.1'));
    const answer = decide();
    expect(answer.do).toBe('reprice');
    if (answer.do !== 'reprice') return;
    expect(netBps(plan, answer.price, '50010')).toBeGreaterThanOrEqual(3);
    expect(netBps(plan, answer.price.plus(decimal('0.1')), '50010')).toBeLessThan(3);
  });

  it.each(['binance:spot', 'kraken:spot'] as const)(
    '[MD-8] [RO-6] is withdrawn before a maintenance that %s announced',
    (feed) => {
      const { rig, decide } = resting();
      rig.market.maintenance.set(feed, announcedWait(feed, rig.clock.wallMs() + 300_000));
      expect(decide()).toMatchObject({
        do: 'cancel',
        reason: expect.stringMatching(/maintenance 00:05 to 01:05 UTC, in 5 min: Trading system upgrade/),
      });
    },
  );

  it('[RO-6] is cancelled when the net edge is under the minimum and nothing in front would pay', () => {
    const { rig, decide } = resting();
    rig.market.quote(rig.kraken.id, ...book('50005.0', '50005.1'));
    expect(decide()).toMatchObject({ do: 'cancel', reason: expect.stringContaining('under the minimum') });
  });

  it.each([
    ['the hedge is stale', 'silent', (rig: PlanningRig) => stale(rig, 'kraken')],
    ['its own book is stale', 'silent', (rig: PlanningRig) => stale(rig, 'binance')],
    ['the hedge is unhealthy', 'vetoed', (rig: PlanningRig) => rig.vetoes.add('kraken')],
    ['the hedge is not trading', 'halted', (rig: PlanningRig) => rig.market.list({ ...rig.kraken, status: 'halted' })],
    ['the breaker opened', 'breaker', (rig: PlanningRig) => rig.breakers.trip('kraken', 'stale-ratio', 'test')],
    ['the hedge left', 'catalogue', (rig: PlanningRig) => rig.market.delist(rig.kraken.id)],
    [
      'the hedge is thinner than its size',
      'thinner',
      (rig: PlanningRig) => rig.market.quote(rig.kraken.id, [['50050', '0.01']], [['50050.1', '1']]),
    ],
    [
      'the hedge would slip',
      'slip',
      (rig: PlanningRig) =>
        rig.market.quote(
          rig.kraken.id,
          [
            ['50050', '0.001'],
            ['49980', '5'],
          ],
          [['50050.1', '1']],
        ),
    ],
  ])('[RO-6] is cancelled when %s', (_name, words, spoil) => {
    const { rig, decide } = resting();
    spoil(rig);
    expect(decide()).toMatchObject({ do: 'cancel', reason: expect.stringContaining(words) });
  });

  it('[RO-6] judges only what may still execute', () => {
    const { rig, decide } = resting();
    rig.market.quote(rig.kraken.id, [['50050', '0.01']], [['50050.1', '1']]);
    expect(decide('49990.1', '0.01')).toMatchObject({ do: 'keep' });
    expect(decide('49990.1', '0')).toMatchObject({ do: 'keep' });
  });
});

function stale(rig: PlanningRig, venue: 'kraken' | 'binance'): void {
  rig.market.stale.set(rig[venue].id, { fresh: false, cause: 'not-heard', detail: 'silent for 2 s' });
}

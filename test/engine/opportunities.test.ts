import { expect, it } from 'vitest';
import type { EngineObserver } from '#engine/observer';
import { Opportunities } from '#engine/opportunities';
import { Failover } from '#engine/route/failover';
import { err } from '#shared/kernel/result';
import { PlanningRig } from '#support/planning-rig';

function opportunities(rig: PlanningRig) {
  const told: string[] = [];
  const observer: Partial<EngineObserver> = {
    candidateSeen: (key) => told.push(`seen ${key}`),
    verdict: ({ verdict }) => told.push(verdict.kind === 'plan' ? 'plan' : verdict.reason),
    flickered: () => told.push('flickered'),
    candidateEnded: (key) => told.push(`ended ${key}`),
  };
  const made = new Opportunities({
    clock: rig.clock,
    settings: () => rig.settings,
    planner: rig.planner,
    failover: new Failover({
      clock: rig.clock,
      market: rig.market,
      checks: rig.checks,
      settings: () => rig.settings,
      replan: (_profile, buy, sell) => rig.planner.replan(rig.profile, buy, sell),
    }),
    open: () => err({ reason: 'halted', detail: 'the test opens nothing' }),
    observer: observer as EngineObserver,
    ready: () => true,
    matureAfterMs: () => 50,
  });
  return { made, told };
}

const ended = (key: string, lifetimeMs: number) => ({ key, base: 'BTC', lifetimeMs, peakBps: 10 });

it('[SD-3] [PL-1] a divergence that ends before its least age is counted, and has no row', () => {
  const rig = new PlanningRig();
  const { made, told } = opportunities(rig);
  const young = rig.divergence(10);
  made.seen(young);
  made.ended(ended(young.key, 20));
  expect(told).toEqual(['flickered']);
});

it('[PL-1] a divergence that comes back is a candidate again', () => {
  const rig = new PlanningRig();
  const { made, told } = opportunities(rig);
  const key = `default/${rig.divergence().key}`;
  for (let time = 0; time < 2; time += 1) {
    made.seen(rig.divergence(500));
    made.ended(ended(rig.divergence().key, 700));
  }
  const once = [`seen ${key}`, 'halted', `ended ${key}`];
  expect(told).toEqual([...once, ...once]);
});

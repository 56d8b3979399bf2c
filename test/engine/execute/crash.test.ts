import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BINANCE, DealRig, KRAKEN, OKX } from '../../support/deal-rig.ts';
import { Lifeline } from '../../support/lifeline.ts';
import type { PlanSketch } from '../../support/plans.ts';

/** A deal and what the market does around it. Time passes between the steps; a step of a dead run still happens. */
interface Scenario {
  readonly name: string;
  readonly deal: Partial<PlanSketch>;
  readonly steps: readonly ((rig: DealRig) => void)[];
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'a taking deal', deal: {}, steps: [] },
  {
    name: 'a resting deal with partial fills',
    deal: { kind: 'post-only', entry: { listing: BINANCE, side: 'buy', price: '49999.9', limit: '50005.0' } },
    steps: [
      (rig) => rig.market.trade(BINANCE, 49999.9, 2.03, 'sell'),
      (rig) => rig.market.trade(BINANCE, 49999.9, 0.02, 'sell'),
      (rig) => {
        rig.resting = () => ({ do: 'cancel', reason: 'test' });
        rig.runner.bookChanged(KRAKEN);
      },
    ],
  },
  {
    name: 'a deal whose hedge fails on every venue',
    deal: {},
    steps: [
      (rig) => {
        rig.market.show(KRAKEN, [['40000.0', '2']], [['50050.1', '2']]);
        rig.market.show(OKX, [['40000.0', '2']], [['50050.1', '2']]);
      },
    ],
  },
];

/** Runs a scenario, killing the engine at its `killAt`-th effect; returns how many effects the first run had. */
async function survive(
  scenario: Scenario,
  killAt: number,
  keepLast: boolean,
  venuesSurvive: boolean,
): Promise<{ effects: number; rig: DealRig }> {
  const rig = new DealRig();
  await rig.recover();
  if (scenario.name.includes('fails')) for (const step of scenario.steps) step(rig);
  rig.crash(new Lifeline(killAt, keepLast), venuesSurvive);
  const first = rig.life;
  await rig.recover();
  if (!first.dead) rig.runner.open(rig.plan(scenario.deal));
  let restarted = false;
  const restart = async () => {
    if (!first.dead || restarted) return;
    restarted = true;
    rig.crash(new Lifeline(), venuesSurvive);
    await rig.recover();
  };
  await rig.run(400);
  await restart();
  if (!scenario.name.includes('fails')) {
    for (const step of scenario.steps) {
      step(rig);
      await rig.run(400);
      await restart();
    }
  }
  await rig.run(40_000);
  await restart();
  await rig.run(40_000);
  return { effects: first.effects, rig };
}

describe.each(SCENARIOS)(
  '[EX-1] [EX-2] [EX-4] [EX-11] kill -9 at every journal append and broker call of $name',
  (scenario) => {
    it.each([
      ['before the effect, venues restart too', false, false],
      ['after the effect, venues restart too', true, false],
      ['before the effect, venues go on', false, true],
      ['after the effect, venues go on', true, true],
    ])('%s', async (_name, keepLast, venuesSurvive) => {
      const untouched = await survive(scenario, 0, keepLast, venuesSurvive);
      const effects = untouched.effects;
      expect(effects).toBeGreaterThan(6);
      for (let killAt = 1; killAt <= effects; killAt += 1) {
        const { rig } = await survive(scenario, killAt, keepLast, venuesSurvive);
        const where = `killed at effect ${killAt} of ${effects}`;
        expect(new Set(rig.submitted).size, `${where}: sent twice`).toBe(rig.submitted.length);
        expect(rig.differences(), where).toEqual([]);
        expect(rig.unfinished(), where).toEqual([]);
        for (const deal of rig.runner.deals()) {
          expect(deal.state, where).toBe('closed');
          expect(Math.abs(Number(deal.residueBase)), where).toBeLessThan(0.0005);
        }
        for (const venue of ['binance', 'kraken', 'okx'] as const) {
          expect(rig.paperStore.openOrders('paper', venue), where).toEqual([]);
          expect(rig.runner.blocked(venue, 'paper'), where).toBeUndefined();
        }
      }
    });
  },
);

describe('[EX-2] client order ids', () => {
  it('go on where they stopped after a restart and fit every venue', async () => {
    const rig = new DealRig();
    await rig.recover();
    rig.open();
    await rig.run(2_000);
    rig.crash();
    await rig.recover();
    rig.open();
    await rig.run(2_000);
    expect(rig.submitted).toHaveLength(4);
    expect(new Set(rig.submitted).size).toBe(4);
    for (const id of rig.submitted) expect(id).toMatch(/^[0-9a-z]{18}$/);
    expect([...rig.submitted].sort()).toEqual(rig.submitted);
  });
});

describe('[EX-11] startup', () => {
  it('[EX-10] takes no entries on a venue that is found to hold less than the ledger says, until it holds it again', async () => {
    const rig = new DealRig();
    await rig.recover();
    const coins = rig.paperStore.balances('paper', 'kraken').find(({ currency }) => currency === 'BTC');
    if (coins === undefined) throw new Error('no coins on Kraken');
    rig.paperStore.commit({ balances: [{ ...coins, total: '0.5' }] });
    await rig.run(70_000);
    expect(rig.runner.blocked('kraken', 'paper')).toContain('the ledger says');
    expect(rig.runner.blocked('binance', 'paper')).toBeUndefined();
    expect([...rig.alarms.keys()]).toEqual(['reconcile:paper|kraken']);
    expect(rig.runner.open(rig.plan())).toMatchObject({ ok: false, error: { reason: 'telemetry-incomplete' } });
    rig.paperStore.commit({ balances: [coins] });
    await rig.run(5_000);
    expect(rig.runner.blocked('kraken', 'paper')).toBeUndefined();
    expect([...rig.alarms.keys()]).toEqual([]);
  });

  it('takes no entries before orders and balances are reconciled', () => {
    const rig = new DealRig();
    expect(rig.runner.open(rig.plan())).toMatchObject({ ok: false, error: { reason: 'telemetry-incomplete' } });
  });

  it('blocks the account whose venue holds less than the ledger says, and lets it go when that is mended', async () => {
    const rig = new DealRig();
    const [balance] = rig.paperStore.balances('paper', 'kraken');
    if (balance === undefined) throw new Error('no balance');
    rig.paperStore.commit({ balances: [{ ...balance, total: '0.5' }] });
    await rig.recover();
    expect(rig.runner.blocked('kraken', 'paper')).toContain('kraken holds 0.5 BTC, the ledger says 1');
    expect(rig.runner.blocked('binance', 'paper')).toBeUndefined();
    expect(rig.runner.open(rig.plan())).toMatchObject({ ok: false, error: { reason: 'telemetry-incomplete' } });
    rig.paperStore.commit({ balances: [balance] });
    await rig.run(5_000);
    expect(rig.runner.blocked('kraken', 'paper')).toBeUndefined();
    expect(rig.alarms.size).toBe(0);
  });
});

describe('[EX-11] seed 77: killed again and again', () => {
  it('during the deal, its recovery, and the recovery of that: nothing is sent twice, books and venues agree', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            effects: fc.integer({ min: 1, max: 14 }),
            keepLast: fc.boolean(),
            venuesSurvive: fc.boolean(),
            afterMs: fc.integer({ min: 1, max: 7_000 }),
            seller: fc.double({ min: 0.001, max: 0.08, noNaN: true }),
          }),
          { minLength: 2, maxLength: 6 },
        ),
        fc.boolean(),
        async (kills, rests) => {
          const rig = new DealRig();
          await rig.recover();
          const resting = {
            kind: 'post-only',
            entry: { listing: BINANCE, side: 'buy', price: '49999.9', limit: '50005.0' },
          } as const;
          rig.open(rests ? resting : {});
          for (const { effects, keepLast, venuesSurvive, afterMs, seller } of kills) {
            rig.market.trade(BINANCE, 49999.9, 2 + seller, 'sell');
            rig.crash(new Lifeline(effects, keepLast), venuesSurvive);
            void rig.runner.recover();
            await rig.run(afterMs);
          }
          rig.crash();
          await rig.recover();
          await rig.run(60_000);
          expect(new Set(rig.submitted).size).toBe(rig.submitted.length);
          expect(rig.differences()).toEqual([]);
          expect(rig.unfinished()).toEqual([]);
          expect(rig.runner.deals().map((deal) => deal.state)).toEqual(['closed']);
        },
      ),
      { seed: 77, numRuns: 60 },
    );
  });
});

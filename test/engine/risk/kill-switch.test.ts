import { describe, expect, it } from 'vitest';
import { KillSwitch, NOT_KILLED } from '#engine/risk/kill-switch';
import { killStateSchema } from '#shared/domain/safety';
import { decimal } from '#shared/money/decimal';
import { openDeal } from '#support/fake-portfolio';
import { PlanningRig } from '#support/planning-rig';

const working = (purpose: 'entry' | 'hedge', venue: 'binance' | 'kraken') => ({
  clientOrderId: `${venue}-${purpose}`,
  dealId: 'd1',
  account: 'paper',
  venue,
  listing: `${venue}:spot|BTC-USD` as const,
  side: 'buy' as const,
  purpose,
  price: decimal('50000'),
  remaining: decimal('0.01'),
});

describe('KillSwitch', () => {
  it('[KS-1] is idempotent and only rises', () => {
    const { kill, killRows } = new PlanningRig();
    const engaged = kill.engage('cancel-orders', 'window', 'looks wrong');
    expect(kill.engage('cancel-orders', 'cli', 'again')).toBe(engaged);
    expect(kill.engage('stop-entries', 'cli', 'lower')).toBe(engaged);
    expect(kill.engage('flatten', 'tray', 'worse')).toMatchObject({ engaged: true, level: 'flatten', by: 'tray' });
    expect(killRows.map((row) => row.level)).toEqual(['cancel-orders', 'flatten']);
    for (const row of killRows) expect(killStateSchema.safeParse(row).success).toBe(true);
  });

  it('[KS-1] latches across restarts until a person re-arms', () => {
    const before = new PlanningRig();
    before.kill.engage('flatten', 'drawdown-stop', 'drawdown from peak is 8.00 %');
    const after = new PlanningRig();
    after.kill.restore(before.killRows.at(-1) ?? NOT_KILLED);
    expect(after.kill.atLeast('flatten')).toBe(true);
    expect(after.killRows).toEqual([]);
    expect(after.permission.permission()).toMatchObject({ allowed: false, reason: 'halted' });
    expect(after.kill.rearm('trader')).toMatchObject({ engaged: false, level: null, by: 'trader' });
    expect(after.permission.permission()).toEqual({ allowed: true });
    expect(after.killRows).toHaveLength(1);
  });

  it('[KS-1] says before what each level would do, and changes nothing', () => {
    const rig = new PlanningRig();
    rig.portfolio.deals.push(openDeal({ dealId: 'd1' }), openDeal({ dealId: 'd2', venues: ['binance', 'okx'] }));
    rig.working = [working('entry', 'binance'), working('hedge', 'kraken')];
    expect(rig.kill.preview('stop-entries').venues).toEqual([
      { venue: 'binance', cancels: 0, flattens: 0, keeps: 2 },
      { venue: 'okx', cancels: 0, flattens: 0, keeps: 1 },
      { venue: 'kraken', cancels: 0, flattens: 0, keeps: 1 },
    ]);
    expect(rig.kill.preview('cancel-orders').venues[0]).toEqual({
      venue: 'binance',
      cancels: 1,
      flattens: 0,
      keeps: 2,
    });
    const flatten = rig.kill.preview('flatten');
    expect(flatten.venues[0]).toEqual({ venue: 'binance', cancels: 1, flattens: 2, keeps: 0 });
    expect(flatten.sentence).toBe(
      'No new entries. 1 working entry order will be cancelled. ' +
        '2 open deals will be flattened back to the allocation. Venues: Binance, OKX, Kraken.',
    );
    expect(rig.kill.state()).toEqual(NOT_KILLED);
    expect(rig.killRows).toEqual([]);
  });

  it('[KS-1] keeps what it did per venue until re-armed, in venue order', () => {
    const { kill } = new PlanningRig();
    const row = (venue: 'okx' | 'binance', remaining: number) => ({
      venue,
      cancelled: 1,
      failed: 0,
      remaining,
      flattening: 0,
    });
    expect(kill.reportDone([row('okx', 1)])).toEqual(NOT_KILLED);
    kill.engage('cancel-orders', 'window', 'test');
    kill.reportDone([row('okx', 1), row('binance', 0)]);
    kill.reportDone([row('okx', 0)]);
    expect(kill.state().report).toEqual([row('binance', 0), row('okx', 0)]);
    expect(kill.rearm('trader').report).toEqual([]);
  });

  it('[KS-1] acts even when the journal cannot be written', () => {
    const rig = new PlanningRig();
    let acted = false;
    const kill = new KillSwitch({
      clock: rig.clock,
      portfolio: rig.portfolio,
      orders: { working: () => [] },
      record: () => {
        throw new Error('disk full');
      },
      changed: () => {
        acted = true;
      },
    });
    expect(() => kill.engage('flatten', 'window', 'test')).toThrow('disk full');
    expect(kill.atLeast('flatten')).toBe(true);
    expect(acted).toBe(true);
  });
});

describe('RiskWatch', () => {
  it('[KS-1] the peak drawdown kills, once per descent, so that a person can re-arm', () => {
    const rig = new PlanningRig();
    rig.portfolio.peakPct = '7.9';
    rig.watch.tick();
    expect(rig.kill.engaged()).toBe(false);
    rig.portfolio.peakPct = '8';
    rig.watch.tick();
    expect(rig.kill.state()).toMatchObject({ level: 'flatten', by: 'drawdown-stop' });
    rig.kill.rearm('trader');
    rig.watch.tick();
    expect(rig.kill.engaged()).toBe(false);
    expect(rig.verdict()).toBe('drawdown-stop');
    rig.portfolio.peakPct = '1';
    rig.watch.tick();
    rig.portfolio.peakPct = '9';
    rig.watch.tick();
    expect(rig.kill.engaged()).toBe(true);
  });

  it('[RK-3] unknown equity stops entries and never flattens', () => {
    const rig = new PlanningRig();
    rig.portfolio.equity = undefined;
    rig.portfolio.peakPct = '50';
    rig.watch.tick();
    expect(rig.kill.engaged()).toBe(false);
    expect(rig.verdict()).toBe('telemetry-incomplete');
  });

  const breaches: readonly (readonly [string, (rig: PlanningRig) => unknown])[] = [
    ['exposure-budget', (rig) => (rig.portfolio.unhedged = '150')],
    ['turnover', (rig) => (rig.portfolio.turnover = '1000001')],
    ['order-rate', (rig) => Array.from({ length: 121 }, () => rig.orderRate.record('okx'))],
  ];
  it.each(breaches)('[CB-1] a breach of %s opens the global breaker', (cause, breach) => {
    const rig = new PlanningRig();
    rig.watch.tick();
    expect(rig.breakers.closed('global')).toBe(true);
    breach(rig);
    rig.watch.tick();
    expect(rig.breakers.get('global')).toMatchObject({ state: 'open', cause });
  });
});

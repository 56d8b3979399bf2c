import { describe, expect, it } from 'vitest';
import { decimal } from '#shared/money/decimal';
import { openDeal } from '#support/fake-portfolio';
import { bitcoin, PlanningRig } from '#support/planning-rig';

const left = (rig: PlanningRig, name: string, buy = rig.binance, sell = rig.kraken, except?: string) =>
  rig.exposure
    .headroom(buy, sell, except)
    .find((row) => row.name === name)
    ?.usd.toFixed();

describe('Exposure', () => {
  it('[RK-2] per venue plus a global cap: open deals use up both', () => {
    const rig = new PlanningRig();
    rig.portfolio.deals.push(openDeal({ dealId: 'd1', venues: ['binance', 'okx'], notionalUsd: decimal('4000') }));
    expect(left(rig, 'budget of Binance')).toBe('21000');
    expect(left(rig, 'budget of Kraken')).toBe('25000');
    expect(left(rig, 'strategy budget')).toBe('16000');
    expect(left(rig, 'cross-venue exposure')).toBe('26000');
    expect(left(rig, 'largest deal')).toBe('5000');
    expect(left(rig, 'budget of Binance', rig.binance, rig.kraken, 'd1')).toBe('25000');
  });

  it('[RK-2] unified: the global cap alone', () => {
    const rig = new PlanningRig();
    rig.settings = { ...rig.settings, budgetMode: 'unified' };
    expect(left(rig, 'budget of Binance')).toBeUndefined();
    expect(left(rig, 'cross-venue exposure')).toBe('30000');
  });

  it('[RK-2] what is left never goes below nothing', () => {
    const rig = new PlanningRig();
    rig.portfolio.deals.push(openDeal({ dealId: 'd1', notionalUsd: decimal('99000') }));
    expect(left(rig, 'strategy budget')).toBe('0');
  });

  it('[ID-3] carried currency binds in the direction that carries more', () => {
    const rig = new PlanningRig();
    const tether = bitcoin('binance', 'USDT');
    rig.portfolio.carried.set('USD', '10000');
    rig.portfolio.carried.set('USDT', '-10000');
    expect(left(rig, 'carried USD', tether, rig.kraken)).toBe('5000');
    expect(left(rig, 'carried USDT', tether, rig.kraken)).toBe('5000');
    expect(left(rig, 'carried USD', rig.kraken, tether)).toBe('25000');
    expect(left(rig, 'carried USD', rig.binance, rig.kraken)).toBeUndefined();
    expect(left(rig, 'carried EUR', bitcoin('okx', 'EUR'), rig.kraken)).toBe('0');
  });

  it('[RK-3] both legs turn their notional over', () => {
    const rig = new PlanningRig();
    rig.portfolio.turnover = '990000';
    expect(left(rig, 'turnover of the day')).toBe('5000');
  });

  it('[RK-3] turnover of before a change of the allocation counts in proportion, and is said as it was', () => {
    const rig = new PlanningRig();
    rig.portfolio.turnover = '2000000';
    rig.portfolio.turnoverCounted = '990000';
    expect(left(rig, 'turnover of the day')).toBe('5000');
    expect(rig.exposure.turnoverBreach()).toBeUndefined();
    rig.portfolio.turnoverCounted = '1000001';
    expect(rig.exposure.turnoverBreach()).toBe(
      '2000000 USD today, which counts as 1000001 USD since the allocation was changed, limit 1000000 USD',
    );
  });

  it('[IN-1] [RK-3] where everything was taken out of the inventory, it is said that there is no equity', () => {
    const rig = new PlanningRig();
    rig.portfolio.equity = '0';
    const none = {
      reason: 'no-inventory',
      detail: 'There is nothing to trade with: trading equity is 0.00 USD.',
    };
    expect(rig.exposure.stops(rig.profile)).toEqual(none);
    expect(rig.exposure.headroom(rig.binance, rig.kraken)).toEqual([]);
    expect(rig.judge().candidate.verdict).toEqual({ kind: 'reject', ...none });
  });

  it('[FCL] unknown equity leaves no budget at all', () => {
    const rig = new PlanningRig();
    rig.portfolio.equity = undefined;
    expect(rig.exposure.stops(rig.profile)).toEqual({
      reason: 'telemetry-incomplete',
      detail: 'Trading equity is not known.',
    });
    expect(rig.exposure.headroom(rig.binance, rig.kraken)).toEqual([]);
  });

  it.each([
    ['1.99', undefined],
    ['2', 'daily-stop'],
  ])('[PL-4] a profile that lost %s %% of equity: %s', (percent, reason) => {
    const rig = new PlanningRig();
    rig.portfolio.results.set('default', decimal(percent).times('-1000').toFixed());
    expect(rig.exposure.stops(rig.profile)?.reason).toBe(reason);
  });

  it('[RK-3] the daily stop goes by what the loss is of the allocation of now, and says both numbers', () => {
    const rig = new PlanningRig();
    rig.portfolio.results.set('default', '-1500');
    rig.portfolio.losses.set('default', '-2000');
    expect(rig.exposure.stops(rig.profile)?.detail).toContain(
      'lost 1500.00 USD today, which counts as 2000.00 USD since the allocation was changed; its stop is 2000.00 USD.',
    );
    // Taking half of it out again does not set a stop off.
    rig.portfolio.results.set('default', '-2500');
    rig.portfolio.losses.set('default', '-1999.99');
    expect(rig.exposure.stops(rig.profile)).toBeUndefined();
  });

  it('[RK-3] a strategy that lost its share of its budget stops', () => {
    const rig = new PlanningRig();
    rig.portfolio.results.set('all', '-399.99');
    expect(rig.exposure.stops(rig.profile)).toBeUndefined();
    rig.portfolio.results.set('all', '-400');
    expect(rig.exposure.stops(rig.profile)?.detail).toBe(
      'The spread strategy lost 400.00 USD today; its stop is 400.00 USD.',
    );
  });
});

describe('OrderRate and Pacing', () => {
  it('[RK-3] entries wait once the venue’s orders of a minute are used up, and the window moves on', () => {
    const rig = new PlanningRig();
    rig.limit('ordersPerMinute', '2');
    rig.orderRate.record('okx');
    rig.clock.advanceBy(30_000);
    rig.orderRate.record('okx');
    expect(rig.orderRate.blocked('okx')?.reason).toBe('order-rate');
    expect(rig.orderRate.blocked('kraken')).toBeUndefined();
    rig.clock.advanceBy(30_000);
    expect(rig.orderRate.blocked('okx')).toBeUndefined();
    expect(rig.orderRate.count('okx')).toBe(1);
  });

  it('[PL-4] a failed deal cools its symbol down, for its profile alone', () => {
    const rig = new PlanningRig();
    rig.pacing.dealClosed(rig.profile, 'BTC', false);
    expect(rig.pacing.blocked(rig.profile, 'BTC')).toBeUndefined();
    rig.pacing.dealClosed(rig.profile, 'BTC', true);
    expect(rig.pacing.blocked(rig.profile, 'BTC')?.detail).toBe('BTC cools down for another 60 s.');
    expect(rig.pacing.blocked(rig.profile, 'ETH')).toBeUndefined();
    expect(rig.pacing.blocked({ ...rig.profile, id: 'other' }, 'BTC')).toBeUndefined();
    rig.clock.advanceBy(60_000);
    expect(rig.pacing.blocked(rig.profile, 'BTC')).toBeUndefined();
  });

  it('[PL-4] trades per cycle are bounded by the profile and by the limit, whichever is less', () => {
    const rig = new PlanningRig();
    rig.limit('maxTradesPerCycle', '1');
    rig.pacing.dealOpened('default');
    expect(rig.pacing.blocked(rig.profile, 'BTC')?.reason).toBe('max-concurrent');
    rig.pacing.beginCycle('default');
    expect(rig.pacing.blocked(rig.profile, 'BTC')).toBeUndefined();
  });
});

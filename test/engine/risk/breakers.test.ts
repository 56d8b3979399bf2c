import { describe, expect, it } from 'vitest';
import { BREAKER_THRESHOLDS as AT, coolDownMs } from '#engine/risk/breaker-thresholds';
import { breakerSchema } from '#shared/domain/safety';
import { announcedWait, feedStateOf } from '#support/fake-market';
import { PlanningRig } from '#support/planning-rig';

const seconds = (rig: PlanningRig, count: number, run = () => rig.breakers.tick()) => {
  for (let second = 0; second < count; second += 1) {
    rig.clock.advanceBy(1000);
    run();
  }
};
const states = (rig: PlanningRig) => rig.breakerRows.map((row) => `${row.scope} ${row.state}`);

describe('Breakers', () => {
  it('[CB-1] goes from closed over open and stabilizing to closed, each step journaled with its cause', () => {
    const rig = new PlanningRig();
    rig.breakers.trip('kraken', 'reject-streak', '5 orders rejected in a row');
    seconds(rig, 29);
    expect(rig.breakers.get('kraken').state).toBe('open');
    seconds(rig, 1);
    expect(rig.breakers.get('kraken').state).toBe('stabilizing');
    expect(rig.breakers.blocked('kraken')?.reason).toBe('breaker-open');
    seconds(rig, 15);
    expect(rig.breakers.blocked('kraken')).toBeUndefined();
    expect(states(rig)).toEqual(['kraken open', 'kraken stabilizing', 'kraken closed']);
    expect(rig.breakerRows[0]).toMatchObject({
      cause: 'reject-streak',
      reading: '5 orders rejected in a row',
      trips: 1,
    });
    for (const row of rig.breakerRows) expect(breakerSchema.safeParse(row).success).toBe(true);
  });

  it('[CB-1] each trip doubles the cool-down up to its bound, and an hour without one forgives', () => {
    expect([1, 2, 3, 4].map(coolDownMs)).toEqual([30_000, 60_000, 120_000, 240_000]);
    expect(coolDownMs(1000)).toBe(AT.coolDownMaxMs);
    const rig = new PlanningRig();
    rig.breakers.trip('okx', 'api-failures', 'test');
    seconds(rig, 45);
    rig.breakers.trip('okx', 'api-failures', 'test');
    expect(rig.breakers.get('okx')).toMatchObject({ trips: 2, untilMs: rig.clock.wallMs() + 60_000 });
    seconds(rig, 75);
    expect(rig.breakers.closed('okx')).toBe(true);
    rig.clock.advanceBy(AT.forgiveMs);
    rig.breakers.trip('okx', 'api-failures', 'test');
    expect(rig.breakers.get('okx').trips).toBe(1);
  });

  it('[CB-1] a trip while stabilizing opens again', () => {
    const rig = new PlanningRig();
    rig.breakers.trip('okx', 'api-failures', 'test');
    seconds(rig, 31);
    rig.breakers.trip('okx', 'slippage-streak', 'test');
    expect(rig.breakers.get('okx')).toMatchObject({ state: 'open', trips: 2, cause: 'slippage-streak' });
  });

  it('[CB-1] a condition that lasts keeps it open without filling the journal', () => {
    const rig = new PlanningRig();
    seconds(rig, 120, () => {
      rig.breakers.trip('global', 'turnover', 'over');
      rig.breakers.tick();
    });
    expect(states(rig)).toEqual(['global open']);
  });

  it('[CB-1] opens on calls that failed in a row, not on single ones', () => {
    const rig = new PlanningRig();
    for (let call = 0; call < 20; call += 1) rig.breakers.apiCall('bybit', call % 5 === 4 ? 'ok' : 'timeout');
    expect(rig.breakers.closed('bybit')).toBe(true);
    for (let call = 0; call < AT.apiFailures; call += 1) rig.breakers.apiCall('bybit', 'error');
    expect(rig.breakers.get('bybit')).toMatchObject({ state: 'open', cause: 'api-failures' });
  });

  it('[CB-1] opens on rejects in a row and on slippage beyond the limit in a row', () => {
    const rig = new PlanningRig();
    for (let order = 0; order < AT.rejectStreak - 1; order += 1) rig.breakers.orderAnswered('okx', 'rejected');
    rig.breakers.orderAnswered('okx', 'accepted');
    rig.breakers.orderAnswered('okx', 'rejected');
    expect(rig.breakers.closed('okx')).toBe(true);
    for (let order = 1; order < AT.rejectStreak; order += 1) rig.breakers.orderAnswered('okx', 'rejected');
    expect(rig.breakers.get('okx').cause).toBe('reject-streak');
    for (const realised of [9.5, 7, 9.5, 9.5]) rig.breakers.slippage('kraken', 1, realised);
    expect(rig.breakers.closed('kraken')).toBe(true);
    rig.breakers.slippage('kraken', 1, 9.5);
    expect(rig.breakers.get('kraken').cause).toBe('slippage-streak');
  });

  it('[CB-1] opens on a share of stale quotes that lasts, after the warm-up', () => {
    const rig = new PlanningRig();
    const others = rig.market.feedStates.filter((feed) => feed.venue !== 'coinbase');
    rig.market.feedStates = [...others, feedStateOf('coinbase', { fresh: 5 })];
    seconds(rig, 29);
    expect(rig.breakers.closed('coinbase')).toBe(true);
    seconds(rig, 1);
    expect(rig.breakers.get('coinbase')).toMatchObject({ cause: 'stale-ratio', reading: '5 of 10 quotes stale' });
    const steady = new PlanningRig();
    steady.market.feedStates = [...others, feedStateOf('coinbase', { fresh: 6 })];
    seconds(steady, 60);
    expect(steady.breakers.closed('coinbase')).toBe(true);
  });

  it('[CB-1] a feed of perpetuals, which are only read, opens nothing', () => {
    const rig = new PlanningRig();
    const perp = { ...feedStateOf('coinbase', { fresh: 0, skewMs: -2500 }), feed: 'coinbase:perp' as const };
    rig.market.feedStates = [...rig.market.feedStates, perp];
    seconds(rig, 120);
    expect(rig.breakers.closed('coinbase')).toBe(true);
  });

  it('[CB-1] opens on a clock that is off, and a disabled venue is not judged', () => {
    const rig = new PlanningRig();
    rig.market.feedStates = [
      ...rig.market.feedStates.filter((feed) => feed.venue !== 'okx' && feed.venue !== 'bybit'),
      feedStateOf('okx', { skewMs: -2500 }),
      feedStateOf('bybit', { skewMs: -2500 }),
    ];
    rig.market.disabled.add('bybit');
    seconds(rig, 21);
    expect(rig.breakers.get('okx').cause).toBe('clock-skew');
    expect(rig.breakers.closed('bybit')).toBe(true);
  });

  it('[CB-2] fewer than two safe venues pause trading globally', () => {
    const rig = new PlanningRig();
    for (const venue of ['binance', 'bybit', 'okx'] as const) rig.vetoes.add(venue);
    seconds(rig, 21);
    expect(rig.breakers.closed('global')).toBe(true);
    rig.breakers.trip('coinbase', 'api-failures', 'test');
    seconds(rig, 1);
    expect(rig.breakers.get('global')).toMatchObject({ state: 'open', cause: 'empty-safe-set' });
    expect(rig.permission.permission()).toMatchObject({ allowed: false, reason: 'breaker-open' });
    rig.vetoes.clear();
    seconds(rig, 50);
    expect(rig.permission.permission()).toEqual({ allowed: true });
  });

  it('[CB-3] is restored as it was left', () => {
    const rig = new PlanningRig();
    rig.breakers.trip('kraken', 'reject-streak', 'test');
    const again = new PlanningRig();
    again.breakers.restore(rig.breakerRows);
    expect(again.breakers.get('kraken')).toEqual(rig.breakers.get('kraken'));
    expect(again.breakerRows).toEqual([]);
    seconds(again, 45);
    expect(again.breakers.closed('kraken')).toBe(true);
  });
});

describe('[MD-8] breakers and a maintenance that the venue announced', () => {
  const begun = (rig: PlanningRig) => ({ ...announcedWait('okx:spot', rig.clock.wallMs() - 1), begun: true });
  const fail = (rig: PlanningRig) => {
    for (let call = 0; call < AT.apiFailures; call += 1) rig.breakers.apiCall('okx', 'error');
    for (let order = 0; order < AT.rejectStreak; order += 1) rig.breakers.orderAnswered('okx', 'rejected');
  };

  it('what fails while it is under way is not counted, then or later', () => {
    const rig = new PlanningRig();
    seconds(rig, AT.warmUpMs / 1000 + 1);
    rig.market.maintenance.set('okx:spot', begun(rig));
    rig.market.feedStates = [feedStateOf('okx', { fresh: 0 })];
    fail(rig);
    seconds(rig, AT.staleForMs / 1000 + 2);
    expect(rig.breakers.closed('okx')).toBe(true);
    rig.market.maintenance.clear();
    rig.market.feedStates = [feedStateOf('okx')];
    rig.breakers.apiCall('okx', 'error');
    rig.breakers.orderAnswered('okx', 'rejected');
    seconds(rig, 2);
    expect(rig.breakers.closed('okx')).toBe(true);
  });

  it('before it begins, in perpetuals alone, and for an order without an answer everything counts', () => {
    const rig = new PlanningRig();
    rig.market.maintenance.set('okx:spot', { ...begun(rig), begun: false });
    fail(rig);
    expect(rig.breakers.closed('okx')).toBe(false);
    const other = new PlanningRig();
    other.market.maintenance.set('okx:perp', begun(other));
    fail(other);
    expect(other.breakers.closed('okx')).toBe(false);
    const doubtful = new PlanningRig();
    doubtful.market.maintenance.set('okx:spot', begun(doubtful));
    doubtful.breakers.trip('okx', 'unresolved-ack', 'order d1-0 had no answer');
    expect(doubtful.breakers.closed('okx')).toBe(false);
  });

  it('[MD-6] a clock that is wrong counts while it is under way too', () => {
    const rig = new PlanningRig();
    seconds(rig, AT.warmUpMs / 1000 + 1);
    rig.market.maintenance.set('okx:spot', begun(rig));
    rig.market.feedStates = [feedStateOf('okx', { skewMs: AT.clockSkewMs + 1 })];
    seconds(rig, 1);
    expect(rig.breakers.get('okx')).toMatchObject({ state: 'open', cause: 'clock-skew' });
  });
});

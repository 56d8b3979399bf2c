import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type HealthTransition, type MarketEvidence, VenueHealthMonitor } from '#engine/health/venue-health';
import { VENUES } from '#shared/domain/ids';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { DEFAULT_LIMITS, type Limits } from '#shared/settings/limits';

const START_MS = Date.UTC(2026, 0, 5);
const GOOD: MarketEvidence = { instruments: 8, fresh: 8, lagP95Ms: 20 };
const NONE: MarketEvidence = { instruments: 0, fresh: 0, lagP95Ms: Number.NaN };

let clock: VirtualClock;
let limits: Limits;
let kraken: MarketEvidence;
let transitions: HealthTransition[];
let monitor: VenueHealthMonitor;

beforeEach(() => {
  clock = new VirtualClock(START_MS);
  limits = DEFAULT_LIMITS;
  kraken = GOOD;
  transitions = [];
  monitor = new VenueHealthMonitor({
    clock,
    limits: () => limits,
    evidence: (venue) => (venue === 'kraken' ? kraken : NONE),
    onTransition: (transition) => transitions.push(transition),
  });
});

/** One sample a second. */
function run(seconds: number, each: () => void = () => undefined) {
  for (let second = 0; second < seconds; second += 1) {
    clock.advanceBy(1000);
    each();
    monitor.sample();
  }
}

const state = () => monitor.states().find(({ venue }) => venue === 'kraken');
const input = (name: string) => state()?.inputs.find((one) => one.name === name);

describe('VenueHealthMonitor', () => {
  it('[VH-1] [FCL] without evidence the score is 0 and the venue is vetoed, without a transition', () => {
    run(60);
    expect([monitor.score('okx'), monitor.vetoed('okx')]).toEqual([0, true]);
    expect(transitions.filter(({ venue }) => venue === 'okx')).toEqual([]);
    expect(monitor.states().map(({ venue }) => venue)).toEqual(VENUES);
  });

  it('[VH-1] good orders do not stand in for market data that was never seen', () => {
    kraken = NONE;
    run(30, () => monitor.recordAck('kraken', 40));
    expect([monitor.score('kraken'), monitor.vetoed('kraken')]).toEqual([0, true]);
  });

  it('[VH-1] inputs without evidence weigh nothing and say so', () => {
    run(5);
    expect(monitor.score('kraken')).toBeCloseTo(1, 9);
    expect(input('slippage')).toEqual({ name: 'slippage', score: 0, weight: 0, reading: 'no evidence yet' });
    expect(input('fresh-share')).toMatchObject({ score: 1, weight: 0.3, reading: '100.0 % of quotes fresh' });
    expect(state()?.inputs).toHaveLength(8);
    expect(transitions).toMatchObject([{ venue: 'kraken', vetoed: false, atMs: START_MS + 4000 }]);
  });

  it('[VH-1] every input lowers the score when it worsens', () => {
    const worse: readonly [string, () => void][] = [
      ['fresh-share', () => (kraken = { ...GOOD, fresh: 4 })],
      ['event-lag', () => (kraken = { ...GOOD, lagP95Ms: 700 })],
      ['api-errors', () => monitor.recordApi('kraken', 5000, 'timeout')],
      ['round-trip', () => monitor.recordRoundTrip('kraken', 1500)],
      ['reconnects', () => monitor.recordReconnect('kraken')],
      ['ack-time', () => monitor.recordAck('kraken', 2500)],
      ['order-rejects', () => monitor.recordReject('kraken')],
      ['slippage', () => monitor.recordSlippage('kraken', 1, 5)],
    ];
    for (const [name, worsen] of worse) {
      kraken = GOOD;
      monitor = new VenueHealthMonitor({
        clock,
        limits: () => limits,
        evidence: () => kraken,
        onTransition: () => undefined,
      });
      run(30, () => {
        monitor.recordApi('kraken', 50, 'ok');
        monitor.recordAck('kraken', 50);
        monitor.recordSlippage('kraken', 1, 1);
      });
      const before = monitor.score('kraken');
      const readingBefore = input(name)?.score ?? Number.NaN;
      expect(before).toBeCloseTo(1, 6);
      run(4, worsen);
      expect([name, monitor.score('kraken') < before, (input(name)?.score ?? 1) < readingBefore]).toEqual([
        name,
        true,
        true,
      ]);
    }
  });

  it('[VH-1] evidence fades: an old fault is forgiven', () => {
    run(10);
    for (let index = 0; index < 5; index += 1) monitor.recordReconnect('kraken');
    run(1);
    const hurt = input('reconnects')?.score ?? Number.NaN;
    expect(hurt).toBeLessThan(0.2);
    run(1800);
    expect(input('reconnects')?.score).toBeGreaterThan(0.98);
  });

  it('[VH-1] an outage of the interface fades even when nobody calls, and lasting failure vetoes', () => {
    run(10);
    for (let index = 0; index < 20; index += 1) monitor.recordApi('kraken', 5, 'error');
    run(1);
    const hurt = input('api-errors')?.score ?? Number.NaN;
    expect(hurt).toBeLessThan(0.15);
    expect(monitor.vetoed('kraken')).toBe(false);
    run(240);
    expect(input('api-errors')?.score).toBeGreaterThan(hurt + 0.2);
    run(120, () => {
      for (let call = 0; call < 5; call += 1) monitor.recordApi('kraken', 5, 'timeout');
    });
    expect(monitor.vetoed('kraken')).toBe(true);
  });

  it('[VH-2] an input at its worst vetoes alone', () => {
    run(10);
    for (let index = 0; index < 6; index += 1) monitor.recordReject('kraken');
    run(1);
    expect([monitor.score('kraken'), monitor.vetoed('kraken')]).toEqual([0, true]);
  });

  it('[VH-2] [VH-3] below the floor it is vetoed, and returns only after a whole window at or above it', () => {
    run(60);
    kraken = { ...GOOD, fresh: 0 };
    run(60);
    expect(monitor.vetoed('kraken')).toBe(true);
    expect(transitions.map(({ vetoed }) => vetoed)).toEqual([false, true]);
    expect(transitions[1]?.score).toBeLessThan(0.6);
    kraken = GOOD;
    let recoveredAt = Number.NaN;
    while (monitor.vetoed('kraken') && clock.monoMs() < 600_000) {
      run(1);
      if (Number.isNaN(recoveredAt) && monitor.score('kraken') >= 0.6) recoveredAt = clock.monoMs();
      if (monitor.vetoed('kraken') && !Number.isNaN(recoveredAt)) {
        expect(state()?.returnsAtMs).toBe(START_MS + recoveredAt + 30_000);
      }
    }
    expect(clock.monoMs() - recoveredAt).toBe(30_000);
    expect(transitions.at(-1)).toMatchObject({ vetoed: false });
    expect(state()?.returnsAtMs).toBeNull();
  });

  it('[VH-3] a relapse starts the window anew', () => {
    run(60);
    kraken = { ...GOOD, fresh: 0 };
    run(60);
    kraken = GOOD;
    run(40);
    expect([monitor.score('kraken') >= 0.6, monitor.vetoed('kraken')]).toEqual([true, true]);
    kraken = { ...GOOD, lagP95Ms: 2000 };
    run(1);
    kraken = GOOD;
    run(29);
    expect([monitor.score('kraken') >= 0.6, monitor.vetoed('kraken')]).toEqual([true, true]);
    run(2);
    expect(monitor.vetoed('kraken')).toBe(false);
  });

  it('[VH-2] the floor is the limit in force', () => {
    kraken = { ...GOOD, fresh: 5 };
    run(60);
    expect(monitor.vetoed('kraken')).toBe(false);
    limits = { ...limits, venueHealthFloor: '0.95' };
    run(1);
    expect(monitor.vetoed('kraken')).toBe(true);
  });

  it('[VH-1] stays within 0 … 1 whatever is recorded (seed 71)', () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant('fresh' as const), value: fc.integer({ min: 0, max: 8 }) }),
      fc.record({
        kind: fc.constantFrom('lag', 'trip', 'ack', 'slip', 'api', 'reject', 'reconnect' as const),
        value: fc.double({ min: 0, max: 1e7, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const random = new VirtualClock(START_MS);
        let evidence = GOOD;
        const one = new VenueHealthMonitor({
          clock: random,
          limits: () => DEFAULT_LIMITS,
          evidence: () => evidence,
          onTransition: () => undefined,
        });
        for (const { kind, value } of events) {
          if (kind === 'fresh') evidence = { ...evidence, fresh: value };
          else if (kind === 'lag') evidence = { ...evidence, lagP95Ms: value };
          else if (kind === 'trip') one.recordRoundTrip('okx', value);
          else if (kind === 'ack') one.recordAck('okx', value);
          else if (kind === 'slip') one.recordSlippage('okx', 0, value - 5e6);
          else if (kind === 'api') one.recordApi('okx', value, value > 5e6 ? 'error' : 'ok');
          else if (kind === 'reject') one.recordReject('okx');
          else one.recordReconnect('okx');
          random.advanceBy(700);
          one.sample();
          expect(one.score('okx')).toBeGreaterThanOrEqual(0);
          expect(one.score('okx')).toBeLessThanOrEqual(1);
          expect(one.score('okx') >= 0.6 || one.vetoed('okx')).toBe(true);
        }
      }),
      { seed: 71, numRuns: 100 },
    );
  });
});

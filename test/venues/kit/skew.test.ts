import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RestClient } from '#main/venues/kit/rest-client';
import { serverTimeMs } from '#main/venues/kit/server-time';
import { aged, commonBounds, middleOf, type SkewBounds, SkewMeter, skewBounds } from '#main/venues/kit/skew';
import { SeededRandom } from '#shared/kernel/random';
import type { Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const SEED = 17;
const NOON = Date.UTC(2026, 9, 9, 12);

function agreedSkew(samples: readonly SkewBounds[]) {
  const common = commonBounds(samples);
  return common && { skewMs: middleOf(common), roundTripMs: common.roundTripMs };
}

it('[MD-6] takes half the round trip off a clock of milliseconds', () => {
  const sample = skewBounds(NOON, NOON + 80, { earliestMs: NOON + 540, resolutionMs: 1 });
  expect(agreedSkew([sample])).toEqual({ skewMs: 500.5, roundTripMs: 80 });
});

it('[MD-6] a value on a whole second proves no more than that second', () => {
  expect(serverTimeMs(NOON).resolutionMs).toBe(1000);
  expect(serverTimeMs(NOON + 1).resolutionMs).toBe(1);
  expect(serverTimeMs(String(NOON + 5))).toEqual({ earliestMs: NOON + 5, resolutionMs: 1 });
  for (const odd of [0, '', 'soon', Number.NaN, NOON / 1000, null]) expect(() => serverTimeMs(odd)).toThrow(TypeError);
});

it('[MD-6] samples that contradict each other give no skew', () => {
  const at = (earliestMs: number) => skewBounds(NOON, NOON + 10, { earliestMs, resolutionMs: 1 });
  expect(agreedSkew([at(NOON), at(NOON + 5_000)])).toBeNull();
  expect(agreedSkew([])).toBeNull();
});

it(`[MD-6] the true skew always lies in what the samples agree on, clock of seconds or of milliseconds, seed ${SEED}`, () => {
  const trip = fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 400 }), fc.nat({ max: 2_000 }));
  fc.assert(
    fc.property(
      fc.integer({ min: -60_000, max: 60_000 }),
      fc.constantFrom(1, 1000),
      fc.array(trip, { minLength: 1, maxLength: 6 }),
      (skew, resolution, trips) => {
        const samples = trips.map(([there, back, at]) => {
          const served = NOON + at + there + skew;
          const earliestMs = Math.floor(served / resolution) * resolution;
          return skewBounds(NOON + at, NOON + at + there + back, { earliestMs, resolutionMs: resolution });
        });
        for (const { lowMs, highMs } of samples) expect(lowMs <= skew && skew <= highMs).toBe(true);
        const agreed = agreedSkew(samples);
        const widest = Math.min(...samples.map(({ lowMs, highMs }) => highMs - lowMs));
        expect(Math.abs((agreed?.skewMs ?? Number.NaN) - skew)).toBeLessThanOrEqual(widest / 2 + 0.001);
      },
    ),
    { seed: SEED, numRuns: 2_000 },
  );
});

it('[MD-6] what was proved earlier holds later but for the drift of two clocks', () => {
  expect(aged({ lowMs: 1, highMs: 3, roundTripMs: 2 }, 60_000)).toEqual({ lowMs: -11, highMs: 15, roundTripMs: 2 });
});

/** Reports of a meter over a venue whose clock tells whole seconds and is `skewMs` ahead, in `minutes`. */
async function measured(skewAt: (elapsedMs: number) => number, minutes: number): Promise<number[]> {
  const clock = new VirtualClock(NOON);
  const transport: Transport = {
    openSocket: () => {
      throw new Error('no sockets here');
    },
    request: () =>
      new Promise((resolve) => {
        clock.after(20, () => {
          const served = clock.wallMs() + skewAt(clock.monoMs());
          const body = JSON.stringify({ unixtime: Math.floor(served / 1000) });
          clock.after(20, () => resolve({ status: 200, headers: {}, body }));
        });
      }),
  };
  const random = new SeededRandom(SEED);
  const reports: number[] = [];
  const rest = new RestClient({
    transport,
    clock,
    random,
    feed: 'kraken:spot',
    baseUrl: 'https://api.kraken.com',
    budgetPerMinute: 60,
    report: () => undefined,
  });
  const meter = new SkewMeter({
    rest,
    clock,
    random,
    path: '/time',
    read: (body) => serverTimeMs((body as { unixtime: number }).unixtime * 1000),
    report: (skewMs) => reports.push(skewMs),
  });
  void meter.run();
  await clock.runUntil(NOON + minutes * 60_000, () => new Promise((resolve) => setImmediate(resolve)));
  meter.stop();
  return reports;
}

it(`[MD-6] a clock told in whole seconds is known better each minute, seed ${SEED}`, async () => {
  const reports = await measured(() => 137, 10);
  expect(reports.length).toBeGreaterThanOrEqual(9);
  expect(Math.abs((reports.at(-1) ?? Number.NaN) - 137)).toBeLessThan(60);
});

it(`[MD-6] a clock that was set is measured anew, seed ${SEED}`, async () => {
  const reports = await measured((elapsedMs) => (elapsedMs < 300_000 ? 0 : 5_000), 12);
  expect(Math.abs((reports.at(-1) ?? Number.NaN) - 5_000)).toBeLessThan(250);
});

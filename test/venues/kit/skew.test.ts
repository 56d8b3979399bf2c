import fc from 'fast-check';
import { expect, it } from 'vitest';
import { serverTimeMs } from '#main/venues/kit/server-time';
import { agreedSkew, skewBounds } from '#main/venues/kit/skew';

const SEED = 17;
const NOON = Date.UTC(2026, 9, 9, 12);

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

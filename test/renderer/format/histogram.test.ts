import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOf } from '../../../src-renderer/format/histogram.ts';

describe('[TE-2] bars of a histogram', () => {
  it('leaves out the empty ends, names each bar by its upper bound, and the open one by its lower', () => {
    const bars = barsOf([
      { upToMs: 1, count: 0 },
      { upToMs: 10, count: 3 },
      { upToMs: 100, count: 1 },
      { upToMs: 2_000, count: 0 },
      { upToMs: null, count: 4 },
    ]);
    expect(bars).toEqual([
      { label: 'to 10 ms', share: 3 / 8, length: 0.75 },
      { label: 'to 100 ms', share: 1 / 8, length: 0.25 },
      { label: 'to 2.0 s', share: 0, length: 0 },
      { label: 'over 2.0 s', share: 0.5, length: 1 },
    ]);
    expect(barsOf([])).toEqual([]);
    expect(barsOf([{ upToMs: null, count: 0 }])).toEqual([]);
  });

  const SEED = 909;
  it(`any histogram: few bars, every value in one of them (seed ${SEED})`, () => {
    const counts = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 500, noNaN: true })), {
      maxLength: 110,
    });
    fc.assert(
      fc.property(counts, (values) => {
        const bars = barsOf(values.map((count, at) => ({ upToMs: at === values.length - 1 ? null : at + 1, count })));
        expect(bars.length).toBeLessThanOrEqual(14);
        expect(bars.length === 0).toBe(values.every((count) => count === 0));
        if (bars.length > 0) expect(bars.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
        expect(new Set(bars.map(({ label }) => label)).size).toBe(bars.length);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});

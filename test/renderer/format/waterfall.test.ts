import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WATERFALL_PARTS } from '#shared/domain/waterfall';
import { decimal, wire } from '#shared/money/decimal';
import { waterfallView } from '../../../src-renderer/format/waterfall.ts';
import { sampleWaterfall } from '../fixtures/plan-sample.ts';

const micro = fc
  .integer({ min: -20_000_000, max: 20_000_000 })
  .map((n) => wire(decimal(String(n)).div(decimal('1000000'))));
const SEED = 77;

describe('waterfall', () => {
  it(`[CO-2] any parts and their sum are shown as adding up, every bar inside the width (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.array(micro, { minLength: 9, maxLength: 9 }), (values) => {
        const parts = WATERFALL_PARTS.map((part, index) => ({ part, bps: values[index] ?? '0', note: '' }));
        const netBps = wire(values.reduce((sum, value) => sum.plus(decimal(value)), decimal('0')));
        const view = waterfallView({ parts, netBps });
        expect(view.sums).toBe(true);
        expect(view.rows).toHaveLength(10);
        for (const { from, to } of view.rows) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(1 + 1e-9);
          expect(to).toBeGreaterThanOrEqual(from);
        }
        expect(view.places).toBeLessThanOrEqual(6);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('[CO-2] a net that is off by the last digit is told', () => {
    const waterfall = sampleWaterfall('14.2');
    expect(waterfallView(waterfall).sums).toBe(true);
    const off = wire(decimal(waterfall.netBps).plus(decimal('0.000001')));
    expect(waterfallView({ ...waterfall, netBps: off }).sums).toBe(false);
  });

  it('each bar starts where the one before it ended, and what is left ends at the net', () => {
    const { rows } = waterfallView(sampleWaterfall('14.2'));
    expect(rows.find(({ part }) => part === 'gross')?.to).toBeCloseTo(
      rows.find(({ part }) => part === 'fees')?.to ?? 0,
    );
    expect(rows.at(-2)?.left).toBe(rows.at(-1)?.bps);
  });
});

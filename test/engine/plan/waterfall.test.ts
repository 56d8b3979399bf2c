import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeReason, partOf, waterfallOf } from '#engine/plan/waterfall';
import { WATERFALL_PARTS, type WaterfallPart, waterfallSchema } from '#shared/domain/waterfall';
import { type Decimal, decimal, fromDouble, ZERO } from '#shared/money/decimal';

const linesOf = (bps: readonly Decimal[]) =>
  Object.fromEntries(WATERFALL_PARTS.map((part, index) => [part, { bps: bps[index] ?? ZERO, note: part }])) as Record<
    WaterfallPart,
    { bps: Decimal; note: string }
  >;

describe('waterfallOf', () => {
  it('[CO-2] parts are rounded to 1e-6 bps and sum exactly to the net edge (seed 11)', () => {
    const bps = fc.array(fc.double({ min: -5000, max: 5000, noNaN: true }), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(bps, (values) => {
        const waterfall = waterfallOf(linesOf(values.map((value) => fromDouble(value, 18).div(decimal('3')))));
        const sum = waterfall.parts.reduce((total, row) => total.plus(decimal(row.bps)), ZERO);
        expect(sum.eq(decimal(waterfall.netBps))).toBe(true);
        for (const row of waterfall.parts) expect((row.bps.split('.')[1] ?? '').length).toBeLessThanOrEqual(6);
        expect(waterfallSchema.safeParse(waterfall).success).toBe(true);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('[CO-2] keeps every part, in the order they are shown', () => {
    const waterfall = waterfallOf(linesOf([decimal('10'), decimal('-2')]));
    expect(waterfall.parts.map((row) => row.part)).toEqual([...WATERFALL_PARTS]);
    expect(waterfall.netBps).toBe('8');
    expect(partOf(waterfall, 'fees').toFixed()).toBe('-2');
  });
});

describe('edgeReason', () => {
  const edge = (gross: number, fees: number, slippage: number, latency: number, net: number) => ({
    grossBps: gross,
    feesBps: -fees,
    slippageBps: -slippage,
    latencyBps: -latency,
    netBps: net,
  });

  it.each([
    ['fees-kill', edge(4, 4, 0, 0, 0)],
    ['slippage-kill', edge(20, 4, 9, 0, 7)],
    ['slippage-kill', edge(8, 4, 4, 0, 0)],
    ['latency-risk', edge(8, 4, 3, 1, 0)],
    ['below-min-edge', edge(8, 4, 1, 1, 2)],
    ['below-min-edge', edge(8, 4, 1, 1, -3)],
    [undefined, edge(12, 4, 1, 1, 3)],
  ] as const)('[PL-2] the first cost that kills the edge is the reason: %s', (reason, reading) => {
    expect(edgeReason(reading, 3, 8)).toBe(reason);
  });
});

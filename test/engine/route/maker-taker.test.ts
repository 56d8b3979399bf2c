import { describe, expect, it } from 'vitest';
import { FillTimeStats } from '#engine/route/fill-times';
import { compare, fillChance, type Waiting } from '#engine/route/maker-taker';
import { makerTakerSchema } from '#shared/domain/plan';

const waiting = (netBps: number, expectedWaitMs: number, lifetimeMs: number): Waiting => ({
  netBps,
  expectedWaitMs,
  waitEvidence: 7,
  lifetimeMs,
  lifetimeSource: 'pair, 20 ended',
});

describe('compare', () => {
  it('[RO-2] rests while the expected decay is within the extra cost of taking', () => {
    // Decay 8 × 1000/4000 = 2; taking costs 8 − 6 = 2 more.
    const record = compare(waiting(8, 1000, 3000), 6, true);
    expect(record).toMatchObject({ chosen: 'maker', decayBps: 2, extraTakerCostBps: 2, fillProbability: 0.75 });
    expect(makerTakerSchema.safeParse(record).success).toBe(true);
  });

  it('[RO-2] takes when waiting is expected to cost more', () => {
    expect(compare(waiting(8, 1001, 3000), 6, true)).toMatchObject({ chosen: 'taker' });
  });

  it('[RO-2] stores the comparison with what it rests on', () => {
    expect(compare(waiting(8, 1500, 3000), 6, true)?.evidence).toBe(
      'wait 1.5 s from 7 orders, lifetime 3.0 s (pair, 20 ended)',
    );
  });

  it('[RO-2] with maker-first off it takes whenever that pays', () => {
    expect(compare(waiting(8, 1, 60_000), 6, false)?.chosen).toBe('taker');
    expect(compare(waiting(8, 1, 60_000), undefined, false)?.chosen).toBe('maker');
  });

  it('[RO-2] where only one way pays it is that one, and where none does there is none', () => {
    expect(compare(undefined, 4, true)?.chosen).toBe('taker');
    expect(compare(waiting(8, 90_000, 100), undefined, true)?.chosen).toBe('maker');
    expect(compare(undefined, undefined, true)).toBeUndefined();
  });
});

describe('waiting', () => {
  it('[RO-2] the fill chance is that of filling before the divergence ends', () => {
    expect(fillChance(3000, 1000)).toBe(0.75);
    expect(fillChance(0, 1000)).toBe(0);
  });

  it('[RO-2] fill times are learned, and an order cancelled unfilled counts with the time it waited', () => {
    const stats = new FillTimeStats();
    const listing = 'kraken:spot|BTC-USD';
    expect(stats.expected(listing)).toEqual({ ms: 4000, evidence: 0 });
    for (let order = 0; order < 200; order += 1) stats.record(listing, 500, true);
    expect(stats.expected(listing).ms).toBeGreaterThan(500);
    expect(stats.expected(listing).ms).toBeLessThan(800);
    for (let order = 0; order < 200; order += 1) stats.record(listing, 20_000, false);
    expect(stats.expected(listing).ms).toBeGreaterThan(20_000);
    expect(stats.expected('okx:spot|BTC-USD').evidence).toBe(0);
  });
});

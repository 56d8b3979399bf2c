import { describe, expect, it } from 'vitest';
import { DecayingHistogram } from '#engine/market/decaying-histogram';
import { INSTRUMENT_FLOOR_MS, SilenceNorm, UNLEARNED_SILENCE_MS } from '#engine/market/silence';

describe('DecayingHistogram', () => {
  it('[TE-2] gives quantiles to within a bucket, and NaN without evidence', () => {
    const histogram = new DecayingHistogram(60_000);
    expect(histogram.quantile(0.5)).toBe(Number.NaN);
    for (let value = 1; value <= 1000; value += 1) histogram.record(value, 0);
    for (const q of [0.1, 0.5, 0.95, 0.99]) {
      expect(histogram.quantile(q)).toBeGreaterThanOrEqual(q * 1000);
      expect(histogram.quantile(q)).toBeLessThanOrEqual(q * 1000 * 1.121);
    }
    histogram.record(-5, 0);
    expect(histogram.quantile(0)).toBe(0.5);
  });

  it('[TE-2] forgets: after ten half-lives new values rule', () => {
    const histogram = new DecayingHistogram(1000);
    for (let index = 0; index < 100; index += 1) histogram.record(500, 0);
    expect(histogram.weight(1000)).toBeCloseTo(50, 9);
    for (let index = 0; index < 10; index += 1) histogram.record(10, 10_000);
    expect(histogram.quantile(0.95)).toBeLessThan(12);
    expect(histogram.weight(200_000)).toBeLessThan(1e-3);
  });
});

describe('SilenceNorm', () => {
  it('[MD-2] learns the gap a random moment falls into, so bursts do not look like haste', () => {
    const steady = new SilenceNorm();
    const bursts = new SilenceNorm();
    expect(steady.limitMs(0)).toBe(UNLEARNED_SILENCE_MS);
    for (let second = 0; second < 200; second += 1) {
      steady.data(second * 1000);
      for (let frame = 0; frame < 50; frame += 1) bursts.data(second * 1000 + frame / 1000);
    }
    expect(steady.limitMs(0)).toBeCloseTo(8000, 6);
    expect(bursts.limitMs(0)).toBeGreaterThan(7900);
    expect(new SilenceNorm().learned).toBe(false);
    expect(steady.limitMs(INSTRUMENT_FLOOR_MS * 10)).toBe(INSTRUMENT_FLOOR_MS * 10);
  });

  it('[MD-2] time away is not learned as silence', () => {
    const norm = new SilenceNorm();
    for (let index = 0; index < 20; index += 1) norm.data(index * 100);
    norm.restart(1_000_000);
    norm.data(1_000_100);
    expect(norm.limitMs(0)).toBeCloseTo(800, 6);
  });
});

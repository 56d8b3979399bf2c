import { describe, expect, test } from 'vitest';
import { LatencyHistogram } from '#main/telemetry/histogram';

describe('[TE-2] latency histogram', () => {
  test('gives percentiles within three digits, and the largest value', () => {
    const histogram = new LatencyHistogram();
    for (let value = 1; value <= 10_000; value += 1) histogram.record(value);
    const summary = histogram.summary();
    expect(summary?.count).toBe(10_000);
    expect(Math.abs((summary?.p50 ?? 0) - 5000)).toBeLessThanOrEqual(5);
    expect(Math.abs((summary?.p99 ?? 0) - 9900)).toBeLessThanOrEqual(10);
    expect(Math.abs((summary?.max ?? 0) - 10_000)).toBeLessThanOrEqual(10);
  });

  test('empty says so; failed readings are not recorded; outliers are kept at the bounds', () => {
    const histogram = new LatencyHistogram(1000);
    expect(histogram.summary()).toBeNull();
    histogram.record(Number.NaN);
    histogram.record(Number.POSITIVE_INFINITY);
    expect(histogram.summary()).toBeNull();
    histogram.record(0);
    histogram.record(5_000_000);
    expect(histogram.summary()).toMatchObject({ count: 2, p50: 1 });
    expect(histogram.summary()?.max).toBeGreaterThanOrEqual(1000);
    histogram.reset();
    expect(histogram.summary()).toBeNull();
  });
});

import { describe, expect, test } from 'vitest';
import { compare, median, quantile } from '../../bench/measure.ts';

describe('bench measures', () => {
  test('median and quantiles, whatever the order; none of nothing', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([0, 100], 0.99)).toBeCloseTo(99);
    expect(median([])).toBeNaN();
  });

  test('a ratio is the median of the rounds’ own, so that one slow round does not decide it', () => {
    const round = (times: number, baseline: number) => ({ times: [times, times * 9, times], baseline: [baseline] });
    expect(compare([round(20, 10), round(22, 10), round(900, 10)])).toEqual({
      micros: 22,
      baselineMicros: 10,
      ratio: 2.2,
      spread: [2, 90],
      rounds: 3,
    });
  });
});

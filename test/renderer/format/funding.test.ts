import { describe, expect, it } from 'vitest';
import { countdownText, intervalText, rateText } from '../../../src-renderer/format/funding.ts';

describe('[MD-7] funding in words', () => {
  it('a rate is a share of notional with its sign; unknown is a dash', () => {
    expect(rateText('0.0001')).toBe('+0.0100 %');
    expect(rateText('-0.00002')).toBe('−0.0020 %');
    expect(rateText('0')).toBe('0.0000 %');
    expect(rateText('0.0000125', 6)).toBe('+0.001250 %');
    expect(rateText(null)).toBe('—');
    expect(rateText('much')).toBe('—');
  });

  it('an interval is what it is, and an unknown one is never eight hours', () => {
    expect([28_800_000, 3_600_000, 5_400_000, 1_800_000].map(intervalText)).toEqual(['8 h', '1 h', '1.50 h', '30 min']);
    expect([null, Number.NaN, 0, -1].map(intervalText)).toEqual(['—', '—', '—', '—']);
  });

  it('the time to the next settlement runs to due, and is a dash when nobody told it', () => {
    expect(countdownText(7 * 3_600_000 + 59 * 60_000 + 12_345)).toBe('7:59:12');
    expect(countdownText(61_000)).toBe('0:01:01');
    expect([0, -5_000].map(countdownText)).toEqual(['due', 'due']);
    expect([null, Number.NaN].map(countdownText)).toEqual(['—', '—']);
  });
});

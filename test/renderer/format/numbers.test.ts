import { describe, expect, it } from 'vitest';
import { compareDecimals } from '../../../src-renderer/format/compare.ts';
import { csvCell } from '../../../src-renderer/format/csv.ts';
import { direction, percentOf, plain, price, share, signed } from '../../../src-renderer/format/numbers.ts';
import { ageText, clockMsText, clockText, signedMsText, spanText } from '../../../src-renderer/format/time.ts';

describe('numbers', () => {
  it('[UI-3] unknown is a dash, never zero', () => {
    expect([plain(null), signed(null, 2), price(null), percentOf(null), ageText(null), clockText(null)]).toEqual(
      Array.from({ length: 6 }, () => '—'),
    );
    expect(plain('not a number', 2)).toBe('—');
    expect(percentOf(share(0, 0))).toBe('—');
  });

  it.each([
    ['1234567.5', 2, '1,234,567.50'],
    ['0', 2, '0.00'],
    ['-0.004', 2, '0.00'],
    ['-1234.5', 1, '−1,234.5'],
    ['999', 0, '999'],
    ['123456', 0, '123,456'],
  ])('plain(%s, %i) is %s', (text, places, shown) => {
    expect(plain(text, places)).toBe(shown);
  });

  it('without places every digit stays', () => {
    expect(plain('0.00003116')).toBe('0.00003116');
    expect(plain('12345678901234567890.123456789')).toBe('12,345,678,901,234,567,890.123456789');
  });

  it('[UI-4] gains carry a plus, losses a minus, zero neither, as shown', () => {
    expect([signed('1.2', 2), signed('-1.2', 2), signed('0', 2), signed('0.001', 2)]).toEqual([
      '+1.20',
      '−1.20',
      '0.00',
      '0.00',
    ]);
    expect([direction('1', 2), direction('-1', 2), direction('0.001', 2), direction(null)]).toEqual([
      'up',
      'down',
      'flat',
      'unknown',
    ]);
  });

  it('prices keep digits that fit their size', () => {
    expect([price('64120.5'), price('148.2131'), price('0.99968')]).toEqual(['64,120.50', '148.213', '0.99968']);
  });

  it('sorts decimals by value, unknown first', () => {
    const values = ['10', null, '-2', '9.5', '100'];
    expect(values.toSorted(compareDecimals)).toEqual([null, '-2', '9.5', '10', '100']);
    expect(compareDecimals('9', '10')).toBeLessThan(0);
    expect(compareDecimals(null, '-5')).toBeLessThan(0);
  });
});

describe('times', () => {
  it.each([
    [-50, '<1 s'],
    [999, '<1 s'],
    [1_000, '1 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [172_800_000, '2 d'],
  ])('age of %i ms is %s', (ms, shown) => {
    expect(ageText(ms)).toBe(shown);
  });

  it('spans and clocks', () => {
    expect([spanText(3.42), spanText(480), spanText(1_240), spanText(125_000)]).toEqual([
      '3.4 ms',
      '480 ms',
      '1.2 s',
      '2 min 5 s',
    ]);
    const atMs = Date.UTC(2026, 10, 22, 4, 3, 2, 7);
    expect([clockText(atMs), clockMsText(atMs)]).toEqual(['04:03:02', '04:03:02.007']);
    expect([signedMsText(-12.4), signedMsText(0.2), signedMsText(6)]).toEqual(['−12 ms', '0 ms', '+6 ms']);
  });
});

describe('spreadsheet cells', () => {
  it('keeps numbers, empties the unknown and disarms formulas', () => {
    expect([csvCell('-1.25'), csvCell(42), csvCell(null), csvCell(undefined)]).toEqual(['-1.25', '42', '', '']);
    expect(['=1+1', '@x', '+cmd', '-cmd', 'Kraken'].map(csvCell)).toEqual(["'=1+1", "'@x", "'+cmd", "'-cmd", 'Kraken']);
  });
});

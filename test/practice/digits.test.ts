import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixed, padded, step, trimmed } from '#main/practice/wire/digits';
import { epochNanos, isoMicros, isoNanos, isoSeconds } from '#main/practice/wire/instants';

test('[ID-4] whole units become exact decimal digits', () => {
  expect(fixed(123450, 3)).toBe('123.450');
  expect(fixed(7, 8)).toBe('0.00000007');
  expect(fixed(42, 0)).toBe('42');
  expect(trimmed(123450, 3)).toBe('123.45');
  expect(trimmed(5000, 3)).toBe('5');
  expect(trimmed(500, 0)).toBe('500');
  expect(trimmed(0, 8)).toBe('0');
  expect(padded(916471, 1, 5)).toBe('91647.10000');
  expect(padded(12, 0, 8)).toBe('12.00000000');
  expect(padded(12, 8, 3)).toBe('0.00000012');
  expect(step(3)).toBe('0.001');
  expect(step(0)).toBe('1');
});

test('[ID-4] seed 4: every form reads back as the same number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_000_000_000 }), fc.integer({ min: 0, max: 8 }), (units, decimals) => {
      for (const text of [fixed(units, decimals), trimmed(units, decimals), padded(units, decimals, 8)]) {
        expect(Math.round(Number(text) * 10 ** decimals)).toBe(units);
      }
    }),
    { seed: 4 },
  );
});

test('instants keep their fractions of a millisecond', () => {
  const at = 1_790_000_000_013.25;
  expect(isoSeconds(at)).toBe('2026-09-21T14:13:20Z');
  expect(isoMicros(at)).toBe('2026-09-21T14:13:20.013250Z');
  expect(isoNanos(at)).toBe('2026-09-21T14:13:20.013250000Z');
  expect(epochNanos(at)).toBe('1790000000013250000');
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32, crc32Table } from '#main/venues/kit/crc32';
import { epochMs, plainDigits, rfc3339Ms, unsignedDecimal } from '#main/venues/kit/numbers';

const SEED = 41;

it('reads plain unsigned decimals and nothing else', () => {
  expect(['0', '0.00000000', '1', '19455.19000000', '4.5'].map(unsignedDecimal)).toEqual([0, 0, 1, 19_455.19, 4.5]);
  for (const odd of [
    '',
    ' ',
    ' 1',
    '-1',
    '+1',
    '.5',
    'NaN',
    'Infinity',
    '0x10',
    '1e9999',
    '1,5',
    '1 2',
    null,
    1,
    [],
    {},
  ]) {
    expect(unsignedDecimal(odd)).toBeNaN();
  }
});

it('reads epoch milliseconds as number or digits', () => {
  expect([epochMs(1_597_026_383_085), epochMs('1597026383085')]).toEqual([1_597_026_383_085, 1_597_026_383_085]);
  for (const odd of [0, -1, 1.5, '', '1.5', Number.MAX_VALUE, null, '-1']) expect(epochMs(odd)).toBeNaN();
});

it('reads RFC 3339 times down to the microsecond, and nothing else', () => {
  expect(rfc3339Ms('2023-10-06T17:35:55.440295Z')).toBeCloseTo(Date.UTC(2023, 9, 6, 17, 35, 55) + 440.295, 6);
  expect(rfc3339Ms('2026-04-07T14:30:10Z')).toBe(Date.UTC(2026, 3, 7, 14, 30, 10));
  expect(rfc3339Ms('2024-10-04T07:04:40.825062088Z')).toBeCloseTo(Date.UTC(2024, 9, 4, 7, 4, 40) + 825.062, 3);
  for (const odd of ['', 'yesterday', '2026-04-07', '2026-13-07T14:30:10Z', '2026-04-07T14:30:10+01:00', 5, null]) {
    expect(rfc3339Ms(odd)).toBeNaN();
  }
});

it(`plain digits read back as the same number and never use an exponent, seed ${SEED}`, () => {
  expect([7.465e-7, 8477, 0.0703, 1e-8, 2_290_075_956].map(plainDigits)).toEqual([
    '0.0000007465',
    '8477',
    '0.0703',
    '0.00000001',
    '2290075956',
  ]);
  const price = fc
    .tuple(fc.nat({ max: 1_000_000_000 }), fc.nat({ max: 12 }))
    .map(([whole, places]) => whole / 10 ** places);
  fc.assert(
    fc.property(price, (value) => {
      const digits = plainDigits(value);
      expect(digits).toMatch(/^\d+(\.\d+)?$/);
      expect(Number(digits)).toBe(value);
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

it(`the table’s CRC-32 is the platform’s, seed ${SEED}`, () => {
  expect(crc32Table('123456789')).toBe(0xcbf43926);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      expect(crc32Table(text)).toBe(crc32(text));
    }),
    { seed: SEED, numRuns: 500 },
  );
});

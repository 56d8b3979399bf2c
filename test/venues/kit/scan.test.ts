import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rfc3339Ms, unsignedDecimal } from '#main/venues/kit/numbers';
import { scanPairs } from '#main/venues/kit/pairs';
import { literal, Scan } from '#main/venues/kit/scan';
import { FrameUpdate } from '#main/venues/kit/update';

const SEED = 20_261_122;
const RUNS = 20_000;

const scanOf = (text: string): Scan => {
  const scan = new Scan();
  scan.open(literal(text));
  return scan;
};

/** What a reader takes from the front of a text: the number and how many bytes, or `null`. */
function read(
  text: string,
  reader: 'decimal' | 'number' | 'whole' | 'epochMs' | 'rfc3339',
): { value: number; taken: number } | null {
  const scan = scanOf(text);
  const into = new Float64Array([Number.NaN]);
  return scan[reader](into, 0) ? { value: into[0] as number, taken: scan.at } : null;
}

const digits = (max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: max }).map((all) => all.join(''));
const decimalText = fc
  .tuple(digits(20), fc.option(digits(20)))
  .map(([whole, part]) => (part === null ? whole : `${whole}.${part}`));
const oddText = fc.string({ unit: fc.constantFrom(...'0123456789.-+eE" ,'), maxLength: 12 });

describe(`Scan, seed ${SEED}`, () => {
  it('[ID-4] a decimal has exactly the value Number gives it, or is left to the slow path', () => {
    let taken = 0;
    fc.assert(
      fc.property(decimalText, (text) => {
        const got = read(`${text}"`, 'decimal');
        if (got === null) return;
        taken += 1;
        expect(got).toEqual({ value: Number(text), taken: text.length });
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(taken).toBeGreaterThan(RUNS / 3);
  });

  it('takes every decimal that venues send: up to fifteen digits, up to twenty-two decimals', () => {
    const short = [
      '0',
      '0.0',
      '000.5',
      '75848.74',
      '123456.789',
      '999999999',
      '9999999999',
      '0.0000001',
      '0.000000001',
    ];
    const eight = ['0.00000000', '0.00000001', '91749.23000000', '1234567.12345678', '90071992.54740991'];
    const long = [
      '0.123456789',
      '12.3456789012345',
      '9007199254740991',
      '1234567890.12345',
      '0.0000000000000000000001',
    ];
    for (const text of [...short, ...eight, ...long]) {
      expect(read(`${text},`, 'decimal')).toEqual({ value: Number(text), taken: text.length });
    }
    for (const text of [
      '',
      '.5',
      '5.',
      '-1',
      '+1',
      'x',
      '9007199254740993',
      '90071992.54740993',
      '1.',
      '1234567890.',
      '0.00000000000000000000001',
    ]) {
      expect(read(`${text},`, 'decimal')).toBeNull();
    }
  });

  it('a number is what JSON takes for one, and the slow path would read the same', () => {
    fc.assert(
      fc.property(oddText, (text) => {
        const got = read(`${text}]`, 'number');
        if (got === null) return;
        const whole = text.slice(0, got.taken);
        expect(JSON.parse(whole)).toBe(got.value);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it('what a decimal takes of any text, the slow path takes for the same value', () => {
    fc.assert(
      fc.property(oddText, (text) => {
        const got = read(text, 'decimal');
        if (got !== null) expect(unsignedDecimal(text.slice(0, got.taken))).toBe(got.value);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it('a whole number is one that a double holds exactly, without leading zeros', () => {
    expect(read('9007199254740991}', 'whole')?.value).toBe(Number.MAX_SAFE_INTEGER);
    expect(read('0}', 'whole')).toEqual({ value: 0, taken: 1 });
    for (const text of ['007}', '7.0}', '7.}', '-7}', '9007199254740992}', '}', '']) {
      expect(read(text, 'whole')).toBeNull();
    }
  });

  it('epoch milliseconds are exactly thirteen digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 }), (ms) => {
        expect(read(`${ms},`, 'epochMs')).toEqual({ value: ms, taken: 13 });
      }),
      { seed: SEED, numRuns: 2_000 },
    );
    for (const text of ['173103568532,', '17310356853261,', '0731035685326,', '17310356853 6,', '1731035685326.', '']) {
      expect(read(text, 'epochMs')).toBeNull();
    }
    for (let place = 0; place < 13; place += 1) {
      for (const odd of ['/', ':', ' ', 'a', '\u0000']) {
        const text = '1731035685326'.split('');
        text[place] = odd;
        expect(read(`${text.join('')},`, 'epochMs')).toBeNull();
      }
    }
  });

  it('an RFC 3339 time has the value the slow path gives it', () => {
    const day = fc.tuple(fc.integer({ min: 1970, max: 2199 }), fc.integer({ min: 0, max: 13 }), fc.nat({ max: 32 }));
    const time = fc.tuple(fc.nat({ max: 25 }), fc.nat({ max: 61 }), fc.nat({ max: 61 }));
    const two = (value: number) => String(value).padStart(2, '0');
    let taken = 0;
    fc.assert(
      fc.property(day, time, fc.option(digits(10)), ([year, month, date], [hour, minute, second], part) => {
        const text = `${year}-${two(month)}-${two(date)}T${two(hour)}:${two(minute)}:${two(second)}${part === null ? '' : `.${part}`}Z`;
        const got = read(text, 'rfc3339');
        if (got === null) return;
        taken += 1;
        expect(got).toEqual({ value: rfc3339Ms(text), taken: text.length });
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(taken).toBeGreaterThan(RUNS / 3);
    for (const text of [
      '2024-10-04T07:04:40',
      '2024-10-04 07:04:40Z',
      '2024-02-30T07:04:40Z',
      '2024-10-04T07:04:40.Z',
    ]) {
      expect(read(text, 'rfc3339')).toBeNull();
    }
  });

  it('pairs are what JSON.parse and the slow path make of them, whatever is in them', () => {
    const piece = fc.oneof({ weight: 9, arbitrary: decimalText }, { weight: 1, arbitrary: oddText });
    const pair = fc.array(
      piece.map((text) => `"${text.replaceAll('"', '')}"`),
      { minLength: 1, maxLength: 4 },
    );
    const pairs = fc
      .array(
        pair.map((all) => `[${all.join(',')}]`),
        { maxLength: 5 },
      )
      .map((all) => `[${all.join(',')}]`);
    const noise = fc.tuple(
      fc.nat({ max: 40 }),
      fc.constantFrom(...new Array<string>(8).fill(''), ',', '[', ']', '"', ' '),
    );
    let taken = 0;
    fc.assert(
      fc.property(pairs, noise, fc.constantFrom(0, 1, 2), (clean, [where, odd], extras) => {
        const text = clean.slice(0, where) + odd + clean.slice(where);
        const scan = scanOf(text);
        const update = new FrameUpdate();
        if (!scanPairs(scan, update, 0, extras)) return;
        const slow = new FrameUpdate();
        const parsed: unknown = JSON.parse(text.slice(0, scan.at));
        expect(slow.addPairs(0, parsed)).toBe(true);
        expect([...update.prices.subarray(0, update.count)]).toEqual([...slow.prices.subarray(0, slow.count)]);
        expect([...update.sizes.subarray(0, update.count)]).toEqual([...slow.sizes.subarray(0, slow.count)]);
        if (update.count > 0) taken += 1;
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(taken).toBeGreaterThan(200);
  });

  it('pairs make room for as many levels as come', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `["${index + 1}","${index}.5"]`);
    const update = new FrameUpdate();
    expect(scanPairs(scanOf(`[${many.join(',')}]`), update, 1, 0)).toBe(true);
    expect(update.count).toBe(3_000);
    expect([update.prices[2_999], update.sizes[2_999], update.sides[2_999]]).toEqual([3_000, 2_999.5, 1]);
  });

  it('a text ends at its quote; escapes and other than ASCII are not usual', () => {
    expect(scanOf('abc",').text()).toBe(true);
    for (const text of ['abc', 'a\\"b"', 'é"', '\u0001"']) expect(scanOf(text).text()).toBe(false);
  });
});

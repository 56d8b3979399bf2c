import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical } from '#main/telemetry/canonical';

const SEED = 20230304;

/** The same value with the keys of every object put in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

describe('[TE-1] canonical text', () => {
  test(`is JSON that reads back to the same value, whatever order keys were added in (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonical(value);
        expect(canonical(reversed(value))).toBe(text);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(canonical(JSON.parse(text)))));
        expect(canonical(JSON.parse(text))).toBe(text);
      }),
      { seed: SEED },
    );
  });

  test('leaves out undefined, and tells apart the numbers JSON lacks', () => {
    expect(canonical({ b: 1, a: undefined })).toBe('{"b":1}');
    expect(canonical([Number.NaN, Number.POSITIVE_INFINITY, null])).toBe('[NaN,Infinity,null]');
    expect(canonical(-0)).toBe('0');
  });
});

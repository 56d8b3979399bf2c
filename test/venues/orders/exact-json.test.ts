import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactJson } from '#main/venues/orders/exact-json';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
/** Numbers of a read text back as numbers. */
const asNumbers = (value: unknown, like: unknown): unknown => {
  if (typeof like === 'number') return Number(value);
  if (Array.isArray(like)) return like.map((item, index) => asNumbers((value as unknown[])[index], item));
  if (typeof like !== 'object' || like === null) return value;
  return Object.fromEntries(
    Object.entries(like).map(([key, item]) => [key, asNumbers((value as Record<string, unknown>)[key], item)]),
  );
};

test('[ID-4] numbers keep their digits, whatever they are', () => {
  const text = '{"a":1.50,"b":-0.0,"c":5.494e-6,"d":9007199254740993,"e":[1E+2,0],"f":true,"g":null}';
  expect(exactJson(text)).toEqual({
    a: '1.50',
    b: '-0.0',
    c: '5.494e-6',
    d: '9007199254740993',
    e: ['1E+2', '0'],
    f: true,
    g: null,
  });
});

test('[ID-4] what is inside strings stays as it is', () => {
  const text = JSON.stringify({ 'k 1': 'it costs 1.50, "2" or \\3', 'a:5': '\u0007 6', '7': '8' });
  expect(exactJson(text)).toEqual(JSON.parse(text));
});

test.each([
  '',
  '{',
  '{1:2}',
  '{12 :3}',
  '01',
  '1.',
  '.5',
  '-',
  '+1',
  '1 2',
  '"abc\\12',
  '[1-2]',
  'tru1e',
  '"a"1',
  "{'a':1}",
])('a text that is no JSON stays none: %s', (text) => {
  expect(parsed(text)).toBeUndefined();
  expect(exactJson(text)).toBeUndefined();
});

test('any JSON reads as JSON.parse reads it, numbers apart (seed 41)', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const like = parsed(text);
      expect(asNumbers(exactJson(text), like)).toEqual(like);
    }),
    { seed: 41, numRuns: 500 },
  );
});

test('any damage is no JSON for both or for neither (seed 42)', () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', '"', '\\', '1', '{', ']', ',', ':', '-', '.', ' '),
      (text, at, put) => {
        const index = at % (text.length + 1);
        const broken = text.slice(0, index) + put + text.slice(index + 1);
        expect(exactJson(broken) === undefined).toBe(parsed(broken) === undefined);
      },
    ),
    { seed: 42, numRuns: 2000 },
  );
});

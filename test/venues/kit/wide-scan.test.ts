import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rfc3339Ms } from '#main/venues/kit/numbers';
import { Scan } from '#main/venues/kit/scan';
import { Track, TrackTable } from '#main/venues/kit/track';
import { WideScan, Words } from '#main/venues/kit/wide-scan';
import { RecordingSink } from '#support/recording-sink';

const SEED = 20_261_124;
const encoder = new TextEncoder();

/** What a reader gives and where it stops; `null` for what it leaves to the slow path. */
function read(scan: Scan, text: string, reader: (scan: Scan, into: Float64Array) => boolean): [number, number] | null {
  const into = new Float64Array(1);
  scan.open(encoder.encode(text));
  return reader(scan, into) ? [into[0] as number, scan.at] : null;
}

describe('WideScan', () => {
  it(`[ID-4] real reads JSON numbers exactly as Number does, and nothing else, seed ${SEED}`, () => {
    const scan = new WideScan();
    const digits = fc.stringMatching(/^[0-9]{0,17}$/);
    const exponent = fc.stringMatching(/^[eE][+-]?[0-9]{0,3}$/);
    const text = fc
      .tuple(digits, fc.option(digits), fc.option(exponent), fc.constantFrom('', '-', '+', ' '))
      .map(
        ([whole, fraction, power, sign]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${power ?? ''}`,
      );
    let numbers = 0;
    fc.assert(
      fc.property(fc.oneof(text, fc.double({ min: 0, noNaN: true }).map(String)), (number) => {
        const got = read(scan, `${number},`, (one, into) => (one as WideScan).real(into, 0));
        if (got === null) return;
        numbers += 1;
        // Where it stops short, at `0E5` or `1.2.3`, no frame goes on.
        const taken = number.slice(0, got[1]);
        expect([number, got[0]]).toEqual([number, JSON.parse(taken)]);
        expect([number, /^[.eE]?/.exec(number.slice(got[1]))?.[0] === '']).toEqual([number, taken === number]);
      }),
      { seed: SEED, numRuns: 5_000 },
    );
    expect(numbers).toBeGreaterThan(200);
  });

  it.each([
    ['0', 0],
    ['0.0', 0],
    ['2.2e3', 2200],
    ['2.2e+3', 2200],
    ['1.423e-4', 0.0001423],
    ['86776.0', 86_776],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('real takes %s', (text, value) => {
    expect(read(new WideScan(), `${text}]`, (one, into) => (one as WideScan).real(into, 0))).toEqual([
      value,
      text.length,
    ]);
  });

  it.each(['01', '1.', '.5', '1e', '1e-', '-1', '9007199254740993', '1e99', '1e-40', '', 'e3', '1.2.3'])(
    'real leaves %s to the slow path',
    (text) => {
      const got = read(new WideScan(), `${text},`, (one, into) => (one as WideScan).real(into, 0));
      // `1.2.3` is read up to its second point, where no frame goes on.
      expect(got === null || text[got[1]] === '.').toBe(true);
    },
  );

  it(`times are those of the plain scan and of the slow path, the same minute or another, seed ${SEED}`, () => {
    const wide = new WideScan();
    const two = (most: number) => fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'));
    const time = fc
      .tuple(two(3), two(13), two(31), two(25), two(61), two(61), fc.option(fc.stringMatching(/^[0-9]{0,11}$/)))
      .map(([year, month, day, hour, minute, second, fraction]) => {
        const rest = fraction === null ? '' : `.${fraction}`;
        return `20${year}-${month}-${day}T${hour}:${minute}:${second}${rest}Z`;
      });
    const again = fc.tuple(two(61), fc.stringMatching(/^[0-9]{1,9}$/)).map(([s, f]) => `2026-10-09T08:00:${s}.${f}Z`);
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(time, again), (text) => {
        const plain = read(new Scan(), `${text}"`, (one, into) => one.rfc3339(into, 0));
        expect([text, read(wide, `${text}"`, (one, into) => one.rfc3339(into, 0))]).toEqual([text, plain]);
        if (plain === null) return;
        taken += 1;
        expect([text, plain[0]]).toEqual([text, rfc3339Ms(text)]);
      }),
      { seed: SEED, numRuns: 4_000 },
    );
    expect(taken).toBeGreaterThan(1_000);
  });

  it(`takes words only when every byte is there, seed ${SEED}`, () => {
    const scan = new WideScan();
    const printable = fc.string({ unit: fc.constantFrom(...'abc":,{}[]'), minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(
        printable,
        fc.nat({ max: 40 }),
        fc.nat({ max: 255 }),
        fc.nat({ max: 12 }),
        (text, at, code, extra) => {
          const words = new Words(text);
          const frame = Uint8Array.from([...encoder.encode(text), ...new Uint8Array(extra).fill(32)]);
          scan.open(frame);
          expect([scan.words(words), scan.at]).toEqual([true, text.length]);
          const place = at % text.length;
          const same = frame[place] === code;
          frame[place] = code;
          scan.open(frame);
          expect(scan.words(words)).toBe(same);
          scan.open(frame.subarray(0, text.length - 1));
          expect(scan.words(words)).toBe(false);
        },
      ),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it('has no words for what is short or not ASCII', () => {
    expect(() => new Words('{"a":1}')).toThrow(RangeError);
    expect(() => new Words('{"preis":"€"}')).toThrow(RangeError);
  });

  it(`takes a name again only where it stands again, seed ${SEED}`, () => {
    const scan = new WideScan();
    const name = fc.string({ unit: fc.constantFrom(...'AB-_'), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(name, name, (first, second) => {
        scan.open(encoder.encode(`${first}.${second}`));
        scan.at = first.length + 1;
        expect(scan.again(0, first.length)).toBe(second.startsWith(first));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  it.each([
    ['2026-10-09T08:00:00.123456Z"', true],
    ['"', true],
    ['2026-10-09T08:00:00\\Z"', false],
    ['2026-10-09t08:00"', false],
    ['2026-10-09T08:00:00Z', false],
    ['2026-10-09T08:00:0€"', false],
  ])('skips a time: %s is %s', (text, taken) => {
    const scan = new WideScan();
    scan.open(encoder.encode(text));
    expect(scan.skipTime()).toBe(taken);
  });

  it('reads frames larger than any before', () => {
    const scan = new WideScan();
    const long = `${'x'.repeat(200_000)}{"channel":"l2_data",`;
    scan.open(encoder.encode(long));
    scan.at = 200_000;
    expect([scan.words(new Words('{"channel":"l2_data",')), scan.done]).toEqual([true, true]);
  });

  it(`finds the track of a name as its table does, however tracks come and go, seed ${SEED}`, () => {
    const book = new RecordingSink().book('coinbase:spot|BTC-USD');
    const name = fc.oneof(
      fc.constantFrom('BTC-USD', 'BTC-USDT', 'BTC-USDC', 'ETH-USDT', '1000PEPE-USDT', '1000BONK-USDT', 'A', 'A-USD'),
      fc.string({ unit: fc.constantFrom(...'AB-_1'), minLength: 1, maxLength: 12 }),
    );
    const step = fc.record({ name, act: fc.constantFrom('add', 'remove', 'look', 'look') });
    const scan = new WideScan();
    let found = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 60 }), (steps) => {
        const table = new TrackTable();
        for (const { name: symbol, act } of steps) {
          const known = table.get(symbol);
          if (act === 'add' && known === undefined) {
            const listing = 'coinbase:spot|BTC-USD';
            table.add(new Track({ listing, symbol, book, priceDecimals: 1, sizeDecimals: 8 }));
          } else if (act === 'remove' && known !== undefined) table.remove(known);
          for (const text of [symbol, `${symbol}1`, symbol.slice(1)]) {
            scan.open(encoder.encode(`xx${text}" and so on`));
            scan.at = 2;
            const track = scan.named(table, 34);
            expect(track).toBe(table.get(text));
            if (track === undefined) continue;
            found += 1;
            expect(scan.at).toBe(2 + text.length + 1);
          }
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
    expect(found).toBeGreaterThan(500);
  });
});

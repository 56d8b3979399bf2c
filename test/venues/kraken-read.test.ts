import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumber } from '#main/venues/kit/json-number';
import { readShort, ShortName } from '#main/venues/kit/short-name';
import { FrameBytes, Name, readName } from '#main/venues/kraken/frame-bytes';
import { EpochReader, readText, readWhole } from '#main/venues/kraken/read';

const SEED = 20_261_122;
const frame = new FrameBytes();
const into = new Float64Array(1);
const open = (text: string) => {
  frame.open(new Uint8Array(Buffer.from(text, 'latin1')));
  into[0] = Number.NaN;
};

/** Mostly digits, with everything that can end or break a number. */
const almostNumber = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...'0123456789') },
      { weight: 1, arbitrary: fc.constantFrom(...'.eE+-,}"a:/\0\xff') },
    ),
    { maxLength: 22 },
  )
  .map((letters) => letters.join(''));

describe(`kraken readers, seed ${SEED}`, () => {
  it('a number is exactly what JSON.parse makes of it, or left to it', () => {
    let read = 0;
    fc.assert(
      fc.property(almostNumber, (text) => {
        open(`${text},`);
        const end = readNumber(frame.bytes, 0, into, 0);
        if (end < 0) return;
        read += 1;
        expect(JSON.parse(`${text},`.slice(0, end))).toBe(into[0]);
      }),
      { seed: SEED, numRuns: 30_000 },
    );
    expect(read).toBeGreaterThan(10_000);
  });

  it('the usual numbers are never left to it', () => {
    for (const text of [
      '0',
      '0.0',
      '7',
      '64382.0',
      '7.8852',
      '0.00000001',
      '105944.2',
      '1751.97553924942',
      '5.494e-6',
    ]) {
      open(`${text},`);
      expect([text, readNumber(frame.bytes, 0, into, 0), into[0]]).toEqual([text, text.length, Number(text)]);
    }
    for (const text of [
      '',
      '.5',
      '5.',
      '007',
      '-1',
      '1e',
      '1e1000',
      '9007199254740993',
      '123456789012345678.5',
      '1e-30',
    ]) {
      open(`${text},`);
      expect([text, readNumber(frame.bytes, 0, into, 0)]).toEqual([text, -1]);
    }
  });

  it('a whole number is one, and time is what a whole number is', () => {
    const epoch = new EpochReader();
    fc.assert(
      fc.property(
        fc.oneof(
          almostNumber,
          fc.maxSafeNat().map(String),
          fc.integer({ min: 1_780_000_000_000, max: 1_780_000_900_000 }).map(String),
        ),
        (text) => {
          open(`${text}}`);
          const end = readWhole(frame, 0, into, 0);
          const [value] = into;
          if (end >= 0) expect(String(value)).toBe(`${text}}`.slice(0, end));
          else expect(text).not.toMatch(/^(0|[1-9]\d{0,14})$/);
          into[0] = Number.NaN;
          expect(epoch.read(frame, 0, into, 0)).toBe(end);
          if (end >= 0) expect(into[0]).toBe(value);
        },
      ),
      { seed: SEED, numRuns: 20_000 },
    );
  });

  it('names are compared whole, and never with what an earlier frame left behind', () => {
    const names = ['{"price":', '","side":"', '{"channel":"book","type":"update","data":[{"symbol":"', 'exactly8'];
    for (const text of names) {
      const name = new Name(text);
      open(`${text}more`);
      expect(readName(frame.view, 0, name)).toBe(text.length);
      for (let cut = 0; cut < text.length; cut += 1) {
        open(text.slice(0, cut));
        expect(readName(frame.view, 0, name)).toBe(-1);
        open(`${text.slice(0, cut)}\xff${text.slice(cut + 1)}`);
        expect(readName(frame.view, 0, name)).toBe(-1);
      }
    }
    const short = new ShortName(',"qty":');
    open(',"qty":1');
    expect(readShort(frame.view, 0, short)).toBe(7);
    open(',"qtx":1');
    expect(readShort(frame.view, 0, short)).toBe(-1);
    open('BTC/US');
    expect(readText(frame.bytes, 0)).toBe(-1);
    open('BTC/USD"');
    expect(readText(frame.bytes, 0)).toBe(8);
    for (const wrong of ['short', 'ünicode name', 'control\u0001name'])
      expect(() => new Name(wrong)).toThrow(RangeError);
    for (const wrong of ['abc', 'much too long']) expect(() => new ShortName(wrong)).toThrow(RangeError);
  });

  it('a frame longer than any before is taken whole', () => {
    const text = `${'x'.repeat(200_000)}"`;
    open(text);
    expect([frame.length, readText(frame.bytes, 0)]).toEqual([text.length, text.length]);
  });
});

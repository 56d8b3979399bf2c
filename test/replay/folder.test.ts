import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readFolder } from '#main/replay/folder';
import { HEADER, MINUTE, NO_RECORDINGS, REAL_WEEK, recording, row, T0, withFolder } from './recordings.ts';

const GOOD = '100,101,99,100.5';
const BTC = 'kraken BTC-USD';

async function errorOf(content: readonly string[] | Buffer): Promise<string> {
  return withFolder(content, async (path) => {
    const read = await readFolder(path);
    return read.ok ? 'no error' : read.error;
  });
}

async function warningsOf(rows: readonly string[]): Promise<string> {
  return (await recording(rows)).warnings.join('\n');
}

describe('a recorded folder', () => {
  test('is read into instruments in order of their listing, with its period and steps', async () => {
    const folder = await recording([
      row(0, BTC, GOOD),
      row(0, 'binance BTC-USDT', '100.25,101,99,100.50', '0.123'),
      row(1, BTC, '100.5,102,100,101', '3'),
      row(1, 'binance BTC-USDT', '100.5,102,100,101', '3'),
    ]);
    expect(folder).toMatchObject({ barMs: MINUTE, fromMs: T0, toMs: T0 + 2 * MINUTE, barCount: 4, warnings: [] });
    expect(folder.instruments.map((i) => [i.listing, i.priceDigits, i.volumeDigits])).toEqual([
      ['binance:spot|BTC-USDT', 2, 3],
      ['kraken:spot|BTC-USD', 1, 1],
    ]);
    expect(folder.instruments[1]?.bars.at(1)).toEqual({
      openMs: T0 + MINUTE,
      open: 100.5,
      high: 102,
      low: 100,
      close: 101,
      volume: 3,
    });
  });

  test('may have its columns in any order, and others besides', async () => {
    const read = await withFolder(
      [
        `note,volume,close,low,high,open,bar_s,instrument,product,venue,ts_ms`,
        `x,2,100.5,99,101,100,60,BTC-USD,spot,kraken,${T0}`,
      ],
      readFolder,
    );
    expect(read.ok && read.value.instruments[0]?.bars.at(0)).toMatchObject({ open: 100, low: 99, volume: 2 });
  });

  test.skipIf(NO_RECORDINGS)(
    `the real week is read whole${NO_RECORDINGS ? ` (skipped: ${NO_RECORDINGS})` : ''}`,
    async () => {
      const read = await readFolder(REAL_WEEK);
      if (!read.ok) throw new Error(read.error);
      expect(read.value.barCount).toBe(91_162);
      expect(read.value.instruments).toHaveLength(11);
      const warnings = read.value.warnings.join('\n');
      expect(warnings).toContain(
        'coinbase:spot|BTC-USD: 286 bars are missing in 10 gaps; the longest lasts 4.6 h from 2023-03-04 17:00 UTC.',
      );
      expect(warnings).toContain('binance:spot|BTC-USDT: nothing traded in 448 bars');
    },
  );
});

describe('a folder that cannot be used says what is wrong', () => {
  test('no such folder, a file instead of one, no candles in it', async () => {
    const path = mkdtempSync(join(tmpdir(), 'crossbook-recording-'));
    writeFileSync(join(path, 'plain'), '');
    const errors = await Promise.all([join(path, 'missing'), join(path, 'plain'), path].map((at) => readFolder(at)));
    rmSync(path, { recursive: true });
    expect(errors.map((read) => (read.ok ? '' : read.error))).toEqual([
      expect.stringContaining('there is no folder'),
      expect.stringContaining('is not a folder'),
      expect.stringContaining('holds no candles.csv.gz'),
    ]);
  });

  test('not gzip, cut off, empty', async () => {
    const whole = gzipSync([HEADER, ...Array.from({ length: 500 }, (_, m) => row(m, BTC, GOOD, `${m}.25`))].join('\n'));
    expect(await errorOf(Buffer.from('ts_ms,venue\n'))).toMatch(/cannot be read as gzipped CSV.*Fetch it again/);
    expect(await errorOf(whole.subarray(0, whole.length - 40))).toMatch(
      /cannot be read as gzipped CSV after \d+ lines/,
    );
    expect(await errorOf(gzipSync(''))).toContain('is empty');
  });

  test('columns missing', async () => {
    expect(await errorOf(['ts_ms,venue,product,instrument,open,high,low,close', row(0, BTC, GOOD)])).toContain(
      'lacks the columns bar_s, volume (its first line is: ts_ms, venue',
    );
  });

  test('bars of two lengths', async () => {
    const other = row(5, BTC, GOOD).replace(',60,', ',300,');
    expect(await errorOf([HEADER, row(0, BTC, GOOD), other])).toContain('bars of 60 s and, in line 3, of 300 s');
  });

  test('nothing usable in it', async () => {
    expect(await errorOf([HEADER])).toContain('holds no bar of a spot instrument');
    const perps = [HEADER, row(0, 'kraken BTC-USD-PERP', GOOD).replace('spot', 'perp')];
    expect(await errorOf(perps)).toMatch(
      /no bar of a spot instrument.*1 rows of perpetuals, which are not replayed yet/,
    );
  });
});

describe('[FCL] rows that cannot be used are left out and named', () => {
  const good = row(0, BTC, GOOD);
  test.each([
    ['an unknown venue', row(1, 'mtgox BTC-USD', GOOD), 'with an unknown venue'],
    ['an unknown product', row(1, BTC, GOOD).replace('spot', 'option'), 'with an unknown product'],
    ['a perpetual', row(1, 'kraken BTC-USD-PERP', GOOD).replace('spot', 'perp'), 'of perpetuals'],
    ['an unreadable instrument', row(1, 'kraken btc/usd', GOOD), 'with an unreadable instrument'],
    ['a word for a price', row(1, BTC, '100,101,99,n/a'), 'with a number that cannot be read'],
    ['a negative volume', row(1, BTC, GOOD, '-1'), 'with a number that cannot be read'],
    ['an infinite volume', row(1, BTC, GOOD, 'Infinity'), 'with a number that cannot be read'],
    ['low above high', row(1, BTC, '100,99,101,100'), 'of an impossible bar'],
    ['close above high', row(1, BTC, '100,101,99,102'), 'of an impossible bar'],
    ['a price of zero', row(1, BTC, '0,101,0,100'), 'of an impossible bar'],
    ['a time off the grid', row(1.5, BTC, GOOD), 'not on the bar’s grid'],
    ['fields missing', `${T0 + MINUTE},kraken,spot`, 'cut short'],
  ])('%s', async (_name, bad, named) => {
    const folder = await recording([good, bad, row(2, BTC, GOOD)]);
    expect(folder.barCount).toBe(2);
    const warning = folder.warnings.find((text) => text.includes(named));
    expect(warning).toMatch(/^1 rows .* were left out \(.*first in line 3\)\.$/);
  });

  test('rows out of order are put in order; of rows with one time the first is kept', async () => {
    const folder = await recording([
      row(2, BTC, '102,102,102,102'),
      row(0, BTC, '100,100,100,100'),
      row(1, BTC, '101,101,101,101'),
      row(1, BTC, '999,999,999,999'),
    ]);
    expect(folder.instruments.map(({ bars }) => [0, 1, 2, 3].map((i) => bars.at(i)?.close))).toEqual([
      [100, 101, 102, undefined],
    ]);
    expect(folder.warnings).toEqual([
      'kraken:spot|BTC-USD: 1 rows stood before an earlier one; they were put in order.',
      'kraken:spot|BTC-USD: 1 rows repeat the time of another; the first of each was kept.',
    ]);
  });

  test('gaps are summed up per instrument with the longest, also at the edges of the recording', async () => {
    const others = Array.from({ length: 10 }, (_, minute) => row(minute, 'binance BTC-USDT', GOOD));
    expect(await warningsOf([...others, row(1, BTC, GOOD), row(3, BTC, GOOD), row(7, BTC, GOOD)])).toBe(
      'kraken:spot|BTC-USD: 7 bars are missing in 4 gaps; the longest lasts 3 min from 2023-03-01 00:04 UTC.',
    );
  });

  test('bars of zero volume are named', async () => {
    expect(await warningsOf([row(0, BTC, GOOD, '0'), row(1, BTC, GOOD)])).toBe(
      'kraken:spot|BTC-USD: nothing traded in 1 bars; they show a price, and nothing fills in them.',
    );
  });

  test('digits left over from adding up doubles do not make a finer lot', async () => {
    const folder = await recording([row(0, BTC, GOOD, '0.30000000000000004')]);
    expect(folder.instruments[0]?.volumeDigits).toBe(17);
  });
});

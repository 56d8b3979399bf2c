import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { createPracticeWorld, RecordedFolderError, readRecordedFolder } from '#main/practice/practice';
import type { RecordedCandles } from '#main/practice/world/recorded-bars';
import { VirtualClock } from '#shared/kernel/virtual-clock';

const root = mkdtempSync(join(tmpdir(), 'recorded-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const HEADER = 'ts_ms,venue,product,instrument,bar_s,open,high,low,close,volume';
const T0 = 1_677_628_800_000;
const row = (minute: number, rest = 'kraken,spot,BTC-USD,60,100.5,101,100,100.7,2.5'): string =>
  `${T0 + minute * 60_000},${rest}`;

let folders = 0;
function folder(content: Buffer | string | null): string {
  folders += 1;
  const path = join(root, `f${folders}`);
  mkdirSync(path);
  if (content !== null) {
    writeFileSync(join(path, 'candles.csv.gz'), typeof content === 'string' ? gzipSync(content) : content);
  }
  return path;
}

const csv = (...rows: string[]): string => folder([HEADER, ...rows].join('\n'));

function codeOf(path: string): string {
  const read = readRecordedFolder(path);
  return read.ok ? 'ok' : read.error.code;
}

function read(path: string): RecordedCandles {
  const result = readRecordedFolder(path);
  if (!result.ok) throw result.error;
  return result.value;
}

const warned = (path: string): [string, string, number][] =>
  read(path).warnings.map((warning) => [warning.kind, warning.where, warning.count]);

test('a folder that cannot be used is a named error with its path', () => {
  expect(codeOf(join(root, 'nowhere'))).toBe('no-folder');
  expect(codeOf(folder(null))).toBe('no-candles');
  expect(codeOf(folder(Buffer.from('this is not gzip')))).toBe('bad-gzip');
  const whole = gzipSync(`${HEADER}\n${row(0)}\n`.repeat(100));
  expect(codeOf(folder(whole.subarray(0, whole.length / 2)))).toBe('bad-gzip');
  expect(codeOf(folder(`${HEADER}\n1,"unclosed,spot\n`))).toBe('not-csv');
  expect(codeOf(folder('ts_ms,venue,product\n1,2,3'))).toBe('missing-columns');
  expect(codeOf(folder(''))).toBe('missing-columns');
  expect(codeOf(csv())).toBe('no-spot-bars');
  expect(codeOf(csv(row(0, 'kraken,perp,BTC-USD-PERP,60,1,1,1,1,1')))).toBe('no-spot-bars');
  expect(codeOf(csv(row(0), row(5, 'kraken,spot,ETH-USD,300,1,1,1,1,1')))).toBe('mixed-bar-length');
});

test('a file that may not be read is an error, not a crash', (context) => {
  const path = csv(row(0));
  chmodSync(join(path, 'candles.csv.gz'), 0o000);
  if (process.getuid?.() === 0) context.skip('root reads every file');
  expect(codeOf(path)).toBe('unreadable');
});

test('the error of a bad folder reaches whoever builds the world, typed', () => {
  const build = (): unknown =>
    createPracticeWorld({ seed: 1, clock: new VirtualClock(T0), world: { recorded: join(root, 'nowhere') } });
  expect(build).toThrow(RecordedFolderError);
  expect(build).toThrow(/nowhere: no such folder/);
});

test('duplicates, contradictions, disorder and rows that are not bars are named and put right', () => {
  const path = csv(
    row(1),
    row(0),
    row(1),
    row(2),
    row(2, 'kraken,spot,BTC-USD,60,100.5,101,100,100.9,2.5'),
    row(3, 'kraken,spot,BTC-USD,60,100.5,99,100,100.7,2.5'),
    row(3, 'kraken,spot,BTC-USD,60,abc,101,100,100.7,2.5'),
    row(3, 'kraken,spot,BTC-USD,60,100.5,101,100,100.7,-1'),
    row(3, 'kraken,spot,BTC-USD,60,100.5,101'),
    row(3, 'mtgox,spot,BTC-USD,60,100.5,101,100,100.7,2.5'),
    row(3, 'kraken,perp,BTC-USD-PERP,60,100.5,101,100,100.7,2.5'),
  );
  expect(warned(path)).toEqual([
    ['bad-row', 'candles.csv.gz', 4],
    ['unknown-venue', 'mtgox', 1],
    ['other-product', 'kraken|BTC-USD-PERP', 1],
    ['unsorted', 'kraken|BTC-USD', 1],
    ['duplicate', 'kraken|BTC-USD', 1],
    ['conflicting-duplicate', 'kraken|BTC-USD', 1],
  ]);
  const recorded = read(path);
  expect(recorded.warnings[0]?.first).toEqual({ line: 7 });
  expect(recorded.markets[0]?.bars.map((bar) => [bar.tsMs - T0, bar.close])).toEqual([
    [0, 1007],
    [60_000, 1007],
    [120_000, 1007],
  ]);
});

test('[MD-2] a missing minute is a quiet market, three without any market are an outage, zero volume is neither', () => {
  const other = 'kraken,spot,ETH-USD,60,10,10,10,10,1';
  const path = csv(
    row(0),
    row(0, other),
    row(1),
    row(2, other),
    row(3, 'kraken,spot,BTC-USD,60,100,100,100,100,0'),
    row(6),
    row(6, other),
    row(10),
    row(10, other),
  );
  const recorded = read(path);
  // Minutes 4 and 5 are two in a row: quiet. Minutes 7 to 9 are three: out.
  expect(recorded.outages.get('kraken')).toEqual([{ fromMs: T0 + 7 * 60_000, toMs: T0 + 10 * 60_000 }]);
  expect(warned(path)).toEqual([
    ['zero-volume', 'kraken|BTC-USD', 1],
    ['gap', 'kraken|BTC-USD', 6],
    ['gap', 'kraken|ETH-USD', 7],
    ['outage', 'kraken', 1],
  ]);
});

test('binary tails of numbers are read as the decimals they stand for', () => {
  const recorded = read(
    csv(row(0, 'kraken,spot,USDT-USD,60,0.9998999999999999,1.0,0.9998,0.9999,0.0038773799999999997')),
  );
  expect(recorded.markets[0]?.spec.priceDecimals).toBe(5);
  expect(recorded.markets[0]?.bars[0]).toMatchObject({ open: 99_990, volume: 387_738 });
});

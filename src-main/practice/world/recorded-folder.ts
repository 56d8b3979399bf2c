import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { Venue } from '#shared/domain/ids';
import { VENUES } from '#shared/domain/ids';
import type { Result } from '#shared/kernel/result';
import { err, ok } from '#shared/kernel/result';
import type { MarketSpec } from './market-spec.ts';
import { pow10 } from './market-spec.ts';
import type { Outage, RecordedBar, RecordedCandles, RecordedMarket } from './recorded-bars.ts';
import { findOutages } from './recorded-bars.ts';
import type { RawRow } from './recorded-rows.ts';
import { COLUMNS, readRow } from './recorded-rows.ts';
import { WarningBook } from './recorded-warnings.ts';
import { SPOT_LISTINGS, spotSpec } from './spot-listings.ts';

export const CANDLES_FILE = 'candles.csv.gz';

/** A folder that cannot be used at all. */
export class RecordedFolderError extends Error {
  override readonly name = 'RecordedFolderError';
  readonly code:
    | 'no-folder'
    | 'no-candles'
    | 'unreadable'
    | 'bad-gzip'
    | 'not-csv'
    | 'missing-columns'
    | 'no-spot-bars'
    | 'mixed-bar-length';
  readonly path: string;

  constructor(code: RecordedFolderError['code'], path: string, detail: string) {
    super(`${path}: ${detail}`);
    this.code = code;
    this.path = path;
  }
}

/**
 * Reads `candles.csv.gz` of a folder of recorded market data (columns {@link COLUMNS}, times in UTC epoch ms). Spot bars
 * only. What can be put right is, and is named in `warnings`; what cannot is an error.
 */
export function readRecordedFolder(folder: string): Result<RecordedCandles, RecordedFolderError> {
  const path = join(folder, CANDLES_FILE);
  const table = readTable(folder, path);
  if (!table.ok) return table;
  const [header = [], ...lines] = table.value;
  const columns = COLUMNS.map((name) => header.indexOf(name));
  const missing = COLUMNS.filter((_, index) => columns[index] === -1);
  if (missing.length > 0) {
    return err(new RecordedFolderError('missing-columns', path, `no column ${missing.join(', ')}`));
  }
  const warnings = new WarningBook();
  const rows = new Map<string, RawRow[]>();
  for (const [index, line] of lines.entries()) keepRow(line, columns, index + 2, rows, warnings);
  const barLengths = [...new Set([...rows.values()].flat().map((row) => row.barMs))];
  const barMs = barLengths[0];
  if (barMs === undefined) {
    return err(new RecordedFolderError('no-spot-bars', path, 'no usable bar of a known venue and product spot'));
  }
  if (barLengths.length > 1) {
    const lengths = barLengths.map((ms) => ms / 1000).join(', ');
    return err(new RecordedFolderError('mixed-bar-length', path, `bars of different lengths: ${lengths} s`));
  }
  const markets = [...rows].map(([where, own]) => toMarket(where, own, warnings));
  const fromMs = Math.min(...markets.map((market) => market.bars[0]?.tsMs ?? Number.POSITIVE_INFINITY));
  const toMs = Math.max(...markets.map((market) => (market.bars[market.bars.length - 1]?.tsMs ?? 0) + barMs));
  for (const market of markets) noteQuietBars(market, barMs, fromMs, toMs, warnings);
  const outages = new Map<Venue, readonly Outage[]>();
  for (const venue of VENUES) {
    const own = markets.filter((market) => market.spec.venue === venue);
    if (own.length === 0) continue;
    const found = findOutages(own, barMs, fromMs, toMs);
    outages.set(venue, found);
    for (const outage of found) {
      const minutes = (outage.toMs - outage.fromMs) / 60_000;
      const handled = `${minutes} minutes without a bar of any market: the venue is silent until then`;
      warnings.add('outage', venue, { tsMs: outage.fromMs }, handled);
    }
  }
  return ok({ folder, barMs, fromMs, toMs, markets, outages, warnings: warnings.list() });
}

function readTable(folder: string, path: string): Result<string[][], RecordedFolderError> {
  if (!isDirectory(folder)) return err(new RecordedFolderError('no-folder', folder, 'no such folder'));
  let zipped: Buffer;
  try {
    zipped = readFileSync(path);
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return err(
      absent
        ? new RecordedFolderError('no-candles', path, 'no such file')
        : new RecordedFolderError('unreadable', path, error instanceof Error ? error.message : String(error)),
    );
  }
  let text: string;
  try {
    text = gunzipSync(zipped).toString('utf8');
  } catch (error) {
    return err(new RecordedFolderError('bad-gzip', path, error instanceof Error ? error.message : String(error)));
  }
  try {
    return ok(parse(text, { relax_column_count: true, skip_empty_lines: true, bom: true }));
  } catch (error) {
    return err(new RecordedFolderError('not-csv', path, error instanceof Error ? error.message : String(error)));
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function keepRow(
  line: readonly string[],
  columns: readonly number[],
  lineNumber: number,
  rows: Map<string, RawRow[]>,
  warnings: WarningBook,
): void {
  const cells = columns.map((column) => line[column] ?? '');
  const read = readRow(cells);
  if (typeof read === 'string') {
    warnings.add('bad-row', CANDLES_FILE, { line: lineNumber }, 'left out');
    return;
  }
  const venue = VENUES.find((one) => one === read.venue);
  if (venue === undefined) {
    warnings.add('unknown-venue', read.venue, { tsMs: read.tsMs }, 'left out');
    return;
  }
  const where = `${venue}|${read.instrument}`;
  if (read.product !== 'spot') {
    warnings.add('other-product', where, { tsMs: read.tsMs }, 'left out: these venues trade spot');
    return;
  }
  const own = rows.get(where);
  if (own === undefined) rows.set(where, [read]);
  else own.push(read);
}

function toMarket(where: string, rows: RawRow[], warnings: WarningBook): RecordedMarket {
  const [venue = '', instrument = ''] = where.split('|');
  const spec = specFor(venue as Venue, instrument, rows);
  const scalePrice = pow10(spec.priceDecimals);
  const scaleSize = pow10(spec.sizeDecimals);
  const unsorted = rows.findIndex((row, index) => index > 0 && row.tsMs < (rows[index - 1]?.tsMs ?? 0));
  if (unsorted > 0) {
    warnings.add('unsorted', where, { tsMs: rows[unsorted]?.tsMs ?? 0 }, 'sorted by time');
    rows.sort((a, b) => a.tsMs - b.tsMs);
  }
  const bars: RecordedBar[] = [];
  for (const row of rows) {
    const bar: RecordedBar = {
      tsMs: row.tsMs,
      open: Math.round(row.open * scalePrice),
      high: Math.round(row.high * scalePrice),
      low: Math.round(row.low * scalePrice),
      close: Math.round(row.close * scalePrice),
      volume: Math.round(row.volume * scaleSize),
    };
    const last = bars[bars.length - 1];
    if (last?.tsMs === bar.tsMs) {
      const same = last.open === bar.open && last.close === bar.close && last.volume === bar.volume;
      warnings.add(same ? 'duplicate' : 'conflicting-duplicate', where, { tsMs: bar.tsMs }, 'the first one is kept');
      continue;
    }
    if (bar.volume === 0) warnings.add('zero-volume', where, { tsMs: bar.tsMs }, 'no trade: the market is quiet');
    bars.push(bar);
  }
  return { spec, bars };
}

/** Steps and minimums: the venue's own for this market, else for the same coin there, with the decimals the data has. */
function specFor(venue: Venue, instrument: string, rows: readonly RawRow[]): MarketSpec {
  const [base = '', quote = ''] = instrument.split('-');
  const listed = SPOT_LISTINGS.find((spec) => spec.venue === venue && spec.instrument === instrument);
  const similar = listed ?? SPOT_LISTINGS.find((spec) => spec.venue === venue && spec.base === base);
  const seen = rows.reduce((most, row) => Math.max(most, row.priceDecimals), 0);
  return spotSpec(venue, {
    base,
    quote,
    priceDecimals: Math.min(8, Math.max(seen, listed?.priceDecimals ?? 0)),
    sizeDecimals: similar?.sizeDecimals ?? 4,
    minQuantity: similar?.minQuantity ?? '0.0001',
    minNotional: similar?.minNotional ?? '1',
    aliasQuote: null,
  });
}

function noteQuietBars(
  { spec, bars }: RecordedMarket,
  barMs: number,
  fromMs: number,
  toMs: number,
  warnings: WarningBook,
): void {
  const missing = Math.round((toMs - fromMs) / barMs) - bars.length;
  if (missing <= 0) return;
  let expected = fromMs;
  for (const bar of bars) {
    if (bar.tsMs !== expected) break;
    expected += barMs;
  }
  const where = `${spec.venue}|${spec.instrument}`;
  warnings.add('gap', where, { tsMs: expected }, 'no bar: the market is quiet, its book stays', missing);
}

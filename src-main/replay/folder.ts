import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { feedId, listingId } from '#shared/domain/ids';
import { err, ok, type Result } from '#shared/kernel/result';
import { inOrder } from './bar-order.ts';
import { BarColumn, type RecordedFolder, type RecordedInstrument } from './bars.ts';
import { CANDLE_COLUMNS, type CandleColumn, type CandleRow, type RowFault, readCandleRow } from './candle-row.ts';
import { gapWarning, namesOf } from './warnings.ts';

const CANDLE_FILE = 'candles.csv.gz';
/** 48 bytes each; a recording beyond this is a mistake or an attack (a small file can unpack to anything). */
const MAX_BARS = 5_000_000;
const MAX_FIELD_CHARACTERS = 1000;

interface Collected {
  readonly bars: BarColumn;
  readonly row: CandleRow;
  priceDigits: number;
  volumeDigits: number;
}

/** A fault found in rows: how often, and where first. */
interface FaultCount {
  rows: number;
  readonly firstLine: number;
  readonly about: Set<string>;
}

/**
 * Reads a recorded folder. Rows that cannot be used are left out and named in the warnings; what makes the whole file
 * unusable is an error that says what is wrong and what to do. Errors: no folder or file, not gzip, cut off, a column
 * missing, bars of more than one length, no usable row at all.
 */
export async function readFolder(path: string): Promise<Result<RecordedFolder, string>> {
  const file = join(path, CANDLE_FILE);
  const there = await present(path, file);
  if (!there.ok) return there;
  const reader = new CandleReader(file);
  try {
    await pipeline(
      createReadStream(file),
      createGunzip(),
      parse({ relax_column_count: true, relax_quotes: true, max_record_size: MAX_FIELD_CHARACTERS * 20 }),
      async (rows: AsyncIterable<unknown>) => {
        for await (const row of rows) reader.row(row as readonly string[]);
      },
    );
  } catch (error) {
    if (error instanceof Unusable) return err(error.message);
    const reason = error instanceof Error ? error.message : String(error);
    return err(`${file} cannot be read as gzipped CSV after ${reader.lines} lines: ${reason}. Fetch it again.`);
  }
  return reader.finish(path);
}

async function present(path: string, file: string): Promise<Result<undefined, string>> {
  const kind = async (at: string) => {
    try {
      const found = await stat(at);
      return found.isDirectory() ? 'folder' : 'file';
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'nothing' : 'unreadable';
    }
  };
  const folder = await kind(path);
  if (folder === 'nothing') return err(`there is no folder ${path}. Give the folder of a recording.`);
  if (folder !== 'folder') return err(`${path} is not a folder that can be read. Give the folder of a recording.`);
  const candles = await kind(file);
  if (candles === 'file') return ok(undefined);
  return err(`${path} holds no ${CANDLE_FILE}: it is no recording of candles.`);
}

/** What makes the whole file unusable. */
class Unusable extends Error {}

class CandleReader {
  readonly #file: string;
  readonly #collected = new Map<string, Collected>();
  readonly #faults = new Map<RowFault, FaultCount>();
  #columns: ReadonlyMap<CandleColumn, number> | undefined;
  #barMs = 0;
  #bars = 0;
  lines = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws {Unusable} */
  row(cells: readonly string[]): void {
    this.lines += 1;
    const columns = this.#columns;
    if (columns === undefined) {
      this.#columns = this.#header(cells);
      return;
    }
    const row = readCandleRow((column) => cells[columns.get(column) ?? -1]);
    if (row.ok) this.#add(row.value);
    else this.#count(row.error, `${cells[columns.get('venue') ?? -1]} ${cells[columns.get('instrument') ?? -1]}`);
  }

  finish(path: string): Result<RecordedFolder, string> {
    if (this.#columns === undefined) return err(`${this.#file} is empty. Fetch it again.`);
    const warnings = [...this.#faults].map(
      ([fault, { rows, firstLine, about }]) =>
        `${rows} rows ${fault} were left out (${namesOf(about)}; first in line ${firstLine}).`,
    );
    if (this.#collected.size === 0) {
      return err(`${this.#file} holds no bar of a spot instrument. ${warnings.join(' ')}`.trim());
    }
    const instruments = [...this.#collected.values()].map((collected) => this.#instrument(collected, warnings));
    instruments.sort((a, b) => (a.listing < b.listing ? -1 : 1));
    const edges = instruments.map(({ bars }) => [bars.openMs(0), bars.openMs(bars.length - 1)] as const);
    const fromMs = Math.min(...edges.map(([first]) => first));
    const toMs = Math.max(...edges.map(([, last]) => last)) + this.#barMs;
    for (const instrument of instruments) warnings.push(...gapWarning(instrument, this.#barMs, fromMs, toMs));
    const barCount = instruments.reduce((sum, { bars }) => sum + bars.length, 0);
    return ok({ path, barMs: this.#barMs, fromMs, toMs, instruments, barCount, warnings });
  }

  #header(cells: readonly string[]): ReadonlyMap<CandleColumn, number> {
    const names = cells.map((cell) => cell.trim().replace(/^\uFEFF/, ''));
    const missing = CANDLE_COLUMNS.filter((column) => !names.includes(column));
    if (missing.length === 0) return new Map(CANDLE_COLUMNS.map((column) => [column, names.indexOf(column)]));
    const found = names.slice(0, 20).join(', ').slice(0, 200);
    throw new Unusable(
      `${this.#file} lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')} (its first line is: ${found}).`,
    );
  }

  #add(row: CandleRow): void {
    if (this.#barMs === 0) this.#barMs = row.barMs;
    if (row.barMs !== this.#barMs) {
      throw new Unusable(
        `${this.#file} holds bars of ${this.#barMs / 1000} s and, in line ${this.lines}, of ${row.barMs / 1000} s. ` +
          'A recording has one length of bar: split it.',
      );
    }
    this.#bars += 1;
    if (this.#bars > MAX_BARS) {
      throw new Unusable(`${this.#file} holds more than ${MAX_BARS} bars. Split it into shorter recordings.`);
    }
    const key = `${row.venue} ${row.instrument}`;
    const known = this.#collected.get(key);
    const entry = known ?? { bars: new BarColumn(), row, priceDigits: 0, volumeDigits: 0 };
    if (known === undefined) this.#collected.set(key, entry);
    entry.bars.push(row.openMs, row.open, row.high, row.low, row.close, row.volume);
    entry.priceDigits = Math.max(entry.priceDigits, row.priceDigits);
    entry.volumeDigits = Math.max(entry.volumeDigits, row.volumeDigits);
  }

  #count(fault: RowFault, about: string): void {
    const count = this.#faults.get(fault) ?? { rows: 0, firstLine: this.lines, about: new Set<string>() };
    this.#faults.set(fault, count);
    count.rows += 1;
    if (count.about.size < 100) count.about.add(about);
  }

  #instrument({ bars, row, priceDigits, volumeDigits }: Collected, warnings: string[]): RecordedInstrument {
    const feed = feedId(row.venue, 'spot');
    const listing = listingId(feed, row.instrument);
    const ordered = inOrder(bars);
    if (ordered.unsorted > 0) {
      warnings.push(`${listing}: ${ordered.unsorted} rows stood before an earlier one; they were put in order.`);
    }
    if (ordered.duplicates > 0) {
      warnings.push(`${listing}: ${ordered.duplicates} rows repeat the time of another; the first of each was kept.`);
    }
    return {
      listing,
      feed,
      venue: row.venue,
      instrument: row.instrument,
      bars: ordered.bars,
      priceDigits,
      volumeDigits,
    };
  }
}

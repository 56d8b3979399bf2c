import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteJournalStore } from '#main/storage/sqlite-journal-store';
import type { JournalEntry } from '#shared/domain/journal';
import { type Comparison, compare, type Round, timed } from './measure.ts';

export interface JournalResult extends Comparison {
  readonly rows: number;
  /** Of the rows as JSON, which is what is written bare. */
  readonly bytes: number;
}

const ROUNDS = 7;
const APPENDS = 60;
const WARM_UP = 20;

/** What EX-1 waits for before an order's bytes leave. */
const order = (index: number): JournalEntry => ({
  kind: 'order-pending',
  order: {
    clientOrderId: `cb1p${index}e0`,
    dealId: `d${index}`,
    leg: 0,
    account: 'paper',
    venue: 'kraken',
    listing: 'kraken:spot|BTC-USD',
    side: 'buy',
    kind: 'ioc',
    purpose: 'entry',
    quantity: '0.0431',
    price: '22351.3',
    createBeforeMs: 1_677_931_205_000,
    expiresAtMs: null,
  },
});

/**
 * A durable journal append against a bare `write` and `fdatasync` of the same bytes to a file in the same folder, for
 * one row and for a group commit of ten. `directory`: on the disk that is to be measured.
 */
export function benchJournal(directory = tmpdir()): readonly JournalResult[] {
  const folder = mkdtempSync(join(directory, 'crossbook-bench-'));
  const store = new SqliteJournalStore({ path: join(folder, 'journal.sqlite') });
  const bare = openSync(join(folder, 'bare'), 'a');
  try {
    return [1, 10].map((rows) => {
      const entries = Array.from({ length: rows }, (_, index) => order(index));
      const bytes = Buffer.from(entries.map((entry) => JSON.stringify(entry)).join('\n'));
      const append = () => store.append(1_677_931_200_000, entries);
      const sync = () => {
        writeSync(bare, bytes);
        fdatasyncSync(bare);
      };
      for (let index = 0; index < WARM_UP; index += 1) {
        append();
        sync();
      }
      return { rows, bytes: bytes.length, ...compare(Array.from({ length: ROUNDS }, () => round(append, sync))) };
    });
  } finally {
    closeSync(bare);
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function round(append: () => void, sync: () => void): Round {
  const times: number[] = [];
  const baseline: number[] = [];
  for (let index = 0; index < APPENDS; index += 1) {
    times.push(timed(append));
    baseline.push(timed(sync));
  }
  return { times, baseline };
}

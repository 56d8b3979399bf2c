import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { OrderBook } from '#engine/market/order-book';
import type { FeedSink } from '#engine/ports';
import type { RecordedFolder } from '#main/replay/bars';
import { readFolder } from '#main/replay/folder';
import type { FeedId, ListingId } from '#shared/domain/ids';
import { invariant } from '#shared/kernel/invariant';

/** Real recordings lie beside the project; tests that need them say so when they are missing. */
const MARKET_DATA = join(import.meta.dirname, '..', '..', '..', 'shared', 'market-data');
export const REAL_WEEK = join(MARKET_DATA, '2023-03-01_07-spot-1m');
export const NO_RECORDINGS = existsSync(REAL_WEEK) ? undefined : `there are no recordings at ${MARKET_DATA}`;

export const HEADER = 'ts_ms,venue,product,instrument,bar_s,open,high,low,close,volume';
export const T0 = Date.UTC(2023, 2, 1);
export const MINUTE = 60_000;

/** A row `minute` minutes after {@link T0}. */
export const row = (minute: number, listing: string, prices: string, volume = '2.5'): string => {
  const [venue, instrument] = listing.split(' ');
  return `${T0 + minute * MINUTE},${venue},spot,${instrument},60,${prices},${volume}`;
};

/** Makes a folder of these lines, hands it over, and removes it. */
export async function withFolder<T>(
  content: readonly string[] | Buffer,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), 'crossbook-recording-'));
  try {
    const bytes = Buffer.isBuffer(content) ? content : gzipSync(`${content.join('\n')}\n`);
    writeFileSync(join(path, 'candles.csv.gz'), bytes);
    return await use(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** The recording of these rows, which must be readable. */
export function recording(rows: readonly string[]): Promise<RecordedFolder> {
  return withFolder([HEADER, ...rows], async (path) => {
    const read = await readFolder(path);
    invariant(read.ok, read.ok ? '' : read.error);
    return read.value;
  });
}

export interface Connection {
  readonly feed: FeedId;
  readonly state: string;
  readonly reason: string;
  readonly atMs: number;
}

/** Keeps what feeds say, with real books. `onCommit` sees all of them at each commit. */
export class RecordingSink implements FeedSink {
  readonly books = new Map<ListingId, OrderBook>();
  readonly connections: Connection[] = [];
  readonly heardAtMs = new Map<FeedId, number>();
  readonly #wallMs: () => number;
  readonly #onCommit: (listing: ListingId) => void;

  constructor(wallMs: () => number, onCommit: (listing: ListingId) => void = () => undefined) {
    this.#wallMs = wallMs;
    this.#onCommit = onCommit;
  }

  catalogue(): void {}

  book(listing: ListingId): OrderBook {
    const told = { committed: () => this.#onCommit(listing), invalidated: () => undefined };
    const book = this.books.get(listing) ?? new OrderBook(listing, told);
    this.books.set(listing, book);
    return book;
  }

  connection(feed: FeedId, state: string, _epoch: number, reason: string): void {
    this.connections.push({ feed, state, reason, atMs: this.#wallMs() });
    if (state === 'connected') return;
    for (const [listing, book] of this.books) if (listing.startsWith(`${feed}|`)) book.invalidate(reason);
  }

  heard(feed: FeedId): void {
    this.heardAtMs.set(feed, this.#wallMs());
  }

  trade(): void {}
  carried(): void {}
  reference(): void {}
  settlements(): void {}
  transfers(): void {}
  frame(): void {}
  skew(): void {}
  status(): void {}
  maintenance(): void {}
  fault(): void {}
  apiCall(): void {}
}

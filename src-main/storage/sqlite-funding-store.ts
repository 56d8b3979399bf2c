import type { Statement } from 'better-sqlite3';
import { type FundingStore, StorageError } from '#engine/ports';
import { type FundingSettlement, fundingSettlementSchema } from '#shared/domain/funding';
import type { ListingId } from '#shared/domain/ids';
import { type Connection, checkpoint, openDatabase, storageError } from './sqlite.ts';

const NAME = 'funding history';
/** ASCII `CBF1`. */
const APPLICATION_ID = 0x43424631;
const FUNDING_VERSION = 1;
const SCHEMA = `
CREATE TABLE settlements (listing TEXT NOT NULL, settled_at INTEGER NOT NULL, rate TEXT NOT NULL, interval_ms INTEGER, PRIMARY KEY (listing, settled_at)) STRICT, WITHOUT ROWID;`;
/** Older settlements of an instrument are forgotten, counted from its latest: trailing rates look back weeks. */
const KEPT_MS = 366 * 86_400_000;

interface Row {
  readonly settledAtMs: number;
  readonly rate: string;
  readonly intervalMs: number | null;
}

/** Settled funding (MD-7) in a file of its own: damaged or full, it keeps neither the journal nor a paper venue from it. */
export class SqliteFundingStore implements FundingStore {
  readonly #path: string;
  readonly #database: Connection;
  readonly #write: (listing: ListingId, rows: readonly FundingSettlement[]) => void;
  readonly #latest: Statement<[string, number], Row>;

  /** `path` may be `:memory:`. @throws {StorageError} when it cannot be opened for writing; nothing is overwritten. */
  constructor(options: { readonly path: string }) {
    this.#path = options.path;
    this.#database = openDatabase({
      path: options.path,
      name: NAME,
      applicationId: APPLICATION_ID,
      version: FUNDING_VERSION,
      schema: SCHEMA,
    });
    const put = this.#database.prepare(
      'INSERT OR IGNORE INTO settlements (listing, settled_at, rate, interval_ms) VALUES (?, ?, ?, ?)',
    );
    const forget = this.#database.prepare(
      'DELETE FROM settlements WHERE listing = ? AND settled_at < (SELECT max(settled_at) FROM settlements WHERE listing = ?) - ?',
    );
    this.#write = this.#database.transaction((listing: ListingId, rows: readonly FundingSettlement[]) => {
      for (const { settledAtMs, rate, intervalMs } of rows) put.run(listing, settledAtMs, rate, intervalMs);
      forget.run(listing, listing, KEPT_MS);
    });
    this.#latest = this.#database.prepare<[string, number], Row>(
      'SELECT settled_at AS settledAtMs, rate, interval_ms AS intervalMs FROM settlements WHERE listing = ? ORDER BY settled_at DESC LIMIT ?',
    );
  }

  add(listing: ListingId, rows: readonly FundingSettlement[]): void {
    if (rows.length > 0) this.#guard(() => this.#write(listing, rows));
  }

  latest(listing: ListingId, limit: number): readonly FundingSettlement[] {
    return this.#guard(() =>
      this.#latest
        .all(listing, limit)
        .map((row) => {
          const parsed = fundingSettlementSchema.safeParse(row);
          if (parsed.success) return parsed.data;
          throw new StorageError(
            'damaged',
            `The ${NAME} ${this.#path} holds a row it cannot read; it was left as it is.`,
          );
        })
        .reverse(),
    );
  }

  /** Merges the write-ahead log into the file; call it when nothing is at work. */
  checkpointWhenIdle(): void {
    this.#guard(() => checkpoint(this.#database, 'PASSIVE'));
  }

  /** Closes the file and gives up its lock. */
  close(): void {
    if (this.#database.open) this.#database.close();
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageError(error, NAME, this.#path);
    }
  }
}

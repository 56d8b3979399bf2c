import { type JournalRow, type JournalStore, StorageError } from '#engine/ports';
import { type JournalEntry, journalEntrySchema } from '#shared/domain/journal';
import { type Connection, checkpoint, openDatabase, storageError } from './sqlite.ts';

const NAME = 'journal';
/** ASCII `CBJ1`. */
const APPLICATION_ID = 0x43424a31;
const JOURNAL_VERSION = 1;
const SCHEMA = `CREATE TABLE journal (
  sequence INTEGER PRIMARY KEY,
  at_ms REAL NOT NULL,
  kind TEXT NOT NULL,
  entry TEXT NOT NULL
) STRICT;`;

interface StoredRow {
  readonly sequence: number;
  readonly at_ms: number;
  readonly entry: string;
}

/** The journal in one SQLite file, owned by one process (EX-13), durable at each append (EX-1). */
export class SqliteJournalStore implements JournalStore {
  readonly #path: string;
  readonly #database: Connection;
  readonly #appendAll: (atMs: number, entries: readonly JournalEntry[]) => void;
  #sequence: number;
  #unmerged = 0;

  /** `path` may be `:memory:`. @throws {StorageError} when it cannot be opened for writing; nothing is overwritten. */
  constructor(options: { readonly path: string; readonly maxPages?: number }) {
    this.#path = options.path;
    this.#database = openDatabase({
      ...options,
      name: NAME,
      applicationId: APPLICATION_ID,
      version: JOURNAL_VERSION,
      schema: SCHEMA,
    });
    try {
      this.#sequence = Number(this.#database.prepare('SELECT coalesce(max(sequence), 0) FROM journal').pluck().get());
      const insert = this.#database.prepare('INSERT INTO journal (sequence, at_ms, kind, entry) VALUES (?, ?, ?, ?)');
      this.#appendAll = this.#database.transaction((atMs: number, entries: readonly JournalEntry[]) => {
        entries.forEach((entry, index) => {
          insert.run(this.#sequence + index + 1, atMs, entry.kind, JSON.stringify(entry));
        });
      });
    } catch (error) {
      this.#database.close();
      throw storageError(error, NAME, this.#path);
    }
  }

  append(atMs: number, entries: readonly JournalEntry[]): void {
    if (entries.length === 0) return;
    try {
      this.#appendAll(atMs, entries);
    } catch (error) {
      throw storageError(error, NAME, this.#path);
    }
    this.#sequence += entries.length;
    this.#unmerged += entries.length;
  }

  readAll(): readonly JournalRow[] {
    const rows: JournalRow[] = [];
    try {
      const select = this.#database.prepare<[], StoredRow>(
        'SELECT sequence, at_ms, entry FROM journal ORDER BY sequence',
      );
      for (const stored of select.iterate()) {
        if (stored.sequence !== rows.length + 1) throw this.#damaged(rows.length + 1, 'it is missing');
        rows.push({ sequence: stored.sequence, atMs: stored.at_ms, entry: this.#entry(stored) });
      }
    } catch (error) {
      throw storageError(error, NAME, this.#path);
    }
    return rows;
  }

  /** Rows since the write-ahead log was last merged: it grows with them. */
  get unmerged(): number {
    return this.#unmerged;
  }

  /** Merges the write-ahead log into the file; call it when nothing is at work, it may take 15 ms. */
  checkpointWhenIdle(): void {
    if (this.#unmerged === 0) return;
    try {
      checkpoint(this.#database, 'PASSIVE');
    } catch (error) {
      throw storageError(error, NAME, this.#path);
    }
    this.#unmerged = 0;
  }

  /** Closes the file and gives up its lock. */
  close(): void {
    if (this.#database.open) this.#database.close();
  }

  #entry(stored: StoredRow): JournalEntry {
    let json: unknown;
    try {
      json = JSON.parse(stored.entry);
    } catch {
      throw this.#damaged(stored.sequence, 'it is not JSON');
    }
    const parsed = journalEntrySchema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw this.#damaged(stored.sequence, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an entry'}`);
    }
    return parsed.data;
  }

  #damaged(sequence: number, what: string): StorageError {
    return new StorageError(
      'damaged',
      `The journal ${this.#path} is damaged at row ${sequence} (${what}); it was left as it is.`,
    );
  }
}

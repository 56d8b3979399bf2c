import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StorageError } from '#engine/ports';

export type Connection = Database.Database;

export interface OpenOptions {
  readonly path: string;
  /** What the file is, for messages: `journal`. */
  readonly name: string;
  /** `PRAGMA application_id`: tells this program's files from any other SQLite file. */
  readonly applicationId: number;
  /** `PRAGMA user_version`: raised whenever the tables change. */
  readonly version: number;
  /** Creates the tables of an empty file. */
  readonly schema: string;
  /** Most pages of 4096 bytes the file may grow to; SQLite's own bound when absent. */
  readonly maxPages?: number;
}

/** A path that lives in memory only. */
export const IN_MEMORY = ':memory:';

/**
 * Opens a database of this program for one process alone (EX-13), durable at each commit: WAL, `synchronous=FULL`, no
 * automatic checkpoints (they cost 15 ms at the worst moment; see {@link checkpoint}).
 * @throws {StorageError} with one clear line; nothing is overwritten and nothing is created in place of a bad file.
 */
export function openDatabase(options: OpenOptions): Connection {
  const { path, name } = options;
  requireNodeApi();
  if (path !== IN_MEMORY) {
    if (!existsSync(dirname(path)))
      throw new StorageError('io', `The ${name}'s folder ${dirname(path)} does not exist.`);
    // SQLite would take an emptied file for a new one and begin afresh.
    if (existsSync(path) && statSync(path).size === 0) {
      throw new StorageError('damaged', `The ${name} ${path} is empty (0 bytes); move it away or restore it.`);
    }
  }
  let database: Connection | undefined;
  try {
    database = new Database(path, { timeout: 0 });
    prepare(database, options);
    return database;
  } catch (error) {
    database?.close();
    throw storageError(error, name, path);
  }
}

function prepare(database: Connection, options: OpenOptions): void {
  database.pragma('locking_mode = EXCLUSIVE');
  const version = Number(database.pragma('user_version', { simple: true }));
  const applicationId = Number(database.pragma('application_id', { simple: true }));
  const tables = Number(database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
  const fresh = tables === 0 && version === 0 && applicationId === 0;
  if (!fresh && applicationId !== options.applicationId) {
    throw new StorageError(
      'version',
      `${options.path} is not a ${options.name} of this program; it was left as it is.`,
    );
  }
  if (!fresh && version !== options.version) {
    throw new StorageError(
      'version',
      `The ${options.name} ${options.path} is of version ${version}, this program needs ${options.version}; it was left as it is.`,
    );
  }
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('wal_autocheckpoint = 0');
  if (options.maxPages !== undefined) database.pragma(`max_page_count = ${options.maxPages}`);
  if (!fresh) return;
  database.transaction(() => {
    database.exec(options.schema);
    database.pragma(`application_id = ${options.applicationId}`);
    database.pragma(`user_version = ${options.version}`);
  })();
}

/** Moves the write-ahead log into the file; for idle moments. */
export function checkpoint(database: Connection, mode: 'PASSIVE' | 'TRUNCATE'): void {
  database.pragma(`wal_checkpoint(${mode})`);
}

/** What SQLite said, as one line for people. */
export function storageError(error: unknown, name: string, path: string): StorageError {
  if (error instanceof StorageError) return error;
  const code = errorCode(error);
  const said = error instanceof Error ? error.message : String(error);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new StorageError('locked', `The ${name} ${path} is in use by another process.`);
  }
  if (code === 'SQLITE_FULL') {
    return new StorageError(
      'full',
      `The disk is full: the ${name} ${path} could not be written; what it held is intact.`,
    );
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new StorageError('damaged', `The ${name} ${path} is damaged (${said}); it was left as it is.`);
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_IOERR_LOCK') {
    return new StorageError('read-only', `The ${name} ${path} cannot be written: the file or its folder is read-only.`);
  }
  return new StorageError('io', `The ${name} ${path} could not be used: ${said}${code === '' ? '' : ` (${code})`}.`);
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** better-sqlite3 ends an older Node without a word; the desktop runtime brings its own build of it. */
function requireNodeApi(): void {
  if (process.versions.electron !== undefined) return;
  if (Number(process.versions.napi ?? '0') >= 10) return;
  throw new StorageError('io', `Node ${process.versions.node} is too old for the journal: it needs 22.12 or newer.`);
}

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { StorageError } from '#engine/ports';
import { makeFolder } from './make-folder.ts';
import { type Connection, openDatabase } from './sqlite.ts';

/** ASCII `CBL1`. */
const APPLICATION_ID = 0x43424c31;
const ownerSchema = z.object({ pid: z.int(), sinceMs: z.number() });

/**
 * A folder that one process owns (EX-13). The lock is the operating system's on an open file, so it ends with the
 * process however that ends; the owner's note beside it only serves the message a second process shows.
 */
export class DataDirectory {
  readonly path: string;
  readonly #lock: Connection;

  private constructor(path: string, lock: Connection) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Creates the folder if need be and takes its lock. `nowMs`: wall time, for the owner's note.
   * @throws {StorageError} `locked` naming the process that has it, `read-only`, `full`, `damaged` or `io`.
   */
  static open(folder: string, nowMs: number): DataDirectory {
    const path = resolve(folder);
    try {
      makeFolder(path);
    } catch (error) {
      throw new StorageError('io', `The data folder ${path} cannot be created: ${reason(error)}.`);
    }
    const ownerPath = join(path, 'owner.json');
    let lock: Connection;
    try {
      lock = openDatabase({
        path: join(path, 'lock.sqlite'),
        name: 'lock',
        applicationId: APPLICATION_ID,
        version: 1,
        schema: 'CREATE TABLE lock (held INTEGER) STRICT;',
      });
      // The exclusive lock of a WAL database is taken by its first access; this makes sure there was one.
      lock.prepare('SELECT count(*) FROM lock').get();
    } catch (error) {
      if (error instanceof StorageError && error.code === 'locked') {
        throw new StorageError('locked', `The data folder ${path} is in use by ${ownerOf(ownerPath)}.`);
      }
      throw error;
    }
    try {
      writeFileSync(ownerPath, JSON.stringify({ pid: process.pid, sinceMs: nowMs }));
    } catch (error) {
      lock.close();
      throw new StorageError('read-only', `The data folder ${path} cannot be written: ${reason(error)}.`);
    }
    return new DataDirectory(path, lock);
  }

  /** The path of a file in the folder. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Gives the folder up. */
  close(): void {
    if (!this.#lock.open) return;
    rmSync(this.file('owner.json'), { force: true });
    this.#lock.close();
  }
}

function ownerOf(path: string): string {
  try {
    const owner = ownerSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (!owner.success) return 'another process';
    return `another Crossbook (process ${owner.data.pid}, since ${new Date(owner.data.sinceMs).toISOString()})`;
  } catch {
    return 'another process';
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

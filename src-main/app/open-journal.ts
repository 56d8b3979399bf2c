import { existsSync, renameSync } from 'node:fs';
import { StorageError } from '#engine/ports';
import type { DataDirectory } from '#main/storage/data-directory';
import { SqliteJournalStore } from '#main/storage/sqlite-journal-store';
import type { BrokerChoice } from './trading-accounts.ts';

/** A database with what SQLite keeps beside it. */
const PARTS = ['', '-wal', '-shm'] as const;

/**
 * The journal of a data directory. Accounts at practice venues end with the program, so deals on them have a journal of
 * their own that begins anew each time; the one before is kept.
 * @throws {StorageError} when it cannot be used.
 */
export function openJournal(directory: DataDirectory, broker: BrokerChoice, notes: string[]): SqliteJournalStore {
  if (broker === 'simulated') return new SqliteJournalStore({ path: directory.file('journal.sqlite') });
  const path = directory.file('journal-practice.sqlite');
  if (existsSync(path)) {
    const kept = directory.file('journal-practice-before.sqlite');
    try {
      for (const part of PARTS) if (existsSync(`${path}${part}`)) renameSync(`${path}${part}`, `${kept}${part}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StorageError('io', `The last journal of practice accounts cannot be put aside: ${why}.`);
    }
    notes.push(`Practice accounts begin anew with each start; the journal of the last ones is kept as ${kept}.`);
  }
  return new SqliteJournalStore({ path });
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteJournalStore } from '#main/storage/sqlite-journal-store';
import { MemoryJournalStore } from '#support/memory-journal';
import { journalStoreContract } from './storage.contract.ts';

journalStoreContract('memory', () => ({ store: new MemoryJournalStore(), close: () => undefined }));

journalStoreContract('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crossbook-journal-'));
  const path = join(folder, 'journal.sqlite');
  let open = new SqliteJournalStore({ path });
  return {
    store: open,
    reopen: () => {
      open.close();
      open = new SqliteJournalStore({ path });
      return open;
    },
    close: () => {
      open.close();
      rmSync(folder, { recursive: true });
    },
  };
});

journalStoreContract('SQLite in memory', () => {
  const store = new SqliteJournalStore({ path: ':memory:' });
  return { store, close: () => store.close() };
});

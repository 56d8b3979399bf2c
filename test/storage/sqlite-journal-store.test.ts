import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { SqliteJournalStore } from '#main/storage/sqlite-journal-store';
import type { JournalEntry } from '#shared/domain/journal';
import { scratchFolders, storageErrorOf } from './files.ts';

const folder = scratchFolders();
const auto: JournalEntry = { kind: 'auto', state: 'running' };
const quarantine = (reason: string): JournalEntry => ({ kind: 'quarantine', pair: 'a', reason, lifted: false });

function journalAt(path: string, rows = 2): void {
  const store = new SqliteJournalStore({ path });
  for (let row = 0; row < rows; row += 1) store.append(row, [auto]);
  store.close();
}

describe('[EX-1] a durable journal', () => {
  it('has a row on the disk when append returns, write-ahead log and full synchronisation', () => {
    const path = join(folder(), 'journal.sqlite');
    const store = new SqliteJournalStore({ path });
    store.append(1, [quarantine('a text to be found in the file')]);
    const onDisk = readFileSync(path, 'latin1') + readFileSync(`${path}-wal`, 'latin1');
    expect(onDisk).toContain('a text to be found in the file');
    store.close();
  });

  it('keeps its rows when the process is killed', () => {
    const path = join(folder(), 'journal.sqlite');
    const script = `
      const Database = require('better-sqlite3');
      const db = new Database(${JSON.stringify(path)});
      db.prepare("INSERT INTO journal (sequence, at_ms, kind, entry) VALUES (3, 3, 'auto', ?)").run(${JSON.stringify(JSON.stringify(auto))});
      process.kill(process.pid, 'SIGKILL');`;
    journalAt(path);
    expect(() => execFileSync(process.execPath, ['-e', script], { stdio: 'ignore' })).toThrow();
    const store = new SqliteJournalStore({ path });
    expect(store.readAll()).toHaveLength(3);
    store.close();
  });

  it('merges its log when idle, and only then', () => {
    const path = join(folder(), 'journal.sqlite');
    const store = new SqliteJournalStore({ path });
    const size = () => statSync(path).size;
    const before = size();
    for (let at = 0; at < 300; at += 1)
      store.append(
        at,
        Array.from({ length: 20 }, () => auto),
      );
    expect(size()).toBe(before);
    store.checkpointWhenIdle();
    expect(size()).toBeGreaterThan(before);
    expect(store.readAll()).toHaveLength(6000);
    store.close();
  });
});

describe('[EX-13] one owner', () => {
  it('a second opener is told that the journal is in use, and nothing is lost', () => {
    const path = join(folder(), 'journal.sqlite');
    const first = new SqliteJournalStore({ path });
    first.append(1, [auto]);
    const error = storageErrorOf(() => new SqliteJournalStore({ path }));
    expect(error.code).toBe('locked');
    expect(error.message).toContain('in use by another process');
    first.append(2, [auto]);
    expect(first.readAll()).toHaveLength(2);
    first.close();
  });

  it('a second process is told so too', () => {
    const path = join(folder(), 'journal.sqlite');
    const first = new SqliteJournalStore({ path });
    first.append(1, [auto]);
    const script = `
      const Database = require('better-sqlite3');
      const db = new Database(${JSON.stringify(path)}, { timeout: 0 });
      try { db.pragma('user_version'); console.log('opened'); } catch (e) { console.log(e.code); }`;
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()).toBe('SQLITE_BUSY');
    first.close();
  });
});

describe('bad journals: one clear line, nothing overwritten', () => {
  it('a full disk keeps none of the append and all of what was there', () => {
    const path = join(folder(), 'journal.sqlite');
    const store = new SqliteJournalStore({ path, maxPages: 12 });
    let kept = 0;
    const error = storageErrorOf(() => {
      for (;;) {
        store.append(kept, [quarantine('x'.repeat(900)), quarantine('y'.repeat(900))]);
        kept += 2;
      }
    });
    expect(error.code).toBe('full');
    expect(error.message).toContain('disk is full');
    expect(kept).toBeGreaterThan(0);
    expect(store.readAll()).toHaveLength(kept);
    store.close();
    const again = new SqliteJournalStore({ path });
    again.append(1, [auto]);
    expect(again.readAll().at(-1)?.sequence).toBe(kept + 1);
    again.close();
  });

  it('a file that is no database is damaged and left as it is', () => {
    const path = join(folder(), 'journal.sqlite');
    writeFileSync(path, 'this is not a database, but somebody may want it back '.repeat(40));
    const before = readFileSync(path);
    const error = storageErrorOf(() => new SqliteJournalStore({ path }));
    expect(error.code).toBe('damaged');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('a zero-length file is refused instead of begun afresh', () => {
    const path = join(folder(), 'journal.sqlite');
    writeFileSync(path, '');
    expect(storageErrorOf(() => new SqliteJournalStore({ path })).code).toBe('damaged');
    expect(statSync(path).size).toBe(0);
  });

  it('a journal of another version is named with both versions and left as it is', () => {
    const path = join(folder(), 'journal.sqlite');
    journalAt(path);
    const database = new Database(path);
    database.pragma('user_version = 7');
    database.close();
    const before = readFileSync(path);
    const error = storageErrorOf(() => new SqliteJournalStore({ path }));
    expect(error.code).toBe('version');
    expect(error.message).toContain('of version 7, this program needs 1');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('somebody else’s database is not taken for a journal', () => {
    const path = join(folder(), 'journal.sqlite');
    const database = new Database(path);
    database.exec('CREATE TABLE bookmarks (url TEXT)');
    database.close();
    expect(storageErrorOf(() => new SqliteJournalStore({ path })).code).toBe('version');
  });

  it('a missing folder is said, not made', () => {
    const path = join(folder(), 'nowhere', 'journal.sqlite');
    expect(storageErrorOf(() => new SqliteJournalStore({ path })).message).toContain('does not exist');
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ['a row that is not JSON', "UPDATE journal SET entry = '{' WHERE sequence = 2", 'row 2'],
    [
      'a row that is no entry',
      `UPDATE journal SET entry = '{"kind":"auto","state":"dreaming"}' WHERE sequence = 2`,
      'row 2',
    ],
    ['a row that is missing', 'DELETE FROM journal WHERE sequence = 2', 'row 2'],
  ])('%s is damage, and nothing is skipped', (_name, sql, where) => {
    const path = join(folder(), 'journal.sqlite');
    journalAt(path, 3);
    const database = new Database(path);
    database.exec(sql);
    database.close();
    const store = new SqliteJournalStore({ path });
    const error = storageErrorOf(() => store.readAll());
    expect(error.code).toBe('damaged');
    expect(error.message).toContain(where);
    store.close();
  });

  it('pages overwritten in the middle are damage', () => {
    const path = join(folder(), 'journal.sqlite');
    const store = new SqliteJournalStore({ path });
    store.append(
      1,
      Array.from({ length: 400 }, () => quarantine('z'.repeat(300))),
    );
    store.checkpointWhenIdle();
    store.close();
    const bytes = readFileSync(path);
    bytes.fill(0xab, 4096, bytes.length);
    writeFileSync(path, bytes);
    const error = storageErrorOf(() => {
      const damaged = new SqliteJournalStore({ path });
      try {
        damaged.readAll();
      } finally {
        damaged.close();
      }
    });
    expect(error.code).toBe('damaged');
  });

  // Root may write anywhere, so the test stands aside for it.
  it.skipIf(process.getuid?.() === 0)('a read-only file or folder is said so', () => {
    const home = folder();
    const path = join(home, 'journal.sqlite');
    journalAt(path);
    copyFileSync(path, join(home, 'copy.sqlite'));
    chmodSync(path, 0o444);
    chmodSync(home, 0o555);
    try {
      expect(storageErrorOf(() => new SqliteJournalStore({ path })).code).toBe('read-only');
      expect(storageErrorOf(() => new SqliteJournalStore({ path: join(home, 'new.sqlite') })).code).toBe('read-only');
    } finally {
      chmodSync(home, 0o755);
    }
  });
});

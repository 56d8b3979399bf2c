import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataDirectory } from '#main/storage/data-directory';
import { scratchFolders, storageErrorOf } from './files.ts';

const folder = scratchFolders();
const NOW_MS = Date.UTC(2026, 10, 2);

describe('[EX-13] the data folder', () => {
  it('is made, owned, and given up', () => {
    const path = join(folder(), 'deep', 'data');
    const first = DataDirectory.open(path, NOW_MS);
    expect(existsSync(path)).toBe(true);
    expect(first.file('journal.sqlite')).toBe(join(path, 'journal.sqlite'));
    first.close();
    DataDirectory.open(path, NOW_MS).close();
  });

  it('names the process that has it', () => {
    const path = folder();
    const first = DataDirectory.open(path, NOW_MS);
    const error = storageErrorOf(() => DataDirectory.open(path, NOW_MS));
    expect(error.code).toBe('locked');
    expect(error.message).toBe(
      `The data folder ${path} is in use by another Crossbook (process ${process.pid}, since 2026-11-02T00:00:00.000Z).`,
    );
    first.close();
  });

  it('is free again when its owner was killed, whatever note it left', async () => {
    const path = folder();
    DataDirectory.open(path, NOW_MS).close();
    const script = `
      const Database = require('better-sqlite3');
      const db = new Database(${JSON.stringify(join(path, 'lock.sqlite'))}, { timeout: 0 });
      db.pragma('locking_mode = EXCLUSIVE');
      db.prepare('SELECT count(*) FROM lock').get();
      console.log('held');
      setInterval(() => undefined, 1000);`;
    const owner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => owner.stdout.once('data', resolve));
    writeFileSync(join(path, 'owner.json'), JSON.stringify({ pid: owner.pid, sinceMs: NOW_MS }));
    expect(storageErrorOf(() => DataDirectory.open(path, NOW_MS)).message).toContain(`process ${owner.pid}`);
    const gone = new Promise((resolve) => owner.once('exit', resolve));
    owner.kill('SIGKILL');
    await gone;
    DataDirectory.open(path, NOW_MS).close();
  });

  it('a file in its place is said so', () => {
    const path = join(folder(), 'data');
    writeFileSync(path, '');
    expect(storageErrorOf(() => DataDirectory.open(path, NOW_MS)).message).toContain('cannot be created');
    const below = join(path, 'below');
    expect(storageErrorOf(() => DataDirectory.open(below, NOW_MS)).message).toContain(`${below} cannot be created`);
  });

  // Node's own recursive mkdir would go on for ever there.
  it.runIf(existsSync('/proc/self'))('a place in /proc is said to be impossible', () => {
    const error = storageErrorOf(() => DataDirectory.open('/proc/crossbook/data', NOW_MS));
    expect(error.message).toContain('/proc/crossbook/data cannot be created: ENOENT');
  });
});

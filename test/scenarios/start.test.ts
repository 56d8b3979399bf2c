import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { EXIT } from '#main/app/start-problem';
import { createWorkstation, type WorkstationOptions } from '#main/app/workstation';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { scratchFolders } from '../storage/files.ts';

const folder = scratchFolders();

const options = (dataDir: string, rest: Partial<WorkstationOptions> = {}): WorkstationOptions => ({
  dataDir,
  venues: 'practice',
  seed: 7,
  world: { kind: 'synthetic' },
  ...rest,
});

/** Starts on these settings and stops again; what the window would have been told. */
async function startedOn(settings: string) {
  const dir = folder();
  writeFileSync(join(dir, 'settings.json'), settings);
  const started = await createWorkstation(options(dir));
  if (!started.ok) throw new Error(started.error.message);
  const { service, stop } = started.value;
  const seen = { notes: service.value('status').startupNotes, settings: service.value('settings') };
  await stop();
  return { dir, ...seen };
}

const withLimit = (name: string, value: string) =>
  JSON.stringify({ ...DEFAULT_SETTINGS, limits: { ...DEFAULT_SETTINGS.limits, [name]: value } });

test.each([
  ['broken', '{"version": 1, "theme"', ['The settings file is not JSON']],
  ['not settings at all', '[]', ['does not hold settings']],
  ['newer', JSON.stringify({ ...DEFAULT_SETTINGS, version: 99 }), ['of version 99, newer than this program']],
  ['older than any migration', JSON.stringify({ ...DEFAULT_SETTINGS, version: 0 }), ['of version 0, which is too old']],
  [
    'over a hard bound',
    withLimit('maxDealNotionalPct', '51'),
    ['limits.maxDealNotionalPct', '51', 'hard maximum of 50'],
  ],
  ['under a hard bound', withLimit('minNetEdgeBps', '0.1'), ['limits.minNetEdgeBps', '0.1 bps', 'hard minimum of 0.5']],
] as const)(
  '[RK-3] settings that are %s: safe values, the file kept beside, the reason shown',
  async (_what, text, said) => {
    const { dir, notes, settings } = await startedOn(text);
    expect(settings).toEqual(DEFAULT_SETTINGS);
    expect(notes).toHaveLength(1);
    for (const words of [...said, 'Safe values are in force.']) expect(notes[0]).toContain(words);
    const kept = readdirSync(dir).filter((name) => name.startsWith('settings.rejected-'));
    expect(kept).toHaveLength(1);
    expect(notes[0]).toContain(kept[0]);
    expect(readFileSync(join(dir, kept[0] ?? ''), 'utf8')).toBe(text);
  },
);

test('[RK-3] settings within their bounds are in force, and nothing is noted', async () => {
  const { dir, notes, settings } = await startedOn(withLimit('maxDealNotionalPct', '7'));
  expect(notes).toEqual([]);
  expect(settings.limits.maxDealNotionalPct).toBe('7');
  expect(readdirSync(dir).filter((name) => name.includes('rejected'))).toEqual([]);
});

function journalOf(make: (path: string) => void): string {
  const dir = folder();
  make(join(dir, 'journal.sqlite'));
  return dir;
}

test.each([
  ['empty', (path: string) => writeFileSync(path, ''), /is empty \(0 bytes\)/],
  ['no database', (path: string) => writeFileSync(path, 'x'.repeat(8192)), /is damaged .*; it was left as it is/],
  [
    'of another version',
    (path: string) => {
      const database = new Database(path);
      database.exec('CREATE TABLE journal (a); PRAGMA application_id = 1128417841; PRAGMA user_version = 2;');
      database.close();
    },
    /is of version 2, this program needs 1; it was left as it is/,
  ],
  [
    'of another program',
    (path: string) => {
      const database = new Database(path);
      database.exec('CREATE TABLE notes (a); PRAGMA application_id = 42;');
      database.close();
    },
    /is not a journal of this program; it was left as it is/,
  ],
] as const)('[EX-11] a journal that is %s: one line, exit 5, not one byte of it changed', async (_what, make, said) => {
  const dir = journalOf(make);
  const before = readFileSync(join(dir, 'journal.sqlite'));
  const started = await createWorkstation(options(dir));
  expect(started).toMatchObject({ ok: false, error: { exitCode: EXIT.journal, message: expect.stringMatching(said) } });
  expect(started.ok ? '' : started.error.message).not.toContain('\n');
  expect(readFileSync(join(dir, 'journal.sqlite')).equals(before)).toBe(true);
  // The folder is free again: the next start says the same, not that another process has it.
  expect(await createWorkstation(options(dir))).toEqual(started);
});

test('a row of the journal that cannot be read stops the start, and stays as it is', async () => {
  const dir = folder();
  const first = await createWorkstation(options(dir));
  if (!first.ok) throw new Error(first.error.message);
  await first.value.stop();
  const path = join(dir, 'journal.sqlite');
  const database = new Database(path);
  database
    .prepare('INSERT INTO journal (sequence, at_ms, kind, entry) VALUES (1, 0, ?, ?)')
    .run('fill', '{"kind":"fill"}');
  database.close();
  const before = readFileSync(path);
  const started = await createWorkstation(options(dir));
  expect(started).toMatchObject({ ok: false, error: { exitCode: EXIT.journal } });
  expect(started.ok ? '' : started.error.message).toMatch(/^[^\n]*row 1[^\n]*$/);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a data directory that is a file, or lies under one: one line, exit 4, nothing overwritten', async () => {
  const path = join(folder(), 'a-file');
  writeFileSync(path, 'mine');
  for (const dataDir of [path, join(path, 'below')]) {
    const started = await createWorkstation(options(dataDir));
    expect(started).toMatchObject({ ok: false, error: { exitCode: EXIT.dataDirectory } });
    expect(started.ok ? '' : started.error.message).toContain(dataDir);
    expect(started.ok ? '' : started.error.message).not.toContain('\n');
  }
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

/** Where nobody may write: a folder without that right, or for root, whom no right binds, what the kernel shows. */
function readOnlyPlace(): string {
  if (process.getuid?.() === 0) return '/proc/crossbook';
  const dir = folder();
  chmodSync(dir, 0o500);
  return dir;
}

test('a data directory that is read-only: one line, exit 4, nothing in it', async () => {
  const dir = readOnlyPlace();
  const started = await createWorkstation(options(dir));
  expect(started).toMatchObject({ ok: false, error: { exitCode: EXIT.dataDirectory } });
  expect(started.ok ? '' : started.error.message).toContain(dir);
  expect(started.ok ? '' : started.error.message).not.toContain('\n');
  expect(existsSync(dir) ? readdirSync(dir) : []).toEqual([]);
});

test('a place in the data directory that is taken by something else: one line, exit 4', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'logs'), 'not a folder');
  const started = await createWorkstation(options(dir));
  expect(started).toMatchObject({ ok: false, error: { exitCode: EXIT.dataDirectory } });
  expect(started.ok ? '' : started.error.message).not.toContain('\n');
  expect(readFileSync(join(dir, 'logs'), 'utf8')).toBe('not a folder');
});

test.each([
  ['missing', (dir: string) => join(dir, 'nowhere')],
  ['without candles', (dir: string) => dir],
])('a recorded world whose folder is %s: one line, exit 7, and the data directory is free again', async (_what, at) => {
  const dir = folder();
  const recorded = folder();
  mkdirSync(recorded, { recursive: true });
  const world = { kind: 'recorded', folder: at(recorded) } as const;
  const started = await createWorkstation(options(dir, { world }));
  expect(started).toMatchObject({ ok: false, error: { exitCode: EXIT.recordedData } });
  expect(started.ok ? '' : started.error.message).toContain(at(recorded));
  expect(started.ok ? '' : started.error.message).not.toContain('\n');
  expect(existsSync(join(dir, 'owner.json'))).toBe(false);
  const next = await createWorkstation(options(dir));
  expect(next.ok).toBe(true);
  if (next.ok) await next.value.stop();
});

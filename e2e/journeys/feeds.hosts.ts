import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { FEEDS } from '#shared/domain/ids';
import { HEADLESS } from '../launch/paths.ts';
import { addressOf, Program, type TempDir, tempDir, withoutNetwork } from '../launch/programs.ts';

let dir: TempDir;
const programs: Program[] = [];

test.beforeEach(() => {
  dir = tempDir();
});

test.afterEach(async () => {
  for (const program of programs.splice(0)) await program.stop();
  dir.remove();
});

const kept = (program: Program): Program => {
  programs.push(program);
  return program;
};
const lines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

for (const [command, ...flags] of [
  ['record'],
  ['record', '--out', 'x', '--feeds', 'moon:spot'],
  ['record', '--out', 'x', '--seconds', '0'],
  ['record', '--out', 'x', '--bases', '?'],
  ['decode', '--feed', 'okx:spot'],
  ['decode', '--feed', 'okx', '--frames', 'x'],
  ['certify', '--venues', 'moon'],
  ['certify', 'surplus'],
  ['certify', '--testnet'],
  ['certify', '--testnet', '--account', 'x', '--venues', 'live'],
  ['certify', '--testnet', '--account', 'x', '--feeds', 'kraken:spot'],
  ['certify', '--testnet', '--account', 'x', '--feeds', 'coinbase:spot,coinbase:perp'],
  ['certify', '--yes'],
  ['certify', '--account', 'x'],
  ['soak', '--hours', '0'],
  ['soak', '--updates', 'x'],
]) {
  test(`wrong flags: ${command} ${flags.join(' ')} shows usage and exits 2`, async () => {
    const program = kept(new Program(process.execPath, [HEADLESS, command ?? '', ...flags]));
    expect(await program.ended).toEqual({ code: 2, signal: null });
    expect(program.stderr).toMatch(/^error: /);
    expect(program.stderr).toContain(`Usage: npm run ${command} --`);
    expect(program.stdout).toBe('');
  });
}

test('a recording of practice venues: written, never over another, inspected line by line, replayed', async () => {
  const folder = join(dir.path, 'frames');
  const recorded = ['record', '--out', folder, '--venues', 'practice', '--feeds', 'bybit:spot,bybit:perp'];
  const recorder = kept(new Program(process.execPath, [HEADLESS, ...recorded, '--seconds', '4']));
  expect(await recorder.ended, recorder.stderr).toEqual({ code: 0, signal: null });
  expect(recorder.stdout).toMatch(/^Recorded \d{3,} lines, 1 file, \d\.\d\d MB in /);
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl.gz'));
  expect(files).toHaveLength(1);

  const again = kept(new Program(process.execPath, [HEADLESS, ...recorded]));
  expect((await again.ended).code).toBe(4);
  expect(lines(again.stderr)).toEqual([expect.stringContaining('already holds a recording')]);

  const file = join(folder, files[0] ?? '');
  const decode = (...flags: string[]) => kept(new Program(process.execPath, [HEADLESS, 'decode', ...flags]));
  const inspector = decode('--feed', 'bybit:perp', '--frames', file, '--json');
  expect((await inspector.ended).code).toBe(0);
  const inspected = lines(inspector.stdout).map((line) => JSON.parse(line));
  expect(inspected.map(({ line }) => line)).toEqual(inspected.map((_, index) => index + 1));
  const books = inspected.filter(({ kind }) => kind === 'book');
  expect(books.length).toBeGreaterThan(50);
  expect(books.at(-1)).toMatchObject({ valid: true, instrument: expect.stringMatching(/-PERP$/), unit: 'base' });
  expect(inspected.filter(({ kind }) => ['error', 'gap', 'invalid'].includes(kind))).toEqual([]);

  const missing = decode('--feed', 'bybit:perp', '--frames', join(dir.path, 'none'));
  expect((await missing.ended).code).toBe(4);
  expect(lines(missing.stderr)).toHaveLength(1);

  const replay = () => kept(new Program(process.execPath, [HEADLESS, 'replay', folder, '--json']));
  const [first, second] = [replay(), replay()];
  expect((await first.ended).code, first.stderr).toBe(0);
  expect((await second.ended).code).toBe(0);
  expect(JSON.parse(first.stdout).decisionsHash).toMatch(/^[0-9a-f]{64}$/);
  expect(second.stdout).toBe(first.stdout);
});

test('a recorder that is killed leaves what it had written, readable', async () => {
  const folder = join(dir.path, 'frames');
  const flags = ['record', '--out', folder, '--venues', 'practice', '--feeds', 'bybit:spot'];
  const recorder = kept(new Program(process.execPath, [HEADLESS, ...flags]));
  const written = () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.gz')) : []);
  await expect
    .poll(() => written().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0))
    .toBeGreaterThan(5_000);
  recorder.signal('SIGKILL');
  await recorder.ended;
  const file = join(folder, written()[0] ?? '');
  const inspector = kept(new Program(process.execPath, [HEADLESS, 'decode', '--feed', 'bybit:spot', '--frames', file]));
  expect((await inspector.ended).code).toBe(0);
  expect(lines(inspector.stdout).filter((line) => line.includes(' book ')).length).toBeGreaterThan(10);
});

test('certify without a network: FAIL with its reason for every feed, kept for the window, within half a minute, exit 8', async () => {
  test.setTimeout(45_000);
  const beganAt = Date.now();
  const flags = ['certify', '--venues', 'live', '--json', '--data-dir', dir.path];
  const program = kept(new Program(process.execPath, [HEADLESS, ...flags], withoutNetwork()));
  expect((await program.ended).code).toBe(8);
  expect(Date.now() - beganAt).toBeLessThan(32_000);
  const report = JSON.parse(program.stdout);
  expect(report).toMatchObject({ verdict: 'FAIL', venues: 'live' });
  expect(Object.keys(report.feeds)).toHaveLength(FEEDS.length);
  for (const checks of Object.values<Record<string, { status: string; detail: string }>>(report.feeds)) {
    expect(checks.catalogue?.status).toBe('FAIL');
    expect(checks.catalogue?.detail).not.toBe('');
    expect(checks['book-stream']?.detail).toBe('not tried: the catalogue could not be read');
  }
  expect(JSON.parse(readFileSync(join(dir.path, 'certification.json'), 'utf8'))).toEqual(report);
});

test('[FCL] live venues that cannot be reached: each of the ten feeds says so within 15 s, goes on trying, and nothing trades', async () => {
  const program = kept(
    new Program(
      process.execPath,
      [HEADLESS, 'headless', '--data-dir', dir.path, '--port', '0', '--venues', 'live'],
      withoutNetwork(),
    ),
  );
  const { origin } = await addressOf(program);
  const health = async () => (await fetch(`${origin}/healthz`)).json();
  type Row = { feed: string; connection: string; fresh: number; reason: string | null };
  const down = async () =>
    (await health()).feeds.filter(
      ({ connection, fresh, reason }: Row) =>
        connection === 'disconnected' && fresh === 0 && (reason ?? '').length > 10,
    );
  await expect.poll(async () => (await down()).length, { timeout: 15_000 }).toBe(FEEDS.length);
  const report = await health();
  expect(report).toMatchObject({ mode: 'PAPER' });
  expect(report.auto).not.toBe('running');
  expect(report.feeds.map(({ feed }: Row) => feed).sort()).toEqual([...FEEDS].sort());
  // It stays so: retrying is bounded and never turns into anything else.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await down()).toHaveLength(FEEDS.length);
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({ code: 0, signal: null });
});

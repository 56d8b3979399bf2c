import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { desktopRuntime, HEADLESS, LAUNCHER } from '../launch/paths.ts';
import { addressOf, headless, Program, type TempDir, tempDir } from '../launch/programs.ts';

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

test('headless prints an address, is healthy without a token, tells no secret, and stops on SIGTERM', async () => {
  const program = kept(headless(dir.path, '--port', '0', '--seed', '7'));
  const { url, origin } = await addressOf(program);
  const token = new URL(url).searchParams.get('token') ?? '';
  expect(token).toMatch(/^[\w-]{43}$/);
  await expect
    .poll(
      async () =>
        (await (await fetch(`${origin}/healthz`)).json()).feeds.filter((feed: { fresh: number }) => feed.fresh > 0)
          .length,
      { timeout: 10_000 },
    )
    .toBe(10);
  const report = await (await fetch(`${origin}/healthz`)).json();
  expect(report).toMatchObject({ mode: 'PRACTICE', killed: false });
  expect(report.uptimeS).toBeGreaterThanOrEqual(0);
  expect(report.breakers.length).toBeGreaterThan(0);
  const text = JSON.stringify(report);
  expect(text).not.toContain(token);
  expect(text).not.toContain(dir.path);
  expect(text).not.toMatch(/token|cookie|secret|passphrase/i);
  expect((await fetch(origin)).status).toBe(403);
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(program.stderr).toBe('');
});

test('[EX-13] a second workstation on the same data directory says so in one line and exits 6', async () => {
  const first = kept(headless(dir.path, '--port', '0'));
  await addressOf(first);
  const second = kept(headless(dir.path, '--port', '0'));
  expect(await second.ended).toEqual({ code: 6, signal: null });
  expect(lines(second.stderr)).toHaveLength(1);
  expect(second.stderr).toContain(dir.path);
  expect(second.stdout).toBe('');
  const { origin } = await addressOf(first);
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
});

test('[EX-13] a second desktop app on the same data directory says so in one line and exits 6', async () => {
  const runtime = desktopRuntime(process.env);
  test.skip('reason' in runtime, 'reason' in runtime ? `no desktop journeys: ${runtime.reason}` : '');
  if ('reason' in runtime) return;
  const launch = () =>
    kept(
      new Program(runtime.executable, [...runtime.args, `--data-dir=${dir.path}`], {
        ...process.env,
        CROSSBOOK_TERMINAL: '1',
      }),
    );
  const first = launch();
  // Chromium's lock on its profile: the first one owns the directory from here on.
  await expect
    .poll(() => existsSync(join(dir.path, 'window')) && readdirSync(join(dir.path, 'window')).length, {
      timeout: 20_000,
    })
    .toBeGreaterThan(3);
  const second = launch();
  expect(await second.ended).toEqual({ code: 6, signal: null });
  expect(second.stderr).toContain(`already runs on ${dir.path}`);
  // Once the engine runs it is stopped in order, the directory given up, and the process ends by itself.
  const owner = join(dir.path, 'owner.json');
  await expect.poll(() => existsSync(owner), { timeout: 20_000 }).toBe(true);
  first.signal('SIGTERM');
  expect(await first.ended).toEqual({ code: 0, signal: null });
  expect(existsSync(owner)).toBe(false);
});

test('a port in use is one line and exit 3, and the data directory is free again', async () => {
  const first = kept(headless(dir.path, '--port', '0'));
  const { port } = new URL((await addressOf(first)).origin);
  const other = tempDir();
  const second = kept(headless(other.path, '--port', port));
  expect(await second.ended).toEqual({ code: 3, signal: null });
  expect(lines(second.stderr)).toEqual([`Port ${port} is in use; choose another with --port, or 0 for any free one.`]);
  const third = kept(headless(other.path, '--port', '0'));
  await addressOf(third);
  await third.stop();
  other.remove();
});

test('a data directory that cannot be one is one line and exit 4, and nothing is overwritten', async () => {
  const file = join(dir.path, 'a-file');
  writeFileSync(file, 'precious');
  const onFile = kept(headless(file, '--port', '0'));
  expect(await onFile.ended).toEqual({ code: 4, signal: null });
  expect(lines(onFile.stderr)).toHaveLength(1);
  expect(onFile.stderr).toContain(file);
  expect(readFileSync(file, 'utf8')).toBe('precious');
  // Root may write to a read-only directory, but nobody makes a folder in /sys.
  const locked = process.getuid?.() === 0 ? '/sys' : dir.path;
  if (locked === dir.path) chmodSync(dir.path, 0o500);
  const readOnly = kept(headless(join(locked, 'data'), '--port', '0'));
  expect(await readOnly.ended).toEqual({ code: 4, signal: null });
  expect(lines(readOnly.stderr)).toHaveLength(1);
  chmodSync(dir.path, 0o700);
});

for (const flags of [
  ['--port', '65536'],
  ['--port', 'x'],
  ['--seed', '-1'],
  ['--seed', '1.5'],
  ['--venues', 'moon'],
  ['--world', 'recorded:'],
  ['--world', 'real'],
  ['--venues', 'live', '--world', 'recorded:x'],
  ['--data-dir', ''],
  ['--unknown'],
  ['surplus'],
]) {
  test(`wrong flags: headless ${flags.join(' ')} shows usage and exits 2`, async () => {
    const program = kept(new Program(process.execPath, [HEADLESS, 'headless', ...flags]));
    expect(await program.ended).toEqual({ code: 2, signal: null });
    expect(program.stderr).toMatch(/^error: /);
    expect(program.stderr).toContain('Usage: npm run headless --');
    expect(program.stdout).toBe('');
  });
}

for (const flags of [
  [],
  ['a', '--practice'],
  ['a', 'b'],
  ['a', '--seed', 'x'],
  ['--practice', '--hours', '0'],
  ['a', '--nope'],
]) {
  test(`wrong flags: replay ${flags.join(' ')} shows usage and exits 2`, async () => {
    const program = kept(new Program(process.execPath, [HEADLESS, 'replay', ...flags]));
    expect(await program.ended).toEqual({ code: 2, signal: null });
    expect(program.stderr).toMatch(/^error: /);
    expect(program.stderr).toContain('Usage: npm run replay --');
    expect(program.stdout).toBe('');
  });
}

test('npm start refuses wrong flags before anything opens, and exits 2', async () => {
  const program = kept(new Program(process.execPath, [LAUNCHER, 'start', '--seed', 'seven']));
  expect(await program.ended).toEqual({ code: 2, signal: null });
  expect(program.stderr).toContain('Usage: npm start --');
});

test('an unknown command shows usage and exits 2; help exits 0', async () => {
  const unknown = kept(new Program(process.execPath, [HEADLESS, 'fly']));
  expect((await unknown.ended).code).toBe(2);
  expect(unknown.stderr).toMatch(/^usage: /);
  const help = kept(new Program(process.execPath, [HEADLESS, 'headless', '--help']));
  expect((await help.ended).code).toBe(0);
  expect(help.stdout).toContain('--data-dir');
});

test('npm start without a display says so in one line and serves the browser', async () => {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
  test.skip(process.platform !== 'linux', 'other systems always have a display');
  const program = kept(new Program(process.execPath, [LAUNCHER, 'start', '--data-dir', dir.path, '--port', '0'], env));
  const { origin } = await addressOf(program);
  expect(lines(program.stderr)).toEqual(['No desktop window: there is no display. Serving to the browser instead.']);
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  program.signal('SIGINT');
  expect(await program.ended, program.stderr).toEqual({ code: 0, signal: null });
});

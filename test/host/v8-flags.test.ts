import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownArguments } from '#main/cli/desktop-flags';
import { JS_FLAGS, takeV8Flags } from '#main/host/electron/v8-flags';

const ROOT = join(import.meta.dirname, '..', '..');

/** What was set, and what windows would inherit of `given`. */
function used(given: string): { readonly set: readonly string[]; readonly inherited: string } {
  const set: string[] = [];
  let inherited = given;
  const removeSwitch = () => {
    inherited = '';
  };
  takeV8Flags({ getSwitchValue: () => inherited, removeSwitch }, (flag) => set.push(flag));
  return { set, inherited };
}

test('the main process inlines as headless does, however the app was started; windows keep what V8 has', () => {
  const inlining = ['--max-inlined-bytecode-size=1500', '--max-inlined-bytecode-size-cumulative=4000'];
  expect(used('')).toEqual({ set: inlining, inherited: '' });
  expect(used(JS_FLAGS)).toEqual({ set: inlining, inherited: '' });
  expect(used('--expose-gc')).toEqual({ set: inlining, inherited: '--expose-gc' });
});

test('both starts take the flags from one place, and the app knows them from flags of its own', () => {
  const run = readFileSync(join(ROOT, 'tools', 'run.mjs'), 'utf8');
  expect(run).toContain("'v8-flags.json'");
  expect(run).not.toContain('--max-old-space-size');
  expect(run).not.toContain('--max-inlined');
  expect(readFileSync(join(ROOT, 'src-main', 'electron.ts'), 'utf8')).toContain('takeV8Flags(app.commandLine)');
  const argv = ['/electron', `--js-flags=${JS_FLAGS}`, '/app', '--seed', '7'];
  expect(ownArguments(argv, true)).toEqual(['--seed', '7']);
});

test('V8 knows every one of them', () => {
  const code = "console.log(require('node:v8').getHeapStatistics().heap_size_limit / 2 ** 20)";
  const { stdout, stderr } = spawnSync(process.execPath, [...JS_FLAGS.split(' '), '-e', code], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(Number(stdout)).toBeGreaterThan(500);
  expect(Number(stdout)).toBeLessThan(600);
});

import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { WindowReport } from './window.ts';

/** Longer than any run takes. */
const DEADLINE_MS = 240_000;

/**
 * Measures the window in a process of its own: nothing of this one's work is in its way. It is run from its source,
 * because the browser's driver is no part of a build.
 */
export function benchWindow(): WindowReport {
  const root = resolve(process.argv[1] ?? '.', '..', '..', '..');
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bench', 'window.ts')], {
    cwd: root,
    encoding: 'utf8',
    timeout: DEADLINE_MS,
  });
  if (status !== 0) return { skipped: stderr.trim().split('\n').at(-1) ?? 'it ended without a word' };
  return JSON.parse(stdout) as WindowReport;
}

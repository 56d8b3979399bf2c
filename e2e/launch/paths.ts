import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');
export const HEADLESS = join(ROOT, 'out', 'main', 'headless.cjs');
export const LAUNCHER = join(ROOT, 'tools', 'run.mjs');

export interface DesktopRuntime {
  readonly executable: string;
  /** What comes before our own flags. */
  readonly args: readonly string[];
}

/**
 * The Electron to run the journeys in, or why there is none. `CROSSBOOK_ELECTRON` names the executable of a runtime that
 * has the staged app in it; else the `electron` package's own binary is used if it was fetched.
 */
export function desktopRuntime(env: NodeJS.ProcessEnv): DesktopRuntime | { readonly reason: string } {
  const unsandboxed = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  if (process.platform === 'linux' && env.DISPLAY === undefined && env.WAYLAND_DISPLAY === undefined) {
    return { reason: 'there is no display (xvfb-run gives one)' };
  }
  const given = env.CROSSBOOK_ELECTRON ?? env.ELECTRON_RUNTIME;
  if (given !== undefined && given !== '') {
    return existsSync(given)
      ? { executable: given, args: unsandboxed }
      : { reason: `there is no Electron at ${given}` };
  }
  const folder = join(ROOT, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return { reason: 'Electron’s binary is not here (npm start fetches it)' };
  const executable = join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(executable)
    ? { executable, args: [...unsandboxed, ROOT] }
    : { reason: 'Electron’s binary is not here (npm start fetches it)' };
}

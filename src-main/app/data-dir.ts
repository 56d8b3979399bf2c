import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where data lives when no `--data-dir` is given: the platform's own place for an application's data. */
export function defaultDataDir(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'crossbook');
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'crossbook');
  // The XDG specification says that a relative path here is to be ignored.
  const xdg = env.XDG_DATA_HOME;
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.local', 'share'), 'crossbook');
}

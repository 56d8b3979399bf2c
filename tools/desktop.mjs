// Finds out whether the desktop app can open here, before trying: a failed try is a crash without a word.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './build.mjs';

const FETCH_LIMIT_MS = 60_000;

/**
 * What to run, or why there is no window: `{ executable, flags }` or `{ reason }`. Fetches Electron's binary if it is
 * not there yet, within a minute.
 */
export async function findDesktop(env = process.env) {
  const reason = noDisplay(env);
  if (reason !== null) return { reason };
  const unsandboxed = env.CROSSBOOK_NO_SANDBOX === '1';
  if (process.platform === 'linux' && process.getuid() === 0 && !unsandboxed) {
    return { reason: 'the desktop app does not run as root without its sandbox (CROSSBOOK_NO_SANDBOX=1 allows it)' };
  }
  const found = await electronBinary(env);
  if (found.reason !== undefined) return found;
  if (unsandboxed) return { executable: found.executable, flags: ['--no-sandbox'] };
  const blocked = sandboxBlocked(found.executable);
  return blocked === null ? { executable: found.executable, flags: [] } : { reason: blocked };
}

function noDisplay(env) {
  if (process.platform !== 'linux') return null;
  return env.DISPLAY || env.WAYLAND_DISPLAY ? null : 'there is no display';
}

/** Chromium's sandbox needs user namespaces or a setuid helper; some systems forbid the one and npm cannot make the other. */
function sandboxBlocked(executable) {
  if (process.platform !== 'linux') return null;
  const helper = join(dirname(executable), 'chrome-sandbox');
  if (existsSync(helper)) {
    const { mode, uid } = statSync(helper);
    if (uid === 0 && (mode & 0o4000) !== 0) return null;
  }
  const forbidden =
    setting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    setting('/proc/sys/kernel/unprivileged_userns_clone') === '0' ||
    setting('/proc/sys/user/max_user_namespaces') === '0';
  return forbidden
    ? 'this system does not let the desktop app have its sandbox (CROSSBOOK_NO_SANDBOX=1 goes without)'
    : null;
}

function setting(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

async function electronBinary(env) {
  const folder = join(ROOT, 'node_modules', 'electron');
  if (!existsSync(join(folder, 'install.js'))) return { reason: 'Electron is not installed (npm ci installs it)' };
  const present = installedBinary(folder, env);
  if (present !== null) return { executable: present };
  console.error('Fetching the desktop runtime (once, a minute at most)…');
  const failed = await fetchBinary(folder);
  if (failed !== null) return { reason: failed };
  const fetched = installedBinary(folder, env);
  return fetched === null ? { reason: 'Electron’s binary could not be unpacked' } : { executable: fetched };
}

function installedBinary(folder, env) {
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const executable = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name);
  if (!existsSync(executable)) return null;
  // An unpacking that was cut short leaves the executable without the file that is written last.
  return env.ELECTRON_OVERRIDE_DIST_PATH !== undefined || existsSync(pathFile) ? executable : null;
}

/** `null` when it is there, else why not. Its own output is a stack trace and is not shown. */
function fetchBinary(folder) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'install.js')], {
      stdio: 'ignore',
      detached: process.platform !== 'win32',
    });
    const limit = setTimeout(() => {
      try {
        if (process.platform === 'win32') child.kill('SIGKILL');
        else process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended by itself in this moment.
      }
      resolve(`Electron’s binary did not arrive within ${FETCH_LIMIT_MS / 1000} s`);
    }, FETCH_LIMIT_MS);
    child.on('error', (error) => {
      clearTimeout(limit);
      resolve(`Electron’s binary could not be fetched (${error.message})`);
    });
    child.on('exit', (code) => {
      clearTimeout(limit);
      resolve(code === 0 ? null : 'Electron’s binary could not be fetched');
    });
  });
}

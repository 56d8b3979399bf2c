// Brings out/ up to date with the sources, once, however many commands start at the same time.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = ['src-main', 'src-renderer', 'src-shared', 'bench'];
const SINGLE_FILES = ['package.json', 'package-lock.json', 'electron.vite.config.ts', 'tsconfig.base.json'];
const STAMP = join(ROOT, 'out', 'built-from');
const EMPTY_LOCK_MS = 5_000;
const LOCK = join(ROOT, 'node_modules', '.cache', 'crossbook', 'build-lock');

/** Builds when the sources are not the ones out/ was built from. Ends the process with the build's own output if it fails. */
export async function ensureBuilt() {
  if (isCurrent()) return;
  await takeLock();
  try {
    // Another command may have built it while this one waited.
    if (!isCurrent()) await build();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function isCurrent() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();
}

async function build() {
  console.error('Building…');
  const before = fingerprint();
  rmSync(STAMP, { force: true });
  const cli = join(ROOT, 'node_modules', 'electron-vite', 'dist', 'cli.js');
  const { code, output } = await run(process.execPath, [cli, 'build', '--logLevel', 'warn']);
  if (code !== 0) {
    console.error(`${output}\nThe build failed; nothing was started.`);
    rmSync(LOCK, { force: true });
    process.exit(1);
  }
  writeFileSync(STAMP, before);
}

/** Names and contents of everything that decides what out/ holds. */
function fingerprint() {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((folder) => filesUnder(folder)).sort();
  for (const file of [...SINGLE_FILES, ...files]) {
    hash.update(file).update('\0');
    hash.update(readFileSync(join(ROOT, file))).update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(ROOT.length + 1));
}

/** The lock names its owner, so that one left behind by a crash is not waited for. */
async function takeLock() {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (;;) {
    try {
      return writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    await sleep(200);
    if (!ownerLives()) rmSync(LOCK, { force: true });
  }
}

function ownerLives() {
  try {
    const text = readFileSync(LOCK, 'utf8');
    // Made an instant ago, its owner not yet written; if that lasts, the owner died just then.
    if (text === '') return Date.now() - statSync(LOCK).mtimeMs < EMPTY_LOCK_MS;
    process.kill(Number(text), 0);
    return true;
  } catch (error) {
    // EPERM: another user's process, so it exists.
    return error.code === 'EPERM';
  }
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

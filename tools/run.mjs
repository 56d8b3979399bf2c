// What `npm start` and the `npm run` commands of the README run: checks Node, builds if needed, starts the entry.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ROOT } from './build.mjs';
import { findDesktop } from './desktop.mjs';
import { requireNode } from './node-version.mjs';

const HEADLESS = join(ROOT, 'out', 'main', 'headless.cjs');
/** Signals and codes of a Chromium that could not start at all (no sandbox, no libraries, no display after all). */
const CRASHES = new Set(['SIGTRAP', 'SIGABRT', 'SIGSEGV', 127, 133, 134, 139]);
/**
 * `smallHeap` keeps resident memory flat and small: with the bounds a large machine gets, garbage piles up to several times
 * what is in use before it is collected. `inlining`: a frame passes through some fifteen small functions of scanner and
 * book. V8's usual bound on what it compiles into one keeps half of them as calls, which cost more than what they do.
 */
const V8_FLAGS = join(ROOT, 'src-main', 'host', 'electron', 'v8-flags.json');
const { smallHeap: SMALL_HEAP, inlining: INLINED } = JSON.parse(readFileSync(V8_FLAGS, 'utf8'));
/** A replay runs flat out and ends: seldom collected is fastest. */
const LARGE_NURSERY = '--max-semi-space-size=32';
const CRASH_WITHIN_MS = 15_000;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const [command, ...args] = process.argv.slice(2);
requireNode();

switch (command) {
  case 'build':
    await ensureBuilt();
    break;
  case 'start':
    await ensureBuilt();
    await start(args);
    break;
  case 'headless':
  case 'record':
  case 'certify':
    await ensureBuilt();
    finish(await runChild(process.execPath, [...SMALL_HEAP, ...INLINED, HEADLESS, command, ...args]));
    break;
  case 'replay':
  case 'decode':
    await ensureBuilt();
    finish(await runChild(process.execPath, [LARGE_NURSERY, ...INLINED, HEADLESS, command, ...args]));
    break;
  case 'soak':
    await ensureBuilt();
    finish(await runChild(process.execPath, ['--expose-gc', LARGE_NURSERY, ...INLINED, HEADLESS, command, ...args]));
    break;
  case 'bench':
    await ensureBuilt();
    finish(
      await runChild(process.execPath, [
        '--expose-gc',
        ...INLINED,
        join(ROOT, 'out', 'main', 'bench.cjs'),
        `--node-flags=${[...SMALL_HEAP, ...INLINED].join(' ')}`,
        ...args,
      ]),
    );
    break;
  default:
    console.error('usage: node tools/run.mjs start|headless|replay|record|decode|certify|soak|bench|build [flags]');
    process.exit(2);
}

/** The desktop app, or the same workstation in the browser with one line that says why. */
async function start(flags) {
  // Wrong flags are refused before anything is fetched or opened.
  const checked = await runChild(process.execPath, [HEADLESS, 'check-flags', ...flags]);
  if (checked.code !== 0 || flags.includes('--help') || flags.includes('-h')) return finish(checked);
  const desktop = await findDesktop();
  let reason = desktop.reason;
  if (reason === undefined) {
    const beganAt = Date.now();
    // Heap sizes are taken from the command line alone: V8 has started when the app's own code runs.
    const js = `--js-flags=${[...SMALL_HEAP, ...INLINED].join(' ')}`;
    const own = [...desktop.flags, js, ROOT, ...flags];
    const ended = await runChild(desktop.executable, own, { CROSSBOOK_TERMINAL: '1' });
    const crashed = CRASHES.has(ended.signal ?? ended.code) && Date.now() - beganAt < CRASH_WITHIN_MS;
    if (!crashed) return finish(ended);
    reason = `the desktop app could not start here (${ended.signal ?? `code ${ended.code}`})`;
  }
  console.error(`No desktop window: ${reason}. Serving to the browser instead.`);
  finish(await runChild(process.execPath, [...SMALL_HEAP, ...INLINED, HEADLESS, 'headless', ...flags]));
}

/** Runs to the end in this terminal; the terminal's signals reach the child, and it decides what they mean. */
function runChild(executable, childArgs, extraEnv = {}) {
  return new Promise((resolve) => {
    const child = spawn(executable, childArgs, { stdio: 'inherit', env: { ...process.env, ...extraEnv } });
    // A terminal's Ctrl+C reaches the child by itself as well; it knows one press from two.
    const forward = (signal) => child.kill(signal);
    for (const signal of FORWARDED) process.on(signal, forward);
    const done = (result) => {
      for (const signal of FORWARDED) process.removeListener(signal, forward);
      resolve(result);
    };
    child.on('error', (error) => {
      console.error(error.message);
      done({ code: 1, signal: null });
    });
    child.on('exit', (code, signal) => done({ code, signal }));
  });
}

function finish({ code, signal }) {
  if (signal !== null && signal !== undefined) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}

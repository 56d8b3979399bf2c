import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LaunchOptions } from '@playwright/test';
import { inflate } from '@sparticuz/chromium';
import { ROOT } from './paths.ts';

const PACKAGE = join(ROOT, 'node_modules', '@sparticuz', 'chromium');
const CACHE = join(ROOT, 'node_modules', '.cache', 'crossbook');
const SYSTEM_BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where this version's browser lies once it is unpacked. */
function unpackedDir(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  return join(CACHE, `chromium-${version}`);
}

const carriesBrowser = process.platform === 'linux' && process.arch === 'x64';

/**
 * Unpacks the Chromium that lies inside its npm package, once. It is made under another name and moved into place whole,
 * so that two runs at the same time never see half of it.
 */
export async function unpackChromium(): Promise<void> {
  const target = unpackedDir();
  if (!carriesBrowser) return;
  if (existsSync(target)) return writeFontsConf(target);
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, 'unpacking-'));
  const temporary = process.env.TMPDIR;
  process.env.TMPDIR = work;
  try {
    for (const part of ['chromium.br', 'fonts.tar.br', 'al2023.tar.br']) await inflate(join(PACKAGE, 'bin', part));
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
  chmodSync(join(work, 'chromium'), 0o755);
  try {
    renameSync(work, target);
  } catch (error) {
    rmSync(work, { recursive: true });
    // Another run was quicker.
    if (!existsSync(target)) throw error;
  }
  writeFontsConf(target);
}

/** Whole paths stand in it, and the project may have been moved since the browser was unpacked. */
function writeFontsConf(dir: string): void {
  const path = join(dir, 'fonts', 'fonts.conf');
  const text = fontsConf(join(dir, 'fonts', 'fonts'), join(dir, 'font-cache'));
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  const written = `${path}.${process.pid}`;
  writeFileSync(written, text);
  renameSync(written, path);
}

/** How to launch the browser of the journeys, the same fonts everywhere; a reason when there is none on this machine. */
export function chromiumOptions(): LaunchOptions | { readonly reason: string } {
  if (!carriesBrowser) {
    const executablePath = SYSTEM_BROWSERS.find((path) => existsSync(path));
    return executablePath === undefined ? { channel: 'chrome' } : { executablePath };
  }
  const dir = unpackedDir();
  const executablePath = join(dir, 'chromium');
  if (!existsSync(executablePath)) return { reason: 'the browser was not unpacked' };
  const libraries = join(dir, 'al2023', 'lib');
  return {
    executablePath,
    chromiumSandbox: false,
    env: {
      ...inherited(),
      FONTCONFIG_PATH: join(dir, 'fonts'),
      ...(lacksLibraries(executablePath) ? { LD_LIBRARY_PATH: libraries } : {}),
    },
  };
}

function inherited(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** The machine's own libraries are preferred: the bundled ones are for machines that have none. */
function lacksLibraries(executable: string): boolean {
  try {
    return execFileSync('ldd', [executable], { encoding: 'utf8' }).includes('not found');
  } catch {
    return true;
  }
}

const fontsConf = (fonts: string, cache: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>
`;

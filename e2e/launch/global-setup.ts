import { execFileSync } from 'node:child_process';
import { unpackChromium } from './chromium.ts';
import { LAUNCHER } from './paths.ts';

/** Before any journey: the program is built from the sources as they are, and there is a browser. */
export default async function globalSetup(): Promise<void> {
  execFileSync(process.execPath, [LAUNCHER, 'build'], { stdio: 'inherit' });
  await unpackChromium();
}

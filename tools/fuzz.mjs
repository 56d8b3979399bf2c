// `npm run fuzz [-- FRAMES_A_FEED]`: mutated frames through every decoder, on both paths; a million in all when left out.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './build.mjs';
import { requireNode } from './node-version.mjs';

requireNode();
const frames = process.argv[2] ?? '100000';
if (!/^[1-9]\d{0,8}$/.test(frames)) {
  console.error('usage: npm run fuzz [-- FRAMES_A_FEED]');
  process.exit(2);
}
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
spawn(process.execPath, [vitest, 'run', 'test/fuzz'], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, FUZZ_FRAMES: frames },
}).on('exit', (code) => {
  process.exitCode = code ?? 1;
});

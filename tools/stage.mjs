// Lays the built app out as a package does: `node tools/stage.mjs FOLDER`. For running it in an unpacked Electron runtime.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt, ROOT } from './build.mjs';
import { requireNode } from './node-version.mjs';

const [folder] = process.argv.slice(2);
requireNode();
if (folder === undefined) {
  console.error('usage: node tools/stage.mjs FOLDER');
  process.exit(2);
}
await ensureBuilt();

const stage = resolve(folder);
rmSync(stage, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
const { name, version, type, main } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
writeFileSync(join(stage, 'package.json'), `${JSON.stringify({ name, version, type, main }, null, 2)}\n`);
for (const part of ['out', 'assets']) cpSync(join(ROOT, part), join(stage, part), { recursive: true });
for (const part of ['package.json', 'lib', 'prebuilds']) {
  const inside = join('node_modules', 'better-sqlite3', part);
  cpSync(join(ROOT, inside), join(stage, inside), { recursive: true });
}

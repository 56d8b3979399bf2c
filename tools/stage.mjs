// Lays the built app out as a package does: `node tools/stage.mjs FOLDER`. For running it in an unpacked Electron runtime,
// which may be older than the one users get.
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
writeFileSync(join(stage, 'package.json'), `${JSON.stringify({ name, version, type, main: 'entry.cjs' }, null, 2)}\n`);
writeFileSync(join(stage, 'entry.cjs'), entry(main));
for (const part of ['out', 'assets']) cpSync(join(ROOT, part), join(stage, part), { recursive: true });
for (const part of ['package.json', 'lib', 'prebuilds']) {
  const inside = join('node_modules', 'better-sqlite3', part);
  cpSync(join(ROOT, inside), join(stage, inside), { recursive: true });
}

/** The program's own entry, after what an old Node lacks: the logger asks for a tracing channel that nobody listens to. */
function entry(main) {
  return `const channels = require('node:diagnostics_channel');
channels.tracingChannel ??= () => ({
  hasSubscribers: false,
  traceSync: (run, _context, self, ...args) => run.apply(self, args),
});
require('./${main}');
`;
}

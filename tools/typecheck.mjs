// Type-checks every project of tsconfig.json, two at a time.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './build.mjs';
import { requireNode } from './node-version.mjs';

const AT_ONCE = 2;

/** One `{ project, ok, output }` per project, in the order of tsconfig.json. */
export async function typecheck() {
  const { references } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
  const projects = references.map((reference) => reference.path);
  const results = new Array(projects.length);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < projects.length; index = next++) results[index] = await check(projects[index]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

function check(project) {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', project], { cwd: ROOT, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ project, ok: error === null, output: `${stdout}${stderr}`.trim() });
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  requireNode();
  for (const { project, ok, output } of await typecheck()) {
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${project}`);
    if (!ok) {
      console.log(output);
      process.exitCode = 1;
    }
  }
}

// `npm test`: everything that can be checked here, in order of how soon it tells; downloads nothing.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './build.mjs';
import { requireNode } from './node-version.mjs';
import { typecheck } from './typecheck.mjs';

requireNode();
const RESULTS = join(ROOT, 'test-results');
rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });

const totals = { passed: 0, failed: 0, skipped: 0 };
await stage('types', checkTypes);
await stage('lint', lint);
await stage('unit, properties, contracts, scenarios', unitTests);
await stage('journeys', journeys);

const skipped = totals.skipped === 0 ? '' : `, ${totals.skipped} skipped`;
console.log(`\n${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;

async function stage(name, run) {
  console.log(`\n== ${name}`);
  const beganAt = Date.now();
  const { passed, failed, skipped = 0 } = await run();
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  const seconds = ((Date.now() - beganAt) / 1000).toFixed(1);
  console.log(`== ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s`);
}

async function checkTypes() {
  const results = await typecheck();
  for (const { project, ok, output } of results) console.log(ok ? `ok ${project}` : `FAILED ${project}\n${output}`);
  const failed = results.filter(({ ok }) => !ok).length;
  return { passed: results.length - failed, failed };
}

async function lint() {
  const code = await run('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

async function unitTests() {
  const file = join(RESULTS, 'unit.json');
  const code = await run('vitest/vitest.mjs', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const report = read(file);
  if (report === null) return { passed: 0, failed: 1 };
  const skipped = report.numPendingTests + report.numTodoTests;
  // A file that could not even be read has no failed test in it, and an error outside of every test counts too.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + brokenFiles.length;
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
}

async function journeys() {
  const code = await run('@playwright/test/cli.js', ['test']);
  const report = read(join(RESULTS, 'journeys.json'));
  if (report === null) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  for (const reason of skipReasons(report.suites)) console.log(`skipped: ${reason}`);
  const failed = unexpected + flaky;
  return { passed: expected, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
}

/** Each reason once: a machine without a display skips every desktop journey for the same one. */
function skipReasons(suites) {
  const tests = (suite) => [...suite.specs.flatMap((spec) => spec.tests), ...(suite.suites ?? []).flatMap(tests)];
  const notes = suites.flatMap(tests).flatMap((one) => (one.status === 'skipped' ? one.annotations : []));
  return new Set(notes.map((note) => note.description ?? 'no reason given'));
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Runs a package's own program with this Node; resolves to its exit code, 1 when it could not run or was ended. */
function run(program, args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, 'node_modules', program), ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

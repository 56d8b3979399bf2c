import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { SecretSearch } from '#support/secret-search';
import { HEADLESS } from '../launch/paths.ts';
import { addressOf, Program, type TempDir, tempDir } from '../launch/programs.ts';

const PASSPHRASE = 'from the environment alone: päss & word';
const WRONG = 'some other passphrase altogether';

let dir: TempDir;
const programs: Program[] = [];

test.beforeEach(() => {
  dir = tempDir();
});

test.afterEach(async () => {
  for (const program of programs.splice(0)) await program.stop();
  dir.remove();
});

/** A headless workstation that writes Node's own report of itself when asked to. */
function started(passphrase: string): Program {
  const reports = ['--report-on-signal', '--report-signal=SIGUSR1', `--report-directory=${dir.path}`];
  const flags = [...reports, HEADLESS, 'headless', '--data-dir', join(dir.path, 'data'), '--port', '0'];
  const program = new Program(process.execPath, flags, { ...process.env, CROSSBOOK_VAULT_PASSPHRASE: passphrase });
  programs.push(program);
  return program;
}

test('[SE-1] the passphrase of the environment opens the vault, and is in nothing the program prints, writes or leaves behind', async () => {
  const search = new SecretSearch();
  search.plant('the passphrase', PASSPHRASE);
  search.plant('a wrong passphrase', WRONG);
  const first = started(PASSPHRASE);
  const { origin } = await addressOf(first);
  const health = await (await fetch(`${origin}/healthz`)).text();
  first.signal('SIGUSR1');
  await expect.poll(() => readdirSync(dir.path).filter((name) => name.startsWith('report.')).length).toBe(1);
  expect((await first.stop()).code).toBe(0);
  expect(readdirSync(join(dir.path, 'data'))).toContain('vault.json');

  const second = started(WRONG);
  await addressOf(second);
  await second.says(/The vault did not open by that passphrase/);
  expect((await second.stop()).code).toBe(0);

  const third = started(PASSPHRASE);
  await addressOf(third);
  expect((await third.stop()).code).toBe(0);
  expect(third.stdout).not.toContain('did not open');

  const printed = [first, second, third].flatMap(({ stdout, stderr }) => [stdout, stderr]);
  expect(search.foundIn([health, ...printed].join('\n'))).toEqual([]);
  expect(search.foundBelow(dir.path)).toEqual([]);
});

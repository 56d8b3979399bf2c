import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { EXIT } from '#main/app/start-problem';
import { certify } from '#main/cli/certify';
import { AccountsFile } from '#main/storage/accounts-file';
import { DataDirectory } from '#main/storage/data-directory';
import { accountOf } from '#support/accounts';
import { scratchFolders } from '../storage/files.ts';

const folder = scratchFolders();
const NOW_MS = Date.UTC(2026, 10, 1);

afterEach(() => vi.restoreAllMocks());

/** What it says, on a data directory with an account of a test network, a vault nobody can open, and no terminal. */
async function told(...flags: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const dataDir = folder();
  const account = accountOf('binance', { entity: 'testnet', mode: 'live', routing: false, products: ['spot'] });
  new AccountsFile({ path: join(dataDir, 'accounts.json'), nowMs: () => NOW_MS }).save({
    version: 1,
    accounts: [account],
    keys: [],
  });
  writeFileSync(join(dataDir, 'vault.json'), 'not a vault');
  const lines: string[] = [];
  vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)));
  const code = await certify(['--testnet', '--account', account.id, '--data-dir', dataDir, ...flags]);
  DataDirectory.open(dataDir, NOW_MS).close();
  return { code, text: lines.join(' ') };
}

test('[SE-1] certify --testnet --public asks for no terminal, no confirmation and no key: a wrong feed is all that stops it', async () => {
  const { code, text } = await told('--public', '--feeds', 'okx:spot');
  expect(text).toBe('The account “binance-main” does not trade on okx:spot.');
  expect(code).toBe(EXIT.usage);
});

test('[SE-1] with its orders it needs both', async () => {
  expect((await told('--feeds', 'okx:spot')).text).toContain('confirmed once, by a person at a terminal or by --yes');
  const { code, text } = await told('--yes', '--feeds', 'okx:spot');
  expect(text).toContain('vault');
  expect(code).toBe(EXIT.notReached);
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openCertifiedAccount } from '#main/app/certify-account';
import { EXIT } from '#main/app/start-problem';
import { AccountsFile } from '#main/storage/accounts-file';
import { DataDirectory } from '#main/storage/data-directory';
import { NO_KEYCHAIN } from '#main/storage/vault/keychain';
import { Vault } from '#main/storage/vault/vault';
import type { Account } from '#shared/domain/account';
import type { KeyRecord } from '#shared/domain/stored-accounts';
import { scratchFolders } from '../storage/files.ts';

// Every vault costs the work of its passphrase.
vi.setConfig({ testTimeout: 90_000 });

const folder = scratchFolders();
const NOW_MS = Date.UTC(2026, 10, 1);
const PASSPHRASE = 'a passphrase of the test';
const SECRETS = { apiKey: 'the-public-part', secret: 'c2VjcmV0LW9mLXRoZS10ZXN0' };

const account = (changes: Partial<Account> = {}): Account => ({
  id: 'kraken-main',
  label: 'Kraken main',
  venue: 'kraken',
  mode: 'live',
  entity: 'global',
  products: ['spot'],
  routing: true,
  enabled: true,
  riskPerTradePct: '0.5',
  maxConcurrent: 3,
  inventory: [],
  keys: { kraken: 'kraken-1' },
  ...changes,
});
const key: KeyRecord = {
  id: 'kraken-1',
  kind: 'kraken',
  label: 'Main',
  entity: 'global',
  active: true,
  masked: 'the-…part',
  createdAtMs: NOW_MS,
  health: [],
};

async function stored(one: Account, keys: readonly KeyRecord[] = [key], vaulted = true): Promise<string> {
  const path = folder();
  const file = new AccountsFile({ path: join(path, 'accounts.json'), nowMs: () => NOW_MS });
  expect(file.save({ version: 1, accounts: [one], keys: [...keys] })).toMatchObject({ ok: true });
  if (!vaulted) return path;
  const vault = new Vault({ path: join(path, 'vault.json'), keychain: NO_KEYCHAIN });
  await vault.load();
  expect(await vault.unlock(PASSPHRASE)).toMatchObject({ ok: true });
  expect(await vault.put(key.id, SECRETS)).toMatchObject({ ok: true });
  return path;
}

const open = (dataDir: string, id: string, passphrase: string | undefined, venues: 'live' | 'testnet' = 'live') =>
  openCertifiedAccount({
    dataDir,
    id,
    venues,
    nowMs: () => NOW_MS,
    keys: { passphrase: () => Promise.resolve(passphrase) },
  });

test('[AC-1] a live account with its key opens, and its data directory is ours until it is closed', async () => {
  const path = await stored(account());
  const first = await open(path, 'kraken-main', PASSPHRASE);
  if (!first.ok) throw new Error(first.error.message);
  expect(first.value.feeds).toEqual(['kraken:spot']);
  expect(first.value.credentials('kraken:spot')).toEqual(SECRETS);
  expect(first.value.credentials('kraken:perp')).toBeUndefined();
  const second = await open(path, 'kraken-main', PASSPHRASE);
  expect(second).toMatchObject({ ok: false, error: { exitCode: EXIT.secondInstance } });
  first.value.close();
  const third = await open(path, 'kraken-main', PASSPHRASE);
  expect(third.ok).toBe(true);
  if (third.ok) third.value.close();
});

const refusals: readonly (readonly [string, () => Promise<string>, string, string | undefined, RegExp])[] = [
  ['nobody has that name', () => stored(account()), 'other', PASSPHRASE, /no account “other” .*: kraken-main/],
  ['it is a paper account', () => stored(account({ mode: 'paper' })), 'kraken-main', PASSPHRASE, /paper account/],
  ['it has no key', () => stored(account({ keys: {} })), 'kraken-main', PASSPHRASE, /no active key of Kraken spot/],
  [
    'its key is not active',
    () => stored(account(), [{ ...key, active: false }]),
    'kraken-main',
    PASSPHRASE,
    /no active key/,
  ],
  ['there is no vault', () => stored(account(), [key], false), 'kraken-main', PASSPHRASE, /no vault/],
  ['the passphrase is wrong', () => stored(account()), 'kraken-main', 'wrong', /passphrase is wrong/],
  ['the person gives up', () => stored(account()), 'kraken-main', undefined, /No passphrase was given/],
];
test.for(refusals)(
  '[SE-1] refused in words when %s, with nothing locked behind it',
  async ([, at, id, given, words]) => {
    const path = await at();
    const answer = await open(path, id, given);
    if (answer.ok) throw new Error('it opened');
    expect(answer.error.message).toMatch(words);
    expect(answer.error.message).not.toContain(SECRETS.secret);
    expect(answer.error.exitCode).toBe(EXIT.notReached);
    DataDirectory.open(path, NOW_MS).close();
  },
);

const testKey: KeyRecord = { ...key, kind: 'binance', entity: 'testnet' };
const ofTestNetwork = account({ venue: 'binance', entity: 'testnet', routing: false, keys: { binance: 'kraken-1' } });

test('[AC-1] an account of a test network opens for it alone, with the feeds that it lacks beside its own', async () => {
  const path = await stored(ofTestNetwork, [testKey]);
  const real = await open(path, 'kraken-main', PASSPHRASE, 'live');
  expect(real).toMatchObject({ ok: false, error: { exitCode: EXIT.usage } });
  if (!real.ok) expect(real.error.message).toMatch(/test network Binance Spot Testnet: use --testnet/);
  const test = await open(path, 'kraken-main', PASSPHRASE, 'testnet');
  if (!test.ok) throw new Error(test.error.message);
  expect(test.value.feeds).toEqual(['binance:spot', 'binance:perp']);
  expect(test.value.credentials('binance:spot')).toEqual(SECRETS);
  expect(test.value.credentials('binance:perp')).toBeUndefined();
  test.value.close();
});

test('[SE-1] its public half needs no key: the vault is neither opened nor looked at, and nobody is asked', async () => {
  const asked = { dataDir: await stored({ ...ofTestNetwork, keys: {} }, [], false), nowMs: () => NOW_MS };
  writeFileSync(join(asked.dataDir, 'vault.json'), 'no vault at all');
  const opened = await openCertifiedAccount({ ...asked, id: 'kraken-main', venues: 'testnet', keys: null });
  if (!opened.ok) throw new Error(opened.error.message);
  expect(opened.value.feeds).toEqual(['binance:spot', 'binance:perp']);
  expect(opened.value.credentials('binance:spot')).toBeUndefined();
  opened.value.close();
  // With orders it is.
  const ordering = await open(asked.dataDir, 'kraken-main', PASSPHRASE, 'testnet');
  expect(ordering).toMatchObject({ ok: false, error: { message: expect.stringContaining('vault') } });
});

test('[AC-1] a live account is no way to a test network, and nothing stays locked', async () => {
  const path = await stored(account({ venue: 'binance', keys: {} }));
  const answer = await open(path, 'kraken-main', PASSPHRASE, 'testnet');
  expect(answer).toMatchObject({ ok: false, error: { exitCode: EXIT.usage } });
  if (!answer.ok)
    expect(answer.error.message).toMatch(/orders are real: --testnet is for accounts of Binance Spot Testnet/);
  DataDirectory.open(path, NOW_MS).close();
});

test.for([
  ['coinbase', /sandbox answers with fixed data.*names no test environment/],
  ['kraken', /Kraken spot has no test network; Kraken retired the demo of its futures/],
] as const)('[AC-1] %s has no test network, and says why', async ([venue, why]) => {
  const path = await stored(account({ venue, keys: {} }));
  const answer = await open(path, 'kraken-main', PASSPHRASE, 'testnet');
  expect(answer).toMatchObject({ ok: false, error: { exitCode: EXIT.usage } });
  if (!answer.ok) expect(answer.error.message).toMatch(why);
});

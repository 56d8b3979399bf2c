import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AccountsFile } from '#main/storage/accounts-file';
import { type KeyRecord, NO_ACCOUNTS } from '#shared/domain/stored-accounts';
import { accountOf } from '#support/accounts';

let folder: string;
let path: string;
const file = () => new AccountsFile({ path, nowMs: () => Date.UTC(2026, 10, 2) });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accounts-'));
  path = join(folder, 'accounts.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const copies = () => readdirSync(folder).filter((name) => name.startsWith('accounts.rejected-'));

test('what is saved is loaded again', () => {
  const stored = { ...NO_ACCOUNTS, accounts: [accountOf('kraken'), accountOf('okx', { mode: 'live' })] };
  expect(file().save(stored).ok).toBe(true);
  expect(file().load()).toEqual({ stored, problem: null });
});

test('a mode that cannot be read means paper, never live', () => {
  const account = { ...accountOf('kraken'), mode: 'Live!' };
  writeFileSync(path, JSON.stringify({ version: 1, accounts: [account], keys: [] }));
  expect(file().load().stored.accounts[0]?.mode).toBe('paper');
});

test('a row that cannot be read is left out and said; the others stay; the file is kept beside it', () => {
  const text = JSON.stringify({ version: 1, accounts: [accountOf('kraken'), { id: 'x' }], keys: [] });
  writeFileSync(path, text);
  const { stored, problem } = file().load();
  expect(stored.accounts.map(({ venue }) => venue)).toEqual(['kraken']);
  expect(problem).toContain('1 row');
  expect(readFileSync(join(folder, copies()[0] ?? ''), 'utf8')).toBe(text);
});

test('[RK-3] an inventory over its hard bound is neither taken from a file nor written, and the bound is named', () => {
  const over = accountOf('kraken', { inventory: [{ currency: 'BTC', quantity: '1e30' }] });
  const named = `inventory.0.quantity: BTC: 1${'0'.repeat(30)} is above the hard maximum of 10000000000000.`;
  writeFileSync(path, JSON.stringify({ version: 1, accounts: [accountOf('okx'), over], keys: [] }));
  const { stored, problem } = file().load();
  expect(stored.accounts.map(({ venue }) => venue)).toEqual(['okx']);
  expect(problem).toContain(`1 row of the accounts file cannot be read and is left out; account 2, ${named}`);
  expect(copies()).toHaveLength(1);
  const saved = file().save({ ...NO_ACCOUNTS, accounts: [over] });
  expect(saved.ok ? '' : saved.error).toContain(named);
});

test('[EX-12] of two enabled accounts on one key the second is kept but off, both are named, and the file is kept as it was', () => {
  const keys = { kraken: 'kraken-1' };
  const record: KeyRecord = {
    id: 'kraken-1',
    kind: 'kraken',
    label: 'Shared',
    entity: 'global',
    active: true,
    masked: 'aB3d…9xYz',
    createdAtMs: 1,
    health: [],
  };
  const first = accountOf('kraken', { id: 'first', label: 'First', mode: 'live', products: ['spot'], keys });
  const second = { ...first, id: 'second', label: 'Second' };
  const off = { ...first, id: 'off', label: 'Off', enabled: false };
  // One that is off holds no key, wherever it stands.
  const accounts = [off, first, second];
  const text = JSON.stringify({ version: 1, accounts, keys: [record] });
  writeFileSync(path, text);
  const { stored, problem } = file().load();
  expect(stored).toEqual({ version: 1, accounts: [off, first, { ...second, enabled: false }], keys: [record] });
  expect(problem).toContain(
    'The account “Second” is switched off: the key “Shared” serves “First”, and an enabled account has its own key.',
  );
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(readFileSync(join(folder, copies()[0] ?? ''), 'utf8')).toBe(text);
  expect(problem).toContain(copies()[0]);
});

test('[AC-1] an account at an entity that is gone is kept but off, with what to do, and the file is kept as it was', () => {
  const gone = accountOf('kraken', { id: 'demo', label: 'Demo', entity: 'demo', mode: 'live', products: ['perp'] });
  const other = accountOf('okx', { id: 'okx', label: 'OKX' });
  const text = JSON.stringify({ version: 1, accounts: [gone, other], keys: [] });
  writeFileSync(path, text);
  const { stored, problem } = file().load();
  expect(stored.accounts).toEqual([{ ...gone, enabled: false }, other]);
  expect(problem).toContain('The account “Demo” is switched off: Kraken has no entity “demo” any more; delete it');
  expect(readFileSync(join(folder, copies()[0] ?? ''), 'utf8')).toBe(text);
});

test.each([
  ['not JSON', 'accounts'],
  ['something else', '[]'],
  ['a newer version', '{"version":9,"accounts":[],"keys":[]}'],
])('%s gives no accounts, says so and keeps the file', (_name, text) => {
  writeFileSync(path, text);
  const { stored, problem } = file().load();
  expect(stored).toEqual(NO_ACCOUNTS);
  expect(problem).not.toBeNull();
  expect(copies()).toHaveLength(1);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('what does not fit the form is not written', () => {
  const saved = file().save({ ...NO_ACCOUNTS, accounts: [accountOf('kraken', { riskPerTradePct: '9' })] });
  expect(saved.ok ? '' : saved.error).toContain('between 0.05 and 2');
  expect(file().load().stored).toEqual(NO_ACCOUNTS);
});

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Keychain } from '#main/storage/vault/keychain';
import { NO_KEYCHAIN } from '#main/storage/vault/keychain';
import { Vault, waitsForPassphrase } from '#main/storage/vault/vault';
import { fakeKeychain } from '#support/fake-keychain';

const PASSPHRASE = 'correct horse battery staple';
const SECRET = 'planted-secret-of-the-vault-test';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vault-'));
  path = join(folder, 'vault.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function loaded(keychain: Keychain = NO_KEYCHAIN): Promise<Vault> {
  const vault = new Vault({ path, keychain });
  await vault.load();
  return vault;
}

async function sealedByPassphrase(): Promise<void> {
  const vault = await loaded();
  expect(await vault.unlock(PASSPHRASE)).toEqual({ ok: true, value: undefined });
  expect((await vault.put('kraken-1', { apiKey: 'public', secret: SECRET })).ok).toBe(true);
}

test('[SE-1] a passphrase seals the secrets: nothing of them is readable, only the owner may read the file', async () => {
  await sealedByPassphrase();
  const text = readFileSync(path, 'utf8');
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain('kraken-1');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const again = await loaded();
  expect(again.state()).toMatchObject({ state: 'locked', sealedBy: 'passphrase' });
  expect(again.secrets('kraken-1')).toBeUndefined();
  expect((await again.unlock(PASSPHRASE)).ok).toBe(true);
  expect(again.secrets('kraken-1')).toEqual({ apiKey: 'public', secret: SECRET });
});

test('[SE-1] a wrong passphrase opens nothing, loses nothing and says so', async () => {
  await sealedByPassphrase();
  const before = readFileSync(path, 'utf8');
  const vault = await loaded();
  const opened = await vault.unlock('another passphrase altogether');
  expect(opened.ok ? '' : opened.error).toContain('the passphrase is wrong');
  expect(vault.state().state).toBe('locked');
  expect((await vault.put('okx-1', { apiKey: 'x' })).ok).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect((await vault.unlock(PASSPHRASE)).ok).toBe(true);
});

test.each(['iv', 'tag', 'data'] as const)('[SE-1] a changed %s does not open', async (field) => {
  await sealedByPassphrase();
  const sealed = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  const bytes = Buffer.from(sealed[field] ?? '', 'base64');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(path, JSON.stringify({ ...sealed, [field]: bytes.toString('base64') }));
  expect((await (await loaded()).unlock(PASSPHRASE)).ok).toBe(false);
});

test('[SE-1] a weakened header does not open: the way to the key is part of what is sealed', async () => {
  await sealedByPassphrase();
  const sealed = JSON.parse(readFileSync(path, 'utf8')) as { key: { n: number } };
  writeFileSync(path, JSON.stringify({ ...sealed, key: { ...sealed.key, n: sealed.key.n / 2 } }));
  expect((await (await loaded()).unlock(PASSPHRASE)).ok).toBe(false);
});

test.each([
  ['not JSON', 'hello'],
  ['of a newer version', JSON.stringify({ format: 'crossbook-vault', version: 2 })],
  [
    'that would compute for hours',
    '{"format":"crossbook-vault","version":1,"key":{"by":"passphrase","kdf":"scrypt","n":1073741824,"r":8,"p":1,"salt":"AAAAAAAAAAAAAAAAAAAAAA=="},"cipher":"aes-256-gcm","iv":"AAAAAAAAAAAAAAAA","tag":"AAAAAAAAAAAAAAAAAAAAAA==","data":""}',
  ],
])('[SE-1] a file %s is left as it is and refuses everything', async (_name, text) => {
  writeFileSync(path, text);
  const vault = await loaded();
  expect(vault.state().state).toBe('damaged');
  expect((await vault.unlock(PASSPHRASE)).ok).toBe(false);
  expect((await vault.put('a', { apiKey: 'x' })).ok).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('[SE-1] a new passphrase encrypts everything anew; the old one opens it no more', async () => {
  await sealedByPassphrase();
  const before = JSON.parse(readFileSync(path, 'utf8')) as { key: { salt: string }; data: string };
  const vault = await loaded();
  await vault.unlock(PASSPHRASE);
  expect((await vault.reseal({ by: 'passphrase', passphrase: 'a second passphrase' })).ok).toBe(true);
  const after = JSON.parse(readFileSync(path, 'utf8')) as typeof before;
  expect(after.key.salt).not.toBe(before.key.salt);
  expect(after.data).not.toBe(before.data);
  expect((await (await loaded()).unlock(PASSPHRASE)).ok).toBe(false);
  expect((await (await loaded()).unlock('a second passphrase')).ok).toBe(true);
});

test('[SE-1] every change is sealed under a fresh nonce', async () => {
  const vault = await loaded();
  await vault.unlock(PASSPHRASE);
  const nonces = new Set<string>();
  for (const id of ['a', 'b', 'c']) {
    await vault.put(id, { apiKey: id });
    nonces.add((JSON.parse(readFileSync(path, 'utf8')) as { iv: string }).iv);
  }
  expect(nonces.size).toBe(3);
});

test('[SE-1] a sound keychain opens the vault by itself, and what it sealed is not readable', async () => {
  const keychain = fakeKeychain();
  const vault = await loaded(keychain);
  expect(vault.state()).toMatchObject({ state: 'none', keychain: { usable: true } });
  expect((await vault.put('okx-1', { apiKey: 'public', secret: SECRET })).ok).toBe(true);
  expect(readFileSync(path, 'utf8')).not.toContain(SECRET);
  const again = await loaded(keychain);
  expect(again.state()).toMatchObject({ state: 'open', sealedBy: 'keychain' });
  expect(again.secrets('okx-1')?.secret).toBe(SECRET);
});

test('[SE-1] a keychain that refuses loses nothing: the vault says so and opens at the next start', async () => {
  const keychain = fakeKeychain();
  const vault = await loaded(keychain);
  await vault.put('okx-1', { apiKey: 'public', secret: SECRET });
  const before = readFileSync(path, 'utf8');
  keychain.refuses = true;
  const shut = await loaded(keychain);
  expect(shut.state()).toMatchObject({ state: 'damaged' });
  expect(shut.state().note).toContain('the keychain is locked');
  expect((await shut.put('a', { apiKey: 'x' })).ok).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe(before);
  keychain.refuses = false;
  expect((await loaded(keychain)).secrets('okx-1')?.secret).toBe(SECRET);
});

test('[SE-1] a keychain whose key was rotated has the data key sealed anew', async () => {
  const keychain = fakeKeychain();
  await (await loaded(keychain)).put('okx-1', { apiKey: 'public' });
  const before = readFileSync(path, 'utf8');
  keychain.stale = true;
  const vault = await loaded(keychain);
  expect(vault.state().state).toBe('open');
  expect(readFileSync(path, 'utf8')).not.toBe(before);
  keychain.stale = false;
  expect((await loaded(keychain)).secrets('okx-1')).toEqual({ apiKey: 'public' });
});

test('[SE-1] without a keychain and a passphrase nothing is kept', async () => {
  const vault = await loaded();
  const kept = await vault.put('a', { apiKey: 'x' });
  expect(kept.ok ? '' : kept.error).toContain('passphrase');
  expect((await vault.reseal({ by: 'keychain' })).ok).toBe(false);
});

test('[SE-1] locked, it forgets; changes asked for at once are all kept', async () => {
  const vault = await loaded();
  await vault.unlock(PASSPHRASE);
  await Promise.all(['a', 'b', 'c'].map((id) => vault.put(id, { apiKey: id })));
  expect(vault.ids()).toEqual(['a', 'b', 'c']);
  await vault.remove('b');
  vault.lock();
  expect(vault.secrets('a')).toBeUndefined();
  expect((await vault.unlock(PASSPHRASE)).ok).toBe(true);
  expect(vault.ids()).toEqual(['a', 'c']);
});

test('[SE-1] whether a passphrase is waited for is seen from outside: not without a vault, a keychain’s or a damaged one', async () => {
  expect(waitsForPassphrase(path)).toBe(false);
  await sealedByPassphrase();
  expect(waitsForPassphrase(path)).toBe(true);
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 100));
  expect(waitsForPassphrase(path)).toBe(false);
  rmSync(path);
  const byKeychain = await loaded(fakeKeychain());
  await byKeychain.put('kraken-1', { apiKey: 'public', secret: SECRET });
  expect(byKeychain.state().sealedBy).toBe('keychain');
  expect(waitsForPassphrase(path)).toBe(false);
});

test('[SE-1] locked while everything is encrypted anew, it loses nothing: the file stays as it was and opens as before', async () => {
  await sealedByPassphrase();
  const vault = await loaded();
  await vault.unlock(PASSPHRASE);
  const before = readFileSync(path, 'utf8');
  const resealing = vault.reseal({ by: 'passphrase', passphrase: 'another passphrase altogether' });
  await Promise.resolve();
  vault.lock();
  const resealed = await resealing;
  expect(resealed.ok ? '' : resealed.error).toContain('locked');
  expect(vault.open).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect((await vault.unlock(PASSPHRASE)).ok).toBe(true);
  expect(vault.secrets('kraken-1')).toEqual({ apiKey: 'public', secret: SECRET });
});

test('[SE-1] locked while its passphrase is still being tried, it stays locked', async () => {
  await sealedByPassphrase();
  const vault = await loaded();
  const opening = vault.unlock(PASSPHRASE);
  await Promise.resolve();
  vault.lock();
  expect((await opening).ok).toBe(false);
  expect(vault.open).toBe(false);
  expect(vault.secrets('kraken-1')).toBeUndefined();
});

test.each([
  ['no power of two', { n: 100_000 }],
  ['more memory than a file from elsewhere may take', { n: 2 ** 20, r: 16 }],
])('[SE-1] a file whose passphrase would be stretched by %s is not read, and nothing breaks', async (_, change) => {
  await sealedByPassphrase();
  const sealed = JSON.parse(readFileSync(path, 'utf8')) as { key: Record<string, unknown> };
  writeFileSync(path, JSON.stringify({ ...sealed, key: { ...sealed.key, ...change } }));
  const vault = await loaded();
  expect(vault.state().state).toBe('damaged');
  expect((await vault.unlock(PASSPHRASE)).ok).toBe(false);
});

test('[SE-1] a vault of the keychain that was locked says how it opens again', async () => {
  const vault = await loaded(fakeKeychain());
  await vault.put('okx-1', { apiKey: 'public' });
  vault.lock();
  expect(vault.state()).toMatchObject({ state: 'locked', sealedBy: 'keychain' });
  expect(vault.state().note).not.toContain('passphrase');
});

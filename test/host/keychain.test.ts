import { expect, test, vi } from 'vitest';
import type { SafeStorageLike } from '#main/host/electron/keychain';

vi.mock('electron', () => ({ safeStorage: {} }));
const { electronKeychain } = await import('#main/host/electron/keychain');

type Backend = ReturnType<NonNullable<SafeStorageLike['getSelectedStorageBackend']>>;

/** A sound keychain that turns every byte around, in part or whole replaced. */
const storage = (changes: SafeStorageLike = {}): SafeStorageLike => ({
  isAsyncEncryptionAvailable: async () => true,
  encryptStringAsync: async (text) => Buffer.from(text, 'utf8').map((byte) => byte ^ 0xff) as Buffer,
  decryptStringAsync: async (sealed) => ({
    result: Buffer.from(sealed.map((byte) => byte ^ 0xff)).toString('utf8'),
    shouldReEncrypt: false,
  }),
  getSelectedStorageBackend: () => 'gnome_libsecret',
  ...changes,
});
const backend = (name: Backend): SafeStorageLike => storage({ getSelectedStorageBackend: () => name });

test.each(['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6'] as const)(
  '[SE-1] on Linux %s is a keychain',
  async (name) => {
    expect(await electronKeychain(backend(name), 'linux').usable()).toEqual({ usable: true, reason: '' });
  },
);

test.each(['basic_text', 'unknown'] as const)('[SE-1] on Linux %s counts as no keychain', async (name) => {
  const { usable, reason } = await electronKeychain(backend(name), 'linux').usable();
  expect(usable).toBe(false);
  expect(reason).toContain('no keychain service');
});

test('[SE-1] on Linux a runtime that cannot name its backend has no keychain', async () => {
  const { getSelectedStorageBackend: _, ...nameless } = storage();
  expect(await electronKeychain(nameless, 'linux').usable()).toMatchObject({ usable: false });
});

test.each(['darwin', 'win32'] as const)('[SE-1] on %s the backend is the system’s own', async (platform) => {
  expect(await electronKeychain(backend('unknown'), platform).usable()).toMatchObject({ usable: true });
});

test.each(['isAsyncEncryptionAvailable', 'encryptStringAsync', 'decryptStringAsync'] as const)(
  '[SE-1] a runtime without %s has no keychain, and nothing is encrypted another way',
  async (name) => {
    const { [name]: _, ...lacking } = storage();
    const keychain = electronKeychain(lacking, 'darwin');
    expect(await keychain.usable()).toEqual({
      usable: false,
      reason: 'This version of Electron has no asynchronous keychain.',
    });
    if (name === 'encryptStringAsync') await expect(keychain.encrypt('x')).rejects.toThrow('no asynchronous keychain');
    if (name === 'decryptStringAsync') {
      await expect(keychain.decrypt(Buffer.from('x'))).rejects.toThrow('no asynchronous keychain');
    }
  },
);

test('[SE-1] a keychain that is not available, or refuses, is said to be', async () => {
  const away = electronKeychain(storage({ isAsyncEncryptionAvailable: async () => false }), 'darwin');
  expect(await away.usable()).toMatchObject({ usable: false, reason: expect.stringContaining('not available') });
  const refusing = storage({
    encryptStringAsync: async () => Promise.reject(new Error('locked')),
    decryptStringAsync: async () => Promise.reject(new Error('locked')),
  });
  await expect(electronKeychain(refusing, 'linux').encrypt('x')).rejects.toThrow('locked');
  await expect(electronKeychain(refusing, 'linux').decrypt(Buffer.from('x'))).rejects.toThrow('locked');
});

test('[SE-1] what it encrypts it decrypts, and it says when that should be done anew', async () => {
  const keychain = electronKeychain(storage(), 'linux');
  const sealed = await keychain.encrypt('data key, päss');
  expect(sealed.toString('latin1')).not.toContain('data key');
  expect(await keychain.decrypt(sealed)).toEqual({ text: 'data key, päss', stale: false });
  const aged = storage({ decryptStringAsync: async () => ({ result: 'text', shouldReEncrypt: true }) });
  expect(await electronKeychain(aged, 'linux').decrypt(sealed)).toEqual({ text: 'text', stale: true });
});

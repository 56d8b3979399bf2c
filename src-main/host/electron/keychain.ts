import { safeStorage } from 'electron';

/** The part of Electron's `safeStorage` that is used; older runtimes lack some of it. */
export type SafeStorageLike = Partial<
  Pick<
    typeof safeStorage,
    'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
  >
>;

const LACKING = 'This version of Electron has no asynchronous keychain.';

/**
 * The operating system's keychain through Electron (https://www.electronjs.org/docs/latest/api/safe-storage). On Linux
 * without a secret service Electron “encrypts” under a password that is part of its source: that is no keychain.
 * Call after the app is ready.
 */
export function electronKeychain(storage: SafeStorageLike = safeStorage, platform: string = process.platform) {
  return {
    usable: async (): Promise<{ usable: boolean; reason: string }> => {
      const { isAsyncEncryptionAvailable, encryptStringAsync, decryptStringAsync } = storage;
      if (!isAsyncEncryptionAvailable || !encryptStringAsync || !decryptStringAsync) {
        return { usable: false, reason: LACKING };
      }
      if (platform === 'linux') {
        const backend = storage.getSelectedStorageBackend?.() ?? 'unknown';
        if (backend === 'basic_text' || backend === 'unknown') {
          return { usable: false, reason: 'This desktop has no keychain service (Secret Service or KWallet).' };
        }
      }
      const available = await isAsyncEncryptionAvailable.call(storage);
      return available
        ? { usable: true, reason: '' }
        : { usable: false, reason: 'The system’s keychain is not available.' };
    },
    encrypt: async (text: string): Promise<Buffer> => {
      if (storage.encryptStringAsync === undefined) throw new Error(LACKING);
      return storage.encryptStringAsync(text);
    },
    decrypt: async (sealed: Buffer): Promise<{ text: string; stale: boolean }> => {
      if (storage.decryptStringAsync === undefined) throw new Error(LACKING);
      const { result, shouldReEncrypt } = await storage.decryptStringAsync(sealed);
      return { text: result, stale: shouldReEncrypt };
    },
  };
}

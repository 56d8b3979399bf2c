/**
 * The operating system's keychain, as far as the vault needs it. `electron.ts` gives Electron's; headless has none.
 */
export interface Keychain {
  /** Whether it protects anything: a backend that stores plain text does not count. */
  usable(): Promise<{ readonly usable: boolean; readonly reason: string }>;
  /** @throws when the keychain refuses. */
  encrypt(text: string): Promise<Buffer>;
  /** `stale`: it should be encrypted anew, the keychain's own key has changed. @throws when the keychain refuses. */
  decrypt(sealed: Buffer): Promise<{ readonly text: string; readonly stale: boolean }>;
}

/** Where there is no keychain at all. */
export const NO_KEYCHAIN: Keychain = {
  usable: async () => ({ usable: false, reason: 'This program runs without a desktop keychain.' }),
  encrypt: async () => {
    throw new Error('there is no keychain');
  },
  decrypt: async () => {
    throw new Error('there is no keychain');
  },
};

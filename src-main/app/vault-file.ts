import { join } from 'node:path';
import { waitsForPassphrase } from '#main/storage/vault/vault';

/** The vault's file in a data directory. */
export const VAULT_FILE = 'vault.json';

/** Whether the vault of this data directory waits for a passphrase; looks at its outside only. */
export const wantsPassphrase = (dataDir: string): boolean => waitsForPassphrase(join(dataDir, VAULT_FILE));

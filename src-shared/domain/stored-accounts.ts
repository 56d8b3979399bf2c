import { z } from 'zod';
import { accountSchema, keyHealthSchema } from './account.ts';
import { keyKindSchema } from './credentials.ts';

/** Everything about a key but its secrets: it lies beside the vault and may be shown (SE-1). */
export const keyRecordSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,48}$/),
  kind: keyKindSchema,
  label: z.string().min(1).max(40),
  /** AC-1: the entity whose host it was checked on. */
  entity: z.string().min(1).max(24),
  active: z.boolean(),
  /** The public part, all but its ends hidden. */
  masked: z.string().max(40),
  createdAtMs: z.number(),
  /** What its last check found, per feed. */
  health: z.array(keyHealthSchema),
});
export type KeyRecord = z.infer<typeof keyRecordSchema>;

export const STORED_ACCOUNTS_VERSION = 1;
export const storedAccountsSchema = z.strictObject({
  version: z.literal(STORED_ACCOUNTS_VERSION),
  accounts: z.array(accountSchema).max(64),
  keys: z.array(keyRecordSchema).max(64),
});
export type StoredAccounts = z.infer<typeof storedAccountsSchema>;
export const NO_ACCOUNTS: StoredAccounts = { version: STORED_ACCOUNTS_VERSION, accounts: [], keys: [] };

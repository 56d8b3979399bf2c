import { z } from 'zod';
import {
  accountIdSchema,
  accountSchema,
  externalOrderSchema,
  feeTierSchema,
  holdingSchema,
  keyHealthSchema,
  positionSchema,
} from '../domain/account.ts';
import { capabilitiesSchema } from '../domain/capabilities.ts';
import { credentialsSchema, keyKindSchema } from '../domain/credentials.ts';
import { feedSchema } from '../domain/ids.ts';

/** A reading with the time it was true; `atMs` null: never read, and `problem` says why where it is known. */
const reading = <T extends z.ZodType>(schema: T) =>
  z.object({ value: schema.nullable(), atMs: z.number().nullable(), problem: z.string().nullable() });

/** One feed of an account as its broker sees it. */
export const accountFeedSchema = z.object({
  feed: feedSchema,
  /** `off`: no key or not enabled. `blocked`: the key or account is unfit, `reason` says why and what to do. */
  state: z.enum(['off', 'connecting', 'ready', 'blocked']),
  reason: z.string(),
  health: keyHealthSchema.nullable(),
  privateStream: z.enum(['off', 'connecting', 'live', 'lost']),
  heardAtMs: z.number().nullable(),
  /** A sentence where nothing but open work keeps it connected: it takes no entries and ends with that work. */
  stays: z.string().nullable(),
  capabilities: capabilitiesSchema,
});
export type AccountFeed = z.infer<typeof accountFeedSchema>;

/** An account as the Accounts panel shows it. */
export const accountRowSchema = z.object({
  id: accountIdSchema,
  account: accountSchema,
  /** What of it binds now. `kept`: what of its inventory is not in force yet, and why, in sentences. */
  force: z.object({ inForce: z.boolean(), text: z.string(), kept: z.array(z.string()) }),
  feeds: z.array(accountFeedSchema),
  balances: reading(z.array(holdingSchema)),
  positions: reading(z.array(positionSchema)),
  externalOrders: reading(z.array(externalOrderSchema)),
  fees: reading(z.array(feeTierSchema)),
});
export type AccountRow = z.infer<typeof accountRowSchema>;

/** A key as it may be seen: no secret, the public part masked (SE-1). */
export const keyRowSchema = z.object({
  id: z.string(),
  kind: keyKindSchema,
  entity: z.string(),
  label: z.string(),
  active: z.boolean(),
  /** `AbCd…wxyz` */
  masked: z.string(),
  createdAtMs: z.number(),
  /** Labels of accounts that use it. */
  usedBy: z.array(z.string()),
  health: z.array(keyHealthSchema),
});
export type KeyRow = z.infer<typeof keyRowSchema>;

/**
 * SE-1: where secrets lie. `none`: nothing saved yet. `locked`: a passphrase is needed. `sealed-by`: what encrypts them
 * once something is saved.
 */
export const vaultStateSchema = z.object({
  state: z.enum(['none', 'locked', 'open', 'damaged']),
  sealedBy: z.enum(['keychain', 'passphrase']).nullable(),
  /** Whether this system's keychain can be used, and why not. */
  keychain: z.object({ usable: z.boolean(), reason: z.string() }),
  note: z.string(),
  /**
   * What a lock left connected: a sentence an account. Those that open deals or working orders need go on with what they
   * hold in memory, take no entries, and end with that work.
   */
  staying: z.array(z.string()),
});
export type VaultState = z.infer<typeof vaultStateSchema>;

/** Passphrases of the vault and of exported profiles: long enough that guessing one is not worth the electricity. */
export const passphraseSchema = z.string().min(12, 'use at least 12 characters').max(1024);

export const ACCOUNT_QUERIES = {
  /** What goes wrong when it is deleted, in sentences; empty when nothing depends on it. */
  'account.dependents': {
    input: z.strictObject({ id: accountIdSchema }),
    output: z.object({ sentences: z.array(z.string()), blocked: z.string().nullable() }),
  },
  'key.dependents': {
    input: z.strictObject({ id: z.string() }),
    output: z.object({ sentences: z.array(z.string()), blocked: z.string().nullable() }),
  },
} as const;

const done = z.object({ text: z.string() });

export const ACCOUNT_COMMANDS = {
  /** Saves a new account or replaces the one with this id; all or nothing. */
  'account.save': { input: accountSchema, output: done },
  'account.delete': { input: z.strictObject({ id: accountIdSchema, confirm: z.literal('DELETE') }), output: done },
  /** Reads balances, positions, orders and fees again now. */
  'account.refresh': { input: z.strictObject({ id: accountIdSchema }), output: done },
  /** Checks the key at its venue first; one that can withdraw or is unfit is not saved (SE-1). */
  'key.save': {
    input: z.strictObject({
      kind: keyKindSchema,
      label: z.string().trim().min(1).max(40),
      entity: z.string().min(1).max(24),
      fields: credentialsSchema,
    }),
    output: z.object({ text: z.string(), id: z.string(), health: z.array(keyHealthSchema) }),
  },
  /** The text of the JSON file the venue hands out (Coinbase). Checked like `key.save`. */
  'key.import': {
    input: z.strictObject({
      kind: keyKindSchema,
      label: z.string().trim().min(1).max(40),
      entity: z.string().min(1).max(24),
      json: z.string().max(16_384),
    }),
    output: z.object({ text: z.string(), id: z.string(), health: z.array(keyHealthSchema) }),
  },
  'key.check': {
    input: z.strictObject({ id: z.string() }),
    output: z.object({ text: z.string(), health: z.array(keyHealthSchema) }),
  },
  'key.rename': { input: z.strictObject({ id: z.string(), label: z.string().trim().min(1).max(40) }), output: done },
  'key.activate': { input: z.strictObject({ id: z.string(), active: z.boolean() }), output: done },
  'key.delete': { input: z.strictObject({ id: z.string(), confirm: z.literal('DELETE') }), output: done },
  /** Opens a vault that is sealed by a passphrase; the first time it chooses the passphrase. */
  'vault.open': { input: z.strictObject({ passphrase: passphraseSchema }), output: done },
  /** Every secret is forgotten and accounts are disconnected, but for those in `staying`; the answer names them. */
  'vault.lock': { input: z.strictObject({}), output: done },
  /** Re-encrypts everything. `to: keychain` is refused where there is no sound one. */
  'vault.reseal': {
    input: z.discriminatedUnion('to', [
      z.strictObject({ to: z.literal('keychain') }),
      z.strictObject({ to: z.literal('passphrase'), passphrase: passphraseSchema }),
    ]),
    output: done,
  },
  /** Accounts and keys, encrypted under a passphrase of their own, as text to keep in a file. */
  'vault.export': {
    input: z.strictObject({ passphrase: passphraseSchema }),
    output: z.object({ text: z.string(), fileName: z.string(), content: z.string() }),
  },
  'vault.import': {
    input: z.strictObject({ passphrase: passphraseSchema, content: z.string().max(4_194_304) }),
    output: z.object({ text: z.string(), accounts: z.int(), keys: z.int(), skipped: z.array(z.string()) }),
  },
} as const;

/** SE-1: commands whose input holds secrets. Neither end keeps, repeats or logs it. */
export const SECRET_COMMANDS = [
  'key.save',
  'key.import',
  'vault.open',
  'vault.reseal',
  'vault.export',
  'vault.import',
] as const satisfies readonly (keyof typeof ACCOUNT_COMMANDS)[];
export const holdsSecrets = (command: string): boolean => SECRET_COMMANDS.some((name) => name === command);

export const ACCOUNT_TOPICS = {
  accounts: { kind: 'rows', schema: accountRowSchema, key: 'id' },
  keys: { kind: 'rows', schema: keyRowSchema, key: 'id' },
  vault: { kind: 'value', schema: vaultStateSchema },
} as const;

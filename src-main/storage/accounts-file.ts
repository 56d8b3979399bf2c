import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { accountSchema } from '#shared/domain/account';
import { entityOf } from '#shared/domain/entities';
import { VENUE_NAMES } from '#shared/domain/ids';
import {
  keyRecordSchema,
  NO_ACCOUNTS,
  STORED_ACCOUNTS_VERSION,
  type StoredAccounts,
  storedAccountsSchema,
} from '#shared/domain/stored-accounts';
import { err, ok, type Result } from '#shared/kernel/result';

const shapeSchema = z.object({ version: z.number(), accounts: z.array(z.unknown()), keys: z.array(z.unknown()) });

export interface LoadedAccounts {
  readonly stored: StoredAccounts;
  /** What of the file could not be used, and where the whole of it was copied to; `null` when all of it was. */
  readonly problem: string | null;
}

/**
 * Accounts and what may be seen of keys; secrets are in the vault. A row that cannot be read is left out and said, and the
 * file as it was is kept beside it: nothing a person entered is lost.
 */
export class AccountsFile {
  readonly #path: string;
  readonly #nowMs: () => number;

  /** `nowMs`: wall time, for the name of the copy. */
  constructor(options: { readonly path: string; readonly nowMs: () => number }) {
    this.#path = options.path;
    this.#nowMs = options.nowMs;
  }

  /** Never throws. */
  load(): LoadedAccounts {
    if (!existsSync(this.#path)) return { stored: NO_ACCOUNTS, problem: null };
    let raw: unknown;
    try {
      raw = JSON.parse(readFileSync(this.#path, 'utf8'));
    } catch {
      return this.#kept(NO_ACCOUNTS, 'The accounts file is not JSON or cannot be read');
    }
    const shape = shapeSchema.safeParse(raw);
    if (!shape.success) return this.#kept(NO_ACCOUNTS, 'The accounts file does not hold accounts');
    if (shape.data.version !== STORED_ACCOUNTS_VERSION) {
      return this.#kept(
        NO_ACCOUNTS,
        `The accounts file is of version ${shape.data.version}, which this program does not read`,
      );
    }
    const accounts = shape.data.accounts.map((row) => accountSchema.safeParse(row));
    const keys = shape.data.keys.map((row) => keyRecordSchema.safeParse(row));
    const read: StoredAccounts = {
      version: STORED_ACCOUNTS_VERSION,
      accounts: accounts.flatMap((row) => (row.success ? [row.data] : [])),
      keys: keys.flatMap((row) => (row.success ? [row.data] : [])),
    };
    const lost = accounts.length - read.accounts.length + keys.length - read.keys.length;
    const known = knownEntities(read);
    const { stored, switchedOff } = oneAccountAKey(known.stored);
    const rows =
      lost === 1
        ? '1 row of the accounts file cannot be read and is'
        : `${lost} rows of the accounts file cannot be read and are`;
    const reasons = [...accounts.entries()].flatMap(([index, row]) =>
      row.success ? [] : [whyUnread(index, row.error)],
    );
    const problems = lost === 0 ? [] : [[`${rows} left out`, ...reasons].join('; ')];
    problems.push(...known.switchedOff, ...switchedOff);
    return problems.length === 0 ? { stored, problem: null } : this.#kept(stored, problems.join('. '));
  }

  /** Whole or not at all. The error is one line for people. */
  save(stored: StoredAccounts): Result<void, string> {
    const checked = storedAccountsSchema.safeParse(stored);
    if (!checked.success) {
      const where = checked.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
      return err(`The accounts were not saved: ${where.join('; ')}.`);
    }
    try {
      writeFileAtomic.sync(this.#path, `${JSON.stringify(checked.data, null, 2)}\n`, { fsync: true, mode: 0o600 });
      return ok(undefined);
    } catch (error) {
      return err(`The accounts were not saved: ${said(error)}.`);
    }
  }

  #kept(stored: StoredAccounts, problem: string): LoadedAccounts {
    const stamp = new Date(this.#nowMs()).toISOString().replaceAll(/[:.]/g, '-');
    const copy = join(dirname(this.#path), `accounts.rejected-${stamp}.json`);
    try {
      copyFileSync(this.#path, copy);
      return { stored, problem: `${problem}. The file as it was is kept as ${copy}.` };
    } catch (error) {
      return { stored, problem: `${problem}. It could not be copied: ${said(error)}.` };
    }
  }
}

/** RK-3: the field of an account that cannot be read, with the bound that it breaks; never the value of one that is unknown. */
function whyUnread(index: number, { issues }: z.ZodError): string {
  const [first] = issues;
  const message = first?.message.replace(/\.$/, '') ?? 'unreadable';
  return `account ${index + 1}, ${first?.path.map(String).join('.') ?? ''}: ${message}`;
}

interface Sifted {
  readonly stored: StoredAccounts;
  /** What was switched off and why, in sentences without their point. */
  readonly switchedOff: readonly string[];
}

/** AC-1: a file may name an entity that is gone, such as a test network that its venue closed. Nobody knows its hosts. */
function knownEntities(read: StoredAccounts): Sifted {
  const switchedOff: string[] = [];
  const accounts = read.accounts.map((account) => {
    const { venue, entity, label, enabled } = account;
    if (!enabled || entityOf(venue, entity) !== undefined) return account;
    const why = `${VENUE_NAMES[venue]} has no entity “${entity}” any more; delete it, and add it anew where it is`;
    switchedOff.push(`The account “${label}” is switched off: ${why}`);
    return { ...account, enabled: false };
  });
  return { stored: { ...read, accounts }, switchedOff };
}

/**
 * EX-12: a key serves one enabled account; two on it would hold one inventory twice and disturb each other's nonces. Saving
 * refuses that, but a file may say so: the first in it has the key, others stay as they are, switched off.
 */
function oneAccountAKey(read: StoredAccounts): Sifted {
  const holders = new Map<string, string>();
  const switchedOff: string[] = [];
  const accounts = read.accounts.map((account) => {
    if (!account.enabled) return account;
    const used = Object.values(account.keys).filter((id) => id !== null && id !== undefined);
    const taken = used.find((id) => holders.has(id));
    if (taken === undefined) {
      for (const id of used) holders.set(id, account.label);
      return account;
    }
    const key = read.keys.find(({ id }) => id === taken)?.label ?? taken;
    const why = `the key “${key}” serves “${holders.get(taken)}”, and an enabled account has its own key`;
    switchedOff.push(`The account “${account.label}” is switched off: ${why}`);
    return { ...account, enabled: false };
  });
  return { stored: { ...read, accounts }, switchedOff };
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

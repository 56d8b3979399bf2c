import type { Account } from '#shared/domain/account';
import { KEY_TERMS, keyKindOf } from '#shared/domain/credentials';
import { entityOf } from '#shared/domain/entities';
import { feedId, VENUE_NAMES } from '#shared/domain/ids';
import type { KeyRecord, StoredAccounts } from '#shared/domain/stored-accounts';
import { err, ok, type Result } from '#shared/kernel/result';
import type { FieldProblem } from './credentials.ts';
import { statingAccount } from './paper-terms.ts';

/** Where accounts and key records are kept. */
export interface AccountsStore {
  save(stored: StoredAccounts): Result<void, string>;
}

/** Why nothing was changed; `fields` points into the form where it is about one. */
export interface Refused {
  readonly message: string;
  readonly remedy: string;
  readonly fields: readonly FieldProblem[];
  /** What was asked for exists no more. */
  readonly missing?: true;
  /** It could not be written. */
  readonly storage?: true;
}

export const refuse = (message: string, remedy: string, fields: readonly FieldProblem[] = []): Refused => ({
  message,
  remedy,
  fields,
});
export const gone = (what: string): Refused => ({
  ...refuse(`${what} is not there any more.`, 'Choose one that is listed.'),
  missing: true,
});
const notWritten = (message: string): Refused => ({
  ...refuse(message, 'Look at the disk of the data directory, then try again.'),
  storage: true,
});

/** The accounts and key records as they are now; every change is written before it is true. */
export class Registry {
  readonly #store: AccountsStore;
  readonly #changed: () => void;
  #stored: StoredAccounts;

  /** `changed`: accounts or keys are others than before. */
  constructor(options: {
    readonly store: AccountsStore;
    readonly stored: StoredAccounts;
    readonly changed: () => void;
  }) {
    this.#store = options.store;
    this.#stored = options.stored;
    this.#changed = options.changed;
  }

  get accounts(): readonly Account[] {
    return this.#stored.accounts;
  }

  get keys(): readonly KeyRecord[] {
    return this.#stored.keys;
  }

  account(id: string): Account | undefined {
    return this.#stored.accounts.find((account) => account.id === id);
  }

  key(id: string): KeyRecord | undefined {
    return this.#stored.keys.find((key) => key.id === id);
  }

  usersOf(keyId: string): readonly Account[] {
    return this.#stored.accounts.filter(({ keys }) => Object.values(keys).includes(keyId));
  }

  /** Adds the account or replaces the one of its id. */
  saveAccount(account: Account): Result<void, Refused> {
    const problems = this.#accountProblems(account);
    if (problems.length > 0) {
      return err(refuse(problems.map(({ message }) => message).join(' '), 'Correct the marked fields.', problems));
    }
    const others = this.#stored.accounts.filter(({ id }) => id !== account.id);
    const stating = account.enabled && account.mode === 'paper' ? statingAccount(others, account.venue) : undefined;
    if (stating !== undefined) {
      const follows = `Paper trading on ${VENUE_NAMES[account.venue]} follows “${stating.label}” already`;
      return err(
        refuse(`${follows}, and can follow one account only.`, 'Disable that one first, or save this one disabled.'),
      );
    }
    return this.#write({ ...this.#stored, accounts: [...others, account].sort(byLabel) });
  }

  removeAccount(id: string): Result<void, Refused> {
    if (this.account(id) === undefined) return err(gone('That account'));
    return this.#write({ ...this.#stored, accounts: this.#stored.accounts.filter((account) => account.id !== id) });
  }

  saveKey(record: KeyRecord): Result<void, Refused> {
    const others = this.#stored.keys.filter(({ id }) => id !== record.id);
    return this.#write({ ...this.#stored, keys: [...others, record].sort(byLabel) });
  }

  /** The record and every mention of it in accounts, which then have no key of that kind. */
  removeKey(id: string): Result<void, Refused> {
    if (this.key(id) === undefined) return err(gone('That key'));
    const accounts = this.#stored.accounts.map((account) => ({
      ...account,
      keys: Object.fromEntries(
        Object.entries(account.keys).map(([kind, keyId]) => [kind, keyId === id ? null : keyId]),
      ) as Account['keys'],
    }));
    return this.#write({ ...this.#stored, accounts, keys: this.#stored.keys.filter((key) => key.id !== id) });
  }

  #accountProblems(account: Account): readonly FieldProblem[] {
    const problems: FieldProblem[] = [];
    const before = this.account(account.id);
    if (before !== undefined && before.venue !== account.venue) {
      problems.push({ path: 'venue', message: 'The venue of an account cannot be changed; add another account.' });
    }
    problems.push(...entityProblems(account));
    if (this.#stored.accounts.some(({ id, label }) => id !== account.id && label === account.label)) {
      problems.push({ path: 'label', message: `There is another account called “${account.label}”.` });
    }
    const currencies = account.inventory.map(({ currency }) => currency);
    if (new Set(currencies).size !== currencies.length) {
      problems.push({ path: 'inventory', message: 'A currency is named twice in the working inventory.' });
    }
    const wanted = account.products.map((product) => keyKindOf(feedId(account.venue, product)));
    for (const [kind, keyId] of Object.entries(account.keys)) {
      if (keyId === null || keyId === undefined) continue;
      const key = this.key(keyId);
      const path = `keys.${kind}`;
      if (key === undefined) problems.push({ path, message: 'The chosen key is not there any more.' });
      else if (key.kind !== kind || KEY_TERMS[key.kind].venue !== account.venue) {
        problems.push({ path, message: `“${key.label}” is not a key of this venue.` });
      } else if (key.entity !== account.entity) {
        problems.push({ path, message: `“${key.label}” belongs to another entity of the venue.` });
      } else if (!wanted.includes(key.kind)) {
        problems.push({ path, message: `“${key.label}” serves none of the chosen products.` });
      } else if (account.enabled) {
        // Two lines on one key would hold one inventory twice, and disturb each other's nonces.
        const other = this.usersOf(keyId).find(({ id, enabled }) => id !== account.id && enabled);
        if (other === undefined) continue;
        problems.push({ path, message: `“${key.label}” serves “${other.label}”; an enabled account has its own key.` });
      }
    }
    return problems;
  }

  #write(next: StoredAccounts): Result<void, Refused> {
    const saved = this.#store.save(next);
    if (!saved.ok) return err(notWritten(saved.error));
    this.#stored = next;
    this.#changed();
    return ok(undefined);
  }
}

/** AC-1: what an account may be at its entity; one of a test network is real keys for play money, and nothing is dealt on it. */
function entityProblems({ venue, entity, products, mode, routing }: Account): readonly FieldProblem[] {
  const here = entityOf(venue, entity);
  if (here === undefined) return [{ path: 'entity', message: `This venue has no entity “${entity}”.` }];
  const problems: FieldProblem[] = [];
  const missing = products.filter((product) => !here.products.includes(product));
  if (missing.length > 0) {
    problems.push({ path: 'products', message: `“${here.name}” has no ${missing.join(' and no ')}.` });
  }
  if (here.test && mode !== 'live') {
    problems.push({ path: 'mode', message: `“${here.name}” is asked with its own keys: it cannot be on paper.` });
  }
  if (here.test && routing) {
    problems.push({ path: 'routing', message: `“${here.name}” is a test network: nothing is routed to it.` });
  }
  return problems;
}

const byLabel = (
  a: { readonly label: string; readonly id: string },
  b: { readonly label: string; readonly id: string },
) => (a.label < b.label ? -1 : a.label > b.label ? 1 : a.id < b.id ? -1 : 1);

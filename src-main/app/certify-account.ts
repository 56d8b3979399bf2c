import { StorageError } from '#engine/ports';
import { AccountsFile } from '#main/storage/accounts-file';
import { DataDirectory } from '#main/storage/data-directory';
import { NO_KEYCHAIN } from '#main/storage/vault/keychain';
import { Vault } from '#main/storage/vault/vault';
import type { Account } from '#shared/domain/account';
import { type Credentials, KEY_TERMS, keyKindOf } from '#shared/domain/credentials';
import { ENTITIES, entityOf, isTestEntity, whyNotTested } from '#shared/domain/entities';
import { FEEDS, type FeedId, feedId, venueOf } from '#shared/domain/ids';
import type { StoredAccounts } from '#shared/domain/stored-accounts';
import { err, ok, type Result } from '#shared/kernel/result';
import { EXIT, type StartProblem } from './start-problem.ts';

/** An account whose orders are certified, live or of a test network; its data directory is ours until it is closed. */
export interface CertifiedAccount {
  readonly account: Account;
  /** Those that it trades on; of a test network also the venue's feeds that it lacks. */
  readonly feeds: readonly FeedId[];
  readonly credentials: (feed: FeedId) => Credentials | undefined;
  close(): void;
}

export interface CertifiedAccountOptions {
  readonly dataDir: string;
  readonly id: string;
  /** Where its orders are to go: an account of the other kind is refused. */
  readonly venues: 'live' | 'testnet';
  /** Wall ms. */
  readonly nowMs: () => number;
  /** SE-1: `null` where no order is certified: no key is needed, and the vault stays as it lies. */
  readonly keys: {
    /** Asked for when the vault is locked; `undefined` when the person gives up. */
    readonly passphrase: () => Promise<string | undefined>;
  } | null;
}

/** The account, its keys and the lock of its data directory (EX-13). The error is one line. */
export async function openCertifiedAccount(
  options: CertifiedAccountOptions,
): Promise<Result<CertifiedAccount, StartProblem>> {
  let directory: DataDirectory;
  try {
    directory = DataDirectory.open(options.dataDir, options.nowMs());
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const exitCode = error.code === 'locked' ? EXIT.secondInstance : EXIT.dataDirectory;
    return err({ exitCode, message: error.message });
  }
  const found = await accountOf(directory, options);
  if (found.ok) return ok({ ...found.value, close: () => directory.close() });
  directory.close();
  return found;
}

async function accountOf(
  directory: DataDirectory,
  { id, venues, nowMs, keys }: CertifiedAccountOptions,
): Promise<Result<Omit<CertifiedAccount, 'close'>, StartProblem>> {
  const { stored, problem } = new AccountsFile({ path: directory.file('accounts.json'), nowMs }).load();
  const account = stored.accounts.find((one) => one.id === id);
  if (account === undefined) {
    const known = stored.accounts.map((one) => one.id).join(', ') || 'none';
    return notReached(
      `There is no account “${id}” in ${directory.path}; it has: ${known}.${problem === null ? '' : ` ${problem}`}`,
    );
  }
  const misfit = misfitOf(account, venues);
  if (misfit !== null) return err({ exitCode: EXIT.usage, message: misfit });
  if (account.mode !== 'live')
    return notReached(`The account “${id}” is a paper account: no real order is sent on it.`);
  const found: Result<ReadonlyMap<FeedId, Credentials>, StartProblem> = keys === null
    ? ok(new Map())
    : await credentialsOf(directory, account, stored, keys.passphrase);
  if (!found.ok) return found;
  const own = account.products.map((product) => feedId(account.venue, product));
  const feeds = FEEDS.filter(
    (feed) =>
      own.includes(feed) || (venues === 'testnet' && venueOf(feed) === account.venue && !existsAt(feed, account)),
  );
  return ok({ account, feeds, credentials: (feed) => found.value.get(feed) });
}

/** The secrets of each of its feeds, from the vault. */
async function credentialsOf(
  directory: DataDirectory,
  account: Account,
  stored: StoredAccounts,
  passphrase: () => Promise<string | undefined>,
): Promise<Result<ReadonlyMap<FeedId, Credentials>, StartProblem>> {
  const opened = await openVault(directory, passphrase);
  if (!opened.ok) return notReached(opened.error);
  const keys = new Map<FeedId, Credentials>();
  for (const product of account.products) {
    const feed = feedId(account.venue, product);
    const kind = keyKindOf(feed);
    const keyId = account.keys[kind];
    const record = stored.keys.find((key) => key.id === keyId);
    if (keyId === null || keyId === undefined || record === undefined || !record.active) {
      return notReached(`The account “${account.id}” has no active key of ${KEY_TERMS[kind].name}.`);
    }
    const secrets = opened.value.secrets(keyId);
    if (secrets === undefined) return notReached(`The vault holds no secrets of the key “${record.label}”.`);
    keys.set(feed, secrets);
  }
  return ok(keys);
}

const notReached = (message: string): Result<never, StartProblem> => err({ exitCode: EXIT.notReached, message });
const existsAt = (feed: FeedId, { entity }: Account): boolean => whyNotTested(feed, entity) === undefined;

/** Why the account is of the wrong kind; `null` when it is of the right one. */
function misfitOf({ id, venue, entity }: Account, venues: CertifiedAccountOptions['venues']): string | null {
  const isTest = isTestEntity(venue, entity);
  const name = entityOf(venue, entity)?.name ?? entity;
  if (venues === 'testnet' && !isTest) {
    const networks = ENTITIES[venue].filter(({ test }) => test).map((one) => one.name);
    const instead =
      networks.length > 0
        ? `--testnet is for accounts of ${networks.join(', ')}`
        : FEEDS.filter((feed) => venueOf(feed) === venue)
            .flatMap((feed) => whyNotTested(feed, entity) ?? [])
            .join('; ');
    return `The account “${id}” is of ${name}, where orders are real: ${instead}. Nothing was opened and nothing sent.`;
  }
  if (venues === 'live' && isTest) {
    return `The account “${id}” is of the test network ${name}: use --testnet --account ${id}. Nothing was opened and nothing sent.`;
  }
  return null;
}

async function openVault(
  directory: DataDirectory,
  passphrase: () => Promise<string | undefined>,
): Promise<Result<Vault, string>> {
  const vault = new Vault({ path: directory.file('vault.json'), keychain: NO_KEYCHAIN });
  await vault.load();
  const { state, sealedBy, note } = vault.state();
  if (state === 'none') return err(`There is no vault in ${directory.path}: no key was saved there.`);
  if (state === 'damaged') return err(note);
  if (sealedBy === 'keychain') {
    return err('The vault is sealed by the desktop’s keychain; choose a passphrase for it in the window first.');
  }
  const given = await passphrase();
  if (given === undefined) return err('No passphrase was given: nothing was opened and nothing sent.');
  const unlocked = await vault.unlock(given);
  return unlocked.ok ? ok(vault) : unlocked;
}

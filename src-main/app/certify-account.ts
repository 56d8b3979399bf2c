import { StorageError } from '#engine/ports';
import { AccountsFile } from '#main/storage/accounts-file';
import { DataDirectory } from '#main/storage/data-directory';
import { NO_KEYCHAIN } from '#main/storage/vault/keychain';
import { Vault } from '#main/storage/vault/vault';
import type { Account } from '#shared/domain/account';
import { type Credentials, KEY_TERMS, keyKindOf } from '#shared/domain/credentials';
import { type FeedId, feedId } from '#shared/domain/ids';
import { err, ok, type Result } from '#shared/kernel/result';
import { EXIT, type StartProblem } from './start-problem.ts';

/** A live account whose orders are certified; its data directory is ours until it is closed. */
export interface CertifiedAccount {
  readonly account: Account;
  readonly feeds: readonly FeedId[];
  readonly credentials: (feed: FeedId) => Credentials | undefined;
  close(): void;
}

export interface CertifiedAccountOptions {
  readonly dataDir: string;
  readonly id: string;
  /** Wall ms. */
  readonly nowMs: () => number;
  /** Asked for when the vault is locked; `undefined` when the person gives up. */
  readonly passphrase: () => Promise<string | undefined>;
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
  return err({ exitCode: EXIT.notReached, message: found.error });
}

async function accountOf(
  directory: DataDirectory,
  { id, nowMs, passphrase }: CertifiedAccountOptions,
): Promise<Result<Omit<CertifiedAccount, 'close'>, string>> {
  const { stored, problem } = new AccountsFile({ path: directory.file('accounts.json'), nowMs }).load();
  const account = stored.accounts.find((one) => one.id === id);
  if (account === undefined) {
    const known = stored.accounts.map((one) => one.id).join(', ') || 'none';
    return err(
      `There is no account “${id}” in ${directory.path}; it has: ${known}.${problem === null ? '' : ` ${problem}`}`,
    );
  }
  if (account.mode !== 'live') return err(`The account “${id}” is a paper account: no real order is sent on it.`);
  const opened = await openVault(directory, passphrase);
  if (!opened.ok) return opened;
  const keys = new Map<FeedId, Credentials>();
  for (const product of account.products) {
    const feed = feedId(account.venue, product);
    const kind = keyKindOf(feed);
    const keyId = account.keys[kind];
    const record = stored.keys.find((key) => key.id === keyId);
    if (keyId === null || keyId === undefined || record === undefined || !record.active) {
      return err(`The account “${id}” has no active key of ${KEY_TERMS[kind].name}.`);
    }
    const secrets = opened.value.secrets(keyId);
    if (secrets === undefined) return err(`The vault holds no secrets of the key “${record.label}”.`);
    keys.set(feed, secrets);
  }
  return ok({ account, feeds: [...keys.keys()], credentials: (feed) => keys.get(feed) });
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

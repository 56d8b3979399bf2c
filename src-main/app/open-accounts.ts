import type { Engine } from '#engine/engine';
import { AccountDesk } from '#main/accounts/account-desk';
import type { OpenWork } from '#main/accounts/connections';
import type { BrokerMaker } from '#main/accounts/ports';
import type { CapabilitiesOf } from '#main/accounts/rows';
import { AccountsFile } from '#main/storage/accounts-file';
import type { DataDirectory } from '#main/storage/data-directory';
import type { Keychain } from '#main/storage/vault/keychain';
import { Vault } from '#main/storage/vault/vault';
import type { Notifications } from '#main/telemetry/notifications';
import { passphraseSchema } from '#shared/contract/accounts';
import { feedName, type Venue } from '#shared/domain/ids';
import { worksWith } from '#shared/domain/listing';
import { err, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { PAPER_ACCOUNT } from './starting-inventory.ts';
import { VAULT_FILE } from './vault-file.ts';

export interface OpenAccountsOptions {
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly keychain: Keychain;
  /** Opens the vault at once; said in the notes when it does not. */
  readonly passphrase: string | undefined;
  readonly engine: () => Engine | undefined;
  readonly make: BrokerMaker;
  readonly capabilitiesOf: CapabilitiesOf;
  readonly notifications: Notifications;
  readonly problem: (text: string) => void;
  readonly notes: string[];
}

/** The accounts and keys of a data directory; what is wrong with their files is said and the program starts all the same. */
export async function openAccounts(options: OpenAccountsOptions): Promise<AccountDesk> {
  const { directory, clock, keychain, passphrase, notes, notifications } = options;
  const vault = new Vault({ path: directory.file(VAULT_FILE), keychain });
  await vault.load();
  if (passphrase !== undefined) {
    const opened = await openedBy(vault, passphrase);
    if (!opened.ok) notes.push(opened.error);
  }
  const { state, note } = vault.state();
  if (state === 'damaged') notes.push(note);
  const store = new AccountsFile({ path: directory.file('accounts.json'), nowMs: () => clock.wallMs() });
  const { stored, problem } = store.load();
  if (problem !== null) notes.push(problem);
  return new AccountDesk({
    clock,
    vault,
    store,
    stored,
    make: options.make,
    capabilitiesOf: options.capabilitiesOf,
    workOn: (accountId) => workOn(options.engine(), accountId),
    accountsChanged: () => options.engine()?.accountsChanged(),
    inventoryKept: (venue) => options.engine()?.inventoryKept(venue) ?? [],
    trades: (venue, currency) => trades(options.engine(), venue, currency),
    priceUsd: (currency) => options.engine()?.priceUsd(currency),
    problem: options.problem,
    acted: (account, feed, { kind, symbol, quantity, text, atMs }) => {
      const shown = `${account.label}, ${feedName(feed)}: ${kind} of ${quantity} ${symbol}. ${text}`;
      notifications.raise({
        kind: 'alarm',
        condition: `${kind}:${account.id}:${symbol}`,
        text: shown,
        atMs,
        lasting: false,
      });
    },
    alarm: (account, feed, reason) => {
      const condition = `account:${account.id}:${feed}`;
      if (reason === null) notifications.clear(condition);
      else {
        const text = `${account.label}, ${feedName(feed)}: ${reason} Nothing new is sent there.`;
        notifications.raise({ kind: 'alarm', condition, text, atMs: clock.wallMs(), lasting: true });
      }
    },
  });
}

/** A new vault is not sealed by less than a person could choose at the window. */
async function openedBy(vault: Vault, passphrase: string): Promise<Result<void, string>> {
  const weak = vault.state().state === 'none' && !passphraseSchema.safeParse(passphrase).success;
  return weak
    ? err('The vault was not made: the passphrase it was to be sealed by has fewer than 12 characters.')
    : vault.unlock(passphrase);
}

/** IN-1: could deals on the venue use it? `undefined` while nothing is known of the venue's listings. */
function trades(engine: Engine | undefined, venue: Venue, currency: string): boolean | undefined {
  const listings = engine?.market.listings().filter((one) => one.venue === venue && one.product === 'spot') ?? [];
  if (listings.length === 0) return undefined;
  return listings.some((listing) => worksWith(listing, currency));
}

/** What would be left without its account. That of simulated deals is no account of a person, whatever it is called. */
function workOn(engine: Engine | undefined, accountId: string): OpenWork {
  const none = { deals: 0, orders: 0 };
  return accountId === PAPER_ACCOUNT ? none : (engine?.workOn(accountId) ?? none);
}

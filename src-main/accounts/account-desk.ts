import { randomUUID } from 'node:crypto';
import type { VenueAction } from '#engine/ports';
import type { VaultState } from '#shared/contract/accounts';
import { type Account, inventoryTooDear } from '#shared/domain/account';
import { isTestEntity } from '#shared/domain/entities';
import { type FeedId, VENUE_NAMES, type Venue } from '#shared/domain/ids';
import type { StoredAccounts } from '#shared/domain/stored-accounts';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, decimal } from '#shared/money/decimal';
import { Connections, type OpenWork, staysFor } from './connections.ts';
import { probeBy, probeThrough } from './key-probe.ts';
import { KeyRing } from './key-ring.ts';
import { forceOf, PaperTerms, statingAccount } from './paper-terms.ts';
import type { BrokerMaker, SecretStore } from './ports.ts';
import { openProfile, sealProfile } from './profile.ts';
import { type AccountsStore, gone, type Refused, Registry, refuse } from './registry.ts';
import { accountRow, type CapabilitiesOf, keyRows } from './rows.ts';

/** The vault as the desk needs it. */
export interface DeskVault extends SecretStore {
  state(): Omit<VaultState, 'staying'>;
  unlock(passphrase: string): Promise<Result<void, string>>;
  lock(): void;
  reseal(
    to: { readonly by: 'keychain' } | { readonly by: 'passphrase'; readonly passphrase: string },
  ): Promise<Result<void, string>>;
}

export interface AccountDeskOptions {
  readonly clock: Clock;
  readonly vault: DeskVault;
  readonly store: AccountsStore;
  readonly stored: StoredAccounts;
  readonly make: BrokerMaker;
  readonly capabilitiesOf: CapabilitiesOf;
  /** What the engine's journal needs an account for. */
  readonly workOn: (accountId: string) => OpenWork;
  /** Accounts are others than before: the terms and the inventory of paper trading may be too. */
  readonly accountsChanged: () => void;
  /** What of the inventory stated on a venue is not in force, in sentences. */
  readonly inventoryKept: (venue: Venue) => readonly string[];
  /** Does the venue list anything that deals could trade in the currency? `undefined`: its catalogue is not known yet. */
  readonly trades: (venue: Venue, currency: string) => boolean | undefined;
  /** USD for one unit of a currency now; `undefined` while nothing is known of it. */
  readonly priceUsd: (currency: string) => Decimal | undefined;
  readonly problem: (text: string) => void;
  /** EX-15: what a venue did to a position; it stays until it is acknowledged. */
  readonly acted: (account: Account, feed: FeedId, action: VenueAction) => void;
  /** A feed of an account became unfit, or fit again (`null`). */
  readonly alarm: (account: Account, feed: FeedId, reason: string | null) => void;
}

export interface Dependents {
  readonly sentences: string[];
  readonly blocked: string | null;
}

/** Accounts and keys of the workstation: what the Accounts and Keys panels show and order. */
export class AccountDesk {
  readonly #options: AccountDeskOptions;
  readonly #registry: Registry;
  readonly #connections: Connections;
  readonly #ring: KeyRing;
  /** What an alarm was raised about, with the account as it then was. */
  readonly #blocked = new Map<string, { readonly account: Account; readonly feed: FeedId }>();
  /** On which terms paper trading stands, and with which inventory. */
  readonly terms: PaperTerms;

  constructor(options: AccountDeskOptions) {
    this.#options = options;
    const { clock, vault, store, stored, make, workOn, problem } = options;
    this.#registry = new Registry({
      store,
      stored,
      changed: () => {
        this.#connections.align();
        options.accountsChanged();
      },
    });
    this.terms = new PaperTerms(() => this.#registry.accounts);
    this.#connections = new Connections({
      registry: this.#registry,
      secrets: vault,
      make,
      workOn,
      clock,
      changed: () => this.#raiseAlarms(),
      acted: options.acted,
      problem,
    });
    this.#ring = new KeyRing({
      registry: this.#registry,
      secrets: vault,
      probe: probeBy(make),
      probeOf: (keyId) => probeThrough(this.#connections.using(keyId), probeBy(make)),
      clock,
      newId: () => randomUUID().slice(0, 13),
    });
  }

  start(): void {
    this.#connections.start();
  }

  stop(): Promise<void> {
    return this.#connections.stop();
  }

  accountRows() {
    const sources = { ...this.#options, registry: this.#registry, connections: this.#connections };
    return this.#registry.accounts.map((one) => accountRow(one, sources));
  }

  keyRows() {
    return keyRows(this.#registry);
  }

  vaultState(): VaultState {
    return { ...this.#options.vault.state(), staying: this.#staying() };
  }

  get ring(): KeyRing {
    return this.#ring;
  }

  /** What it binds from now on, and what not, in sentences. */
  saveAccount(account: Account): Result<string, Refused> {
    const before = this.#registry.account(account.id);
    const blocked = this.#blockedBy(account.id);
    if (before !== undefined && blocked !== null && reconnects(before, account)) {
      return err(refuse(blocked, 'Close its deals first, then change its keys, entity or products, or disable it.'));
    }
    const unfit = this.#tooDear(account) ?? this.#untraded(account);
    if (unfit !== undefined) return err(unfit);
    const saved = this.#registry.saveAccount(account);
    if (!saved.ok) return saved;
    const { text, kept } = forceOf(account, this.#registry.accounts, this.#options.inventoryKept);
    return ok([text, ...kept].join(' '));
  }

  /** RK-3: of what has no price yet the engine finds out when it takes it in. */
  #tooDear({ inventory }: Account): Refused | undefined {
    const messages = inventory.flatMap(({ currency, quantity }) => {
      const price = this.#options.priceUsd(currency);
      return price === undefined ? [] : (inventoryTooDear(currency, decimal(quantity), price) ?? []);
    });
    const fields = messages.map((message) => ({ path: 'inventory', message }));
    return fields.length === 0 ? undefined : refuse(messages.join(' '), 'Correct the marked fields.', fields);
  }

  /** IN-1: money that no deal could use is no working inventory. */
  #untraded({ mode, enabled, venue, inventory }: Account): Refused | undefined {
    if (mode !== 'paper' || !enabled) return undefined;
    const none = inventory.filter(({ currency }) => this.#options.trades(venue, currency) === false);
    if (none.length === 0) return undefined;
    const currencies = none.map(({ currency }) => currency).join(', ');
    const message = `${VENUE_NAMES[venue]} lists nothing that is traded in ${currencies}.`;
    return refuse(message, 'Leave that out of the working inventory.');
  }

  async refresh(id: string): Promise<Result<void, Refused>> {
    if (this.#registry.account(id) === undefined) return err(gone('That account'));
    await this.#connections.refresh(id);
    return ok(undefined);
  }

  accountDependents(id: string): Result<Dependents, Refused> {
    const account = this.#registry.account(id);
    if (account === undefined) return err(gone('That account'));
    const needed = this.#connections.needed(id);
    const own = account.products.filter((product) => this.#connections.connection(id, `${account.venue}:${product}`));
    const connected = own.length === 0 ? [] : [`It is connected for ${own.join(' and ')}; the connection ends.`];
    const binds = statingAccount(this.#registry.accounts, account.venue)?.id === id;
    const venue = VENUE_NAMES[account.venue];
    const stays = binds
      ? [`Paper trading on ${venue} goes on by built-in terms, with the inventory that is allocated now.`]
      : [];
    const work = needed === null ? [] : [`${needed} on it.`];
    return ok({ sentences: [...connected, ...stays, ...work], blocked: this.#blockedBy(id) });
  }

  deleteAccount(id: string): Result<void, Refused> {
    const dependents = this.accountDependents(id);
    if (!dependents.ok) return dependents;
    if (dependents.value.blocked !== null) {
      return err(refuse(dependents.value.blocked, 'Close its deals first, then delete it.'));
    }
    return this.#registry.removeAccount(id);
  }

  keyDependents(id: string): Result<Dependents, Refused> {
    const key = this.#registry.key(id);
    if (key === undefined) return err(gone('That key'));
    const users = this.#registry.usersOf(id);
    const blocked = users.flatMap((account) => this.#blockedBy(account.id) ?? [])[0] ?? null;
    const sentences = users.map(({ label }) => `The account “${label}” uses it and is disconnected at once.`);
    return ok({ sentences: [...sentences, 'It stays valid at the venue: revoke it there too.'], blocked });
  }

  async deleteKey(id: string): Promise<Result<void, Refused>> {
    const dependents = this.keyDependents(id);
    if (!dependents.ok) return dependents;
    const { blocked } = dependents.value;
    return blocked === null
      ? this.#ring.remove(id)
      : err(refuse(blocked, 'Close its deals first, then delete the key.'));
  }

  /** One that is not active is used by no account. */
  activateKey(id: string, active: boolean): Result<void, Refused> {
    const dependents = this.keyDependents(id);
    if (!dependents.ok) return dependents;
    const { blocked } = dependents.value;
    return active || blocked === null
      ? this.#ring.activate(id, active)
      : err(refuse(blocked, 'Close its deals first, then deactivate the key.'));
  }

  async openVault(passphrase: string): Promise<Result<void, string>> {
    const opened = await this.#options.vault.unlock(passphrase);
    if (opened.ok) this.#connections.align();
    return opened;
  }

  /**
   * SE-1: the vault forgets every secret at once. Only connections that open work needs keep theirs, in memory, until it is
   * over; gives a sentence about each such account.
   */
  lockVault(): readonly string[] {
    this.#options.vault.lock();
    this.#connections.align();
    return this.#staying();
  }

  resealVault(to: Parameters<DeskVault['reseal']>[0]): Promise<Result<void, string>> {
    return this.#options.vault.reseal(to);
  }

  /** Every account and key as the text of an encrypted file. */
  async exportProfile(
    passphrase: string,
  ): Promise<Result<{ content: string; accounts: number; keys: number }, Refused>> {
    const { vault } = this.#options;
    if (this.#registry.keys.length > 0 && !vault.open) {
      return err(refuse('The vault is locked.', 'Open it first: the exported file holds the keys.'));
    }
    const keys = this.#registry.keys.flatMap((record) => {
      const credentials = vault.secrets(record.id);
      return credentials === undefined ? [] : [{ record, credentials }];
    });
    const content = await sealProfile({ accounts: this.#registry.accounts, keys }, passphrase);
    return ok({ content, accounts: this.#registry.accounts.length, keys: keys.length });
  }

  /** Takes what is not here yet; keys are checked at their venues like typed ones. */
  async importProfile(
    content: string,
    passphrase: string,
  ): Promise<Result<{ accounts: number; keys: number; skipped: string[] }, Refused>> {
    const opened = await openProfile(content, passphrase);
    if (!opened.ok)
      return err(refuse(opened.error, 'Choose the exported file and the passphrase it was exported with.'));
    const skipped: string[] = [];
    const ids = new Map<string, string>();
    for (const { record, credentials } of opened.value.keys) {
      const added = await this.#ring.add(record, credentials);
      if (added.ok) {
        ids.set(record.id, added.value.record.id);
        if (!record.active) this.#ring.activate(added.value.record.id, false);
      } else skipped.push(`Key “${record.label}”: ${added.error.message}`);
    }
    let accounts = 0;
    for (const account of opened.value.accounts) {
      const keys = Object.fromEntries(
        Object.entries(account.keys).map(([kind, id]) => [kind, id == null ? null : (ids.get(id) ?? null)]),
      );
      // What trades live here is for the person at this machine to say.
      const mode = isTestEntity(account.venue, account.entity) ? account.mode : 'paper';
      // … and so is what paper trading follows.
      const imported: Account = { ...account, keys, mode, enabled: account.enabled && mode === 'live' };
      const saved =
        this.#registry.account(account.id) === undefined
          ? this.#registry.saveAccount(imported)
          : err(refuse('it is here already.', ''));
      if (saved.ok) accounts += 1;
      else skipped.push(`Account “${account.label}”: ${saved.error.message}`);
    }
    return ok({ accounts, keys: ids.size, skipped });
  }

  /** Why an account must stay as it is connected now; `null` when nothing needs it. */
  #blockedBy(id: string): string | null {
    const needed = this.#connections.needed(id);
    return needed === null ? null : `${needed} on it: hedges and cancels need the account.`;
  }

  #staying(): string[] {
    return this.#registry.accounts.flatMap(({ id, label, venue, products }) => {
      const kept = products.filter((product) => this.#connections.keptBy(id, `${venue}:${product}`));
      const needed = this.#connections.needed(id);
      if (kept.length === 0 || needed === null) return [];
      return [`“${label}” (${kept.join(' and ')}) ${staysFor(needed)}`];
    });
  }

  #raiseAlarms(): void {
    const there = new Set<string>();
    for (const account of this.#registry.accounts) {
      for (const product of account.products) {
        const feed: FeedId = `${account.venue}:${product}`;
        const state = this.#connections.connection(account.id, feed)?.state;
        const name = `${account.id}|${feed}`;
        there.add(name);
        const unfit = state?.kind === 'blocked' ? state.reason : this.#connections.missed(account.id, feed);
        if (unfit !== undefined) {
          this.#blocked.set(name, { account, feed });
          this.#options.alarm(account, feed, unfit);
        } else if (this.#blocked.delete(name)) {
          this.#options.alarm(account, feed, null);
        }
      }
    }
    // Of accounts and products that are there no more nobody else would take it back.
    for (const [name, { account, feed }] of this.#blocked) {
      if (there.has(name)) continue;
      this.#blocked.delete(name);
      this.#options.alarm(account, feed, null);
    }
  }
}

/** Whether the change ends a connection, or has another begin in its place. */
function reconnects(before: Account, after: Account): boolean {
  const chosen = ({ keys }: Account) => Object.entries(keys).filter(([, id]) => id !== null && id !== undefined);
  const of = (account: Account) =>
    JSON.stringify([account.entity, chosen(account).sort(), [...account.products].sort()]);
  return (before.enabled && !after.enabled) || of(before) !== of(after);
}

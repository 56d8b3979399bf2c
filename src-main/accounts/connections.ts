import type { VenueAccountBroker, VenueAction } from '#engine/ports';
import type { Account } from '#shared/domain/account';
import { keyKindOf } from '#shared/domain/credentials';
import { type FeedId, feedId } from '#shared/domain/ids';
import type { Clock } from '#shared/kernel/time';
import { type Cancel, every } from '#shared/kernel/time';
import { AccountConnection } from './connection.ts';
import type { BrokerMaker, SecretStore } from './ports.ts';
import type { Registry } from './registry.ts';

/** Between two readings of balances, positions and open orders. */
const READ_EVERY_MS = 30_000;
/** Fees are read with every so manieth of them. */
const FEES_EVERY = 20;

export interface ConnectionsOptions {
  readonly registry: Registry;
  readonly secrets: Pick<SecretStore, 'open' | 'secrets'>;
  readonly make: BrokerMaker;
  readonly clock: Clock;
  readonly changed: () => void;
  /** EX-15: a venue did something to a position of the account. */
  readonly acted: (account: Account, feed: FeedId, action: VenueAction) => void;
  /** A connection could not be made or broke inside: for the log, without secrets. */
  readonly problem: (text: string) => void;
}

/** Why a feed of an account is not connected. */
export type Off = { readonly feed: FeedId; readonly reason: string };

/** Keeps a broker connected for every enabled account and product that has a usable key, and no other. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #live = new Map<string, { readonly key: string; readonly connection: AccountConnection }>();
  readonly #off = new Map<string, string>();
  readonly #ending = new Set<Promise<void>>();
  #stopReading: Cancel = () => undefined;
  #rounds = 0;
  #stopped = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  start(): void {
    this.align();
    this.#stopReading = every(this.#options.clock, READ_EVERY_MS, () => {
      this.#rounds += 1;
      for (const { connection } of this.#live.values()) {
        this.#contained(connection.feed, connection.read(this.#rounds % FEES_EVERY === 0));
      }
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopReading();
    for (const name of [...this.#live.keys()]) this.#end(name);
    await Promise.all(this.#ending);
  }

  /** Connects what should be and is not, ends what should not be: after every change of accounts, keys and vault. */
  align(): void {
    if (this.#stopped) return;
    const { registry } = this.#options;
    const wanted = new Set<string>();
    this.#off.clear();
    for (const account of registry.accounts) {
      for (const product of account.products) {
        const feed = feedId(account.venue, product);
        const name = nameOf(account.id, feed);
        const plan = this.#plan(account, feed);
        if ('reason' in plan) {
          this.#off.set(name, plan.reason);
          continue;
        }
        wanted.add(name);
        const running = this.#live.get(name);
        if (running !== undefined && running.key === plan.signature) continue;
        if (running !== undefined) this.#end(name);
        this.#begin(account, feed, plan);
      }
    }
    for (const name of [...this.#live.keys()]) if (!wanted.has(name)) this.#end(name);
    this.#options.changed();
  }

  connection(accountId: string, feed: FeedId): AccountConnection | undefined {
    return this.#live.get(nameOf(accountId, feed))?.connection;
  }

  /** The brokers that sign with a key now. */
  using(keyId: string): readonly VenueAccountBroker[] {
    return [...this.#live.values()]
      .filter(({ key }) => key.startsWith(`${keyId}|`))
      .map(({ connection }) => connection.broker);
  }

  /** Why the feed is not connected; `undefined` when it is. */
  offReason(accountId: string, feed: FeedId): string | undefined {
    return this.#off.get(nameOf(accountId, feed));
  }

  /** Reads everything of an account again; a key that is held up is looked at first. */
  async refresh(accountId: string): Promise<void> {
    const mine = [...this.#live].filter(([name]) => name.startsWith(`${accountId}|`));
    await Promise.all(mine.map(([, { connection }]) => connection.refresh()));
  }

  #plan(
    account: Account,
    feed: FeedId,
  ): { readonly reason: string } | { readonly keyId: string; readonly signature: string } {
    const { registry, secrets } = this.#options;
    if (!account.enabled) return { reason: 'The account is disabled.' };
    const keyId = account.keys[keyKindOf(feed)] ?? null;
    const key = keyId === null ? undefined : registry.key(keyId);
    if (keyId === null || key === undefined) return { reason: 'No key is chosen for it.' };
    if (!key.active) return { reason: `The key “${key.label}” is not active.` };
    if (!secrets.open) return { reason: 'The vault is locked: open it on the Keys panel.' };
    if (secrets.secrets(keyId) === undefined) return { reason: `The vault holds no secrets for “${key.label}”.` };
    return { keyId, signature: `${keyId}|${account.entity}` };
  }

  #begin(account: Account, feed: FeedId, plan: { readonly keyId: string; readonly signature: string }): void {
    const { secrets, make, clock, changed, acted } = this.#options;
    const credentials = secrets.secrets(plan.keyId);
    if (credentials === undefined) return;
    const made = make(feed, { account: account.id, entity: account.entity, credentials });
    if (!made.ok) {
      this.#off.set(nameOf(account.id, feed), made.error);
      return;
    }
    const connection = new AccountConnection(made.value, clock, changed, (action) => acted(account, feed, action));
    this.#live.set(nameOf(account.id, feed), { key: plan.signature, connection });
    this.#contained(feed, connection.start());
  }

  #end(name: string): void {
    const running = this.#live.get(name);
    if (running === undefined) return;
    this.#live.delete(name);
    const ended = running.connection
      .stop()
      .catch((error: unknown) => this.#options.problem(`${running.connection.feed}: ${said(error)}`))
      .finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  #contained(feed: FeedId, work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.problem(`${feed}: ${said(error)}`));
  }
}

const nameOf = (accountId: string, feed: FeedId): string => `${accountId}|${feed}`;
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

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
/** How often open work is looked at while a connection outlasts what it was opened by, or is missed. */
const WORK_CHECK_MS = 1_000;

/** Open deals that an account is needed for, and orders on it that may still execute. */
export interface OpenWork {
  readonly deals: number;
  readonly orders: number;
}

export interface ConnectionsOptions {
  readonly registry: Registry;
  readonly secrets: Pick<SecretStore, 'open' | 'secrets'>;
  readonly make: BrokerMaker;
  /** What the engine's journal needs an account for. */
  readonly workOn: (accountId: string) => OpenWork;
  readonly clock: Clock;
  readonly changed: () => void;
  /** EX-15: a venue did something to a position of the account. */
  readonly acted: (account: Account, feed: FeedId, action: VenueAction) => void;
  /** A connection could not be made or broke inside: for the log, without secrets. */
  readonly problem: (text: string) => void;
}

/**
 * Keeps a broker connected for every enabled account and product that has a usable key, and no other: but a connection
 * that an open deal or a working order needs outlasts what it was opened by (EX-9, KS-1). It takes no entry from then on and
 * ends with that work.
 */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #live = new Map<string, { readonly key: string; readonly connection: AccountConnection }>();
  readonly #off = new Map<string, string>();
  /** Connections that only open work keeps: what keeps them. */
  readonly #kept = new Map<string, string>();
  /** Feeds that open work needs and that are not connected: why not. */
  readonly #missed = new Map<string, string>();
  readonly #ending = new Set<Promise<void>>();
  #stopReading: Cancel = () => undefined;
  #stopWatching: Cancel | null = null;
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
    this.#stopWatching?.();
    for (const name of [...this.#live.keys()]) this.#end(name);
    await Promise.all(this.#ending);
  }

  /** Connects what should be and is not, ends what should not be: after every change of accounts, keys and vault. */
  align(): void {
    if (this.#stopped) return;
    const { registry } = this.#options;
    const wanted = new Set<string>();
    for (const of of [this.#off, this.#kept, this.#missed]) of.clear();
    for (const account of registry.accounts) {
      const needed = this.needed(account.id);
      for (const product of account.products) {
        const feed = feedId(account.venue, product);
        const name = nameOf(account.id, feed);
        const plan = this.#plan(account, feed);
        const running = this.#live.get(name);
        if ('reason' in plan) {
          if (running !== undefined && needed !== null) {
            wanted.add(name);
            this.#kept.set(name, needed);
            running.connection.broker.closeToEntries(`${plan.reason} It ${staysFor(needed)}`);
          } else this.#refuse(name, plan.reason, needed);
          continue;
        }
        wanted.add(name);
        running?.connection.broker.closeToEntries(null);
        if (running !== undefined && running.key === plan.signature) continue;
        if (running !== undefined) this.#end(name);
        this.#begin(account, feed, plan, needed);
      }
    }
    for (const name of [...this.#live.keys()]) if (!wanted.has(name)) this.#end(name);
    this.#watchWork();
    this.#options.changed();
  }

  /** What an account's connections are needed for, in words; `null` when for nothing. */
  needed(accountId: string): string | null {
    const { deals, orders } = this.#options.workOn(accountId);
    let sent = 0;
    for (const { connection } of this.#of(accountId)) sent += connection.broker.working();
    const counts = [counted(deals, 'open deal'), counted(Math.max(orders, sent), 'working order')];
    return counts.flatMap((text) => text ?? []).join(' and ') || null;
  }

  /** What alone keeps the feed connected; `undefined` when it is not so. */
  keptBy(accountId: string, feed: FeedId): string | undefined {
    return this.#kept.get(nameOf(accountId, feed));
  }

  /** Why a feed that open work needs is not connected; `undefined` when none is missed. */
  missed(accountId: string, feed: FeedId): string | undefined {
    return this.#missed.get(nameOf(accountId, feed));
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
    await Promise.all(this.#of(accountId).map(({ connection }) => connection.refresh()));
  }

  #of(accountId: string) {
    return [...this.#live].flatMap(([name, running]) => (name.startsWith(`${accountId}|`) ? [running] : []));
  }

  #refuse(name: string, reason: string, needed: string | null): void {
    const said = needed === null ? reason : `${reason} It is needed for ${needed}.`;
    this.#off.set(name, said);
    if (needed !== null) this.#missed.set(name, said);
  }

  /** What ends elsewhere is not told here. */
  #watchWork(): void {
    if (this.#kept.size > 0 || this.#missed.size > 0) {
      this.#stopWatching ??= every(this.#options.clock, WORK_CHECK_MS, () => this.align());
    } else {
      this.#stopWatching?.();
      this.#stopWatching = null;
    }
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

  #begin(
    account: Account,
    feed: FeedId,
    plan: { readonly keyId: string; readonly signature: string },
    needed: string | null,
  ): void {
    const { secrets, make, clock, changed, acted } = this.#options;
    const credentials = secrets.secrets(plan.keyId);
    if (credentials === undefined) return;
    const made = make(feed, { account: account.id, entity: account.entity, credentials });
    if (!made.ok) {
      this.#refuse(nameOf(account.id, feed), made.error, needed);
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
/** What is said of a connection that only open work keeps; its subject goes before. */
export const staysFor = (needed: string): string =>
  `stays connected for ${needed}; no entry leaves, and it ends with that work.`;
const counted = (count: number, what: string): string | null =>
  count === 0 ? null : `${count} ${what}${count === 1 ? '' : 's'}`;
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

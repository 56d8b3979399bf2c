import type {
  Broker,
  BrokerEvent,
  Journaled,
  JournalRow,
  JournalStore,
  QueryOutcome,
  SubmitOutcome,
} from '#engine/ports';
import { StorageError } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import type { JournalEntry } from '#shared/domain/journal';

const never = <T>(): Promise<T> => new Promise(() => undefined);

/**
 * One run of the engine that can be killed at its n-th effect: a journal append or a broker call. From then on nothing
 * it does has an effect and nothing reaches it, as after `kill -9`.
 */
export class Lifeline {
  dead = false;
  effects = 0;
  readonly #killAt: number;
  readonly #keepLast: boolean;

  /** `killAt`: counted from 1, 0 for never. `keepLast`: whether the fatal effect itself still happens. */
  constructor(killAt = 0, keepLast = false) {
    this.#killAt = killAt;
    this.#keepLast = keepLast;
  }

  kill(): void {
    this.dead = true;
  }

  /** Counts an effect; true when it happens. */
  effect(): boolean {
    if (this.dead) return false;
    this.effects += 1;
    if (this.effects !== this.#killAt) return true;
    this.dead = true;
    return this.#keepLast;
  }
}

export class MortalStore implements JournalStore {
  readonly #inner: JournalStore;
  readonly #life: Lifeline;

  constructor(inner: JournalStore, life: Lifeline) {
    this.#inner = inner;
    this.#life = life;
  }

  append(atMs: number, entries: readonly JournalEntry[]): void {
    if (!this.#life.effect()) throw new StorageError('io', 'the process is gone');
    this.#inner.append(atMs, entries);
  }

  readAll(): readonly JournalRow[] {
    return this.#inner.readAll();
  }
}

export class MortalBroker implements Broker {
  readonly venue: Broker['venue'];
  readonly account: string;
  readonly capabilities: Broker['capabilities'];
  readonly #inner: Broker;
  readonly #life: Lifeline;

  constructor(inner: Broker, life: Lifeline) {
    this.#inner = inner;
    this.#life = life;
    this.venue = inner.venue;
    this.account = inner.account;
    this.capabilities = inner.capabilities;
  }

  onEvent(listener: (event: BrokerEvent) => void): void {
    this.#inner.onEvent((event) => {
      if (!this.#life.dead) listener(event);
    });
  }

  submit(order: Journaled): Promise<SubmitOutcome> {
    return this.#through(() => this.#inner.submit(order));
  }
  cancel(clientOrderId: string, listing: ListingId): Promise<'cancelled' | 'gone' | 'in-doubt'> {
    return this.#through(() => this.#inner.cancel(clientOrderId, listing));
  }
  query(clientOrderId: string, listing: ListingId, createBeforeMs: number): Promise<QueryOutcome> {
    return this.#through(() => this.#inner.query(clientOrderId, listing, createBeforeMs));
  }
  openOrders(): ReturnType<Broker['openOrders']> {
    return this.#through(() => this.#inner.openOrders());
  }
  balances(): ReturnType<Broker['balances']> {
    return this.#through(() => this.#inner.balances());
  }

  async #through<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#life.effect()) return never();
    const answer = await call();
    return this.#life.dead ? never() : answer;
  }
}

import type { JournalEntry } from '#shared/domain/journal';
import type { OrderIntent } from '#shared/domain/order';
import type { Plan } from '#shared/domain/plan';
import { InvariantError, invariant } from '#shared/kernel/invariant';
import type { Clock } from '#shared/kernel/time';
import { type Approved, type Journaled, type JournalRow, type JournalStore, StorageError } from '../ports.ts';
import type { JournalState } from './state.ts';

/** Told of every row, old and new, in order, after {@link JournalState} took it in. */
export interface JournalObserver {
  apply(row: JournalRow): void;
}

export interface JournalOptions {
  readonly store: JournalStore;
  readonly clock: Clock;
  readonly state: JournalState;
  /** Built from the rows alone, e.g. the ledger. */
  readonly observers: readonly JournalObserver[];
}

/** Rows closer together than this share a commit and a time. */
const BURST_MS = 5;

interface Batch {
  readonly atMs: number;
  readonly entries: JournalEntry[];
}

/**
 * The one writer of the journal and the only maker of {@link Journaled} (EX-1). Facts from a venue are taken in with
 * {@link note} and become durable together with the next decision: one commit for a burst. No decision is durable
 * before the facts it rests on, and no order leaves before its own row is.
 */
export class Journal {
  readonly state: JournalState;
  readonly #store: JournalStore;
  readonly #clock: Clock;
  readonly #observers: readonly JournalObserver[];
  #noted: Batch[] = [];
  #sequence = 0;

  /** Reads and applies every row. @throws {StorageError} when one cannot be read or cannot follow the ones before it. */
  constructor(options: JournalOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.state = options.state;
    this.#observers = options.observers;
    for (const row of this.#store.readAll()) {
      this.#sequence = row.sequence;
      try {
        this.#apply(row);
      } catch (error) {
        if (!(error instanceof InvariantError)) throw error;
        throw new StorageError('damaged', `the journal does not add up at row ${row.sequence}: ${error.message}`);
      }
    }
  }

  /** Durable on return, in one commit with what was noted before. @throws {StorageError} having kept none of `entries`. */
  record(entries: readonly JournalEntry[]): void {
    const atMs = this.#clock.wallMs();
    const burst = this.#burst(atMs);
    if (burst !== undefined && this.#noted.length === 1) {
      this.#store.append(burst.atMs, [...burst.entries, ...entries]);
      this.#noted = [];
      this.#applyAll(burst.atMs, entries);
      return;
    }
    this.flush();
    this.#store.append(atMs, entries);
    this.#applyAll(atMs, entries);
  }

  /**
   * Takes in what a venue said: true whether or not the disk can hold it, so it is applied at once and kept until a
   * commit succeeds. After a crash before that, the venue is asked again (EX-11).
   */
  note(entries: readonly JournalEntry[]): void {
    if (entries.length === 0) return;
    const atMs = this.#clock.wallMs();
    let burst = this.#burst(atMs);
    if (burst === undefined) {
      burst = { atMs, entries: [] };
      this.#noted.push(burst);
    }
    burst.entries.push(...entries);
    this.#applyAll(burst.atMs, entries);
  }

  /** Makes what was noted durable. @throws {StorageError} keeping what could not be written for the next try. */
  flush(): void {
    for (let batch = this.#noted[0]; batch !== undefined; batch = this.#noted[0]) {
      this.#store.append(batch.atMs, batch.entries);
      this.#noted.shift();
    }
  }

  /**
   * The id of the next order (EX-2): when this journal was born, and how many orders it made. Never given out twice,
   * because an order is only sent after its row is durable. 18 characters of `0-9a-z`: the narrowest venue rule
   * (Kraken's 18, OKX's alphanumerics).
   */
  nextClientOrderId(): string {
    invariant(this.state.birthMs !== null, 'no inventory was allocated before the first order');
    const birth = Math.floor(this.state.birthMs);
    return `x${birth.toString(36).padStart(9, '0')}${this.state.orderCount.toString(36).padStart(8, '0')}`;
  }

  nextDealId(): string {
    return `d${this.state.dealCount + 1}`;
  }

  /** EX-1: commits the order's row. @throws {StorageError} and then the order must not be sent. */
  journalOrder(approved: Approved): Journaled {
    return this.#journaled([], approved);
  }

  /** Opens a deal together with its first order, in one commit. @throws {StorageError} and then there is no deal. */
  openDeal(plan: Plan, usdRates: Readonly<Record<string, string>>, approved: Approved): Journaled {
    return this.#journaled([{ kind: 'deal-opened', dealId: approved.dealId, plan, usdRates }], approved);
  }

  #journaled(before: readonly JournalEntry[], approved: Approved): Journaled {
    const order: OrderIntent = approved;
    invariant(order.clientOrderId === this.nextClientOrderId(), `order id ${order.clientOrderId} is not the next one`);
    this.record([...before, { kind: 'order-pending', order }]);
    return order as Journaled;
  }

  /** The batch that rows of now still belong to: they carry its time, so that replaying them gives the same. */
  #burst(atMs: number): Batch | undefined {
    const last = this.#noted.at(-1);
    return last !== undefined && atMs - last.atMs < BURST_MS ? last : undefined;
  }

  #applyAll(atMs: number, entries: readonly JournalEntry[]): void {
    for (const entry of entries) this.#apply({ sequence: ++this.#sequence, atMs, entry });
  }

  #apply(row: JournalRow): void {
    this.state.apply(row);
    for (const observer of this.#observers) observer.apply(row);
  }
}

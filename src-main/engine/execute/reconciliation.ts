import type { Venue } from '#shared/domain/ids';
import type { Cancel, Clock } from '#shared/kernel/time';
import { type Decimal, decimal, wire, ZERO } from '#shared/money/decimal';
import type { Journal } from '../journal/journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Balance, Broker } from '../ports.ts';
import type { ExecutionListener } from './listener.ts';

const RETRY_MS = 2_000;
/** Between two comparisons of an account that agreed. */
const CHECK_MS = 60_000;
const CONFIRM_LOOK_MS = 200;
/** A venue that has not accounted for an order by then is left blocked and the others may begin. */
const CONFIRM_PATIENCE_MS = 15_000;

export interface ReconciliationOptions {
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly brokers: readonly Broker[];
  readonly clock: Clock;
  readonly listener: ExecutionListener;
  readonly desk: { unconfirmed(venue: Venue, account: string): number };
}

/**
 * EX-11: after a start each account is compared with its venue before it may take entries: every order of ours that was
 * not final is accounted for, orders that are not ours are named, and the venue holds at least what the ledger says. The
 * comparison goes on for as long as the engine runs (EX-10).
 */
export class Reconciliation {
  readonly #options: ReconciliationOptions;
  readonly #blocked = new Map<string, string>();
  readonly #timers = new Set<Cancel>();
  #stopped = false;

  constructor(options: ReconciliationOptions) {
    this.#options = options;
    for (const broker of options.brokers) this.#blocked.set(keyOf(broker), 'It is not reconciled with its venue yet.');
  }

  blocked(venue: Venue, account: string): string | undefined {
    return this.#blocked.get(keyOf({ venue, account }));
  }

  /** Resolves when every broker was tried once; those that failed are tried again in the background. */
  async start(): Promise<void> {
    await Promise.all(this.#options.brokers.map((broker) => this.#try(broker)));
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  async #try(broker: Broker): Promise<void> {
    const unconfirmed = await this.#unconfirmed(broker);
    if (this.#stopped) return;
    // A fill between reading a balance and booking it makes one comparison fail; the next one passes.
    const problem = unconfirmed ?? (await this.#problem(broker).catch(unreadable));
    if (this.#stopped) return;
    const key = keyOf(broker);
    if (problem === undefined) {
      this.#blocked.delete(key);
      this.#options.listener.alarmCleared(`reconcile:${key}`);
      this.#later(CHECK_MS, () => void this.#check(broker));
      return;
    }
    this.#blocked.set(key, problem);
    this.#options.listener.alarm(`reconcile:${key}`, problem);
    this.#later(RETRY_MS, () => void this.#try(broker));
  }

  /** An account in use is compared again. A fill on its way may spoil one comparison; it is not there at the second. */
  async #check(broker: Broker, before?: string): Promise<void> {
    const problem = await this.#problem(broker).catch(unreadable);
    if (this.#stopped) return;
    if (problem === undefined) this.#later(CHECK_MS, () => void this.#check(broker));
    else if (before === undefined) this.#later(RETRY_MS, () => void this.#check(broker, problem));
    else void this.#try(broker);
  }

  /** The deals' own passes ask about each order; this waits for them, and says what is missing when it takes too long. */
  #unconfirmed(broker: Broker): Promise<string | undefined> {
    const untilMs = this.#options.clock.monoMs() + CONFIRM_PATIENCE_MS;
    return new Promise((resolve) => {
      const look = () => {
        const open = this.#options.desk.unconfirmed(broker.venue, broker.account);
        if (open === 0 || this.#stopped) return resolve(undefined);
        const missing = `${open} orders on ${broker.venue} are not accounted for yet.`;
        this.#blocked.set(keyOf(broker), missing);
        if (this.#options.clock.monoMs() >= untilMs) return resolve(missing);
        this.#later(CONFIRM_LOOK_MS, look);
      };
      look();
    });
  }

  async #problem(broker: Broker): Promise<string | undefined> {
    const { journal, listener } = this.#options;
    const open = await broker.openOrders();
    if (!open.ok) return `Open orders on ${broker.venue} cannot be read: ${open.error}.`;
    for (const order of open.value) {
      if (journal.state.order(order.clientOrderId) !== undefined) continue;
      const text = `Order ${order.clientOrderId} on ${broker.venue} is not one of an open deal; it is not touched.`;
      listener.alarm(`order:${order.clientOrderId}`, text);
    }
    const balances = await broker.balances();
    if (!balances.ok) return `Balances on ${broker.venue} cannot be read: ${balances.error}.`;
    return this.#shortfall(broker, balances.value);
  }

  /** More than the ledger says is not ours to mind (IN-1); less means that something happened which is not booked. */
  #shortfall(broker: Broker, balances: readonly Balance[]): string | undefined {
    const totals = new Map<string, Decimal>();
    for (const row of balances) totals.set(row.currency, decimal(row.free).plus(decimal(row.locked)));
    for (const line of this.#options.ledger.balanceLines()) {
      if (line.venue !== broker.venue || line.account !== broker.account) continue;
      const there = totals.get(line.currency) ?? ZERO;
      if (there.gte(line.held)) continue;
      return `${broker.venue} holds ${wire(there)} ${line.currency}, the ledger says ${wire(line.held)}: entries there wait.`;
    }
    return undefined;
  }

  #later(delayMs: number, run: () => void): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }
}

const unreadable = (error: unknown): string => `Its account cannot be read: ${String(error)}.`;

const keyOf = (of: { readonly venue: Venue; readonly account: string }): string => `${of.account}|${of.venue}`;

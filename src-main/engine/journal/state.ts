import type { ListingId } from '#shared/domain/ids';
import type { JournalEntry } from '#shared/domain/journal';
import { type Fill, isFinal } from '#shared/domain/order';
import type { AutoState, Breaker, BreakerScope, KillState } from '#shared/domain/safety';
import { invariant } from '#shared/kernel/invariant';
import { type Decimal, decimal, ZERO } from '#shared/money/decimal';
import type { JournalRow } from '../ports.ts';
import { type DealRecord, netBaseOf, type OrderRecord } from './records.ts';

/** Closed deals kept in memory, newest first out; older ones are read from the journal file when asked for. */
const CLOSED_DEALS_KEPT = 200;

type Writable<T> = { -readonly [K in keyof T]: T[K] };
interface OrderSlot extends Writable<OrderRecord> {
  readonly fills: Fill[];
}
interface DealSlot extends Writable<DealRecord> {
  readonly orders: OrderSlot[];
}

export type PairRow = Extract<JournalEntry, { kind: 'quarantine' }>;
export type InventoryRow = Extract<JournalEntry, { kind: 'inventory-allocated' }>;

const KILL_OFF: KillState = { engaged: false, level: null, by: null, reason: null, atMs: null, report: [] };

/** What replaying the journal's rows gives. Only {@link apply} changes it, so a restart gives the same (EX-11). */
export class JournalState {
  readonly #deals = new Map<string, DealSlot>();
  readonly #open = new Map<string, DealSlot>();
  readonly #closed: string[] = [];
  readonly #orders = new Map<string, { readonly deal: DealSlot; readonly order: OrderSlot }>();
  readonly #tradeIds = new Map<string, Set<string>>();
  readonly #breakers = new Map<BreakerScope, Breaker>();
  /** Pairs set aside or confirmed by a person (ID-6), the last word of each. */
  readonly #pairs = new Map<string, PairRow>();
  readonly #inventory: InventoryRow[] = [];
  readonly #traded = new Map<string, Set<ListingId>>();
  #rows = 0;
  #birthMs: number | null = null;
  #orderCount = 0;
  #dealCount = 0;
  #kill: KillState = KILL_OFF;
  #auto: AutoState = 'stopped';

  /** Rows applied. */
  get rows(): number {
    return this.#rows;
  }
  /** Wall time of the first row, epoch ms; `null` while there is none. Part of every client order id (EX-2). */
  get birthMs(): number | null {
    return this.#birthMs;
  }
  /** Orders ever journaled. */
  get orderCount(): number {
    return this.#orderCount;
  }
  /** Deals ever opened. */
  get dealCount(): number {
    return this.#dealCount;
  }
  get kill(): KillState {
    return this.#kill;
  }
  get auto(): AutoState {
    return this.#auto;
  }
  get breakers(): ReadonlyMap<BreakerScope, Breaker> {
    return this.#breakers;
  }
  /** Pairs set aside, or confirmed by a person (ID-6). */
  get pairs(): readonly PairRow[] {
    return [...this.#pairs.values()];
  }
  get inventory(): readonly InventoryRow[] {
    return this.#inventory;
  }
  /** Open deals, oldest first. */
  openDeals(): IterableIterator<DealRecord> {
    return this.#open.values();
  }
  get openCount(): number {
    return this.#open.size;
  }
  /** Open deals and the latest closed ones, oldest first. */
  deals(): IterableIterator<DealRecord> {
    return this.#deals.values();
  }
  deal(id: string): DealRecord | undefined {
    return this.#deals.get(id);
  }
  order(clientOrderId: string): { readonly deal: DealRecord; readonly order: OrderRecord } | undefined {
    return this.#orders.get(clientOrderId);
  }
  /** Listings that orders of an account were ever journaled on: what executes there is ours to know (EX-5). */
  traded(account: string): Iterable<ListingId> {
    return this.#traded.get(account) ?? [];
  }
  /** What an account is needed for: open deals with a leg or an order on it, and orders of theirs that may still execute. */
  workOn(account: string): { readonly deals: number; readonly orders: number } {
    let [deals, orders] = [0, 0];
    for (const { plan, orders: own } of this.#open.values()) {
      const there = own.filter(({ intent }) => intent.account === account);
      if (there.length === 0 && !plan.legs.some((leg) => leg.account === account)) continue;
      deals += 1;
      orders += there.filter(({ state }) => !isFinal(state)).length;
    }
    return { deals, orders };
  }
  /** EX-5: whether this trade of this order is booked already. */
  hasTrade(clientOrderId: string, tradeId: string): boolean {
    return this.#tradeIds.get(clientOrderId)?.has(tradeId) ?? false;
  }

  /** Takes in the next row. @throws InvariantError when the row cannot follow the ones before it. */
  apply(row: JournalRow): void {
    const { entry, atMs } = row;
    this.#birthMs ??= atMs;
    this.#rows += 1;
    switch (entry.kind) {
      case 'inventory-allocated':
        this.#inventory.push(entry);
        return;
      case 'deal-opened':
        this.#dealOpened(entry, atMs);
        return;
      case 'order-pending':
        this.#orderPending(entry, atMs);
        return;
      case 'order-state':
        this.#orderState(entry, atMs);
        return;
      case 'fill':
        this.#fill(entry, atMs);
        return;
      case 'deal-state':
        this.#dealState(entry, atMs);
        return;
      case 'deal-closed':
        this.#dealClosed(entry, atMs);
        return;
      case 'residue-taken': {
        const deal = this.#dealOf(entry.dealId);
        deal.takenBase = deal.takenBase.plus(decimal(entry.quantity));
        return;
      }
      case 'kill':
        this.#kill = entry.state;
        return;
      case 'breaker':
        this.#breakers.set(entry.breaker.scope, entry.breaker);
        return;
      case 'auto':
        this.#auto = entry.state;
        return;
      case 'quarantine':
        this.#pairs.set(entry.pair, entry);
        return;
      case 'day-opened':
        return;
    }
  }

  #dealOf(id: string): DealSlot {
    const deal = this.#deals.get(id);
    invariant(deal, `journal names deal ${id}, which it never opened`);
    return deal;
  }

  #dealOpened(entry: Extract<JournalEntry, { kind: 'deal-opened' }>, atMs: number): void {
    invariant(!this.#deals.has(entry.dealId), `journal opens deal ${entry.dealId} twice`);
    const rates = Object.entries(entry.usdRates).map(([currency, rate]) => [currency, decimal(rate)] as const);
    const deal: DealSlot = {
      id: entry.dealId,
      plan: entry.plan,
      usdRates: new Map<string, Decimal>(rates),
      openedAtMs: atMs,
      state: 'entering',
      stateSinceMs: atMs,
      rescueStep: -1,
      stepFirstOrder: 0,
      reason: 'opened',
      orders: [],
      takenBase: ZERO,
      closedAtMs: null,
      outcome: 'open',
      residueBase: ZERO,
    };
    this.#dealCount += 1;
    this.#deals.set(deal.id, deal);
    this.#open.set(deal.id, deal);
  }

  #orderPending(entry: Extract<JournalEntry, { kind: 'order-pending' }>, atMs: number): void {
    const intent = entry.order;
    const deal = this.#dealOf(intent.dealId);
    invariant(!this.#orders.has(intent.clientOrderId), `journal uses client order id ${intent.clientOrderId} twice`);
    const order: OrderSlot = {
      intent,
      state: 'pending',
      inDoubt: false,
      venueOrderId: null,
      reason: null,
      filled: ZERO,
      notional: ZERO,
      netBase: ZERO,
      fills: [],
      createdAtMs: atMs,
      updatedAtMs: atMs,
    };
    deal.orders.push(order);
    this.#orders.set(intent.clientOrderId, { deal, order });
    this.#orderCount += 1;
    const traded = this.#traded.get(intent.account);
    if (traded === undefined) this.#traded.set(intent.account, new Set([intent.listing]));
    else traded.add(intent.listing);
  }

  #orderSlot(clientOrderId: string): { readonly deal: DealSlot; readonly order: OrderSlot } {
    const slot = this.#orders.get(clientOrderId);
    invariant(slot, `journal names order ${clientOrderId}, which it never made`);
    return slot;
  }

  #orderState(entry: Extract<JournalEntry, { kind: 'order-state' }>, atMs: number): void {
    const { order } = this.#orderSlot(entry.clientOrderId);
    invariant(!isFinal(order.state) || isFinal(entry.state), `order ${entry.clientOrderId} left its final state`);
    order.state = entry.state;
    order.inDoubt = entry.inDoubt;
    order.venueOrderId = entry.venueOrderId ?? order.venueOrderId;
    order.reason = entry.reason;
    order.updatedAtMs = atMs;
  }

  #fill(entry: Extract<JournalEntry, { kind: 'fill' }>, atMs: number): void {
    const { fill } = entry;
    const { deal, order } = this.#orderSlot(fill.clientOrderId);
    let trades = this.#tradeIds.get(fill.clientOrderId);
    if (trades === undefined) {
      trades = new Set();
      this.#tradeIds.set(fill.clientOrderId, trades);
    }
    invariant(!trades.has(fill.tradeId), `journal books trade ${fill.tradeId} of ${fill.clientOrderId} twice`);
    trades.add(fill.tradeId);
    const quantity = decimal(fill.quantity);
    order.fills.push(fill);
    order.filled = order.filled.plus(quantity);
    order.notional = order.notional.plus(quantity.times(decimal(fill.price)));
    order.netBase = order.netBase.plus(netBaseOf(fill, deal.plan.base));
    order.updatedAtMs = atMs;
    if (deal.closedAtMs !== null) this.#reopen(deal, atMs);
  }

  /** EX-5: a fill that arrives after its deal closed is hedged like any other. */
  #reopen(deal: DealSlot, atMs: number): void {
    // What it left behind when it closed lies in the residue book and stays there.
    deal.takenBase = deal.takenBase.minus(deal.residueBase);
    deal.residueBase = ZERO;
    deal.closedAtMs = null;
    deal.outcome = 'open';
    deal.state = 'hedging';
    deal.stateSinceMs = atMs;
    deal.rescueStep = -1;
    deal.stepFirstOrder = deal.orders.length;
    deal.reason = 'a fill arrived after the deal closed';
    this.#closed.splice(this.#closed.indexOf(deal.id), 1);
    this.#open.set(deal.id, deal);
  }

  #dealState(entry: Extract<JournalEntry, { kind: 'deal-state' }>, atMs: number): void {
    const deal = this.#dealOf(entry.dealId);
    if (entry.rescueStep !== deal.rescueStep || entry.state !== deal.state) deal.stepFirstOrder = deal.orders.length;
    deal.state = entry.state;
    deal.stateSinceMs = atMs;
    deal.rescueStep = entry.rescueStep;
    deal.reason = entry.reason;
  }

  #dealClosed(entry: Extract<JournalEntry, { kind: 'deal-closed' }>, atMs: number): void {
    const deal = this.#dealOf(entry.dealId);
    deal.state = 'closed';
    deal.stateSinceMs = atMs;
    deal.closedAtMs = atMs;
    deal.outcome = entry.outcome;
    deal.residueBase = decimal(entry.residueBase);
    this.#open.delete(deal.id);
    this.#closed.push(deal.id);
    if (this.#closed.length > CLOSED_DEALS_KEPT) this.#forget(this.#closed.shift());
  }

  #forget(dealId: string | undefined): void {
    const deal = dealId === undefined ? undefined : this.#deals.get(dealId);
    if (deal === undefined) return;
    this.#deals.delete(deal.id);
    for (const order of deal.orders) {
      this.#orders.delete(order.intent.clientOrderId);
      this.#tradeIds.delete(order.intent.clientOrderId);
    }
  }
}

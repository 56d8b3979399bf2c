import type { Venue } from '#shared/domain/ids';
import { isFinal, type OrderIntent } from '#shared/domain/order';
import type { Plan } from '#shared/domain/plan';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, max, ZERO } from '#shared/money/decimal';
import type { Journal } from '../journal/journal.ts';
import type { DealRecord, OrderRecord } from '../journal/records.ts';
import type { Approved, Broker, BrokerEvent, Journaled, QueryOutcome, SubmitOutcome } from '../ports.ts';
import type { LimitValues } from '../risk/limits.ts';
import { NO_MEMO, type OrderMemo } from './deal-view.ts';
import type { ExecutionListener } from './listener.ts';
import {
  type Facts,
  factsOfAbsence,
  factsOfAnswer,
  factsOfFill,
  factsOfTruth,
  type KnownOrder,
} from './order-facts.ts';
import { OrderMemory, queryDueAtMs } from './order-memory.ts';
import { OrderReports, type PromiseSource, promiseOf } from './order-reports.ts';

export interface OrderDeskOptions {
  readonly journal: Journal;
  readonly brokers: readonly Broker[];
  readonly clock: Clock;
  readonly limits: LimitValues;
  readonly listener: ExecutionListener;
  /** Whether a fee in this currency can be valued. */
  readonly knowsPrice: (currency: string) => boolean;
  readonly market: PromiseSource;
  /** Something about an order of this deal changed. */
  readonly changed: (dealId: string) => void;
}

/**
 * All traffic with the brokers: sends what was journaled, cancels, asks about doubt, and turns whatever comes back, in
 * any order and any number of times, into journal rows (EX-3 to EX-6). Decides nothing.
 */
export class OrderDesk {
  readonly #options: OrderDeskOptions;
  readonly #brokers = new Map<string, Broker>();
  readonly #reports: OrderReports;
  readonly #memory = new Map<string, OrderMemory>();
  /** Cancels and queries on their way. */
  readonly #calls = new Set<Promise<void>>();

  constructor(options: OrderDeskOptions) {
    this.#options = options;
    this.#reports = new OrderReports(options);
    for (const broker of options.brokers) {
      this.#brokers.set(keyOf(broker.venue, broker.account), broker);
      broker.onEvent((event) => this.#heard(event));
    }
  }

  memo(clientOrderId: string): OrderMemo {
    return this.#memory.get(clientOrderId) ?? NO_MEMO;
  }

  /** Opens the deal and sends its first order. @throws {StorageError} and then nothing was kept or sent. */
  open(plan: Plan, usdRates: Readonly<Record<string, string>>, approved: Approved): void {
    this.#submit(this.#options.journal.openDeal(plan, usdRates, approved));
  }

  /** Journals the order, then sends it (EX-1). @throws {StorageError} and then nothing was kept or sent. */
  send(approved: Approved): void {
    this.#submit(this.#options.journal.journalOrder(approved));
  }

  /** Asks for a cancel, once at a time. `replaceAt`: the rest is to be worked at this price afterwards. */
  cancel(intent: OrderIntent, replaceAt: Decimal | null): void {
    const memory = this.#memoryOf(intent.clientOrderId);
    memory.cancelling = true;
    memory.replaceAt = replaceAt;
    const answered = this.#broker(intent)
      .cancel(intent.clientOrderId, intent.listing)
      .catch((): 'in-doubt' => 'in-doubt')
      .then(() => {
        // Whatever the answer, the order's end and its last fills are asked for: they are what counts.
        memory.cancelAnswered = true;
        memory.queries = 0;
        memory.lastQueryMs = Number.NEGATIVE_INFINITY;
        this.#calls.delete(answered);
        this.#options.changed(intent.dealId);
      })
      .catch((error: unknown) => this.#defect(intent, error));
    this.#calls.add(answered);
  }

  /** Resolves when every cancel on its way was answered, and so was the question how its order ended. */
  async callsAnswered(): Promise<void> {
    while (this.#calls.size > 0) await Promise.all(this.#calls);
  }

  /** The rest of a cancelled entry is not to be worked again. */
  dropReplacement(clientOrderId: string): void {
    this.#memoryOf(clientOrderId).replaceAt = null;
  }

  /** Forgets what is only needed while the deal is open. */
  forget(deal: DealRecord): void {
    for (const order of deal.orders) this.#memory.delete(order.intent.clientOrderId);
  }

  /** Asks about every order of the deal that is due; returns when to look again, wall ms. */
  tend(deal: DealRecord): number | null {
    const ackDeadlineMs = this.#options.limits.double('ackDeadlineS') * 1000;
    const nowMs = this.#options.clock.wallMs();
    let wakeAtMs: number | null = null;
    for (const order of deal.orders) {
      const memory = this.#memory.get(order.intent.clientOrderId);
      if (isFinal(order.state) && (memory === undefined || memory.unbooked.eq(ZERO))) continue;
      const known = memory ?? this.#memoryOf(order.intent.clientOrderId);
      const overdueAtMs = this.#overdue(order, known, nowMs, ackDeadlineMs);
      const dueAtMs = queryDueAtMs(order, known, ackDeadlineMs);
      if (dueAtMs !== null && dueAtMs <= nowMs) this.#query(order, known);
      for (const candidate of [overdueAtMs, queryDueAtMs(order, known, ackDeadlineMs)]) {
        if (candidate !== null) wakeAtMs = Math.min(wakeAtMs ?? candidate, candidate);
      }
    }
    return wakeAtMs;
  }

  /** Orders of open deals that no venue has spoken of in this run (EX-11). */
  unconfirmed(venue: Venue, account: string): number {
    let count = 0;
    for (const deal of this.#options.journal.state.openDeals()) {
      for (const { intent, state } of deal.orders) {
        if (intent.venue !== venue || intent.account !== account || isFinal(state)) continue;
        if (!(this.#memory.get(intent.clientOrderId)?.confirmed ?? false)) count += 1;
      }
    }
    return count;
  }

  /** Says once that an answer is overdue; returns when that will be, or `null`. */
  #overdue(order: OrderRecord, memory: OrderMemory, nowMs: number, ackDeadlineMs: number): number | null {
    if (order.state !== 'pending' || memory.unansweredReported) return null;
    const overdueAtMs = memory.sinceMs + ackDeadlineMs;
    if (nowMs < overdueAtMs) return overdueAtMs;
    memory.unansweredReported = true;
    memory.submitting = false;
    this.#options.listener.unanswered(order.intent);
    const message = `no answer within ${ackDeadlineMs / 1000} s`;
    this.#take(order.intent.clientOrderId, (known) => factsOfAnswer(known, { kind: 'in-doubt', message }));
    return null;
  }

  #submit(order: Journaled): void {
    const { clock, listener } = this.#options;
    const memory = this.#memoryOf(order.clientOrderId);
    memory.submitting = true;
    memory.submittedMonoMs = clock.monoMs();
    if (order.kind === 'ioc') memory.promised = promiseOf(order, this.#options.market);
    listener.sent(order);
    const answer = (outcome: SubmitOutcome) => this.#answered(order, memory, outcome);
    this.#broker(order)
      .submit(order)
      .then(answer, (error: unknown) => answer({ kind: 'in-doubt', message: String(error) }))
      .catch((error: unknown) => this.#defect(order, error));
  }

  /** What a venue said could not be taken in. The order stays as it was, and its deal asks again. */
  #defect({ clientOrderId, dealId }: OrderIntent, error: unknown): void {
    this.#options.listener.defect(`order ${clientOrderId}`, error);
    this.#options.changed(dealId);
  }

  #answered(order: OrderIntent, memory: OrderMemory, outcome: SubmitOutcome): void {
    const { clock, listener } = this.#options;
    memory.submitting = false;
    if (outcome.kind !== 'in-doubt') memory.confirmed = true;
    if (outcome.kind === 'accepted') {
      memory.acknowledgedMonoMs = clock.monoMs();
      listener.acknowledged(order.venue, clock.monoMs() - memory.submittedMonoMs);
    }
    if (outcome.kind === 'rejected') listener.rejected(order, outcome.code, outcome.message);
    this.#take(order.clientOrderId, (known) => factsOfAnswer(known, outcome));
    this.#options.changed(order.dealId);
  }

  #query(order: OrderRecord, memory: OrderMemory): void {
    const { intent } = order;
    memory.querying = true;
    memory.lastQueryMs = this.#options.clock.wallMs();
    memory.queries += 1;
    const answered = this.#broker(intent)
      .query(intent.clientOrderId, intent.listing, intent.createBeforeMs)
      .catch((error: unknown): QueryOutcome => ({ kind: 'unknown', message: String(error) }))
      .then((outcome) => {
        memory.querying = false;
        this.#calls.delete(answered);
        this.#resolved(intent, memory, outcome);
        this.#options.changed(intent.dealId);
      })
      .catch((error: unknown) => this.#defect(intent, error));
    this.#calls.add(answered);
  }

  #resolved(intent: OrderIntent, memory: OrderMemory, outcome: QueryOutcome): void {
    if (outcome.kind === 'unknown') return;
    if (outcome.kind === 'absent') {
      // A create may still be on its way until its deadline has passed (EX-4).
      if (memory.submitting || this.#options.clock.wallMs() <= intent.createBeforeMs) return;
      memory.confirmed = true;
      this.#take(intent.clientOrderId, factsOfAbsence);
      return;
    }
    memory.confirmed = true;
    if (outcome.order.state === 'open') {
      memory.cancelling = false;
      memory.cancelAnswered = false;
      memory.replaceAt = null;
    }
    this.#take(intent.clientOrderId, (known) => factsOfTruth(known, outcome.order));
  }

  #heard(event: BrokerEvent): void {
    const clientOrderId = event.kind === 'fill' ? event.fill.clientOrderId : event.order.clientOrderId;
    const entry = this.#options.journal.state.order(clientOrderId);
    if (entry === undefined) {
      this.#options.listener.alarm(
        `order:${clientOrderId}`,
        `A venue reports ${clientOrderId}, which is not an order of an open or recent deal; it is not touched.`,
      );
      return;
    }
    this.#memoryOf(clientOrderId).confirmed = true;
    this.#take(clientOrderId, (known) =>
      event.kind === 'fill' ? factsOfFill(known, event.fill) : factsOfTruth(known, event.order),
    );
    this.#options.changed(entry.deal.id);
  }

  #take(clientOrderId: string, judge: (known: KnownOrder) => Facts): void {
    const { journal, listener } = this.#options;
    const entry = journal.state.order(clientOrderId);
    if (entry === undefined) return;
    const { deal, order } = entry;
    const wasFinal = isFinal(order.state);
    const facts = judge({
      dealId: deal.id,
      order,
      hasTrade: (tradeId) => journal.state.hasTrade(clientOrderId, tradeId),
    });
    const memory = this.#memoryOf(clientOrderId);
    journal.note(facts.entries);
    memory.cumulative = max(memory.cumulative, facts.cumulative);
    memory.unbooked = max(memory.cumulative.minus(order.filled), ZERO);
    if (facts.entries.length === 0) return;
    memory.queries = 0;
    for (const row of facts.entries) if (row.kind === 'fill') this.#reports.filled(deal, order, row.fill, memory);
    if (!wasFinal && isFinal(order.state)) this.#reports.ended(order, memory);
    if (facts.quarantine !== null) {
      listener.alarm(
        `order:${clientOrderId}`,
        `Order ${clientOrderId} on ${order.intent.venue} is quarantined: ${facts.quarantine}.`,
      );
    } else if (order.state !== 'quarantined') {
      listener.alarmCleared(`order:${clientOrderId}`);
    }
    listener.orderChanged(deal.id, clientOrderId);
  }

  #broker(intent: OrderIntent): Broker {
    const broker = this.#brokers.get(keyOf(intent.venue, intent.account));
    if (broker === undefined) throw new TypeError(`no broker serves ${intent.account} on ${intent.venue}`);
    return broker;
  }

  #memoryOf(clientOrderId: string): OrderMemory {
    let memory = this.#memory.get(clientOrderId);
    if (memory === undefined) {
      memory = new OrderMemory(this.#options.clock.wallMs());
      this.#memory.set(clientOrderId, memory);
    }
    return memory;
  }
}

const keyOf = (venue: Venue, account: string): string => `${account}|${venue}`;

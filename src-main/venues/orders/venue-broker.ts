import type {
  Balance,
  BrokerEvent,
  BrokerState,
  Journaled,
  OrderTruth,
  QueryOutcome,
  SubmitOutcome,
  VenueAccountBroker,
  VenueAction,
  VenueFailure,
} from '#engine/ports';
import type { ExternalOrder, FeeTier, Holding, KeyHealth, Position } from '#shared/domain/account';
import { type FeedId, feedOfListing, type ListingId, type Venue, venueOf } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { type Fill, isResident } from '#shared/domain/order';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, wire } from '#shared/money/decimal';
import { doubtOfAbsence } from './absence.ts';
import type { Answer, OrderAdapter, OrderProtocol, OrderRef } from './adapter.ts';
import { standsAsTold } from './adjustments.ts';
import { type DeadManGuard, guardOf } from './dead-man-guard.ts';
import { definitelyNot, refused, unclear, unknownListing } from './failures.ts';
import { KeyWatch } from './key-watch.ts';
import { deadManCall, leverageCall } from './optional-calls.ts';
import { refusalOf } from './order-check.ts';
import { PrivateEvents } from './private-events.ts';
import { questionsOf } from './questions.ts';
import { unreadyFor } from './readiness.ts';
import type { Scrubber } from './scrub.ts';
import { StreamKeeper } from './stream-keeper.ts';
import { balancesOf, externalsOf, openTruths } from './told.ts';
import { fillFor, OrderTracker } from './tracker.ts';

/** How far before a create's deadline it may have been sent, where it is not known. */
const LONGEST_DEADLINE_MS = 120_000;
/** A lost stream makes the key doubtful; it is not asked about more often than this. */
const RECHECK_AFTER_LOSS_MS = 30_000;

export interface VenueBrokerOptions {
  readonly protocol: OrderProtocol;
  readonly adapter: OrderAdapter;
  readonly account: string;
  readonly clock: Clock;
  readonly scrubber: Scrubber;
  readonly listing: (id: ListingId) => Listing | undefined;
  /** Middle of the book, quote per base, where it can be trusted. */
  readonly mid: (id: ListingId) => Decimal | undefined;
  readonly skewMs: () => number;
  /** Whether Crossbook makes such client order ids (EX-12). */
  readonly made: (clientOrderId: string) => boolean;
  /** EX-14: it holds the venue's dead-man armed while an entry rests that would not end by itself. */
  readonly holdsDeadMan: boolean;
  /** Ends the calls that are under way and lets no more leave. */
  readonly stopCalls: () => void;
}

/** One product of an account on its venue, over any {@link OrderAdapter}. Only what is proven counts (EX-3, EX-4). */
export class VenueBroker implements VenueAccountBroker {
  readonly feed: FeedId;
  readonly venue: Venue;
  readonly account: string;
  readonly capabilities: VenueAccountBroker['capabilities'];
  readonly #o: VenueBrokerOptions;
  readonly #tracker: OrderTracker;
  readonly #events: PrivateEvents;
  readonly #stream: StreamKeeper;
  readonly #key: KeyWatch;
  /** EX-14: `null` where there is nothing to arm. */
  readonly #deadMan: DeadManGuard | null = null;
  readonly #sending = new Set<string>();
  readonly #onEvent: ((event: BrokerEvent) => void)[] = [];
  readonly #onState: ((state: BrokerState) => void)[] = [];
  readonly #onAction: ((action: VenueAction) => void)[] = [];
  #phase: 'off' | 'on' | 'stopped' = 'off';
  #reconciled = false;
  /** Why it is being wound down; `null` while entries may leave. */
  #closed: string | null = null;

  constructor(options: VenueBrokerOptions) {
    const { protocol, adapter, account, clock, scrubber } = options;
    this.#o = options;
    this.#tracker = new OrderTracker(options.made);
    this.feed = protocol.feed;
    this.venue = venueOf(protocol.feed);
    this.account = account;
    this.capabilities = protocol.capabilities;
    this.#events = new PrivateEvents({
      adapter: questionsOf(adapter),
      tracker: this.#tracker,
      account,
      clock,
      eachFillStreamed: protocol.capabilities.fillStream === 'each',
      listing: options.listing,
      emit: (event) => {
        for (const listener of this.#onEvent) listener(event);
      },
      heard: (answer) => this.#heard(answer),
      reconciled: () => {
        if (this.#reconciled || this.#stream.state !== 'live') return;
        this.#reconciled = true;
        this.#tell();
      },
      ended: (clientOrderId) => this.#deadMan?.ended(clientOrderId),
      streamIsDeaf: () => {
        if (this.#phase === 'on') this.#stream.reopen('executions happened that the private stream did not tell');
      },
      adjusted: ({ listing, symbol, quantity, atMs }, text) => {
        for (const told of this.#onAction) told({ kind: 'correction', listing, symbol, quantity, text, atMs });
        this.#tell();
      },
    });
    this.#stream = new StreamKeeper({
      adapter,
      events: this.#events,
      clock,
      scrubber,
      action: (action) => {
        for (const listener of this.#onAction) listener(action);
      },
      lost: () => {
        const checkedMs = this.#key.health?.atMs ?? 0;
        if (clock.wallMs() - checkedMs > RECHECK_AFTER_LOSS_MS) this.#key.recheck();
      },
      changed: () => this.#tell(),
    });
    const { deadMan } = protocol.capabilities;
    if (deadMan !== null && deadMan.minS !== null && options.holdsDeadMan)
      this.#deadMan = guardOf(this, deadMan, clock);
    this.#key = new KeyWatch({
      feed: protocol.feed,
      clock,
      findings: () => adapter.findings(),
      clean: (text) => scrubber.clean(text),
      changed: () => {
        if (this.#phase === 'on' && this.#key.good) this.#stream.open();
        this.#tell();
      },
    });
  }

  async start(): Promise<void> {
    if (this.#phase !== 'off') return;
    this.#phase = 'on';
    this.#tell();
    await this.#key.check();
  }

  async stop(): Promise<void> {
    if (this.#phase === 'stopped') return;
    this.#phase = 'stopped';
    this.#events.stop();
    this.#key.stop();
    this.#deadMan?.stop();
    this.#stream.stop();
    this.#o.stopCalls();
    this.#tell();
    // What was waiting for an answer gets its end before this resolves.
    await Promise.resolve();
  }

  state(): BrokerState {
    const { health, blocked } = this.#key;
    const { state: stream, reason, heardAtMs } = this.#stream;
    const base = { health, stream, heardAtMs };
    if (this.#phase !== 'on') return { ...base, kind: 'off', reason: '' };
    if (blocked !== null) return { ...base, kind: 'blocked', reason: blocked };
    if (this.#key.good && this.#reconciled) {
      return { ...base, kind: 'ready', reason: this.#closed ?? this.#events.adjustments.unsettled ?? reason };
    }
    return { ...base, kind: 'connecting', reason };
  }

  /** AC-1: what is not ready, or does not hear of its executions, takes no entries; hedges and cancels still leave. */
  unfit(): string | undefined {
    const { kind, reason, stream } = this.state();
    if (kind !== 'ready') return reason === '' ? `it is ${kind}` : reason;
    if (this.#closed !== null) return this.#closed;
    return stream === 'live' ? (this.#events.adjustments.unsettled ?? undefined) : `its private stream is ${stream}`;
  }

  working(): number {
    return this.#tracker.sentAndOpen();
  }

  closeToEntries(reason: string | null): void {
    if (this.#closed === reason) return;
    this.#closed = reason;
    this.#tell();
  }

  onState(listener: (state: BrokerState) => void): void {
    this.#onState.push(listener);
  }

  onEvent(listener: (event: BrokerEvent) => void): void {
    this.#onEvent.push(listener);
  }

  onVenueAction(listener: (action: VenueAction) => void): void {
    this.#onAction.push(listener);
  }

  checkKey(): Promise<KeyHealth> {
    this.#events.adjustments.settle();
    return this.#key.check();
  }

  async submit(order: Journaled): Promise<SubmitOutcome> {
    const id = order.clientOrderId;
    // Sent once, whatever became of it: asking is the only way on (EX-4).
    if (this.#tracker.get(id) !== undefined) return { kind: 'in-doubt', message: `${id} was sent before` };
    const { clock, skewMs, protocol } = this.#o;
    const clocksAgree = Math.abs(skewMs()) <= protocol.signingWindowMs;
    const { unsettled } = this.#events.adjustments;
    const unready = unreadyFor(order.purpose, this.state(), { clocksAgree, unsettled, closed: this.#closed });
    if (unready !== null) return { kind: 'rejected', ...unready };
    const listing = feedOfListing(order.listing) === this.feed ? this.#o.listing(order.listing) : undefined;
    const refusal = refusalOf(order, listing, this.capabilities, this.#o.mid(order.listing), clock.wallMs());
    if (refusal !== null || listing === undefined) {
      return { kind: 'rejected', ...(refusal ?? { code: 'CATALOGUE_UNKNOWN', message: order.listing }) };
    }
    const tracked = this.#tracker.track(id, order.listing, isResident(order.kind), clock.wallMs());
    this.#sending.add(id);
    const stops = this.#tracker.open().some(({ resident }) => resident === true);
    const send = async (): Promise<Answer<{ readonly venueOrderId: string }>> => {
      const unsafe = this.#deadMan === null ? null : await this.#deadMan.refusal(order, listing, stops);
      if (unsafe !== null) return err(refused('DEAD_MAN', `not sent: ${unsafe}`));
      return this.#ask((adapter) => adapter.create(order, listing));
    };
    // Whatever breaks: an answer that counted as out for ever would keep its doubt for ever (EX-4).
    const answer = await send().finally(() => this.#sending.delete(id));
    if (answer.ok) {
      this.#tracker.name(id, answer.value.venueOrderId);
      this.#events.named(answer.value.venueOrderId);
      return { kind: 'accepted', venueOrderId: answer.value.venueOrderId };
    }
    const { code } = answer.error;
    const message = this.#o.scrubber.clean(answer.error.message);
    if (!definitelyNot(answer.error)) return { kind: 'in-doubt', message: `${code}: ${message}` };
    this.#tracker.end(tracked, clock.wallMs());
    this.#deadMan?.ended(id);
    return { kind: 'rejected', code, message };
  }

  async cancel(clientOrderId: string, listing: ListingId): Promise<'cancelled' | 'gone' | 'in-doubt'> {
    const ref = this.#ref(clientOrderId, listing);
    if (ref === null || this.#phase !== 'on') return 'in-doubt';
    const tracked = this.#tracker.get(clientOrderId);
    const first = await this.#ask((adapter) => adapter.cancel(ref));
    if (!first.ok) return 'in-doubt';
    // An order from before this start may lie where the venue keeps its resident orders.
    const elsewhere = (tracked === undefined || tracked.resident === null) && this.capabilities.stopTriggers.length > 0;
    if (first.value === 'cancelled' || !elsewhere) return first.value;
    const second = await this.#ask((adapter) => adapter.cancel({ ...ref, resident: true }));
    return second.ok ? second.value : 'in-doubt';
  }

  async query(clientOrderId: string, listing: ListingId, createBeforeMs: number): Promise<QueryOutcome> {
    const ref = this.#ref(clientOrderId, listing);
    if (ref === null) return { kind: 'unknown', message: `${listing} is not in the catalogue` };
    const askedMs = this.#o.clock.wallMs();
    const skewMs = Math.abs(this.#o.skewMs());
    const sentMs = this.#tracker.sentAt(clientOrderId, createBeforeMs - LONGEST_DEADLINE_MS);
    const looked = await this.#ask((adapter) => adapter.look(ref, sentMs - skewMs));
    if (!looked.ok) return { kind: 'unknown', message: `${looked.error.code}: ${looked.error.message}` };
    if (looked.value.kind === 'unproven') {
      return { kind: 'unknown', message: this.#o.scrubber.clean(looked.value.message) };
    }
    if (looked.value.kind === 'found') {
      this.#events.looked(looked.value, clientOrderId);
      const tracked = this.#tracker.get(clientOrderId);
      const { order, fills } = looked.value;
      const truth: OrderTruth = {
        clientOrderId,
        venueOrderId: order.venueOrderId,
        state: order.state,
        filled: tracked === undefined ? order.filled : wire(tracked.filled),
        fills: fills.filter(standsAsTold).map((fill) => fillFor(fill, clientOrderId, listing, this.account)),
      };
      return { kind: 'found', order: truth };
    }
    const tracked = this.#tracker.get(clientOrderId);
    const answerOut = this.#sending.has(clientOrderId);
    const asked = { atMs: askedMs, createBeforeMs, skewMs, answerOut };
    const message = doubtOfAbsence(asked, this.capabilities, tracked);
    if (message !== null) return { kind: 'unknown', message };
    if (tracked !== undefined) this.#tracker.end(tracked, askedMs);
    this.#deadMan?.ended(clientOrderId);
    return { kind: 'absent' };
  }

  async openOrders(): Promise<Result<readonly OrderTruth[], string>> {
    const orders = await this.#ask((adapter) => adapter.openOrders());
    if (!orders.ok) return err(`${orders.error.code}: ${orders.error.message}`);
    return ok(openTruths(orders.value, this.#tracker));
  }

  async externalOrders(): Promise<Result<readonly ExternalOrder[], VenueFailure>> {
    const orders = await this.#ask((adapter) => adapter.openOrders());
    return orders.ok ? ok(externalsOf(this.feed, orders.value, this.#tracker)) : orders;
  }

  async balances(): Promise<Result<readonly Balance[], string>> {
    const holdings = await this.holdings();
    if (!holdings.ok) return err(`${holdings.error.code}: ${holdings.error.message}`);
    return ok(balancesOf(holdings.value, this.venue, this.account));
  }

  cancelAll(listing: ListingId | null): Promise<Result<{ readonly cancelled: number | null }, VenueFailure>> {
    const only = listing === null ? null : this.#o.listing(listing);
    if (only === undefined) return Promise.resolve(err(unknownListing(listing)));
    return this.#ask((adapter) => adapter.cancelAll(only));
  }

  deadMan(seconds: number | null, listings: readonly ListingId[]): Promise<Result<void, VenueFailure>> {
    return this.#ask(deadManCall(this.#o.protocol, this.#o.listing, seconds, listings));
  }

  async fillsSince(sinceMs: number, listing: ListingId | null): Promise<Result<readonly Fill[], VenueFailure>> {
    const only = listing === null ? null : this.#o.listing(listing);
    if (only === undefined) return err(unknownListing(listing));
    const fills = await this.#ask((adapter) => adapter.fills(sinceMs, only));
    if (!fills.ok) return fills;
    const named: Fill[] = [];
    for (const fill of fills.value) {
      if (fill.listing === null) continue;
      const id = await this.#events.nameFor(fill);
      if (id === undefined) return err(unclear(`the order of execution ${fill.tradeId} could not be found`));
      const { adjusted, tradeId } = fill;
      if (adjusted?.clear === false && this.#tracker.whose({ ...fill, clientOrderId: id }) !== null) {
        return err(unclear(`execution ${tradeId} was changed by its venue afterwards (${adjusted.words})`));
      }
      if (standsAsTold(fill)) named.push(fillFor(fill, id, fill.listing, this.account));
    }
    return ok(named);
  }

  positions(): Promise<Result<readonly Position[], VenueFailure>> {
    return this.#ask((adapter) => adapter.positions());
  }

  holdings(): Promise<Result<readonly Holding[], VenueFailure>> {
    return this.#ask((adapter) => adapter.holdings());
  }

  fees(): Promise<Result<readonly FeeTier[], VenueFailure>> {
    return this.#ask((adapter) => adapter.fees());
  }

  setLeverage(listing: ListingId, leverage: string): Promise<Result<void, VenueFailure>> {
    return this.#ask(leverageCall(this.feed, this.#o.listing, listing, leverage));
  }

  #ref(clientOrderId: string, id: ListingId): OrderRef | null {
    const listing = this.#o.listing(id);
    if (listing === undefined) return null;
    const tracked = this.#tracker.get(clientOrderId);
    const venueOrderId = tracked?.venueOrderId ?? null;
    return { clientOrderId, venueOrderId, listing, resident: tracked?.resident === true };
  }

  /** Every question goes through here: nothing it throws escapes, and no failure leaves with a secret in it. */
  async #ask<T>(question: (adapter: OrderAdapter) => Promise<Answer<T>>): Promise<Answer<T>> {
    let answer: Answer<T>;
    try {
      answer = await question(this.#o.adapter);
    } catch (error) {
      answer = err(unclear(error));
    }
    return this.#heard(answer);
  }

  #heard<T>(answer: Answer<T>): Answer<T> {
    if (answer.ok) return answer;
    const { kind, code } = answer.error;
    const message = this.#o.scrubber.clean(answer.error.message);
    if (kind === 'authentication') this.#key.turnedAway(code, message);
    return err({ ...answer.error, message });
  }

  #tell(): void {
    const state = this.state();
    for (const listener of this.#onState) listener(state);
  }
}

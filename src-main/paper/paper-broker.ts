import {
  type Balance,
  type Broker,
  type BrokerEvent,
  type Journaled,
  type OrderTruth,
  type PaperStore,
  type QueryOutcome,
  type Random,
  StorageError,
  type SubmitOutcome,
  type VenueCapabilities,
} from '#engine/ports';
import type { ListingId, Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Fill, OrderIntent } from '#shared/domain/order';
import type { PaperBalance, PaperOrder } from '#shared/domain/paper';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, decimal, wire, ZERO } from '#shared/money/decimal';
import { refusal } from './acceptance.ts';
import { feeOf, settle } from './holdings.ts';
import { Latency, type Travel } from './latency.ts';
import { Liquidity, type Taken } from './liquidity.ts';
import type { PaperMarket } from './market.ts';
import { RestingOrders } from './resting-orders.ts';
import { paperCapabilities, simulated } from './venue-rules.ts';

export interface PaperBrokerOptions {
  readonly venue: Venue;
  readonly account: string;
  readonly market: PaperMarket;
  readonly store: PaperStore;
  readonly clock: Clock;
  readonly random: Random;
  /** The venue's measured round trip, ms; NaN while unmeasured. */
  readonly roundTripMs: () => number;
  /** How long messages travel; around half the measured round trip, drawn, when left out. */
  readonly travel?: Travel;
  /** What its venue really guarantees; everything a simulation can, when left out. Kinds it does not simulate are taken out. */
  readonly capabilities?: VenueCapabilities;
  /** The venue's own books could not be written: what it was doing did not happen. */
  readonly failed: (error: StorageError) => void;
}

type Arrived = { readonly outcome: SubmitOutcome; readonly events: readonly BrokerEvent[] };

/**
 * A simulated account on one venue (PP-1): real books, own orders. Its truth lies in its store and is written before
 * any answer leaves, so that after a crash of the engine the venue still knows what happened. Orders, answers and
 * events travel with latency; messages to the engine keep their order.
 */
export class PaperBroker implements Broker {
  readonly venue: Venue;
  readonly account: string;
  readonly capabilities: VenueCapabilities;
  readonly #options: PaperBrokerOptions;
  readonly #latency: Travel;
  readonly #liquidity = new Liquidity();
  readonly #resting: RestingOrders;
  readonly #listeners: ((event: BrokerEvent) => void)[] = [];
  readonly #onTheWay = new Set<string>();
  #lastDeliveryMonoMs = 0;
  #calls = 0;

  /** Takes up the open orders its store knows of. @throws {StorageError} when the store cannot be read. */
  constructor(options: PaperBrokerOptions) {
    this.#options = options;
    this.venue = options.venue;
    this.account = options.account;
    this.capabilities = simulated(options.capabilities ?? paperCapabilities(options.venue));
    this.#latency = options.travel ?? new Latency(options.roundTripMs);
    this.#resting = new RestingOrders({
      ...options,
      liquidity: this.#liquidity,
      fill: (order, quantity) => this.#fillResting(order, quantity),
      expire: (order) => this.#end(order, 'expired'),
    });
    for (const order of options.store.openOrders(this.account, this.venue)) this.#resting.add(order);
  }

  onEvent(listener: (event: BrokerEvent) => void): void {
    this.#listeners.push(listener);
  }

  submit(order: Journaled): Promise<SubmitOutcome> {
    const random = this.#options.random.fork(order.clientOrderId);
    this.#onTheWay.add(order.clientOrderId);
    return this.#call(random, () => {
      this.#onTheWay.delete(order.clientOrderId);
      const { outcome, events } = this.#arrived(order);
      for (const event of events) this.#emit(event);
      return outcome;
    });
  }

  cancel(clientOrderId: string): Promise<'cancelled' | 'gone' | 'in-doubt'> {
    return this.#call(this.#random(), () => {
      const order = this.#resting.get(clientOrderId);
      if (order === undefined) return 'gone';
      return this.#end(order, 'cancelled') ? 'cancelled' : 'in-doubt';
    });
  }

  query(clientOrderId: string, _listing: ListingId, createBeforeMs: number): Promise<QueryOutcome> {
    return this.#call(this.#random(), (): QueryOutcome => {
      const found = this.#read(() => this.#options.store.order(clientOrderId));
      if (!found.ok) return { kind: 'unknown', message: found.error };
      if (found.value !== undefined) return { kind: 'found', order: truthOf(found.value.order, found.value.fills) };
      // An order that arrives after its deadline is refused, so from then on its absence is final (EX-4).
      const mayArrive = this.#onTheWay.has(clientOrderId) || this.#options.clock.wallMs() <= createBeforeMs;
      return mayArrive ? { kind: 'unknown', message: 'not seen, and its deadline has not passed' } : { kind: 'absent' };
    });
  }

  openOrders(): Promise<Result<readonly OrderTruth[], string>> {
    const { store } = this.#options;
    return this.#call(this.#random(), () =>
      this.#read(() =>
        store.openOrders(this.account, this.venue).map((order) => {
          return truthOf(order, store.order(order.clientOrderId)?.fills ?? []);
        }),
      ),
    );
  }

  balances(): Promise<Result<readonly Balance[], string>> {
    return this.#call(this.#random(), () =>
      this.#read(() =>
        this.#totals().map(({ currency, total }): Balance => {
          const locked = this.#resting.locked(currency);
          const free = decimal(total).minus(locked);
          return { venue: this.venue, account: this.account, currency, free: wire(free), locked: wire(locked) };
        }),
      ),
    );
  }

  /** The venue received a create: everything that follows of it at once, written before it is told. */
  #arrived(order: Journaled): Arrived {
    try {
      const refused = refusal(order, { ...this.#options, free: (currency) => this.#free(currency) });
      if (refused !== undefined) return { outcome: { kind: 'rejected', ...refused }, events: [] };
      const fresh = this.#fresh(order);
      const fills = order.kind === 'ioc' ? this.#matched(order, fresh) : [];
      const filled = fills.reduce((sum, fill) => sum.plus(decimal(fill.quantity)), ZERO);
      const complete = filled.eq(decimal(order.quantity));
      const state = order.kind === 'post-only' ? 'open' : complete ? 'filled' : 'cancelled';
      const booked: PaperOrder = { ...fresh, filled: wire(filled), state };
      this.#commit(booked, fills);
      if (state === 'open') this.#resting.add(booked);
      const events: BrokerEvent[] = fills.map((fill) => ({ kind: 'fill', fill }));
      events.push({ kind: 'order', order: truthOf(booked, fills) });
      return { outcome: { kind: 'accepted', venueOrderId: booked.venueOrderId }, events };
    } catch (error) {
      // A venue whose own books fail answers with a 5xx: nobody may conclude anything from it (EX-3).
      return { outcome: { kind: 'in-doubt', message: this.#failed(error) }, events: [] };
    }
  }

  #matched(order: OrderIntent, booked: PaperOrder): readonly Fill[] {
    const { market } = this.#options;
    const listing = market.listing(order.listing);
    const book = market.book(order.listing);
    if (listing === undefined || book === undefined) return [];
    const takes = this.#liquidity.take(listing, book, order.side, decimal(order.quantity), decimal(order.price));
    return takes.map((taken, index) => this.#fill(booked, listing, taken, 'taker', index));
  }

  /** A resting order executes `quantity` at its price; false when the venue's books could not be written. */
  #fillResting(order: PaperOrder, quantity: Decimal): PaperOrder | undefined {
    const listing = this.#options.market.listing(order.listing);
    if (listing === undefined) return undefined;
    try {
      const fill = this.#fill(order, listing, { price: decimal(order.price), quantity }, 'maker', 0);
      const filled = decimal(order.filled).plus(quantity);
      const state = filled.gte(decimal(order.quantity)) ? 'filled' : 'open';
      const booked: PaperOrder = { ...order, filled: wire(filled), state };
      this.#commit(booked, [fill]);
      this.#emit({ kind: 'fill', fill });
      if (state === 'filled') this.#tell(booked);
      return booked;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  #fill(order: PaperOrder, listing: Listing, taken: Taken, liquidity: Fill['liquidity'], offset: number): Fill {
    const { fee, feeCurrency } = feeOf(listing, order.side, liquidity, taken.quantity, taken.price);
    return {
      tradeId: `${this.venue}-${this.#options.store.fillCount() + offset + 1}`,
      clientOrderId: order.clientOrderId,
      account: this.account,
      listing: order.listing,
      side: order.side,
      quantity: wire(taken.quantity),
      price: wire(taken.price),
      fee: wire(fee),
      feeCurrency,
      liquidity,
      atMs: this.#options.clock.wallMs(),
    };
  }

  /** The order ends unfilled in part or whole; false when the venue's books could not be written. */
  #end(order: PaperOrder, state: 'cancelled' | 'expired'): boolean {
    const ended: PaperOrder = { ...order, state };
    try {
      this.#commit(ended, []);
      this.#resting.remove(order.clientOrderId);
      this.#tell(ended);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  #tell(order: PaperOrder): void {
    this.#emit({ kind: 'order', order: truthOf(order, this.#options.store.order(order.clientOrderId)?.fills ?? []) });
  }

  #commit(order: PaperOrder, fills: readonly Fill[]): void {
    const listing = this.#options.market.listing(order.listing);
    const balances = listing === undefined ? [] : settle(this.#totals(), listing, fills, this.account);
    this.#options.store.commit({ orders: [order], fills, balances });
  }

  #free(currency: string): Decimal {
    const total = this.#totals().find((balance) => balance.currency === currency)?.total ?? '0';
    return decimal(total).minus(this.#resting.locked(currency));
  }

  #totals(): readonly PaperBalance[] {
    return this.#options.store.balances(this.account, this.venue);
  }

  #fresh(order: OrderIntent): PaperOrder {
    const { clientOrderId, listing, side, kind, quantity, price, expiresAtMs } = order;
    return {
      clientOrderId,
      venueOrderId: `${this.venue}-${clientOrderId}`,
      account: this.account,
      venue: this.venue,
      listing,
      side,
      kind,
      quantity,
      price,
      filled: '0',
      state: 'open',
      createdAtMs: this.#options.clock.wallMs(),
      expiresAtMs,
    };
  }

  /** There, at the venue, and back; `at` runs when the request arrives. */
  #call<T>(random: Random, at: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.#options.clock.after(this.#latency.oneWayMs(random), () => {
        const answer = at();
        this.#deliver(random, () => resolve(answer));
      });
    });
  }

  #emit(event: BrokerEvent): void {
    this.#deliver(this.#random(), () => {
      for (const listener of this.#listeners) listener(event);
    });
  }

  /** One connection: what was said earlier arrives earlier. */
  #deliver(random: Random, run: () => void): void {
    const { clock } = this.#options;
    const nowMs = clock.monoMs();
    this.#lastDeliveryMonoMs = Math.max(this.#lastDeliveryMonoMs, nowMs + this.#latency.oneWayMs(random));
    clock.after(this.#lastDeliveryMonoMs - nowMs, run);
  }

  #random(): Random {
    this.#calls += 1;
    return this.#options.random.fork(`call${this.#calls}`);
  }

  #read<T>(read: () => T): Result<T, string> {
    try {
      return ok(read());
    } catch (error) {
      return err(this.#failed(error));
    }
  }

  #failed(error: unknown): string {
    if (!(error instanceof StorageError)) throw error;
    this.#options.failed(error);
    return error.message;
  }
}

const truthOf = (order: PaperOrder, fills: readonly Fill[]): OrderTruth => ({
  clientOrderId: order.clientOrderId,
  venueOrderId: order.venueOrderId,
  state: order.state,
  filled: order.filled,
  fills,
});

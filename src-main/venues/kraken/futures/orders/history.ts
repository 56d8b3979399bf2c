import type { z } from 'zod';
import type { VenueFailure } from '#engine/ports';
import type { Listing } from '#shared/domain/listing';
import { err, ok, type Result } from '#shared/kernel/result';
import { decimal, max, wire } from '#shared/money/decimal';
import type {
  AdapterContext,
  Answer,
  Looked,
  OrderRef,
  SignedCall,
  VenueFill,
  VenueOrder,
} from '../../../orders/adapter.ts';
import { ask, unreadable } from '../../../orders/ask.ts';
import { type Asking, read, readHistory } from './calls.ts';
import type { Execution, FillRow, HistoryOrder } from './messages.ts';
import {
  executionEventsSchema,
  fillsSchema,
  openOrdersSchema,
  orderEventsSchema,
  statusSchema,
  triggerEventsSchema,
} from './messages.ts';
import { endedOrder, listedFill, meaningOf, openOrder, statusOrder } from './rows.ts';

const FILLS_PAGE = 100;
const MAX_PAGES = 50;
/** Windows begin this much earlier than asked: the history is written a little after the fact. */
const EARLIER_MS = 5_000;
/** The status is documented for POST, clients in use ask with GET: where that is not served, the others tell, but later. */
const NOT_SERVED: readonly string[] = ['notFound', 'HTTP_404', 'HTTP_405'];
const WRITTEN_AFTER_MS = 60_000;
/** Executions whose fees are remembered. */
const MOST_FEES = 5_000;

type OrderEvents = z.infer<typeof orderEventsSchema>['elements'][number]['event'];
type TriggerEvents = z.infer<typeof triggerEventsSchema>['elements'][number]['event'];

/** Orders and executions as Kraken Futures remembers them. */
export class KrakenFuturesHistory {
  readonly #context: AdapterContext;
  /** Fees by execution: the list of fills does not tell them, and the history that does is asked for only what is new. */
  readonly #fees = new Map<string, Pick<VenueFill, 'fee' | 'feeCurrency'>>();

  constructor(context: AdapterContext) {
    this.#context = context;
  }

  /** An execution that the stream told: its fee need not be asked for. */
  learn({ tradeId, fee, feeCurrency }: VenueFill): void {
    this.#fees.set(tradeId, { fee, feeCurrency });
    for (const oldest of this.#fees.keys()) {
      if (this.#fees.size <= MOST_FEES) break;
      this.#fees.delete(oldest);
    }
  }

  /** Every open order, those that wait for their trigger included: the venue tells them in one piece. */
  async open(urgency: Asking = 'read'): Promise<Answer<readonly VenueOrder[]>> {
    const call = read('open-orders', 'privateGetOpenorders', {}, 2, urgency);
    const answer = await ask(this.#context.caller, call, openOrdersSchema);
    return answer.ok ? ok(answer.value.openOrders.map((row) => openOrder(row, this.#context.bySymbol))) : answer;
  }

  /** An order that is open or has ended within the last seconds; `null` for any other. */
  async status(
    named: { readonly orderIds: string } | { readonly cliOrdIds: string },
    urgency: Asking = 'read',
  ): Promise<Answer<VenueOrder | null>> {
    const call = read('order-status', 'privateGetOrdersStatus', named, 1, urgency);
    const answer = await ask(this.#context.caller, call, statusSchema);
    if (!answer.ok) return answer;
    const [row] = answer.value.orders;
    if (row === undefined) return ok(null);
    const order = statusOrder(row, this.#context.bySymbol);
    return order === null ? err(unreadable('the order’s status lacks its quantities')) : ok(order);
  }

  /**
   * Its status while it is young or open, then the open orders, then what happened to orders and triggers since it was sent:
   * what has left one place by then is found in the next.
   */
  async look(order: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    const { venueOrderId, clientOrderId } = order;
    if (venueOrderId === null && clientOrderId === '') {
      return ok({ kind: 'unproven', message: 'it has no name to ask for' });
    }
    // An order without a name of ours is asked for to learn whose it is: most likely someone else's (EX-12).
    const urgency: Asking = clientOrderId === '' ? 'read' : 'hedge';
    // The order that a trigger becomes may have another venue id.
    const isIt = (one: VenueOrder): boolean =>
      one.venueOrderId === venueOrderId || (clientOrderId !== '' && one.clientOrderId === clientOrderId);
    const named = venueOrderId === null ? { cliOrdIds: clientOrderId } : { orderIds: venueOrderId };
    const young = await this.status(named, urgency);
    if (!young.ok && !NOT_SERVED.includes(young.error.code)) return young;
    if (young.ok && young.value !== null && isIt(young.value)) return this.#withFills(young.value, urgency);
    const open = await this.open(urgency);
    if (!open.ok) return open;
    const resting = open.value.find(isIt);
    if (resting !== undefined) return this.#withFills(resting, urgency);
    const ended = await this.#ended(order, sinceMs, urgency);
    if (!ended.ok) return ended;
    if (ended.value === 'not-there') {
      if (venueOrderId === null) {
        if (young.ok || this.#context.clock.wallMs() >= sinceMs + WRITTEN_AFTER_MS) return ok({ kind: 'not-there' });
        return ok({ kind: 'unproven', message: 'the history may not have been written yet' });
      }
      return ok({ kind: 'unproven', message: 'Kraken Futures does not show an order id of its own' });
    }
    if (typeof ended.value === 'string') return ok({ kind: 'unproven', message: ended.value });
    return this.#withFills(ended.value, urgency);
  }

  /** Newest first, a hundred at a time; fees that are not known yet are read from the history, page by page too. */
  async fills(
    sinceMs: number,
    listing: Listing | null,
    urgency: Asking = 'read',
  ): Promise<Answer<readonly VenueFill[]>> {
    const rows = await this.#listedSince(sinceMs - Math.abs(this.#context.skewMs()), urgency);
    if (!rows.ok) return rows;
    const wanted = rows.value.filter(({ fillType }) => {
      const meaning = meaningOf(fillType);
      return meaning === 'maker' || meaning === 'taker' || meaning === 'unknown';
    });
    const fees = await this.#feesOf(wanted, sinceMs, urgency);
    if (!fees.ok) return fees;
    const fills: VenueFill[] = [];
    for (const row of wanted) {
      // A fill of a kind nobody knows is booked with the fee that was taken; it counts as the dearer.
      const liquidity = meaningOf(row.fillType) === 'maker' ? 'maker' : 'taker';
      const known = this.#fees.get(row.fill_id);
      const fee = known?.fee ?? fees.value(row);
      if (fee === null) return err(unreadable(`the fee of execution ${row.fill_id} is not told yet`));
      const fill = { ...listedFill(row, fee, liquidity, this.#context.bySymbol), ...known };
      this.learn(fill);
      fills.push(fill);
    }
    return ok(fills.filter((fill) => listing === null || fill.listing === listing.id).sort((a, b) => a.atMs - b.atMs));
  }

  async #listedSince(sinceVenueMs: number, urgency: Asking): Promise<Answer<readonly FillRow[]>> {
    const found = new Map<string, FillRow>();
    let before: number | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      // Rows of one millisecond may lie on both sides of a page's end: the next begins with them again.
      const params = before === null ? {} : { lastFillTime: new Date(before + 1).toISOString() };
      const call = read('fills', 'privateGetFills', params, before === null ? 2 : 25, urgency);
      const answer = await ask(this.#context.caller, call, fillsSchema);
      if (!answer.ok) return answer;
      const { fills } = answer.value;
      const known = found.size;
      for (const row of fills) found.set(row.fill_id, row);
      const oldest = Math.min(...fills.map(({ fillTime }) => Date.parse(fillTime)));
      if (fills.length < FILLS_PAGE || oldest < sinceVenueMs) {
        return ok([...found.values()].filter(({ fillTime }) => Date.parse(fillTime) >= sinceVenueMs));
      }
      if (found.size === known) break;
      before = oldest;
    }
    return err(unreadable('the list of fills does not end'));
  }

  /** The fee of a fill by its id; where the history names it otherwise, by order, size, price and moment. */
  async #feesOf(
    rows: readonly FillRow[],
    sinceMs: number,
    urgency: Asking,
  ): Promise<Answer<(row: FillRow) => string | null>> {
    if (rows.every(({ fill_id }) => this.#fees.has(fill_id))) return ok(() => null);
    const events = await this.#elements('executions', sinceMs, executionEventsSchema, urgency);
    if (!events.ok) return events;
    const byUid = new Map<string, Execution>();
    const byTerms = new Map<string, Execution[]>();
    for (const { Execution } of events.value) {
      const { execution } = Execution;
      byUid.set(execution.uid, execution);
      const terms = [execution.order.uid, execution.quantity, execution.price, execution.timestamp].join('|');
      byTerms.set(terms, [...(byTerms.get(terms) ?? []), execution]);
    }
    return ok((row) => {
      const terms = [row.order_id, row.size, row.price, Date.parse(row.fillTime)].join('|');
      const found = byUid.get(row.fill_id) ?? byTerms.get(terms)?.shift();
      return found?.orderData?.fee ?? null;
    });
  }

  /** What the history makes of an order: the order as it ended, that it was never there, or why nobody can tell. */
  async #ended(ref: OrderRef, sinceMs: number, urgency: Asking): Promise<Answer<VenueOrder | 'not-there' | string>> {
    const orders = await this.#elements('orders', sinceMs, orderEventsSchema, urgency);
    if (!orders.ok) return orders;
    const triggers = await this.#elements('triggers', sinceMs, triggerEventsSchema, urgency);
    if (!triggers.ok) return triggers;
    const isIt = (order: HistoryOrder): boolean =>
      order.uid === ref.venueOrderId || (ref.clientOrderId !== '' && order.clientId === ref.clientOrderId);
    const booked = orders.value.filter((event) => orderIn(event).some(isIt));
    if (booked.length > 0) return ok(this.#cameTo(booked));
    const waited = triggers.value.filter((event) => triggerIn(event).some(isIt));
    const [first] = waited.flatMap(triggerIn);
    if (first === undefined) return ok('not-there');
    const cancelled = waited.some(({ OrderTriggerCancelled }) => OrderTriggerCancelled !== undefined);
    const activated = waited.some(({ OrderTriggerActivated }) => OrderTriggerActivated !== undefined);
    if (!cancelled || activated)
      return ok('it waited for its trigger, and the history does not tell what became of it');
    const end = { state: 'cancelled', status: 'OrderTriggerCancelled', filled: '0' } as const;
    return ok(endedOrder(first, end, this.#context.bySymbol));
  }

  #cameTo(events: readonly OrderEvents[]): VenueOrder | string {
    const told = events.flatMap(orderIn);
    const [first] = told;
    if (first === undefined || told.some(({ filled }) => filled === undefined)) return 'the history is not readable';
    const filled = told.map((order) => decimal(order.filled ?? '0')).reduce(max);
    const ended = (state: VenueOrder['state'], status: string): VenueOrder =>
      endedOrder(first, { state, status, filled: wire(filled) }, this.#context.bySymbol);
    if (filled.gte(decimal(first.quantity))) return ended('filled', 'OrderUpdated');
    if (events.some(({ OrderCancelled }) => OrderCancelled !== undefined)) return ended('cancelled', 'OrderCancelled');
    if (events.some(({ OrderRejected }) => OrderRejected !== undefined)) return ended('rejected', 'OrderRejected');
    return 'it was placed, is not open, and the history does not tell its end yet';
  }

  async #withFills(order: VenueOrder, urgency: Asking): Promise<Answer<Looked>> {
    if (decimal(order.filled).eq(decimal('0'))) return ok({ kind: 'found', order, fills: [] });
    const fills = await this.fills(order.atMs - this.#context.skewMs() - EARLIER_MS, null, urgency);
    if (!fills.ok) return fills;
    const own = fills.value.filter(({ venueOrderId }) => venueOrderId === order.venueOrderId);
    return ok({ kind: 'found', order, fills: own });
  }

  /** Every event since then, oldest first. */
  async #elements<E>(
    endpoint: 'orders' | 'triggers' | 'executions',
    sinceMs: number,
    schema: z.ZodType<{
      readonly elements: readonly { readonly event: E }[];
      readonly continuationToken?: string | null | undefined;
    }>,
    urgency: Asking,
  ): Promise<Result<readonly E[], VenueFailure>> {
    const since = Math.max(0, Math.floor(sinceMs - Math.abs(this.#context.skewMs()) - EARLIER_MS));
    const found: E[] = [];
    let token: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const more: Readonly<Record<string, string>> = token === null ? {} : { continuation_token: token };
      const call: SignedCall = readHistory(endpoint, { since, sort: 'asc', ...more }, urgency);
      const answer = await ask(this.#context.caller, call, schema);
      if (!answer.ok) return answer;
      found.push(...answer.value.elements.map(({ event }) => event));
      token = answer.value.continuationToken ?? null;
      if (token === null || answer.value.elements.length === 0) return ok(found);
    }
    return err(unreadable('the history does not end'));
  }
}

const orderIn = (event: OrderEvents): readonly HistoryOrder[] =>
  [
    event.OrderPlaced?.order,
    event.OrderUpdated?.newOrder,
    event.OrderRejected?.order,
    event.OrderCancelled?.order,
  ].filter((order) => order !== undefined);

const triggerIn = (event: TriggerEvents): readonly HistoryOrder[] =>
  [
    event.OrderTriggerPlaced?.order,
    event.OrderTriggerUpdated?.newOrderTrigger,
    event.OrderTriggerCancelled?.order,
    event.OrderTriggerActivated?.order,
  ].filter((order) => order !== undefined);

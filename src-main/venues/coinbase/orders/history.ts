import type { Listing } from '#shared/domain/listing';
import { ok } from '#shared/kernel/result';
import type { AdapterContext, Answer, Looked, OrderRef, VenueFill, VenueOrder } from '../../orders/adapter.ts';
import { ask } from '../../orders/ask.ts';
import { pages, read } from './calls.ts';
import { executionsOf } from './executions.ts';
import { fillsSchema, oneOrderSchema, ordersSchema } from './messages.ts';
import { venueOrder } from './rows.ts';

/** A create's token is taken for two minutes: until then it may still reach the venue. */
const TOKEN_MS = 120_000;
/** Lists show an order a moment after it was made. */
const LISTED_AFTER_MS = 10_000;
/** Windows begin this much earlier than the order was sent. */
const EARLIER_MS = 60_000;

/** Orders and executions as Advanced Trade remembers them. */
export class CoinbaseHistory {
  readonly #context: AdapterContext;

  constructor(context: AdapterContext) {
    this.#context = context;
  }

  /** Open orders, those that wait for their trigger included. */
  async open(listing: Listing | null): Promise<Answer<readonly VenueOrder[]>> {
    return this.#orders({ order_status: ['OPEN'], product_type: 'SPOT', ...this.#of(listing) });
  }

  async fills(sinceMs: number, listing: Listing | null): Promise<Answer<readonly VenueFill[]>> {
    return this.#fills({ start_sequence_timestamp: this.#instant(sinceMs), ...this.#of(listing) });
  }

  /**
   * By venue id where it is known, else among all orders of the product since it was sent and among the open ones. Its
   * absence counts once no create that was signed at `sinceMs` could be taken any more: there is no other deadline.
   */
  async look(order: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    if (order.venueOrderId !== null) return this.#byVenueId(order.venueOrderId);
    const found = await this.find(order, sinceMs);
    if (!found.ok) return found;
    if (found.value !== null) return this.#withFills(found.value);
    if (this.#venueMs() < sinceMs + TOKEN_MS + LISTED_AFTER_MS) {
      return ok({ kind: 'unproven', message: 'not listed, but Coinbase may still take it: it has no create deadline' });
    }
    return ok({ kind: 'not-there' });
  }

  /** The order of a client id; `null` when neither list has it. */
  async find({ clientOrderId, listing }: OrderRef, sinceMs: number): Promise<Answer<VenueOrder | null>> {
    const open = await this.open(listing);
    if (!open.ok) return open;
    const resting = open.value.find((one) => one.clientOrderId === clientOrderId);
    if (resting !== undefined) return ok(resting);
    const all = await this.#orders({ start_date: this.#instant(sinceMs - EARLIER_MS), ...this.#of(listing) });
    return all.ok ? ok(all.value.find((one) => one.clientOrderId === clientOrderId) ?? null) : all;
  }

  async #byVenueId(order_id: string): Promise<Answer<Looked>> {
    const call = read('order-get', 'v3PrivateGetBrokerageOrdersHistoricalOrderId', { order_id });
    const answer = await ask(this.#context.caller, call, oneOrderSchema);
    if (answer.ok) return this.#withFills(venueOrder(answer.value.order, this.#context.bySymbol));
    if (answer.error.code !== 'NOT_FOUND') return answer;
    return ok({ kind: 'unproven', message: 'Coinbase does not know an order id of its own' });
  }

  async #withFills(order: VenueOrder): Promise<Answer<Looked>> {
    const fills = await this.#fills({ order_ids: [order.venueOrderId] });
    return fills.ok ? ok({ kind: 'found', order, fills: fills.value }) : fills;
  }

  #orders(params: Readonly<Record<string, unknown>>): Promise<Answer<readonly VenueOrder[]>> {
    return pages(async (more) => {
      const call = read('orders-list', 'v3PrivateGetBrokerageOrdersHistoricalBatch', { ...params, ...more });
      const answer = await ask(this.#context.caller, call, ordersSchema);
      if (!answer.ok) return answer;
      const { orders, has_next, cursor } = answer.value;
      return ok({ rows: orders.map((row) => venueOrder(row, this.#context.bySymbol)), cursor: has_next ? cursor : '' });
    }, 'orders');
  }

  async #fills(params: Readonly<Record<string, unknown>>): Promise<Answer<readonly VenueFill[]>> {
    const newestFirst = await pages(async (more) => {
      const call = read('fills-list', 'v3PrivateGetBrokerageOrdersHistoricalFills', { ...params, ...more });
      const answer = await ask(this.#context.caller, call, fillsSchema);
      if (!answer.ok) return answer;
      const { fills, cursor } = answer.value;
      return ok({ rows: fills, cursor });
    }, 'fills');
    if (!newestFirst.ok) return newestFirst;
    const fills = executionsOf([...newestFirst.value].reverse(), this.#context.bySymbol);
    return ok([...fills].sort((a, b) => a.atMs - b.atMs));
  }

  #of(listing: Listing | null): Readonly<Record<string, unknown>> {
    return listing === null ? {} : { product_ids: [listing.symbol] };
  }

  /** Our wall time as the venue's clock shows it. */
  #instant(wallMs: number): string {
    return new Date(Math.floor(Math.max(0, wallMs + Math.min(0, this.#context.skewMs())))).toISOString();
  }

  #venueMs(): number {
    return this.#context.clock.wallMs() - Math.abs(this.#context.skewMs());
  }
}

import type { Listing } from '#shared/domain/listing';
import { err, ok } from '#shared/kernel/result';
import { decimal, ZERO } from '#shared/money/decimal';
import type { AdapterContext, Answer, Looked, OrderRef, VenueFill, VenueOrder } from '../../orders/adapter.ts';
import {
  type OrderRow,
  orderSchema,
  ordersSchema,
  type TradeRow,
  tradesOfOrderSchema,
  tradesPageSchema,
  triggerHistorySchema,
} from './messages.ts';
import { combined, venueFill, venueOrder } from './rows.ts';
import type { GatewaySession, Rpc } from './session.ts';

const READ_MS = 8_000;
const PAGE = 1000;
const MAX_PAGES = 100;
const EARLIER_MS = 60_000;
/** "Recent records: orders for 30 min, trades for 24h": older ones are asked for as well before that. */
const RECENT_ORDERS_MS = 20 * 60_000;
const RECENT_TRADES_MS = 23 * 3_600_000;

export const read = (endpoint: string, method: string, params: Readonly<Record<string, unknown>>): Rpc => ({
  endpoint,
  method,
  params,
  urgency: 'read',
  kind: 'read',
  timeoutMs: READ_MS,
});

/** Orders and executions as the gateway remembers them. Labels are not unique: ours are, by how they are made (EX-2). */
export class GatewayHistory {
  readonly #context: AdapterContext;
  readonly #session: GatewaySession;

  constructor(context: AdapterContext, session: GatewaySession) {
    this.#context = context;
    this.#session = session;
  }

  /** Every open order, stops and takes included; a pair of which one cancels the other counts as one. */
  async open(): Promise<Answer<readonly VenueOrder[]>> {
    const call = read('orders-open', 'private/get_open_orders', { kind: 'future', type: 'all' });
    const rows = await this.#session.call(call, ordersSchema);
    if (!rows.ok) return rows;
    const groups = new Map<string, OrderRow[]>();
    for (const row of rows.value) {
      const name = row.oco_ref == null || !row.label ? row.order_id : `${row.label} ${row.oco_ref}`;
      groups.set(name, [...(groups.get(name) ?? []), row]);
    }
    return ok([...groups.values()].flatMap((group) => combined(group, this.#context.bySymbol) ?? []));
  }

  async fills(sinceMs: number, listing: Listing | null): Promise<Answer<readonly VenueFill[]>> {
    const { clock, bySymbol } = this.#context;
    const rows = new Map<string, TradeRow>();
    const old = clock.wallMs() - sinceMs > RECENT_TRADES_MS;
    for (const historical of old ? [true, false] : [false]) {
      const page = await this.#trades(sinceMs, historical);
      if (!page.ok) return page;
      for (const row of page.value) rows.set(`${row.instrument_name} ${row.trade_id}`, row);
    }
    const fills = [...rows.values()]
      .filter(({ instrument_name }) => listing === null || instrument_name === listing.symbol)
      .map((row) => venueFill(row, bySymbol));
    return ok(fills.sort((a, b) => a.atMs - b.atMs));
  }

  /** By venue id; then, or when it is one of several under a label, among open orders and all histories of the instrument. */
  async look(order: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    if (order.venueOrderId !== null) {
      const call = read('order-state', 'private/get_order_state', { order_id: order.venueOrderId });
      const state = await this.#session.call(call, orderSchema);
      if (!state.ok && state.error.code !== '10004') return state;
      if (state.ok && !isLinked(state.value)) return this.#found([state.value]);
      if (state.ok) {
        const label = state.value.label ?? '';
        const others = label === '' ? ok([]) : await this.#labelled(label, order.listing, sinceMs);
        return others.ok ? this.#found(byId([...others.value, state.value])) : others;
      }
    }
    if (order.clientOrderId === '')
      return ok({ kind: 'unproven', message: 'the gateway does not know its own order id' });
    const rows = await this.#labelled(order.clientOrderId, order.listing, sinceMs);
    if (!rows.ok) return rows;
    return rows.value.length === 0 ? ok({ kind: 'not-there' }) : this.#found(rows.value);
  }

  async #found(rows: readonly OrderRow[]): Promise<Answer<Looked>> {
    const order = combined(rows, this.#context.bySymbol);
    if (order === null) return ok({ kind: 'not-there' });
    const fills: VenueFill[] = [];
    for (const row of rows) {
      const filled = decimal(venueOrder(row, this.#context.bySymbol).filled);
      if (filled.eq(ZERO)) continue;
      const trades = await this.#tradesOf(row.order_id, filled);
      if (!trades.ok) return trades;
      fills.push(...trades.value);
    }
    return ok({ kind: 'found', order, fills });
  }

  async #tradesOf(orderId: string, filled: ReturnType<typeof decimal>): Promise<Answer<readonly VenueFill[]>> {
    const fills = new Map<string, VenueFill>();
    for (const historical of [false, true]) {
      const params = { order_id: orderId, sorting: 'asc', historical };
      const call = read('order-trades', 'private/get_user_trades_by_order', params);
      const rows = await this.#session.call(call, tradesOfOrderSchema);
      if (!rows.ok) return rows;
      for (const row of rows.value) fills.set(row.trade_id, venueFill(row, this.#context.bySymbol));
      const sum = [...fills.values()].reduce((total, fill) => total.plus(decimal(fill.quantity)), ZERO);
      if (sum.gte(filled)) break;
    }
    return ok([...fills.values()]);
  }

  /** Everything under a label, in whichever list it is. */
  async #labelled(label: string, { symbol }: Listing, sinceMs: number): Promise<Answer<readonly OrderRow[]>> {
    const name = { instrument_name: symbol };
    const openCall = read('orders-open', 'private/get_open_orders_by_instrument', { ...name, type: 'all' });
    const open = await this.#session.call(openCall, ordersSchema);
    if (!open.ok) return open;
    const rows = [...open.value];
    const old = this.#context.clock.wallMs() - sinceMs > RECENT_ORDERS_MS;
    for (const historical of old ? [false, true] : [false]) {
      const ended = await this.#ended(name, historical, sinceMs);
      if (!ended.ok) return ended;
      rows.push(...ended.value);
    }
    const triggers = await this.#triggers(name, sinceMs);
    if (!triggers.ok) return triggers;
    rows.push(...triggers.value);
    return ok(byId(rows.filter((row) => row.label === label)));
  }

  /** Ended orders, newest first, page by page until before the window. */
  async #ended(name: object, historical: boolean, sinceMs: number): Promise<Answer<readonly OrderRow[]>> {
    const rows: OrderRow[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const more = { count: PAGE, offset: page * PAGE, include_old: true, include_unfilled: true, historical };
      const call = read('orders-history', 'private/get_order_history_by_instrument', { ...name, ...more });
      const answer = await this.#session.call(call, ordersSchema);
      if (!answer.ok) return answer;
      rows.push(...answer.value);
      const oldest = Math.min(...answer.value.map(({ creation_timestamp }) => creation_timestamp));
      if (answer.value.length < PAGE || oldest < sinceMs - EARLIER_MS) return ok(rows);
    }
    return err(endless('orders'));
  }

  async #triggers(name: object, sinceMs: number): Promise<Answer<readonly OrderRow[]>> {
    const rows: OrderRow[] = [];
    let continuation: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const params = { currency: 'USDC', ...name, count: PAGE, continuation };
      const call = read('orders-triggers', 'private/get_trigger_order_history', params);
      const answer = await this.#session.call(call, triggerHistorySchema);
      if (!answer.ok) return answer;
      const entries = (answer.value.entries ?? []).map(({ timestamp, last_update_timestamp, ...entry }) => ({
        ...entry,
        order_type: 'stop_limit',
        creation_timestamp: entry.creation_timestamp ?? timestamp ?? last_update_timestamp ?? 0,
      }));
      rows.push(...entries);
      const next = answer.value.continuation;
      const oldest = Math.min(...entries.map(({ creation_timestamp }) => creation_timestamp));
      if (next == null || next === '' || next === 'none' || oldest < sinceMs - EARLIER_MS) return ok(rows);
      continuation = next;
    }
    return err(endless('trigger orders'));
  }

  async #trades(sinceMs: number, historical: boolean): Promise<Answer<readonly TradeRow[]>> {
    const { clock, skewMs } = this.#context;
    const rows: TradeRow[] = [];
    let from = Math.floor(Math.max(0, sinceMs - Math.abs(skewMs())));
    const to = Math.ceil(clock.wallMs() + Math.abs(skewMs()) + EARLIER_MS);
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const window = { start_timestamp: from, end_timestamp: to, count: PAGE, sorting: 'asc', historical };
      const params = { currency: 'USDC', kind: 'future', ...window };
      const call = read('trades', 'private/get_user_trades_by_currency_and_time', params);
      const answer = await this.#session.call(call, tradesPageSchema);
      if (!answer.ok) return answer;
      rows.push(...answer.value.trades);
      if (!answer.value.has_more) return ok(rows);
      const last = answer.value.trades.at(-1)?.timestamp ?? 0;
      // The next page begins with the last moment again: what it repeats is dropped by its id.
      if (last <= from) break;
      from = last;
    }
    return err(endless('trades'));
  }
}

const isLinked = ({ order_type, oco_ref, trigger_order_id }: OrderRow): boolean =>
  /^(stop|take|trailing)/.test(order_type) || oco_ref != null || trigger_order_id != null;

/** The first word on each order. */
const byId = (rows: readonly OrderRow[]): readonly OrderRow[] => {
  const known = new Map<string, OrderRow>();
  for (const row of rows) if (!known.has(row.order_id)) known.set(row.order_id, row);
  return [...known.values()];
};

const endless = (what: string) =>
  ({ kind: 'in-doubt', code: 'UNREADABLE', message: `the list of ${what} does not end`, retryAtMonoMs: null }) as const;

import type { Listing } from '#shared/domain/listing';
import { err, ok } from '#shared/kernel/result';
import type { AdapterContext, Answer, Looked, OrderRef, VenueFill, VenueOrder } from '../../orders/adapter.ts';
import { ask, unreadable } from '../../orders/ask.ts';
import { isMissing, read } from './calls.ts';
import { allPages, beyondHistory, HISTORY_DAYS, wholeHistory } from './history.ts';
import { listSchema, type OrderRow, orderSchema, ordersSchema, spotTradesSchema, type TradeRow } from './messages.ts';
import { isListId, numberOf, orderOf } from './names.ts';
import { type Half, listOrder } from './order-lists.ts';
import { venueFill, venueOrder } from './rows.ts';
import type { AskedSymbols } from './symbols.ts';

const DAY_MS = 86_400_000;
type Params = Readonly<Record<string, string | number>>;

/** What Binance spot knows of orders and executions. */
export class SpotHistory {
  readonly #context: AdapterContext;
  readonly #symbols: AskedSymbols;

  constructor(context: AdapterContext, symbols: AskedSymbols) {
    this.#context = context;
    this.#symbols = symbols;
  }

  /** Everything open; both halves of an OCO are one order. */
  async open(): Promise<Answer<readonly VenueOrder[]>> {
    const { caller } = this.#context;
    const answer = await ask(caller, read('open-orders', 'privateGetOpenOrders', {}, 80), ordersSchema);
    if (!answer.ok) return answer;
    for (const { symbol } of answer.value) this.#symbols.touch(symbol);
    const lists = new Map<string, Half[]>();
    const orders: VenueOrder[] = [];
    for (const row of answer.value) {
      const half = this.#half(row);
      const list = listOf(row);
      if (list === null || half.order.clientOrderId === null) orders.push(half.order);
      else lists.set(list, [...(lists.get(list) ?? []), half]);
    }
    for (const [list, halves] of lists) {
      const order = listOrder(list, halves[0]?.order.clientOrderId ?? '', halves);
      if (order !== undefined) orders.push(order);
    }
    return ok(orders);
  }

  /** EX-4: by name, as an order and as a list; then open orders and history over the window. */
  async look(ref: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    const { symbol } = ref.listing;
    if (ref.clientOrderId === '' && isListId(ref.venueOrderId)) {
      return this.#lookAtList(ref.listing, { orderListId: numberOf(ref.venueOrderId ?? '') });
    }
    const by: Params =
      ref.clientOrderId === '' ? { orderId: ref.venueOrderId ?? '' } : { origClientOrderId: ref.clientOrderId };
    const row = await this.#order({ symbol, ...by });
    if (row.ok) return this.#found(ref.listing, row.value);
    if (!isMissing(row.error)) return row;
    if (ref.clientOrderId !== '') {
      const list = await this.#lookAtList(ref.listing, { origClientOrderId: ref.clientOrderId });
      if (list.ok || !isMissing(list.error)) return list;
    }
    return this.#absence(ref, sinceMs);
  }

  /** Executions since then, symbol by symbol. */
  async fills(sinceMs: number, listing: Listing | null): Promise<Answer<readonly VenueFill[]>> {
    const { caller, bySymbol } = this.#context;
    const fills: VenueFill[] = [];
    for (const { symbol } of listing === null ? this.#symbols.all() : [listing]) {
      const rows = await wholeHistory<TradeRow>(sinceMs, this.#venueMs(), {
        windowMs: DAY_MS,
        from: 'fromId',
        idOf: ({ id }) => id,
        ask: (page) => ask(caller, read('fills', 'privateGetMyTrades', { symbol, ...page }, 20), spotTradesSchema),
      });
      if (!rows.ok) return rows;
      fills.push(...rows.value.map((row) => venueFill(row, bySymbol, null)));
    }
    return ok(fills.sort((a, b) => a.atMs - b.atMs));
  }

  async #found(listing: Listing, row: OrderRow): Promise<Answer<Looked>> {
    const list = listOf(row);
    if (list !== null) return this.#lookAtList(listing, { orderListId: list });
    const order = venueOrder(row, this.#context.bySymbol);
    const fills = await this.#fillsOf(listing, [order]);
    return fills.ok ? ok({ kind: 'found', order, fills: fills.value }) : fills;
  }

  /** Both halves of a list, and what they executed. */
  async #lookAtList(listing: Listing, by: Params): Promise<Answer<Looked>> {
    const { caller } = this.#context;
    const list = await ask(caller, read('list-query', 'privateGetOrderList', by, 4), listSchema);
    if (!list.ok) return list;
    const halves: Half[] = [];
    for (const { orderId } of list.value.orders) {
      const row = await this.#order({ symbol: listing.symbol, orderId });
      if (!row.ok) return row;
      halves.push(this.#half(row.value));
    }
    const { orderListId, listClientOrderId } = list.value;
    const order = listOrder(orderListId, listClientOrderId, halves);
    if (order === undefined) return err(unreadable('a list without orders'));
    const fills = await this.#fillsOf(
      listing,
      halves.map((half) => ({ ...half.order, clientOrderId: listClientOrderId })),
    );
    return fills.ok ? ok({ kind: 'found', order, fills: fills.value }) : fills;
  }

  /** Nobody by that name: not there either when neither what is open nor what ended since shows it. */
  async #absence(ref: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    const beyond = beyondHistory(sinceMs, this.#venueMs(), HISTORY_DAYS.spot);
    if (beyond !== null) return ok(beyond);
    const { symbol } = ref.listing;
    const { caller } = this.#context;
    const open = await ask(caller, read('open-orders', 'privateGetOpenOrders', { symbol }, 6), ordersSchema);
    if (!open.ok) return open;
    const all = await wholeHistory<OrderRow>(sinceMs, this.#venueMs(), {
      windowMs: DAY_MS,
      from: 'orderId',
      idOf: ({ orderId }) => orderId,
      ask: (page) => ask(caller, read('order-history', 'privateGetAllOrders', { symbol, ...page }, 20), ordersSchema),
    });
    if (!all.ok) return all;
    const mine = [...open.value, ...all.value].find(
      ({ clientOrderId, orderId }) =>
        orderId === ref.venueOrderId || (ref.clientOrderId !== '' && orderOf(clientOrderId) === ref.clientOrderId),
    );
    return mine === undefined ? ok({ kind: 'not-there' }) : this.#found(ref.listing, mine);
  }

  async #fillsOf(listing: Listing, orders: readonly VenueOrder[]): Promise<Answer<readonly VenueFill[]>> {
    const { caller, bySymbol } = this.#context;
    const fills: VenueFill[] = [];
    for (const { venueOrderId, clientOrderId, filled } of orders) {
      if (/^0(\.0*)?$/.test(filled)) continue;
      const of = { symbol: listing.symbol, orderId: venueOrderId };
      const rows = await allPages<TradeRow>({
        from: 'fromId',
        idOf: ({ id }) => id,
        ask: (page) => ask(caller, read('order-fills', 'privateGetMyTrades', { ...of, ...page }, 5), spotTradesSchema),
      });
      if (!rows.ok) return rows;
      fills.push(...rows.value.map((row) => venueFill(row, bySymbol, clientOrderId)));
    }
    return ok(fills);
  }

  #order(by: Params): Promise<Answer<OrderRow>> {
    return ask(this.#context.caller, read('order-query', 'privateGetOrder', by, 4), orderSchema);
  }

  #half(row: OrderRow): Half {
    return { order: venueOrder(row, this.#context.bySymbol), name: row.clientOrderId };
  }

  #venueMs(): number {
    return this.#context.clock.wallMs() + this.#context.skewMs();
  }
}

/** The list that an order is half of; `null` for one of its own. */
const listOf = ({ orderListId }: OrderRow): string | null =>
  orderListId === undefined || orderListId === '-1' ? null : orderListId;

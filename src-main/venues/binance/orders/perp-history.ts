import type { Listing } from '#shared/domain/listing';
import { err, ok } from '#shared/kernel/result';
import type { AdapterContext, Answer, Looked, OrderRef, VenueFill, VenueOrder } from '../../orders/adapter.ts';
import { ask, unreadable } from '../../orders/ask.ts';
import { isMissing, read } from './calls.ts';
import { beyondHistory, HISTORY_DAYS, wholeHistory } from './history.ts';
import {
  type AlgoRow,
  algoSchema,
  algosSchema,
  type OrderRow,
  orderSchema,
  ordersSchema,
  perpTradesSchema,
  type TradeRow,
} from './messages.ts';
import { isAlgoId, numberOf } from './names.ts';
import { actualOf, algoOrder, venueFill, venueOrder } from './rows.ts';
import type { AskedSymbols } from './symbols.ts';

const WEEK_MS = 7 * 86_400_000;
/** More executions of one order than one page holds. */
const PAGE = 1000;
type Params = Readonly<Record<string, string | number>>;

/** What USDⓈ-M knows of orders, conditional orders and executions. */
export class PerpHistory {
  readonly #context: AdapterContext;
  readonly #symbols: AskedSymbols;

  constructor(context: AdapterContext, symbols: AskedSymbols) {
    this.#context = context;
    this.#symbols = symbols;
  }

  /** Everything open: the matching engine's orders, and those that wait in the algo service, which are not among them. */
  async open(): Promise<Answer<readonly VenueOrder[]>> {
    const { caller, bySymbol } = this.#context;
    const orders = await ask(caller, read('open-orders', 'fapiPrivateGetOpenOrders', {}, 40), ordersSchema);
    if (!orders.ok) return orders;
    const algos = await ask(caller, read('open-algo-orders', 'fapiPrivateGetOpenAlgoOrders', {}, 40), algosSchema);
    if (!algos.ok) return algos;
    for (const { symbol } of [...orders.value, ...algos.value]) this.#symbols.touch(symbol);
    return ok([
      ...orders.value.map((row) => venueOrder(row, bySymbol)),
      ...algos.value.map((row) => algoOrder(row, bySymbol)),
    ]);
  }

  /** EX-4: by name in the engine and in the algo service; then what is open and what ended in both over the window. */
  async look(ref: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    const { listing, clientOrderId, venueOrderId } = ref;
    if (clientOrderId === '') return this.#lookByNumber(listing, venueOrderId ?? '', sinceMs);
    const places = [() => this.#inEngine(listing, clientOrderId), () => this.#inAlgoService(listing, clientOrderId)];
    for (const place of ref.resident ? places.reverse() : places) {
      const found = await place();
      if (found.ok || !isMissing(found.error)) return found;
    }
    return this.#absence(ref, sinceMs);
  }

  /** A conditional order as the algo service has it. */
  algo(by: Params): Promise<Answer<AlgoRow>> {
    return ask(this.#context.caller, read('algo-query', 'fapiPrivateGetAlgoOrder', by, 1), algoSchema);
  }

  /** Executions since then, symbol by symbol. */
  async fills(sinceMs: number, listing: Listing | null): Promise<Answer<readonly VenueFill[]>> {
    const { caller, bySymbol } = this.#context;
    const fills: VenueFill[] = [];
    for (const { symbol } of listing === null ? this.#symbols.all() : [listing]) {
      const rows = await wholeHistory<TradeRow>(sinceMs, this.#venueMs(), {
        windowMs: WEEK_MS,
        from: 'fromId',
        idOf: ({ id }) => id,
        ask: (page) => ask(caller, read('fills', 'fapiPrivateGetUserTrades', { symbol, ...page }, 5), perpTradesSchema),
      });
      if (!rows.ok) return rows;
      fills.push(...rows.value.map((row) => venueFill(row, bySymbol, null)));
    }
    return ok(fills.sort((a, b) => a.atMs - b.atMs));
  }

  async #inEngine(listing: Listing, name: string): Promise<Answer<Looked>> {
    const order = await this.#order({ symbol: listing.symbol, origClientOrderId: name });
    return order.ok ? this.#found(listing, order.value, name) : order;
  }

  async #inAlgoService(listing: Listing, name: string): Promise<Answer<Looked>> {
    const algo = await this.algo({ clientAlgoId: name });
    return algo.ok ? this.#foundAlgo(listing, algo.value) : algo;
  }

  async #lookByNumber(listing: Listing, venueOrderId: string, sinceMs: number): Promise<Answer<Looked>> {
    if (isAlgoId(venueOrderId)) {
      const algo = await this.algo({ algoId: numberOf(venueOrderId) });
      return algo.ok ? this.#foundAlgo(listing, algo.value) : algo;
    }
    const order = await this.#order({ symbol: listing.symbol, orderId: venueOrderId });
    if (!order.ok) return isMissing(order.error) ? ok(unprovenOf(venueOrderId)) : order;
    if (!isConditional(order.value)) return this.#found(listing, order.value, order.value.clientOrderId);
    // What was a conditional order goes by the name that it had in the algo service, where it may have lain for long.
    const algos = await this.#algosSince(listing, sinceMs - WEEK_MS);
    if (!algos.ok) return algos;
    const algo = algos.value.find((row) => actualOf(row) === venueOrderId);
    return this.#found(listing, order.value, algo?.clientAlgoId ?? order.value.clientOrderId);
  }

  async #found(listing: Listing, row: OrderRow, name: string): Promise<Answer<Looked>> {
    const order = venueOrder(row, this.#context.bySymbol, name);
    const fills = await this.#fillsOf(listing, order);
    return fills.ok ? ok({ kind: 'found', order, fills: fills.value }) : fills;
  }

  /** Once triggered, its order in the matching engine tells how it stands. */
  async #foundAlgo(listing: Listing, row: AlgoRow): Promise<Answer<Looked>> {
    const actual = actualOf(row);
    if (actual === null) return ok({ kind: 'found', order: algoOrder(row, this.#context.bySymbol), fills: [] });
    const order = await this.#order({ symbol: listing.symbol, orderId: actual });
    return order.ok ? this.#found(listing, order.value, row.clientAlgoId) : order;
  }

  async #absence(ref: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    const beyond = beyondHistory(sinceMs, this.#venueMs(), HISTORY_DAYS.perp);
    if (beyond !== null) return ok(beyond);
    const { listing, clientOrderId } = ref;
    const { symbol } = listing;
    const { caller } = this.#context;
    const open = await ask(caller, read('open-orders', 'fapiPrivateGetOpenOrders', { symbol }, 1), ordersSchema);
    if (!open.ok) return open;
    const waiting = await ask(
      caller,
      read('open-algo-orders', 'fapiPrivateGetOpenAlgoOrders', { symbol }, 1),
      algosSchema,
    );
    if (!waiting.ok) return waiting;
    const orders = await wholeHistory<OrderRow>(sinceMs, this.#venueMs(), {
      windowMs: WEEK_MS,
      from: 'orderId',
      idOf: ({ orderId }) => orderId,
      ask: (page) =>
        ask(caller, read('order-history', 'fapiPrivateGetAllOrders', { symbol, ...page }, 5), ordersSchema),
    });
    if (!orders.ok) return orders;
    const algos = await this.#algosSince(listing, sinceMs);
    if (!algos.ok) return algos;
    const algo = [...waiting.value, ...algos.value].find((row) => row.clientAlgoId === clientOrderId);
    if (algo !== undefined) return this.#foundAlgo(listing, algo);
    const order = [...open.value, ...orders.value].find((row) => row.clientOrderId === clientOrderId);
    return order === undefined ? ok({ kind: 'not-there' }) : this.#found(listing, order, clientOrderId);
  }

  #algosSince({ symbol }: Listing, sinceMs: number): Promise<Answer<readonly AlgoRow[]>> {
    const { caller } = this.#context;
    return wholeHistory<AlgoRow>(sinceMs, this.#venueMs(), {
      windowMs: WEEK_MS,
      from: 'algoId',
      idOf: (row) => row.algoId,
      ask: (page) =>
        ask(caller, read('algo-history', 'fapiPrivateGetAllAlgoOrders', { symbol, ...page }, 5), algosSchema),
    });
  }

  async #fillsOf({ symbol }: Listing, order: VenueOrder): Promise<Answer<readonly VenueFill[]>> {
    const { caller, bySymbol } = this.#context;
    if (/^0(\.0*)?$/.test(order.filled)) return ok([]);
    const params = { symbol, orderId: order.venueOrderId, limit: PAGE };
    const rows = await ask(caller, read('order-fills', 'fapiPrivateGetUserTrades', params, 5), perpTradesSchema);
    if (!rows.ok) return rows;
    if (rows.value.length >= PAGE) return err(unreadable(`more than ${PAGE} executions of one order`));
    return ok(rows.value.map((row) => venueFill(row, bySymbol, order.clientOrderId)));
  }

  #order(by: Params): Promise<Answer<OrderRow>> {
    return ask(this.#context.caller, read('order-query', 'fapiPrivateGetOrder', by, 1), orderSchema);
  }

  #venueMs(): number {
    return this.#context.clock.wallMs() + this.#context.skewMs();
  }
}

const isConditional = ({ origType }: OrderRow): boolean => /^(STOP|TAKE_PROFIT|TRAILING)/.test(origType ?? '');
const unprovenOf = (venueOrderId: string): Looked => ({
  kind: 'unproven',
  message: `the venue does not tell of order ${venueOrderId}`,
});

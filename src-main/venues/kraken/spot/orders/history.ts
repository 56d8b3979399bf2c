import type { z } from 'zod';
import type { Listing } from '#shared/domain/listing';
import { err, ok } from '#shared/kernel/result';
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
import type { OrderRow } from './messages.ts';
import { closedSchema, openSchema, queriedSchema, tradesSchema } from './messages.ts';
import { byPairName } from './pair-names.ts';
import { venueFill, venueOrder } from './rows.ts';

/** A page may wait for its turn: the counter of calls falls slowly. */
const READ_MS = 15_000;
const PAGE = 50;
/** More pages than this are not read: whatever was asked for, it was not this. */
const MAX_PAGES = 100;
/** Windows begin this much earlier: boundaries are excluded, and whole seconds. */
const EARLIER_S = 2;

export const read = (
  endpoint: string,
  method: string,
  params: Readonly<Record<string, unknown>>,
  weight = 1,
): SignedCall => ({ endpoint, method, params, urgency: 'read', weight, timeoutMs: READ_MS, kind: 'read' });

/** Orders and executions as Kraken remembers them. */
export class KrakenSpotHistory {
  readonly #context: AdapterContext;

  constructor(context: AdapterContext) {
    this.#context = context;
  }

  /** Every open order, those that wait for their trigger included: the venue tells them in one piece. */
  async open(clientOrderId: string | null): Promise<Answer<readonly VenueOrder[]>> {
    const only = clientOrderId === null ? {} : { cl_ord_id: clientOrderId };
    const answer = await ask(this.#context.caller, read('open-orders', 'privatePostOpenOrders', only), openSchema);
    return answer.ok ? ok(this.#orders(answer.value.result.open)) : answer;
  }

  /** Newest first, fifty at a time. What happens meanwhile moves older rows to later pages, where they are met again. */
  async fills(sinceMs: number, listing: Listing | null): Promise<Answer<readonly VenueFill[]>> {
    const byPair = byPairName(this.#context.listings());
    const found = new Map<string, VenueFill>();
    const done = await this.#pages(
      (page) =>
        read(
          'trades-history',
          'privatePostTradesHistory',
          { start: this.#second(sinceMs), consolidate_taker: false, without_count: true, ...page },
          2,
        ),
      tradesSchema,
      ({ result }) => {
        const rows = Object.entries(result.trades);
        for (const [txid, row] of rows) found.set(txid, venueFill(txid, row, byPair));
        return rows.length;
      },
    );
    if (!done.ok) return done;
    const skewMs = this.#context.skewMs();
    return ok(
      [...found.values()]
        .filter((fill) => fill.atMs >= sinceMs - Math.abs(skewMs) && (listing === null || fill.listing === listing.id))
        .sort((a, b) => a.atMs - b.atMs),
    );
  }

  /** By venue id; by client id among open orders, and then among ended ones since it was sent. */
  async look(order: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    if (order.venueOrderId !== null) return this.#byTxid(order.venueOrderId);
    if (order.clientOrderId === '') return ok({ kind: 'unproven', message: 'it has no name to ask for' });
    const open = await this.open(order.clientOrderId);
    if (!open.ok) return open;
    const resting = open.value.find((one) => one.clientOrderId === order.clientOrderId);
    if (resting !== undefined) return this.#withFills(resting);
    // What has left the open orders by now is among the ended ones, which are asked for after them.
    const ended = await this.#ended(order.clientOrderId, sinceMs);
    if (!ended.ok) return ended;
    return ended.value === null ? ok({ kind: 'not-there' }) : this.#withFills(ended.value);
  }

  async #byTxid(txid: string): Promise<Answer<Looked>> {
    const call = read('order-query', 'privatePostQueryOrders', { txid, consolidate_taker: false });
    const answer = await ask(this.#context.caller, call, queriedSchema);
    if (!answer.ok) return answer;
    const row = answer.value.result[txid];
    if (row === undefined) return ok({ kind: 'unproven', message: 'Kraken does not show an order id of its own' });
    return this.#withFills(venueOrder(txid, row, byPairName(this.#context.listings())));
  }

  async #ended(clientOrderId: string, sinceMs: number): Promise<Answer<VenueOrder | null>> {
    let found: VenueOrder | null = null;
    const done = await this.#pages(
      (page) =>
        read('closed-orders', 'privatePostClosedOrders', {
          cl_ord_id: clientOrderId,
          start: this.#second(sinceMs),
          without_count: true,
          ...page,
        }),
      closedSchema,
      ({ result }) => {
        const orders = this.#orders(result.closed);
        found ??= orders.find((one) => one.clientOrderId === clientOrderId) ?? null;
        return orders.length;
      },
    );
    return done.ok ? ok(found) : done;
  }

  async #withFills(order: VenueOrder): Promise<Answer<Looked>> {
    if (/^0(\.0*)?$/.test(order.filled)) return ok({ kind: 'found', order, fills: [] });
    // The order's own time is the venue's.
    const fills = await this.fills(order.atMs - this.#context.skewMs(), null);
    if (!fills.ok) return fills;
    const own = fills.value.filter(({ venueOrderId }) => venueOrderId === order.venueOrderId);
    return ok({ kind: 'found', order, fills: own.map((fill) => ({ ...fill, clientOrderId: order.clientOrderId })) });
  }

  /** Asks page by page until one is not full. `take` gives how many rows there were. */
  async #pages<T>(
    call: (page: Readonly<Record<string, unknown>>) => SignedCall,
    schema: z.ZodType<T>,
    take: (answer: T) => number,
  ): Promise<Answer<void>> {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await ask(this.#context.caller, call(page === 0 ? {} : { ofs: page * PAGE }), schema);
      if (!answer.ok) return answer;
      if (take(answer.value) < PAGE) return ok(undefined);
    }
    return err(unreadable('the history does not end'));
  }

  #orders(rows: Readonly<Record<string, OrderRow>>): readonly VenueOrder[] {
    const byPair = byPairName(this.#context.listings());
    return Object.entries(rows).map(([txid, row]) => venueOrder(txid, row, byPair));
  }

  /** A moment of ours as the venue's whole second, rather earlier. */
  #second(wallMs: number): number {
    return Math.max(0, Math.floor((wallMs - Math.abs(this.#context.skewMs())) / 1000) - EARLIER_S);
  }
}

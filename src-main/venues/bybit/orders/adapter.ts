import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { err, ok } from '#shared/kernel/result';
import type { Cancel } from '#shared/kernel/time';
import {
  type AdapterContext,
  type Answer,
  type Looked,
  type OrderAdapter,
  type OrderRef,
  type PrivateSink,
  urgencyOf,
  type VenueFill,
  type VenueOrder,
} from '../../orders/adapter.ts';
import { BybitAccount } from './account.ts';
import { BybitCalls } from './calls.ts';
import { cancelledAllSchema, createdSchema, executionsSchema, ordersSchema } from './messages.ts';
import { venueFill, venueOrder } from './read.ts';
import { type Category, createFields } from './requests.ts';
import { openBybitStream } from './stream.ts';
import { GONE } from './verdict.ts';

const CREATE_TIMEOUT_MS = 5_000;
const CANCEL_TIMEOUT_MS = 3_000;
/** "The time between startTime and endTime must be within 7 days". */
const WINDOW_MS = 7 * 86_400_000;
const AHEAD_MS = 60_000;
/** Currencies that linear contracts settle in. */
export const SETTLES = ['USDT', 'USDC'] as const;

/** Bybit v5, spot or linear. https://bybit-exchange.github.io/docs/v5/order/create-order */
export class BybitOrders implements OrderAdapter {
  readonly #category: Category;
  readonly #context: AdapterContext;
  readonly #calls: BybitCalls;
  readonly #account: BybitAccount;
  readonly setLeverage?: NonNullable<OrderAdapter['setLeverage']>;

  constructor(category: Category, context: AdapterContext) {
    this.#category = category;
    this.#context = context;
    this.#calls = new BybitCalls(context);
    this.#account = new BybitAccount(category, context, this.#calls);
    if (category === 'linear') this.setLeverage = (listing, leverage) => this.#account.setLeverage(listing, leverage);
  }

  async create(order: OrderIntent, listing: Listing): Promise<Answer<{ readonly venueOrderId: string }>> {
    const answer = await this.#calls.send(
      {
        endpoint: 'order-create',
        method: 'privatePostV5OrderCreate',
        params: createFields(this.#category, order, listing),
        createBeforeMs: order.createBeforeMs,
        urgency: urgencyOf(order.purpose),
        weight: 1,
        timeoutMs: CREATE_TIMEOUT_MS,
        kind: 'create',
      },
      createdSchema,
    );
    return answer.ok ? ok({ venueOrderId: answer.value.result.orderId }) : answer;
  }

  /** The acknowledgement says that it was asked for; how the order ended comes over the stream. */
  async cancel(order: OrderRef): Promise<Answer<'cancelled' | 'gone'>> {
    const named = order.venueOrderId === null ? { orderLinkId: order.clientOrderId } : { orderId: order.venueOrderId };
    const answer = await this.#calls.send(
      {
        endpoint: 'order-cancel',
        method: 'privatePostV5OrderCancel',
        params: { category: this.#category, symbol: order.listing.symbol, ...named },
        urgency: 'cancel',
        weight: 1,
        timeoutMs: CANCEL_TIMEOUT_MS,
        kind: 'cancel',
      },
      createdSchema,
    );
    if (answer.ok) return ok('cancelled');
    return GONE.has(answer.error.code) ? ok('gone') : answer;
  }

  async cancelAll(listing: Listing | null): Promise<Answer<{ readonly cancelled: number | null }>> {
    let cancelled = 0;
    for (const scope of this.#scopes(listing)) {
      const answer = await this.#calls.send(
        {
          endpoint: 'order-cancel-all',
          method: 'privatePostV5OrderCancelAll',
          params: { category: this.#category, ...scope },
          urgency: 'cancel',
          weight: 1,
          timeoutMs: CANCEL_TIMEOUT_MS,
          kind: 'cancel',
        },
        cancelledAllSchema,
      );
      if (!answer.ok) return answer;
      cancelled += answer.value.result.list.length;
    }
    return ok({ cancelled });
  }

  /**
   * Open orders, those that ended lately, history: in this order an order that ends meanwhile is met in the next. By its
   * name, which each of the three takes, so nothing found in any of them proves that there is none (EX-4). Without a time the
   * history may mean the last seven days alone: one that is older is looked for window by window.
   */
  async look(order: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    const named = order.clientOrderId === '' ? { orderId: order.venueOrderId } : { orderLinkId: order.clientOrderId };
    const asked = { category: this.#category, symbol: order.listing.symbol, ...named };
    const places = [
      ['order-open', 'privateGetV5OrderRealtime', { ...asked, openOnly: 0 }],
      ['order-open', 'privateGetV5OrderRealtime', { ...asked, openOnly: 1 }],
      ['order-history', 'privateGetV5OrderHistory', asked],
      ...this.#olderWindows(sinceMs).map(
        (window) => ['order-history', 'privateGetV5OrderHistory', { ...asked, ...window }] as const,
      ),
    ] as const;
    for (const [endpoint, method, params] of places) {
      const answer = await this.#calls.read(endpoint, method, params, ordersSchema, 'hedge');
      if (!answer.ok) return answer;
      const row = answer.value.result.list.find(({ orderId, orderLinkId }) =>
        order.clientOrderId === '' ? orderId === order.venueOrderId : orderLinkId === order.clientOrderId,
      );
      if (row === undefined) continue;
      const found = venueOrder(row, this.#context.bySymbol);
      if (found.filled === '0') return ok({ kind: 'found', order: found, fills: [] });
      const fills = await this.#executions({ symbol: order.listing.symbol, orderId: row.orderId }, sinceMs);
      return fills.ok ? ok({ kind: 'found', order: found, fills: fills.value }) : fills;
    }
    return ok({ kind: 'not-there' });
  }

  async openOrders(): Promise<Answer<readonly VenueOrder[]>> {
    const orders: VenueOrder[] = [];
    for (const scope of this.#scopes(null)) {
      const params = { category: this.#category, ...scope, openOnly: 0, limit: 50 };
      const rows = await this.#calls.pages('order-open', 'privateGetV5OrderRealtime', params, ordersSchema);
      if (!rows.ok) return rows;
      orders.push(...rows.value.map((row) => venueOrder(row, this.#context.bySymbol)));
    }
    return ok(orders);
  }

  fills(sinceMs: number, listing: Listing | null): Promise<Answer<readonly VenueFill[]>> {
    return this.#executions(listing === null ? {} : { symbol: listing.symbol }, sinceMs);
  }

  holdings: OrderAdapter['holdings'] = () => this.#account.holdings();
  positions: OrderAdapter['positions'] = () => this.#account.positions();
  fees: OrderAdapter['fees'] = () => this.#account.fees();
  findings: OrderAdapter['findings'] = () => this.#account.findings();

  stream(sink: PrivateSink): Cancel {
    return openBybitStream(this.#category, this.#context, sink);
  }

  /** From then to seven days ago; empty when it was later. */
  #olderWindows(sinceMs: number): readonly { readonly startTime: number; readonly endTime: number }[] {
    const windows: { startTime: number; endTime: number }[] = [];
    const nowMs = this.#context.clock.wallMs();
    if (nowMs - sinceMs < WINDOW_MS - AHEAD_MS) return windows;
    for (let startTime = Math.floor(sinceMs) - AHEAD_MS; startTime < nowMs; startTime += WINDOW_MS) {
      windows.push({ startTime, endTime: startTime + WINDOW_MS });
    }
    return windows;
  }

  /** Linear contracts are asked for by what they settle in. */
  #scopes(listing: Listing | null): readonly Readonly<Record<string, string>>[] {
    if (listing !== null) return [{ symbol: listing.symbol }];
    return this.#category === 'spot' ? [{}] : SETTLES.map((settleCoin) => ({ settleCoin }));
  }

  async #executions(of: Readonly<Record<string, string>>, sinceMs: number): Promise<Answer<readonly VenueFill[]>> {
    const { clock, skewMs, bySymbol } = this.#context;
    const fills: VenueFill[] = [];
    const untilMs = Math.ceil(clock.wallMs() + skewMs()) + AHEAD_MS;
    for (let from = Math.floor(sinceMs + skewMs()); from < untilMs; from += WINDOW_MS) {
      const window = { startTime: from, endTime: Math.min(from + WINDOW_MS, untilMs) };
      const params = { category: this.#category, ...of, ...window, execType: 'Trade', limit: 100 };
      const rows = await this.#calls.pages('executions', 'privateGetV5ExecutionList', params, executionsSchema);
      if (!rows.ok) return rows;
      try {
        fills.push(...rows.value.map((row) => venueFill(row, bySymbol)));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return err({ kind: 'in-doubt', code: 'UNREADABLE', message, retryAtMonoMs: null });
      }
    }
    return ok(fills.sort((a, b) => a.atMs - b.atMs));
  }
}

import type { FeeTier, Holding } from '#shared/domain/account';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { err, ok } from '#shared/kernel/result';
import { type Decimal, decimal, wire, ZERO } from '#shared/money/decimal';
import {
  type AdapterContext,
  type Answer,
  type OrderAdapter,
  type OrderRef,
  type PrivateSink,
  urgencyOf,
} from '../../orders/adapter.ts';
import { ask } from '../../orders/ask.ts';
import { refused } from '../../orders/failures.ts';
import { pages, read } from './calls.ts';
import { configurationOf } from './configuration.ts';
import { spotFindings } from './findings.ts';
import { CoinbaseHistory } from './history.ts';
import { accountsSchema, cancelledSchema, createdSchema, summarySchema } from './messages.ts';
import { userStream } from './stream.ts';

const ORDER_MS = 5_000;
const CANCEL_BATCH = 100;
/** An order to be cancelled without its venue id was made within this. */
const FIND_WITHIN_MS = 86_400_000;
const TRADED: readonly string[] = ['ACCOUNT_TYPE_CRYPTO', 'ACCOUNT_TYPE_FIAT', 'CRYPTO', 'FIAT'];

/** Advanced Trade spot. Nothing here decides. */
export class CoinbaseSpotAdapter implements OrderAdapter {
  readonly #context: AdapterContext;
  readonly #history: CoinbaseHistory;

  constructor(context: AdapterContext) {
    this.#context = context;
    this.#history = new CoinbaseHistory(context);
  }

  async create(order: OrderIntent, listing: Listing): Promise<Answer<{ readonly venueOrderId: string }>> {
    const configuration = configurationOf(order);
    if (!configuration.ok) return err(refused('UNSUPPORTED_ORDER', configuration.error));
    const answer = await ask(
      this.#context.caller,
      {
        endpoint: 'order-create',
        method: 'v3PrivatePostBrokerageOrders',
        params: {
          client_order_id: order.clientOrderId,
          product_id: listing.symbol,
          side: order.side === 'buy' ? 'BUY' : 'SELL',
          order_configuration: configuration.value,
        },
        createBeforeMs: order.createBeforeMs,
        urgency: urgencyOf(order.purpose),
        weight: 1,
        timeoutMs: ORDER_MS,
        kind: 'create',
      },
      createdSchema,
    );
    if (!answer.ok) return answer;
    const { order_id, client_order_id } = answer.value.success_response;
    if (client_order_id === order.clientOrderId) return ok({ venueOrderId: order_id });
    const message = 'the answer speaks of another order';
    return err({ kind: 'in-doubt', code: 'UNREADABLE', message, retryAtMonoMs: null });
  }

  /** The venue cancels by its own ids alone: without one the order is looked for first. */
  async cancel(order: OrderRef): Promise<Answer<'cancelled' | 'gone'>> {
    let id = order.venueOrderId;
    if (id === null) {
      const sinceMs = this.#context.clock.wallMs() - FIND_WITHIN_MS;
      const found = await this.#history.find(order, sinceMs);
      if (!found.ok) return found;
      if (found.value === null) {
        const message = 'no such order is listed; it may still arrive';
        return err({ kind: 'in-doubt', code: 'NOT_LISTED', message, retryAtMonoMs: null });
      }
      if (found.value.state !== 'open' && found.value.state !== 'unknown') return ok('gone');
      id = found.value.venueOrderId;
    }
    const cancelled = await this.#cancelBatch([id]);
    if (!cancelled.ok) return cancelled;
    return ok(cancelled.value === 1 ? 'cancelled' : 'gone');
  }

  async cancelAll(listing: Listing | null): Promise<Answer<{ readonly cancelled: number | null }>> {
    const open = await this.#history.open(listing);
    if (!open.ok) return open;
    let cancelled = 0;
    for (let from = 0; from < open.value.length; from += CANCEL_BATCH) {
      const ids = open.value.slice(from, from + CANCEL_BATCH).map(({ venueOrderId }) => venueOrderId);
      const batch = await this.#cancelBatch(ids);
      if (!batch.ok) return batch;
      cancelled += batch.value;
    }
    return ok({ cancelled });
  }

  look(order: OrderRef, sinceMs: number): ReturnType<OrderAdapter['look']> {
    return this.#history.look(order, sinceMs);
  }

  openOrders(): ReturnType<OrderAdapter['openOrders']> {
    return this.#history.open(null);
  }

  fills(sinceMs: number, listing: Listing | null): ReturnType<OrderAdapter['fills']> {
    return this.#history.fills(sinceMs, listing);
  }

  /** Accounts of one currency are added up; vaults and other accounts that cannot trade are left out. */
  async holdings(): Promise<Answer<readonly Holding[]>> {
    const accounts = await pages(async (more) => {
      const answer = await ask(
        this.#context.caller,
        read('accounts', 'v3PrivateGetBrokerageAccounts', more),
        accountsSchema,
      );
      if (!answer.ok) return answer;
      const { accounts: rows, has_next, cursor } = answer.value;
      return ok({ rows, cursor: has_next ? cursor : '' });
    }, 'accounts');
    if (!accounts.ok) return accounts;
    const sums = new Map<string, { readonly free: Decimal; readonly locked: Decimal }>();
    for (const { currency, type, available_balance, hold } of accounts.value) {
      if (!TRADED.includes(type)) continue;
      const sum = sums.get(currency) ?? { free: ZERO, locked: ZERO };
      sums.set(currency, {
        free: sum.free.plus(decimal(available_balance.value)),
        locked: sum.locked.plus(decimal(hold.value)),
      });
    }
    return ok(
      [...sums].map(([currency, { free, locked }]) => ({
        wallet: 'spot',
        currency,
        free: wire(free),
        locked: wire(locked),
      })),
    );
  }

  positions(): ReturnType<OrderAdapter['positions']> {
    return Promise.resolve(ok([]));
  }

  async fees(): Promise<Answer<readonly FeeTier[]>> {
    const call = read('fees', 'v3PrivateGetBrokerageTransactionSummary', { product_type: 'SPOT' });
    const answer = await ask(this.#context.caller, call, summarySchema);
    if (!answer.ok) return answer;
    const { maker_fee_rate, taker_fee_rate } = answer.value.fee_tier;
    return ok([
      { feed: 'coinbase:spot', instrument: null, makerBps: bps(maker_fee_rate), takerBps: bps(taker_fee_rate) },
    ]);
  }

  findings(): ReturnType<OrderAdapter['findings']> {
    return spotFindings(this.#context);
  }

  stream(sink: PrivateSink): ReturnType<OrderAdapter['stream']> {
    return userStream(this.#context, sink);
  }

  /** How many of them were still open. One that the venue will not speak clearly of makes all of it doubtful. */
  async #cancelBatch(order_ids: readonly string[]): Promise<Answer<number>> {
    const answer = await ask(
      this.#context.caller,
      {
        endpoint: 'order-cancel',
        method: 'v3PrivatePostBrokerageOrdersBatchCancel',
        params: { order_ids },
        urgency: 'cancel',
        weight: 1,
        timeoutMs: ORDER_MS,
        kind: 'cancel',
      },
      cancelledSchema,
    );
    if (!answer.ok) return answer;
    const told = new Map(answer.value.results.map((result) => [result.order_id, result]));
    let cancelled = 0;
    for (const id of order_ids) {
      const result = told.get(id);
      const reason = result?.failure_reason ?? 'not answered for';
      if (result?.success === true || reason === 'DUPLICATE_CANCEL_REQUEST') cancelled += 1;
      else if (reason !== 'UNKNOWN_CANCEL_ORDER' && reason !== 'ORDER_IS_FULLY_FILLED') {
        return err({ kind: 'in-doubt', code: reason, message: `cancel of ${id}: ${reason}`, retryAtMonoMs: null });
      }
    }
    return ok(cancelled);
  }
}

const bps = (fraction: string): string => wire(decimal(fraction).times('10000'));

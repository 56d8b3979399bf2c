import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { err, ok } from '#shared/kernel/result';
import {
  type AdapterContext,
  type Answer,
  type OrderAdapter,
  type OrderRef,
  type PrivateSink,
  urgencyOf,
} from '../../orders/adapter.ts';
import { fees, holdings, positions } from './account.ts';
import { gatewayFindings } from './findings.ts';
import { GatewayHistory } from './history.ts';
import { GatewayLine } from './line.ts';
import { countSchema, orderSchema, placedSchema } from './messages.ts';
import { methodOf, orderParams } from './requests.ts';
import { GatewaySession, type Rpc } from './session.ts';
import { GatewayStream } from './stream.ts';

const ORDER_MS = 5_000;
/** An order to be cancelled that no list of open ones has ended, at the earliest, this long ago. */
const FIND_WITHIN_MS = 86_400_000;
/** Codes by which the gateway says that there is nothing left to cancel. */
const GONE: readonly string[] = ['10004', '10010', '11008', '11044'];

/** Perpetuals of the Global Derivatives gateway. Nothing here decides. */
export class GatewayAdapter implements OrderAdapter {
  readonly #context: AdapterContext;
  readonly #session: GatewaySession;
  readonly #history: GatewayHistory;
  readonly #line: GatewayLine;
  readonly #stream: GatewayStream;

  constructor(context: AdapterContext) {
    this.#context = context;
    this.#session = new GatewaySession(context);
    this.#history = new GatewayHistory(context, this.#session);
    this.#line = new GatewayLine(context);
    this.#stream = new GatewayStream(context, this.#session, this.#line);
  }

  /**
   * What rests is sent over the connection that ends it (EX-14), everything else over HTTP. While that connection is away no
   * entry may rest; what reduces risk still goes.
   */
  async create(order: OrderIntent, listing: Listing): Promise<Answer<{ readonly venueOrderId: string }>> {
    const rpc: Rpc = {
      endpoint: 'order-create',
      method: methodOf(order),
      params: orderParams(order, listing, this.#context.skewMs()),
      urgency: urgencyOf(order.purpose),
      kind: 'create',
      timeoutMs: ORDER_MS,
      createBeforeMs: order.createBeforeMs,
    };
    const rests = order.kind === 'post-only' || order.kind === 'limit';
    const overLine = rests && (this.#line.isLive || order.purpose === 'entry');
    const placed = overLine ? await this.#line.create(rpc, placedSchema) : await this.#session.call(rpc, placedSchema);
    if (!placed.ok) return placed;
    const { order_id, label } = placed.value.order;
    if (label === order.clientOrderId) return ok({ venueOrderId: order_id });
    const message = 'the answer speaks of another order';
    return err({ kind: 'in-doubt', code: 'UNREADABLE', message, retryAtMonoMs: null });
  }

  /** A label names a stop and what it became, and both of a pair: resident orders are cancelled by it. */
  async cancel(order: OrderRef): Promise<Answer<'cancelled' | 'gone'>> {
    if (order.venueOrderId !== null && !order.resident) {
      const rpc = cancelCall('private/cancel', { order_id: order.venueOrderId });
      const answer = await this.#session.call(rpc, orderSchema);
      if (answer.ok) return ok('cancelled');
      return GONE.includes(answer.error.code) ? ok('gone') : answer;
    }
    const rpc = cancelCall('private/cancel_by_label', { label: order.clientOrderId, currency: 'USDC' });
    const count = await this.#session.call(rpc, countSchema);
    if (!count.ok) return count;
    if (count.value > 0) return ok('cancelled');
    return order.venueOrderId === null ? this.#ended(order) : ok('gone');
  }

  async cancelAll(listing: Listing | null): Promise<Answer<{ readonly cancelled: number | null }>> {
    const rpc =
      listing === null
        ? cancelCall('private/cancel_all_by_currency', { currency: 'USDC', kind: 'future', type: 'all' })
        : cancelCall('private/cancel_all_by_instrument', { instrument_name: listing.symbol, type: 'all' });
    const count = await this.#session.call(rpc, countSchema);
    return count.ok ? ok({ cancelled: count.value }) : count;
  }

  look(order: OrderRef, sinceMs: number): ReturnType<OrderAdapter['look']> {
    return this.#history.look(order, sinceMs);
  }

  openOrders(): ReturnType<OrderAdapter['openOrders']> {
    return this.#history.open();
  }

  fills(sinceMs: number, listing: Listing | null): ReturnType<OrderAdapter['fills']> {
    return this.#history.fills(sinceMs, listing);
  }

  holdings(): ReturnType<OrderAdapter['holdings']> {
    return holdings(this.#session);
  }

  positions(): ReturnType<OrderAdapter['positions']> {
    return positions(this.#context, this.#session);
  }

  fees(): ReturnType<OrderAdapter['fees']> {
    return fees(this.#context, this.#session);
  }

  findings(): ReturnType<OrderAdapter['findings']> {
    return gatewayFindings(this.#context, this.#session);
  }

  stream(sink: PrivateSink): ReturnType<OrderAdapter['stream']> {
    return this.#stream.open(sink);
  }

  /** Nothing of that label is open: it ended, or it has not arrived yet. */
  async #ended(order: OrderRef): Promise<Answer<'gone'>> {
    const looked = await this.#history.look(order, this.#context.clock.wallMs() - FIND_WITHIN_MS);
    if (!looked.ok) return looked;
    const { value } = looked;
    if (value.kind === 'found' && value.order.state !== 'open' && value.order.state !== 'unknown') return ok('gone');
    const message = 'no such order is listed; it may still arrive';
    return err({ kind: 'in-doubt', code: 'NOT_LISTED', message, retryAtMonoMs: null });
  }
}

const cancelCall = (method: string, params: Readonly<Record<string, unknown>>): Rpc => ({
  endpoint: 'order-cancel',
  method,
  params,
  urgency: 'cancel',
  kind: 'cancel',
  timeoutMs: ORDER_MS,
});

import type { Product } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { isResident } from '#shared/domain/order';
import { err, ok } from '#shared/kernel/result';
import type { Cancel } from '#shared/kernel/time';
import type { AdapterContext, Answer, Looked, OrderAdapter, OrderRef, PrivateSink } from '../../orders/adapter.ts';
import { feesOf, holdingsOf, positionsOf, setLeverage } from './account.ts';
import { armDeadMan, cancelEvery, cancelOne } from './cancels.ts';
import type { Desk } from './desk.ts';
import { ask, unreadable } from './desk.ts';
import { fillsSince } from './fills.ts';
import { findingsOf, SIGNING_WINDOW_MS } from './findings.ts';
import { lookAt } from './look.ts';
import { placedAlgoSchema, placedSchema } from './messages.ts';
import { openOrders } from './open.ts';
import { createCall } from './requests.ts';
import { openOkxStream } from './stream.ts';

/** Deadlines are never further away than this. */
const LONGEST_DEADLINE_MS = 120_000;

/** OKX v5, spot or linear swaps. https://www.okx.com/docs-v5/en/#order-book-trading-trade */
export class OkxOrders implements OrderAdapter {
  readonly #desk: Desk;
  /** Orders sent since the start, with the time until which the venue may still create them; our wall ms. */
  readonly #sent = new Map<string, number>();
  readonly setLeverage?: NonNullable<OrderAdapter['setLeverage']>;

  constructor(product: Product, context: AdapterContext) {
    this.#desk = { context, product, instType: product === 'spot' ? 'SPOT' : 'SWAP' };
    if (product === 'perp') this.setLeverage = (listing, leverage) => setLeverage(this.#desk, listing, leverage);
  }

  async create(order: OrderIntent, listing: Listing): Promise<Answer<{ readonly venueOrderId: string }>> {
    const call = createCall(order, listing, this.#desk.context.skewMs());
    const resident = isResident(order.kind);
    // A resident order takes no deadline: it can be created as long as its signature is good.
    this.#sent.set(order.clientOrderId, order.createBeforeMs + (resident ? SIGNING_WINDOW_MS : 0));
    const endpoint = call.endpoint;
    if (resident) {
      const placed = await ask(this.#desk, call, placedAlgoSchema);
      if (!placed.ok) return placed;
      const [row] = placed.value.data;
      return row === undefined ? err(unreadable(endpoint, 'no result')) : ok({ venueOrderId: row.algoId });
    }
    const placed = await ask(this.#desk, call, placedSchema);
    if (!placed.ok) return placed;
    const [row] = placed.value.data;
    return row === undefined ? err(unreadable(endpoint, 'no result')) : ok({ venueOrderId: row.ordId });
  }

  cancel(order: OrderRef): Promise<Answer<'cancelled' | 'gone'>> {
    return cancelOne(this.#desk, order);
  }

  cancelAll(listing: Listing | null): Promise<Answer<{ readonly cancelled: number | null }>> {
    return cancelEvery(this.#desk, listing?.symbol ?? null);
  }

  deadMan: NonNullable<OrderAdapter['deadMan']> = (seconds) => armDeadMan(this.#desk, seconds);

  async look(order: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    const looked = await lookAt(this.#desk, order, sinceMs);
    if (!looked.ok || looked.value.kind !== 'not-there') return looked;
    // Of an order from before this start it is not known whether it was resident.
    const untilMs = this.#sent.get(order.clientOrderId) ?? sinceMs + LONGEST_DEADLINE_MS + SIGNING_WINDOW_MS;
    const { clock, skewMs } = this.#desk.context;
    if (clock.wallMs() > untilMs + Math.abs(skewMs())) {
      this.#sent.delete(order.clientOrderId);
      return looked;
    }
    return ok({ kind: 'unproven', message: 'not there, but its request could still be taken' });
  }

  openOrders: OrderAdapter['openOrders'] = () => openOrders(this.#desk);

  /** A minute more: the venue's clock dates them. */
  fills: OrderAdapter['fills'] = (sinceMs, listing) =>
    fillsSince(
      this.#desk,
      sinceMs - Math.abs(this.#desk.context.skewMs()),
      listing === null ? {} : { instId: listing.symbol },
    );

  holdings: OrderAdapter['holdings'] = () => holdingsOf(this.#desk);
  positions: OrderAdapter['positions'] = () => positionsOf(this.#desk);
  fees: OrderAdapter['fees'] = () => feesOf(this.#desk);
  findings: OrderAdapter['findings'] = () => findingsOf(this.#desk);

  stream(sink: PrivateSink): Cancel {
    return openOkxStream(this.#desk, sink);
  }
}

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
import { findingsOf } from './findings.ts';
import { lookAt } from './look.ts';
import { placedAlgoSchema, placedSchema } from './messages.ts';
import { openOrders } from './open.ts';
import { createCall } from './requests.ts';
import { openOkxStream } from './stream.ts';

/** OKX v5, spot or linear swaps. https://www.okx.com/docs-v5/en/#order-book-trading-trade */
export class OkxOrders implements OrderAdapter {
  readonly #desk: Desk;
  readonly setLeverage?: NonNullable<OrderAdapter['setLeverage']>;

  constructor(product: Product, context: AdapterContext) {
    this.#desk = { context, product, instType: product === 'spot' ? 'SPOT' : 'SWAP' };
    if (product === 'perp') this.setLeverage = (listing, leverage) => setLeverage(this.#desk, listing, leverage);
  }

  async create(order: OrderIntent, listing: Listing): Promise<Answer<{ readonly venueOrderId: string }>> {
    const call = createCall(order, listing, this.#desk.context.skewMs());
    const { endpoint } = call;
    if (isResident(order.kind)) {
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

  look(order: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
    return lookAt(this.#desk, order, sinceMs);
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

import type { ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { PaperOrder } from '#shared/domain/paper';
import type { Cancel, Clock } from '#shared/kernel/time';
import { type Decimal, decimal, floorTo, fromDouble, min, ZERO } from '#shared/money/decimal';
import { lockOf } from './holdings.ts';
import type { Liquidity } from './liquidity.ts';
import type { PaperMarket } from './market.ts';
import { QueuePlace } from './queue.ts';

interface Resting {
  order: PaperOrder;
  place: QueuePlace | undefined;
  readonly expiry: Cancel;
}

export interface RestingOrdersOptions {
  readonly market: PaperMarket;
  readonly clock: Clock;
  readonly liquidity: Liquidity;
  /** Books an execution at the order's price; the order after it, or `undefined` when it did not happen. */
  readonly fill: (order: PaperOrder, quantity: Decimal) => PaperOrder | undefined;
  readonly expire: (order: PaperOrder) => void;
}

/** The venue's resting orders of one account: queue, trades, books that come through, expiry (PP-1). */
export class RestingOrders {
  readonly #options: RestingOrdersOptions;
  readonly #orders = new Map<string, Resting>();

  constructor(options: RestingOrdersOptions) {
    this.#options = options;
    options.market.onBook((id) => this.#bookChanged(id));
    options.market.onTrade((id, price, size, takerSide) => this.#traded(id, price, size, takerSide));
  }

  get(clientOrderId: string): PaperOrder | undefined {
    return this.#orders.get(clientOrderId)?.order;
  }

  /** Takes an open order up. Its place in the queue is the end of what is displayed when the book is first seen. */
  add(order: PaperOrder): void {
    const { market, clock, expire } = this.#options;
    const book = market.book(order.listing);
    const place = book?.valid ? new QueuePlace(order.side, Number(order.price), book) : undefined;
    const lifeMs = order.expiresAtMs === null ? undefined : order.expiresAtMs - clock.wallMs();
    const expiry =
      lifeMs === undefined
        ? () => undefined
        : clock.after(Math.max(0, lifeMs), () => {
            const current = this.get(order.clientOrderId);
            if (current !== undefined) expire(current);
          });
    this.#orders.set(order.clientOrderId, { order, place, expiry });
  }

  remove(clientOrderId: string): void {
    this.#orders.get(clientOrderId)?.expiry();
    this.#orders.delete(clientOrderId);
  }

  /** What all open orders lock of a currency. */
  locked(currency: string): Decimal {
    let sum = ZERO;
    for (const { order } of this.#orders.values()) {
      const listing = this.#options.market.listing(order.listing);
      if (listing === undefined) continue;
      const lock = lockOf(order, listing);
      if (lock.currency === currency) sum = sum.plus(lock.amount);
    }
    return sum;
  }

  #bookChanged(id: ListingId): void {
    const changed = this.#options.market.book(id);
    const bookId = this.#options.market.listing(id)?.bookId;
    if (changed !== undefined && bookId !== undefined) this.#options.liquidity.bookChanged(bookId, changed);
    for (const resting of [...this.#orders.values()]) {
      const listing = this.#concerned(resting, id);
      const book = listing && this.#options.market.book(resting.order.listing);
      if (listing === undefined || book === undefined) continue;
      if (resting.place === undefined) {
        if (book.valid) resting.place = new QueuePlace(resting.order.side, Number(resting.order.price), book);
        continue;
      }
      resting.place.bookChanged(book);
      if (!book.valid || !this.#options.market.tradable(resting.order.listing)) continue;
      // The other side now stands at or through the price: it would have traded with us first.
      const { order } = resting;
      const remaining = decimal(order.quantity).minus(decimal(order.filled));
      const met = this.#options.liquidity.take(listing, book, order.side, remaining, decimal(order.price));
      const quantity = met.reduce((sum, taken) => sum.plus(taken.quantity), ZERO);
      if (quantity.gt(ZERO)) this.#fill(resting, quantity);
    }
  }

  #traded(id: ListingId, price: number, size: number, takerSide: 'buy' | 'sell'): void {
    for (const resting of [...this.#orders.values()]) {
      const { order, place } = resting;
      const listing = this.#concerned(resting, id);
      if (listing === undefined || place === undefined || takerSide === order.side) continue;
      const own = Number(order.price);
      const remaining = decimal(order.quantity).minus(decimal(order.filled));
      const through = order.side === 'buy' ? price < own : price > own;
      if (through) {
        // It would have met us first: with all of its size, and not with more.
        const met = floorTo(fromDouble(size, 12), decimal(listing.lotStep));
        if (met.gt(ZERO)) this.#fill(resting, min(remaining, met));
      } else if (price === own) {
        const reached = floorTo(fromDouble(place.traded(size), 12), decimal(listing.lotStep));
        if (reached.gt(ZERO)) this.#fill(resting, min(remaining, reached));
      }
    }
  }

  #fill(resting: Resting, quantity: Decimal): void {
    const after = this.#options.fill(resting.order, quantity);
    if (after === undefined) return;
    resting.order = after;
    if (after.state !== 'open') this.remove(after.clientOrderId);
  }

  /** The listing, when what happened on `id` happened on the order's book. */
  #concerned(resting: Resting, id: ListingId): Listing | undefined {
    const listing = this.#options.market.listing(resting.order.listing);
    return listing !== undefined && (id === listing.id || id === listing.bookId) ? listing : undefined;
  }
}

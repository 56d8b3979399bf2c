import type { FeedId } from '#shared/domain/ids';
import type { Order } from './order.ts';
import type { ExchangeFill, ExchangeOrder } from './types.ts';

const keyOf = (feed: FeedId, clientOrderId: string): string => `${feed} ${clientOrderId}`;

/** Every order and every execution of one account. */
export class OrderRegistry {
  readonly #orders: Order[] = [];
  readonly #byNumber = new Map<number, Order>();
  readonly #byClientId = new Map<string, Order>();
  readonly #live = new Set<Order>();
  readonly #late = new Set<Order>();
  readonly #fills: ExchangeFill[] = [];

  add(order: Order): void {
    this.#orders.push(order);
    this.#byNumber.set(order.number, order);
    const { clientOrderId } = order.request;
    if (clientOrderId !== null) this.#byClientId.set(keyOf(order.market.spec.feed, clientOrderId), order);
    if (order.live) this.#live.add(order);
  }

  /** It is final. */
  end(order: Order): void {
    this.#live.delete(order);
    this.#late.delete(order);
  }

  /** It was cancelled and will fill all the same (PP-3): what it locks stays locked until then. */
  late(order: Order): void {
    this.#late.add(order);
  }

  addFill(fill: ExchangeFill): void {
    this.#fills.push(fill);
  }

  /** Open and waiting orders, oldest first; a copy. */
  live(): Order[] {
    return [...this.#live];
  }

  /** Every order that keeps money from being used otherwise. */
  *locking(): Generator<Order> {
    yield* this.#live;
    yield* this.#late;
  }

  /** Runs `look` as if the order were there. */
  supposing<T>(order: Order, look: () => T): T {
    this.#live.add(order);
    const seen = look();
    this.#live.delete(order);
    return seen;
  }

  byNumber(number: number): Order | undefined {
    return this.#byNumber.get(number);
  }

  byClientId(feed: FeedId, clientOrderId: string): Order | undefined {
    return this.#byClientId.get(keyOf(feed, clientOrderId));
  }

  orders(of: (order: ExchangeOrder) => boolean): readonly Order[] {
    return this.#orders.filter(of);
  }

  fills(feed: FeedId): readonly ExchangeFill[] {
    return this.#fills.filter(({ order }) => order.request.market.spec.feed === feed);
  }
}

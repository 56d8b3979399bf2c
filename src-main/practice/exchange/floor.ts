import type { Side } from '#shared/domain/order';
import { type Decimal, floorTo, fromDouble, min, ZERO } from '#shared/money/decimal';
import type { MarketView, WorldTrade } from '../world/world.ts';
import { Liquidity } from './liquidity.ts';
import { indexOf, lastOf, lotOf, markOf, sizeDouble, ticksOf } from './measures.ts';
import type { Order, OrderOwner } from './order.ts';
import { QueuePlace } from './queue.ts';

/**
 * Where the orders of one market meet its book: those that rest, those that wait for their trigger, and what the book
 * still offers after what they took. Orders of every account, in the order in which they came.
 */
export class MarketFloor {
  readonly market: MarketView;
  readonly liquidity: Liquidity;
  readonly #resting = new Set<Order>();
  readonly #waiting = new Set<Order>();

  /** `halved`: takers get at most half of what is displayed (PP-3). */
  constructor(market: MarketView, halved: () => boolean) {
    this.market = market;
    this.liquidity = new Liquidity(market, halved);
  }

  rest(order: Order): void {
    const { price, side } = order.request;
    if (price === null) throw new TypeError('an order without a price cannot rest');
    order.place = new QueuePlace(this.market, side, ticksOf(this.market.spec, price));
    this.#resting.add(order);
  }

  wait(order: Order): void {
    this.#waiting.add(order);
  }

  remove(order: Order): void {
    order.place = null;
    this.#resting.delete(order);
    this.#waiting.delete(order);
  }

  /** The owner's resting order that an order of this side and limit would meet first. */
  metBy(owner: OrderOwner, side: Side, limit: Order['request']['price']): Order | undefined {
    let best: Order | undefined;
    for (const order of this.#resting) {
      const { request } = order;
      if (order.owner !== owner || request.side === side || request.price === null) continue;
      if (limit !== null && (side === 'buy' ? request.price.gt(limit) : request.price.lt(limit))) continue;
      const before = best?.request.price;
      if (before == null || (side === 'buy' ? request.price.lt(before) : request.price.gt(before))) best = order;
    }
    return best;
  }

  bookChanged(): void {
    this.liquidity.bookChanged();
    // Most markets have no order most of the time, and every change of every book comes by here.
    if (this.#resting.size > 0) this.#matchResting();
    this.#trigger('last');
  }

  #matchResting(): void {
    for (const order of [...this.#resting]) {
      if (order.place === null) continue;
      order.place.bookChanged();
      const { side, price } = order.request;
      if (this.market.status !== 'normal' || price === null) continue;
      // The other side now stands at or through the price: it would have traded with this order first.
      const quantity = this.#wanted(order);
      const met = this.liquidity.take({ side, quantity, value: null, limit: price });
      this.#executed(
        order,
        met.reduce((sum, taken) => sum.plus(taken.quantity), ZERO),
      );
    }
  }

  traded(trades: readonly WorldTrade[]): void {
    if (this.#resting.size > 0) {
      for (const trade of trades) for (const order of [...this.#resting]) this.#tradedAgainst(order, trade);
    }
    this.#trigger('last');
  }

  /** Mark and index have moved. */
  referenceChanged(): void {
    this.#trigger('mark');
    this.#trigger('index');
  }

  /** Whether the order's trigger is met now. */
  met({ request: { trigger } }: Pick<Order, 'request'>): boolean {
    if (trigger === null) return false;
    const watched = { last: lastOf, mark: markOf, index: indexOf }[trigger.by](this.market);
    if (watched === null) return false;
    return trigger.when === 'rises-to' ? watched.gte(trigger.price) : watched.lte(trigger.price);
  }

  #tradedAgainst(order: Order, trade: WorldTrade): void {
    const { side, price } = order.request;
    if (order.place === null || price === null || trade.taker === side) return;
    const { spec } = this.market;
    const own = ticksOf(spec, price);
    const size = sizeDouble(spec, trade.size);
    const through = side === 'buy' ? trade.price < own : trade.price > own;
    // One that went through would have met this order first: with all of its size, and not with more.
    if (!through && trade.price !== own) return;
    const reached = through ? size : order.place.traded(size);
    this.#executed(order, floorTo(fromDouble(reached, 12), lotOf(spec)));
  }

  #executed(order: Order, reached: Decimal): void {
    const { price } = order.request;
    const quantity = min(this.#wanted(order), reached);
    if (price === null || quantity.lte(ZERO)) return;
    order.owner.executed(order, price, quantity, true);
    order.owner.tell();
  }

  #wanted(order: Order): Decimal {
    return order.request.reduceOnly ? min(order.remaining, order.owner.reducible(order)) : order.remaining;
  }

  #trigger(by: 'last' | 'mark' | 'index'): void {
    if (this.#waiting.size === 0 || this.market.status !== 'normal') return;
    for (const order of [...this.#waiting]) {
      if (order.request.trigger?.by !== by || !this.#waiting.has(order) || !this.met(order)) continue;
      this.#waiting.delete(order);
      order.owner.triggered(order);
      order.owner.tell();
    }
  }
}

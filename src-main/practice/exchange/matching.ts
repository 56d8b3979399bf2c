import { min, ZERO } from '#shared/money/decimal';
import type { MarketFloor } from './floor.ts';
import type { Order } from './order.ts';

/** What an order takes now from the other side, and from orders of its own account as its self-trade mode says. */
export function match(order: Order, floor: MarketFloor): void {
  const { side, price } = order.request;
  while (order.state === 'open') {
    const own = floor.metBy(order.owner, side, price);
    const quantity = wanted(order);
    const limit = own?.request.price ?? price;
    for (const taken of floor.liquidity.take({ side, quantity, value: null, limit })) {
      order.owner.executed(order, taken.price, taken.quantity, false);
    }
    if (own === undefined || wanted(order).lte(ZERO)) return;
    meetOwn(order, own);
  }
}

/** Whether the whole of it could be taken now. */
export function fillsWhole(order: Order, floor: MarketFloor): boolean {
  const { side, price } = order.request;
  const quantity = wanted(order);
  const offered = floor.liquidity.offered({ side, quantity, value: null, limit: price });
  return offered.reduce((sum, taken) => sum.plus(taken.quantity), ZERO).gte(quantity);
}

const wanted = (order: Order) =>
  order.request.reduceOnly ? min(order.remaining, order.owner.reducible(order)) : order.remaining;

/** Two orders of one account would trade with each other. */
function meetOwn(taker: Order, maker: Order): void {
  const { selfTrade } = taker.request;
  if (selfTrade === 'allow' && maker.request.price !== null) {
    const quantity = min(wanted(taker), maker.remaining);
    maker.owner.executed(maker, maker.request.price, quantity, true);
    taker.owner.executed(taker, maker.request.price, quantity, false);
    return;
  }
  if (selfTrade !== 'cancel-taker') maker.owner.ended(maker, 'cancelled', 'self-trade');
  if (selfTrade !== 'cancel-maker') taker.owner.ended(taker, 'cancelled', 'self-trade');
}

import { ASK, BID, type Book, type PaperStore } from '#engine/ports';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, decimal, decimalsOf, fromDouble, wire } from '#shared/money/decimal';
import { lockOf } from './holdings.ts';
import { otherSide } from './liquidity.ts';
import type { PaperMarket } from './market.ts';
import { type Rejection, rejection, ruleBroken } from './venue-rules.ts';

export interface AcceptanceContext {
  readonly market: PaperMarket;
  readonly store: PaperStore;
  readonly clock: Clock;
  /** What the account holds of a currency and no open order locks. */
  free(currency: string): Decimal;
}

/** Why the venue definitely refuses an order that just arrived, or `undefined`: then it is matched or rests. */
export function refusal(order: OrderIntent, context: AcceptanceContext): Rejection | undefined {
  const { market, store, clock } = context;
  const nowMs = clock.wallMs();
  if (nowMs > order.createBeforeMs) return rejection('DEADLINE', 'it arrived after its deadline');
  if (store.order(order.clientOrderId) !== undefined) {
    return rejection('DUPLICATE', `${order.clientOrderId} was used before`);
  }
  const listing = market.listing(order.listing);
  const book = market.book(order.listing);
  if (listing === undefined || book === undefined || !book.valid || !market.tradable(order.listing)) {
    return rejection('NOT_TRADING', `${order.listing} is not trading`);
  }
  const broken = ruleBroken(order, listing, midOf(book, listing));
  if (broken !== undefined) return broken;
  if (order.kind === 'post-only') {
    const opposite = book.price(otherSide(order.side), 0);
    const crosses = order.side === 'buy' ? Number(order.price) >= opposite : Number(order.price) <= opposite;
    if (crosses) return rejection('POST_ONLY', 'it would take liquidity');
    if (order.expiresAtMs !== null && order.expiresAtMs <= nowMs) return rejection('EXPIRED', 'its expiry has passed');
  }
  const need = lockOf({ ...order, filled: '0' }, listing);
  const free = context.free(need.currency);
  if (need.amount.lte(free)) return undefined;
  return rejection('INSUFFICIENT_BALANCE', `${wire(need.amount)} ${need.currency} needed, ${wire(free)} free`);
}

function midOf(book: Book, listing: Listing): Decimal | undefined {
  const mid = (book.price(BID, 0) + book.price(ASK, 0)) / 2;
  return mid > 0 ? fromDouble(mid, decimalsOf(decimal(listing.priceTick)) + 1) : undefined;
}

import type { Listing } from '#shared/domain/listing';
import type { Fill } from '#shared/domain/order';
import type { PaperBalance, PaperOrder } from '#shared/domain/paper';
import { applyBps, type Decimal, decimal, max, wire, ZERO } from '#shared/money/decimal';

/** What one open order keeps from being used otherwise. */
export function lockOf(
  order: Pick<PaperOrder, 'side' | 'quantity' | 'filled' | 'price' | 'kind'>,
  listing: Listing,
): { readonly currency: string; readonly amount: Decimal } {
  const remaining = decimal(order.quantity).minus(decimal(order.filled));
  if (order.side === 'sell') return { currency: listing.base, amount: remaining };
  const cost = remaining.times(decimal(order.price));
  const feeBps = decimal(order.kind === 'ioc' ? listing.takerFeeBps : listing.makerFeeBps);
  const fee = listing.feeCurrency === 'quote' ? applyBps(cost, max(feeBps, ZERO)) : ZERO;
  return { currency: listing.quote, amount: cost.plus(fee) };
}

/** The fee of one fill: by side of the book, in the currency the listing says (ID-2). */
export function feeOf(
  listing: Listing,
  side: Fill['side'],
  liquidity: Fill['liquidity'],
  quantity: Decimal,
  price: Decimal,
): { readonly fee: Decimal; readonly feeCurrency: string } {
  const bps = decimal(liquidity === 'maker' ? listing.makerFeeBps : listing.takerFeeBps);
  if (side === 'buy' && listing.feeCurrency === 'received') {
    return { fee: applyBps(quantity, bps), feeCurrency: listing.base };
  }
  return { fee: applyBps(quantity.times(price), bps), feeCurrency: listing.quote };
}

/** The balances that `fills` on `listing` change, after them. */
export function settle(
  balances: readonly PaperBalance[],
  listing: Listing,
  fills: readonly Fill[],
  account: string,
): readonly PaperBalance[] {
  const changes = new Map<string, Decimal>();
  const move = (currency: string, amount: Decimal) => {
    changes.set(currency, (changes.get(currency) ?? ZERO).plus(amount));
  };
  for (const fill of fills) {
    const quantity = decimal(fill.quantity);
    const amount = quantity.times(decimal(fill.price));
    const buys = fill.side === 'buy';
    move(listing.base, buys ? quantity : ZERO.minus(quantity));
    move(listing.quote, buys ? ZERO.minus(amount) : amount);
    move(fill.feeCurrency, ZERO.minus(decimal(fill.fee)));
  }
  return [...changes].map(([currency, change]) => {
    const before = balances.find((balance) => balance.currency === currency);
    const total = (before === undefined ? ZERO : decimal(before.total)).plus(change);
    return { ...before, account, venue: listing.venue, currency, total: wire(total) };
  });
}

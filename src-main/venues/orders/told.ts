import type { Balance, OrderTruth } from '#engine/ports';
import type { ExternalOrder, Holding } from '#shared/domain/account';
import { type FeedId, instrumentOfListing, type Venue } from '#shared/domain/ids';
import { type Decimal, decimal, wire, ZERO } from '#shared/money/decimal';
import type { VenueOrder } from './adapter.ts';
import type { OrderTracker } from './tracker.ts';

/** How an order that nobody here made is named (EX-12). */
export const externalId = (venueOrderId: string): string => `external:${venueOrderId}`;

/** Open orders as the engine hears them; those of others under a name that no order of ours can have. */
export function openTruths(orders: readonly VenueOrder[], tracker: OrderTracker): readonly OrderTruth[] {
  return orders.map((order) => {
    const { venueOrderId, state, filled } = order;
    const clientOrderId = tracker.whose(order) ?? externalId(venueOrderId);
    return { clientOrderId, venueOrderId, state, filled, fills: [] };
  });
}

/** EX-12. */
export function externalsOf(feed: FeedId, orders: readonly VenueOrder[], tracker: OrderTracker): ExternalOrder[] {
  return orders
    .filter((order) => typeof tracker.whose(order) !== 'string')
    .map(({ listing, symbol, venueOrderId, side, quantity, filled, price }) => {
      const instrument = listing === null ? symbol : instrumentOfListing(listing);
      return { feed, instrument, venueOrderId, side, quantity, filled, price };
    });
}

/** Over every wallet. */
export function balancesOf(holdings: readonly Holding[], venue: Venue, account: string): readonly Balance[] {
  const sums = new Map<string, { readonly free: Decimal; readonly locked: Decimal }>();
  for (const { currency, free, locked } of holdings) {
    const sum = sums.get(currency) ?? { free: ZERO, locked: ZERO };
    sums.set(currency, { free: sum.free.plus(decimal(free)), locked: sum.locked.plus(decimal(locked)) });
  }
  return [...sums].map(([currency, { free, locked }]) => ({
    venue,
    account,
    currency,
    free: wire(free),
    locked: wire(locked),
  }));
}

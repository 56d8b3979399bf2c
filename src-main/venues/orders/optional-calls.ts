import type { FeedId, ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { err } from '#shared/kernel/result';
import type { Answer, OrderAdapter, OrderProtocol } from './adapter.ts';
import { refused, unknownListing } from './failures.ts';

/** What not every venue has: asked for where it is missing, it is refused before anything leaves. */
type OptionalCall = (adapter: OrderAdapter) => Promise<Answer<void>>;
type ListingOf = (id: ListingId) => Listing | undefined;

const unsupported = (message: string): Answer<void> => err(refused('UNSUPPORTED_ORDER', message));

/** EX-14: arms, renews or (`null`) disarms the dead-man of a feed. */
export const deadManCall =
  (
    { feed, capabilities: { deadMan } }: OrderProtocol,
    listingOf: ListingOf,
    seconds: number | null,
    ids: readonly ListingId[],
  ): OptionalCall =>
  async (adapter) => {
    const listings: Listing[] = [];
    for (const id of ids) {
      const listing = listingOf(id);
      if (listing === undefined) return err(unknownListing(id));
      listings.push(listing);
    }
    const { minS, maxS } = deadMan ?? { minS: null, maxS: null };
    if (seconds !== null && deadMan !== null && (seconds < (minS ?? 0) || seconds > (maxS ?? seconds))) {
      return unsupported(`a dead-man of ${seconds} s is outside what ${feed} takes`);
    }
    return adapter.deadMan?.(seconds, listings) ?? unsupported(`${feed} has no dead-man switch`);
  };

/** AC-2: sets the leverage of one listing. */
export const leverageCall =
  (feed: FeedId, listingOf: ListingOf, id: ListingId, leverage: string): OptionalCall =>
  async (adapter) => {
    const listing = listingOf(id);
    if (listing === undefined) return err(unknownListing(id));
    return adapter.setLeverage?.(listing, leverage) ?? unsupported(`${feed} has no leverage to set`);
  };

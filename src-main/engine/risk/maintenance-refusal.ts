import { feedId, feedName } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { MarketView } from '../market/view.ts';
import { type Refusal, refusal } from './refusal.ts';

/** MD-8: no entry shortly before and during a maintenance that the venue announced; `undefined` when there is none. */
export function maintenanceRefusal(market: MarketView, { venue, product }: Listing): Refusal | undefined {
  const feed = feedId(venue, product);
  const wait = market.entriesWait(feed);
  return wait && refusal('venue-status', `No entries on ${feedName(feed)}: ${wait.words}.`);
}

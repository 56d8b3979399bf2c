import type { Engine } from '#engine/engine';
import { type BrokerMaker, KEY_CHECK } from '#main/accounts/ports';
import type { CapabilitiesOf } from '#main/accounts/rows';
import { createBroker, ORDER_PROTOCOLS } from '#main/venues/orders/order-protocols';
import { NO_CAPABILITIES } from '#shared/domain/capabilities';
import { type FeedId, type ListingId, venueOf } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';
import { type Decimal, decimal } from '#shared/money/decimal';

export interface BrokerMakerOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Whose market the brokers check their orders against; `undefined` while it is being built. */
  readonly engine: () => Engine | undefined;
  /** Told of every secret that a broker is given (SE-1). */
  readonly met: (secrets: Iterable<string>) => void;
}

const TWO = decimal('2');

/** Brokers over the real protocols of the venues, reached the way the feeds are. */
export function brokerMaker({ transport, clock, random, engine, met }: BrokerMakerOptions): BrokerMaker {
  return (feed, { account, entity, credentials }) => {
    met(Object.values(credentials));
    return createBroker(feed, {
      account,
      entity,
      credentials,
      transport,
      clock,
      random,
      listings: () => engine()?.market.listings() ?? [],
      traded: () => engine()?.traded(account) ?? [],
      mid: (listing) => midOf(engine(), listing),
      skewMs: () => skewOf(engine(), feed),
      // VH-1: what signed calls meet says as much of a venue as public ones; a key that is being tried out says nothing.
      ...(account === KEY_CHECK
        ? {}
        : { onCall: (endpoint, ms, outcome) => engine()?.market.apiCall(feed, endpoint, ms, outcome) }),
    });
  };
}

/** Middle of a fresh book; a stale one bounds nothing. */
function midOf(engine: Engine | undefined, listing: ListingId): Decimal | undefined {
  if (engine === undefined || !engine.market.freshness(listing).fresh) return undefined;
  const quote = engine.market.snapshot(listing);
  return quote === undefined ? undefined : decimal(quote.bid).plus(decimal(quote.ask)).div(TWO);
}

/** The venue's clock against ours; of its other product where this one has not been measured. */
function skewOf(engine: Engine | undefined, feed: FeedId): number {
  const feeds = engine?.market.feeds() ?? [];
  const measured = (one: FeedId) => feeds.find((row) => row.feed === one)?.skewMs ?? null;
  const venue = venueOf(feed);
  return measured(feed) ?? measured(`${venue}:spot`) ?? measured(`${venue}:perp`) ?? 0;
}

export const capabilitiesOf: CapabilitiesOf = (feed) => ORDER_PROTOCOLS[feed]?.capabilities ?? NO_CAPABILITIES;

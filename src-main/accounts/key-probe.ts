import type { VenueAccountBroker } from '#engine/ports';
import type { KeyHealth } from '#shared/domain/account';
import { type BrokerMaker, KEY_CHECK, type KeyProbe } from './ports.ts';

/**
 * Looks at a kept key through the brokers that use it, so that what they hold against it is looked at anew and its nonces
 * stay in one hand; feeds that nobody uses it on are asked by `probe`.
 */
export const probeThrough =
  (brokers: readonly VenueAccountBroker[], probe: KeyProbe): KeyProbe =>
  async (feeds, entity, credentials) => {
    const used = await Promise.all(brokers.map((broker) => broker.checkKey()));
    const unused = feeds.filter((feed) => !used.some((health) => health.feed === feed));
    const found = unused.length === 0 ? used : [...used, ...(await probe(unused, entity, credentials))];
    return feeds.flatMap((feed) => found.find((health) => health.feed === feed) ?? []);
  };

/** Asks each feed's broker about the key, without a stream or an order. */
export function probeBy(make: BrokerMaker): KeyProbe {
  return async (feeds, entity, credentials): Promise<readonly KeyHealth[]> => {
    const found: KeyHealth[] = [];
    for (const feed of feeds) {
      const broker = make(feed, { account: KEY_CHECK, entity, credentials });
      if (!broker.ok) continue;
      try {
        found.push(await broker.value.checkKey());
      } finally {
        await broker.value.stop();
      }
    }
    return found;
  };
}

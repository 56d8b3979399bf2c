import type { VenueAccountBroker } from '#engine/ports';
import type { KeyProbe } from './ports.ts';

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

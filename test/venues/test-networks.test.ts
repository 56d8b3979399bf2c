import { expect, test } from 'vitest';
import { PROTOCOLS } from '#main/venues/feeds';
import { onRealVenues, onTestNetwork } from '#main/venues/network-guards';
import { ORDER_PROTOCOLS } from '#main/venues/orders/order-protocols';
import { hostsAt, TEST_NETWORKS } from '#main/venues/test-networks';
import { ENTITIES, feedsAt, modeName, testEntitiesOf, whyNotTested } from '#shared/domain/entities';
import { FEEDS, VENUES, venueOf } from '#shared/domain/ids';
import type { HttpRequest, Transport } from '#shared/kernel/transport';
import { WireCapture } from '#support/wire-capture';

const NOWHERE: Transport = {
  openSocket: () => ({ send: () => {}, ping: () => {}, close: () => {}, terminate: () => {} }),
  request: () => Promise.resolve({ status: 200, headers: {}, body: '{}' }),
};
const asked = (url: string, headers: HttpRequest['headers'] = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers,
  body: undefined,
  timeoutMs: 1_000,
});
/** Why a socket was closed before it opened; `null` when it was asked for. */
const refused = (transport: Transport, url: string): Promise<string | null> =>
  new Promise((resolve) => {
    const nothing = () => undefined;
    transport.openSocket(url, {
      open: nothing,
      message: nothing,
      ping: nothing,
      pong: nothing,
      closed: (_code, reason) => resolve(reason),
    });
    setImmediate(() => resolve(null));
  });

const PLACES = VENUES.flatMap((venue) =>
  ENTITIES[venue].filter((one) => one.test).map((entity) => ({ venue, entity, id: `${venue} ${entity.id}` })),
);

test('[AC-1] every entity that is a test network has hosts, and no other has', () => {
  const known = VENUES.flatMap((venue) => Object.keys(TEST_NETWORKS[venue]).map((id) => `${venue} ${id}`));
  expect(known.sort()).toEqual(PLACES.map(({ id }) => id).sort());
});

test.for(PLACES)('[AC-1] $id: every host of its feeds and of its orders has a place there', ({ venue, entity }) => {
  for (const feed of FEEDS.filter((one) => venueOf(one) === venue)) {
    const orders = ORDER_PROTOCOLS[feed]?.hosts(entity.id);
    if (whyNotTested(feed, entity.id) !== undefined) {
      expect(orders).toBeUndefined();
      continue;
    }
    const { restUrl = '', sockets = [] } = PROTOCOLS[feed] ?? {};
    const real = [restUrl, ...sockets.map(({ url }) => url)].map((url) => new URL(url).hostname);
    expect(hostsAt(venue, entity.id, real)).toHaveLength(real.length);
    const own = Object.values(TEST_NETWORKS[venue][entity.id]?.hosts ?? {});
    for (const host of orders ?? ['none']) expect(own).toContain(host);
  }
});

test.for(PLACES)(
  '[AC-1] $id: the real hosts are asked nothing, whatever the feeds and brokers ask for',
  async (place) => {
    const { venue, entity } = place;
    const wire = new WireCapture(NOWHERE);
    const there = onTestNetwork(wire, venue, entity.id);
    const own = Object.values(TEST_NETWORKS[venue][entity.id]?.hosts ?? {});
    const shared = TEST_NETWORKS[venue][entity.id]?.sharedHost;
    for (const feed of FEEDS) {
      const ofFeed = [
        ...(PROTOCOLS[feed]?.hosts ?? []),
        ...(ORDER_PROTOCOLS[feed]?.hosts('global') ?? []),
        'example.com',
      ];
      for (const host of ofFeed) {
        await there.request(asked(`https://${host}/x`)).catch(() => undefined);
        await refused(there, `wss://${host}:8443/x`);
      }
    }
    for (const host of wire.hosts) expect(own).toContain(host);
    expect(wire.hosts.length).toBeGreaterThan(0);
    for (const { host, request } of wire.requests) {
      expect(request.headers['x-simulated-trading']).toBe(host === shared || venue === 'okx' ? '1' : undefined);
    }
  },
);

test('[AC-1] a host that is none of the test network’s is refused in words, over REST and sockets', async () => {
  const wire = new WireCapture(NOWHERE);
  const there = onTestNetwork(wire, 'bybit', 'testnet');
  await expect(there.request(asked('https://api.kraken.com/x'))).rejects.toThrow(
    'api.kraken.com is no host of this test',
  );
  expect(await refused(there, 'wss://stream.bybit.eu/v5/private')).toContain('stream.bybit.eu is no host of this test');
  expect(wire.hosts).toEqual([]);
  await there.request(asked('https://api.bybit.com/v5/market/time'));
  await there.request(asked('https://api-testnet.bybit.com/v5/order/create'));
  expect(wire.requests.map(({ request }) => request.url)).toEqual([
    'https://api-testnet.bybit.com/v5/market/time',
    'https://api-testnet.bybit.com/v5/order/create',
  ]);
});

test('[AC-1] a run on the real venues reaches no test network, and asks none of them for its demo', async () => {
  const wire = new WireCapture(NOWHERE);
  const real = onRealVenues(wire);
  for (const { venue, entity } of PLACES) {
    const { hosts = {}, sharedHost } = TEST_NETWORKS[venue][entity.id] ?? {};
    for (const host of Object.values(hosts)) {
      const simulated = host === sharedHost ? { 'X-Simulated-Trading': '1' } : {};
      await expect(real.request(asked(`https://${host}/x`, simulated))).rejects.toThrow(`${host} is a test network’s`);
      if (host !== sharedHost) expect(await refused(real, `wss://${host}/x`)).toContain(host);
    }
  }
  expect(wire.hosts).toEqual([]);
  for (const feed of FEEDS) {
    for (const host of PROTOCOLS[feed]?.hosts ?? []) await real.request(asked(`https://${host}/x`));
  }
  expect(wire.requests.length).toBeGreaterThan(10);
});

test('[AC-1] where a feed can be tried, and why not', () => {
  expect(testEntitiesOf('binance:spot').map(({ id }) => id)).toEqual(['testnet', 'demo']);
  expect(testEntitiesOf('binance:perp').map(({ id }) => id)).toEqual(['demo']);
  expect(testEntitiesOf('kraken:spot')).toEqual([]);
  expect(testEntitiesOf('kraken:perp')).toEqual([]);
  expect(testEntitiesOf('coinbase:perp')).toEqual([]);
  expect(whyNotTested('binance:perp', 'testnet')).toContain('can be tried at the entity “Binance Demo Trading”');
  expect(whyNotTested('kraken:spot', 'global')).toContain('Kraken spot has no test network');
  expect(whyNotTested('kraken:perp', 'global')).toContain('retired the demo');
  expect(whyNotTested('bybit:spot', 'global')).toContain('“Bybit Testnet”');
  expect(feedsAt('binance', 'testnet')).toEqual(['binance:spot']);
  expect(feedsAt('kraken-futures', 'demo')).toEqual([]);
});

test('[AC-1] an account of a test network is never called live', () => {
  expect(modeName({ venue: 'bybit', entity: 'testnet', mode: 'live' })).toBe('TEST');
  expect(modeName({ venue: 'bybit', entity: 'testnet', mode: 'paper' })).toBe('TEST');
  expect(modeName({ venue: 'bybit', entity: 'eu', mode: 'live' })).toBe('LIVE');
  expect(modeName({ venue: 'bybit', entity: 'eu', mode: 'paper' })).toBe('paper');
});

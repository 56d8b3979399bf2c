import { afterEach, expect, test } from 'vitest';
import { keyKindOf } from '#shared/domain/credentials';
import { ENTITIES, feedsAt } from '#shared/domain/entities';
import type { FeedId, Venue } from '#shared/domain/ids';
import { BrokerHarness, type BrokerHarnessOptions } from '#support/broker-harness';

let rig: BrokerHarness | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});
function harness(options: BrokerHarnessOptions): BrokerHarness {
  rig = new BrokerHarness(options);
  return rig;
}

interface Wire {
  readonly feed: FeedId;
  readonly entity: string;
  readonly instrument: string;
  readonly create: string;
  readonly cancel: string;
  readonly query: string;
  readonly holdings: string;
  /** The private socket, without what a login adds to it. */
  readonly socket: string;
  /** In what is sent over it to log in; `null` where the address is the login. */
  readonly login: string | null;
}

const BYBIT = 'api-testnet.bybit.com/v5';
const bybit = {
  create: `POST ${BYBIT}/order/create`,
  cancel: `POST ${BYBIT}/order/cancel`,
  query: `GET ${BYBIT}/order/realtime`,
  holdings: `GET ${BYBIT}/account/wallet-balance`,
  socket: 'wss://stream-testnet.bybit.com/v5/private',
  login: '"op":"auth"',
};
const okx = (rest: string, socket: string) => ({
  create: `POST ${rest}/api/v5/trade/order`,
  cancel: `POST ${rest}/api/v5/trade/cancel-order`,
  query: `GET ${rest}/api/v5/trade/order`,
  holdings: `GET ${rest}/api/v5/account/balance`,
  socket: `wss://${socket}:8443/ws/v5/private`,
  login: '"op":"login"',
});
const binanceSpot = (rest: string, socket: string) => ({
  create: `POST ${rest}/api/v3/order`,
  cancel: `DELETE ${rest}/api/v3/order`,
  query: `GET ${rest}/api/v3/order`,
  holdings: `GET ${rest}/api/v3/account`,
  socket: `wss://${socket}:443/ws-api/v3`,
  login: 'userDataStream.subscribe.signature',
});

const WIRES: readonly Wire[] = [
  {
    feed: 'binance:spot',
    entity: 'testnet',
    instrument: 'BTC-USDT',
    ...binanceSpot('testnet.binance.vision', 'ws-api.testnet.binance.vision'),
  },
  {
    feed: 'binance:spot',
    entity: 'demo',
    instrument: 'BTC-USDT',
    ...binanceSpot('demo-api.binance.com', 'demo-ws-api.binance.com'),
  },
  {
    feed: 'binance:perp',
    entity: 'demo',
    instrument: 'BTC-USDT-PERP',
    create: 'POST demo-fapi.binance.com/fapi/v1/order',
    cancel: 'DELETE demo-fapi.binance.com/fapi/v1/order',
    query: 'GET demo-fapi.binance.com/fapi/v1/order',
    holdings: 'GET demo-fapi.binance.com/fapi/v3/balance',
    socket: 'wss://demo-fstream.binance.com/private/ws',
    login: null,
  },
  { feed: 'bybit:spot', entity: 'testnet', instrument: 'BTC-USDT', ...bybit },
  { feed: 'bybit:perp', entity: 'testnet', instrument: 'BTC-USDT-PERP', ...bybit },
  ...(['okx:spot', 'okx:perp'] as const).flatMap((feed): Wire[] => {
    const instrument = feed === 'okx:spot' ? 'BTC-USDT' : 'BTC-USDT-PERP';
    return [
      { feed, entity: 'demo', instrument, ...okx('www.okx.com', 'wspap.okx.com') },
      { feed, entity: 'eea-demo', instrument, ...okx('eea.okx.com', 'wseeapap.okx.com') },
      { feed, entity: 'us-demo', instrument, ...okx('us.okx.com', 'wsuspap.okx.com') },
    ];
  }),
];

test('every product of every test network is on the wire below', () => {
  const tested = WIRES.map(({ feed, entity }) => `${feed} ${entity}`).sort();
  const there = (Object.keys(ENTITIES) as Venue[]).flatMap((venue) =>
    ENTITIES[venue]
      .filter((one) => one.test)
      .flatMap(({ id, products }) => products.map((product) => `${venue}:${product} ${id}`)),
  );
  expect(tested).toEqual(there.sort());
});

test.for(WIRES)(
  '[AC-1] $feed at $entity: orders, questions and private stream go there and nowhere else',
  async (wire) => {
    const { feed, entity, instrument } = wire;
    const h = harness({ feed, instrument, entity, key: entity });
    expect(await h.start()).toMatchObject({ kind: 'ready' });
    const order = h.order();
    expect(await h.settled(h.broker.submit(order))).toMatchObject({ kind: 'accepted' });
    await h.settled(h.broker.query(order.clientOrderId, order.listing, order.createBeforeMs));
    await h.settled(h.broker.holdings());
    await h.settled(h.broker.fees());
    expect(await h.settled(h.broker.cancel(order.clientOrderId, order.listing))).toBe('cancelled');
    const calls = new Set(h.wire.requests.map(({ method, host, path }) => `${method} ${host}${path}`));
    for (const call of [wire.create, wire.cancel, wire.query, wire.holdings]) expect(calls).toContain(call);
    expect(h.wire.sockets.map((url) => url.split('?')[0])).toContain(wire.socket);
    const [, host = ''] = wire.create.split(' ');
    const own = [
      host.split('/')[0],
      new URL(wire.socket).hostname,
      feed === 'binance:perp' ? 'demo-api.binance.com' : '',
    ];
    for (const one of h.wire.hosts) expect(own).toContain(one);
    if (wire.login !== null) expect(h.wire.frames.some((text) => text.includes(wire.login ?? ''))).toBe(true);
    const simulated = new Set(h.wire.requests.map(({ request }) => request.headers['x-simulated-trading']));
    expect([...simulated]).toEqual([feed.startsWith('okx') ? '1' : undefined]);
    // Nothing of it is on the account of the venue itself.
    const real = h.world
      .exchange(order.venue)
      .keys.find(({ name, kind }) => name === 'trading' && kind === keyKindOf(feed));
    expect(real?.account.orders(feed)).toEqual([]);
  },
);

test.for(WIRES)(
  '[AC-1] a live key at the entity $entity of $feed: told as one, with the entity to choose',
  async (wire) => {
    const { feed, entity, instrument } = wire;
    const h = harness({ feed, instrument, entity, key: 'trading' });
    expect((await h.start()).kind).toBe('blocked');
    const found = h.broker.state().health?.findings.find(({ check }) => check === 'environment');
    const [home] = ENTITIES[h.order().venue];
    expect(found).toMatchObject({ status: 'fail' });
    expect(found?.cause).toContain(`This is a live key: it is of ${home.name}`);
    expect(found?.remedy).toContain(`Choose the entity “${home.name}”`);
    expect(h.wire.written()).toEqual([]);
  },
);

test.for(WIRES)(
  '[AC-1] a key of $entity at $feed itself: told as a test key, with the entity to choose',
  async (wire) => {
    const { feed, entity, instrument } = wire;
    const h = harness({ feed, instrument, key: entity });
    expect((await h.start()).kind).toBe('blocked');
    const home = ENTITIES[h.order().venue].find(({ id }) => id === entity);
    const found = h.broker.state().health?.findings.find(({ check }) => check === 'environment');
    expect(found).toMatchObject({ status: 'fail' });
    expect(found?.cause).toContain(`This is a test key: it is of ${home?.name}`);
    expect(found?.remedy).toContain(`Choose the entity “${home?.name}”`);
    expect(h.wire.written()).toEqual([]);
  },
);

test('[AC-1] a feed without a test network makes no broker there', () => {
  expect(feedsAt('coinbase', 'testnet')).toEqual([]);
  expect(() => harness({ feed: 'kraken:spot', instrument: 'BTC-USD', entity: 'demo' })).toThrow('has no entity “demo”');
  expect(() => harness({ feed: 'binance:perp', instrument: 'BTC-USDT-PERP', entity: 'testnet' })).toThrow('no entity');
});

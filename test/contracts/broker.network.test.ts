import { afterAll, beforeAll, expect, test } from 'vitest';
import { ASK, BID, type BrokerEvent, type Journaled } from '#engine/ports';
import { SystemClock } from '#main/app/system-clock';
import { createPracticeWorld, type PracticeWorld } from '#main/practice/practice';
import { PracticeServers } from '#main/practice/servers';
import { createFeed, listedScope } from '#main/venues/feeds';
import { type LocalAddress, NetworkTransport } from '#main/venues/kit/network-transport';
import { createBroker } from '#main/venues/orders/order-protocols';
import { keyKindOf } from '#shared/domain/credentials';
import { FEEDS, type FeedId, productOf, venueOf } from '#shared/domain/ids';
import type { OrderIntent } from '#shared/domain/order';
import { SeededRandom } from '#shared/kernel/random';
import { ceilTo, decimal, floorTo, max, wire } from '#shared/money/decimal';
import { credentialsOf } from '#support/broker-harness';
import { RecordingSink } from '#support/recording-sink';

const systemClock = () =>
  new SystemClock((error) => {
    throw error;
  });
const WITHIN = { timeout: 15_000, interval: 20 };

let world: PracticeWorld;
let servers: PracticeServers;
let port: number;

beforeAll(async () => {
  world = createPracticeWorld({ seed: 5, clock: systemClock(), world: 'synthetic', updatesPerSecond: 2 });
  servers = new PracticeServers(world.servers, systemClock());
  ({ port } = await servers.start());
  world.start();
});

afterAll(async () => {
  world.stop();
  await servers.stop();
});

/** A dollar-like market of bitcoin that the feed lists. */
const INSTRUMENTS: Readonly<Record<FeedId, string>> = {
  'binance:spot': 'BTC-USDT',
  'binance:perp': 'BTC-USDT-PERP',
  'coinbase:spot': 'BTC-USD',
  'coinbase:perp': 'BTC-USDC-PERP',
  'bybit:spot': 'BTC-USDT',
  'bybit:perp': 'BTC-USDT-PERP',
  'okx:spot': 'BTC-USDT',
  'okx:perp': 'BTC-USDT-PERP',
  'kraken:spot': 'BTC-USD',
  'kraken:perp': 'BTC-USD-PERP',
};

test.each(FEEDS)(
  '[PP-2] %s over real sockets: an order rests and is cancelled, another executes and is told',
  async (feed) => {
    const clock = systemClock();
    const redirect = new Map<string, LocalAddress>(world.hosts.map((host) => [host, { address: '127.0.0.1', port }]));
    const transport = new NetworkTransport({ redirect });
    const sink = new RecordingSink();
    const market = createFeed(feed, { transport, clock, random: new SeededRandom(5), scope: listedScope(['BTC']) });
    market.start(sink);
    const kind = keyKindOf(feed);
    const key = world.exchange(venueOf(feed)).keys.find((one) => one.kind === kind && one.name === 'trading');
    if (key === undefined) throw new Error('no key');
    const made = createBroker(feed, {
      account: 'test',
      credentials: credentialsOf(key),
      entity: 'global',
      transport,
      clock,
      random: new SeededRandom(6),
      listings: () => [...sink.listings.values()],
      skewMs: () => sink.skews.at(-1)?.skewMs ?? 0,
    });
    if (!made.ok) throw new Error(made.error);
    const broker = made.value;
    const events: BrokerEvent[] = [];
    broker.onEvent((event) => events.push(event));
    const id = `${feed}|${INSTRUMENTS[feed]}` as const;
    await expect.poll(() => sink.books.get(id)?.valid === true && sink.skews.length > 0, WITHIN).toBe(true);
    await broker.start();
    await expect.poll(() => broker.state(), WITHIN).toMatchObject({ kind: 'ready', stream: 'live' });

    const listing = sink.listings.get(id);
    if (listing === undefined) throw new Error(`no ${id}`);
    const [tick, lot] = [decimal(listing.priceTick), decimal(listing.lotStep)];
    const touch = (side: typeof BID | typeof ASK) => decimal(String(sink.book(id).price(side, 0)));
    const least = max(decimal(listing.minQuantity), decimal(listing.minNotional).div(touch(BID).times('0.9')));
    const order = (number: number, changes: Partial<OrderIntent>): Journaled => {
      const intent: OrderIntent = {
        clientOrderId: `x${Date.now().toString(36).padStart(9, '0')}${number.toString(36).padStart(8, '0')}`,
        dealId: 'd1',
        leg: 0,
        account: 'test',
        venue: venueOf(feed),
        listing: id,
        side: 'buy',
        kind: 'post-only',
        purpose: 'entry',
        quantity: wire(ceilTo(max(least, lot).times('2'), lot)),
        price: wire(floorTo(touch(BID).times('0.997'), tick)),
        createBeforeMs: clock.wallMs() + 4_000,
        expiresAtMs: null,
        ...changes,
      };
      return intent as Journaled;
    };
    const resting = order(1, {});
    expect(await broker.submit(resting)).toMatchObject({ kind: 'accepted' });
    const found = await broker.query(resting.clientOrderId, id, resting.createBeforeMs);
    expect(found).toMatchObject({ kind: 'found', order: { state: 'open' } });
    expect(await broker.cancel(resting.clientOrderId, id)).toBe('cancelled');
    const taking = order(2, { kind: 'ioc', price: wire(floorTo(touch(ASK).times('1.003'), tick)) });
    expect(await broker.submit(taking)).toMatchObject({ kind: 'accepted' });
    const filled = () =>
      events.reduce(
        (sum, event) =>
          event.kind === 'fill' && event.fill.clientOrderId === taking.clientOrderId
            ? sum.plus(decimal(event.fill.quantity))
            : sum,
        decimal('0'),
      );
    await expect.poll(() => wire(filled()), WITHIN).toBe(taking.quantity);
    if (productOf(feed) === 'perp') {
      const positions = await broker.positions();
      expect(positions.ok && positions.value.map(({ side }) => side)).toEqual(['long']);
    }
    await broker.stop();
    await market.stop();
    transport.close();
  },
  60_000,
);

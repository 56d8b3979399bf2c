import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ASK, BID } from '#engine/ports';
import { practicedFeeds } from '#main/app/practiced-feeds';
import { SystemClock } from '#main/app/system-clock';
import { createPracticeWorld, type PracticeWorld } from '#main/practice/practice';
import { PracticeServers } from '#main/practice/servers';
import { BUILT_FEEDS, createFeed, hostsOf } from '#main/venues/feeds';
import { type LocalAddress, NetworkTransport } from '#main/venues/kit/network-transport';
import { SeededRandom } from '#shared/kernel/random';
import { type HttpRequest, TransportError } from '#shared/kernel/transport';
import { RecordingSink } from '#support/recording-sink';

const systemClock = () =>
  new SystemClock((error) => {
    throw error;
  });
const redirectTo = (port: number) =>
  new Map<string, LocalAddress>(BUILT_FEEDS.flatMap(hostsOf).map((host) => [host, { address: '127.0.0.1', port }]));
const get = (url: string, timeoutMs = 2_000): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  body: undefined,
  timeoutMs,
});

let world: PracticeWorld;
let servers: PracticeServers;
let port: number;

beforeAll(async () => {
  world = createPracticeWorld({ seed: 5, clock: systemClock(), world: 'synthetic' });
  servers = new PracticeServers(world.servers, systemClock());
  ({ port } = await servers.start());
  world.start();
});

afterAll(async () => {
  world.stop();
  await servers.stop();
});

it('[PP-2] every feed are fresh within seconds over real local sockets', async () => {
  const clock = systemClock();
  const transport = new NetworkTransport({ redirect: redirectTo(port) });
  const listeners = practicedFeeds(world).map((id) => {
    const sink = new RecordingSink();
    const feed = createFeed(id, { transport, clock, random: new SeededRandom(5) });
    feed.start(sink);
    return { id, feed, sink };
  });
  const ready = () =>
    listeners.every(({ sink }) => {
      const owned = [...sink.listings.values()].filter(({ id, bookId }) => id === bookId);
      return owned.length > 0 && owned.every(({ id }) => sink.books.get(id)?.valid) && sink.skews.length > 0;
    });
  await expect.poll(ready, { timeout: 10_000, interval: 50 }).toBe(true);
  await expect.poll(() => listeners.every(({ sink }) => sink.trades.length > 0), { timeout: 10_000 }).toBe(true);
  for (const { id, feed, sink } of listeners) {
    expect({ id, faults: sink.faults }).toEqual({ id, faults: [] });
    expect(Math.abs(sink.skews[0]?.skewMs ?? Number.NaN)).toBeLessThan(300);
    for (const book of sink.valid()) expect(book.price(BID, 0)).toBeLessThan(book.price(ASK, 0));
    await feed.stop();
  }
  const counts = listeners.map(({ sink }) => sink.commits);
  await expect.poll(() => listeners.map(({ sink }) => sink.commits)).toEqual(counts);
  transport.close();
});

it('never connects to a host that has no stand-in', async () => {
  const transport = new NetworkTransport({ redirect: new Map() });
  await expect(transport.request(get('https://api.kraken.com/0/public/Time'))).rejects.toThrow(TransportError);
  const closed = await new Promise<string>((resolve) => {
    transport.openSocket('wss://ws.kraken.com/v2', {
      open: () => resolve('open'),
      message: () => undefined,
      ping: () => undefined,
      pong: () => undefined,
      closed: (code, reason) => resolve(`${code} ${reason}`),
    });
  });
  expect(closed).toBe('1006 no stand-in for ws.kraken.com');
});

/** A server that behaves as a test says, in place of a venue. */
async function standIn(
  handle: Parameters<typeof createServer>[1],
): Promise<{ server: Server; transport: NetworkTransport }> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, transport: new NetworkTransport({ redirect: redirectTo(address.port) }) };
}

it('keeps the venue’s host and path, and tells a whole answer from a cut, a late and a refused one', async () => {
  const { server, transport } = await standIn((request, response) => {
    if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"half":');
      setImmediate(() => response.destroy());
    } else if (request.url !== '/late') response.end(JSON.stringify([request.headers.host, request.url]));
  });
  const whole = await transport.request(get('https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=5'));
  expect(JSON.parse(whole.body)).toEqual(['api.binance.com', '/api/v3/depth?symbol=BTCUSDT&limit=5']);
  await expect(transport.request(get('https://api.binance.com/cut'))).rejects.toThrow(TransportError);
  await expect(transport.request(get('https://api.binance.com/late', 50))).rejects.toThrow(/50 ms/);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await expect(transport.request(get('https://api.binance.com/gone'))).rejects.toThrow(TransportError);
  const closed = await new Promise<string>((resolve) => {
    transport.openSocket('wss://stream.binance.com:9443/ws', {
      open: () => resolve('open'),
      message: () => undefined,
      ping: () => undefined,
      pong: () => undefined,
      closed: (code, reason) => resolve(`${code} ${reason}`),
    });
  });
  expect(closed).toMatch(/^1006 .*ECONNREFUSED/);
  transport.close();
});

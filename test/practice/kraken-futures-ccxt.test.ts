import { connect } from 'node:net';
import ccxt, { pro } from 'ccxt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SystemClock } from '#main/app/system-clock';
import type { PracticeWorld } from '#main/practice/practice';
import { createPracticeWorld } from '#main/practice/practice';
import { PracticeServers } from '#main/practice/servers';
import type { HttpRequest } from '#shared/kernel/transport';

/** ccxt's own classes, unchanged, with only their transport pointed here, read Kraken Futures as the practice venue is it. */
let practice: PracticeWorld;
let servers: PracticeServers;
let port = 0;

beforeAll(async () => {
  const clock = new SystemClock((error) => {
    throw error;
  });
  practice = createPracticeWorld({ seed: 7, clock, world: 'synthetic' });
  servers = new PracticeServers(practice.servers, clock);
  port = (await servers.start()).port;
  practice.start();
});

afterAll(async () => {
  practice.stop();
  await servers.stop();
});

const HOUR_MS = 3_600_000;

async function fetchHere(url: string, init: { method?: string; body?: string }): Promise<Response> {
  const server = practice.servers.find((one) => one.hosts.includes(new URL(url).hostname));
  if (server === undefined) throw new TypeError(`not a practice host: ${url}`);
  const method = (init.method ?? 'GET') as HttpRequest['method'];
  const answer = server.request({ method, url, headers: {}, body: init.body, timeoutMs: 0 });
  if (answer === 'lost') throw new TypeError('no answer');
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
}

const config = () => ({
  enableRateLimit: false,
  options: {
    ws: {
      options: {
        perMessageDeflate: false,
        createConnection: (_options: object, ready: () => void) => connect(port, '127.0.0.1', ready),
      },
    },
  },
});

test('[PP-2] [MD-7] ccxt reads its catalogue, book, candles, funding rates and funding history', async () => {
  const client = new ccxt.krakenfutures(config());
  client.fetchImplementation = fetchHere;
  const markets = Object.values(await client.loadMarkets());
  const listed = practice.instruments.filter((one) => one.feed === 'kraken:perp').map((one) => one.instrument);
  expect(markets.map((market) => `${market?.base}-${market?.quote}-PERP`).sort()).toEqual([...listed].sort());
  for (const market of markets) {
    expect(market).toMatchObject({ swap: true, linear: true, active: true, contractSize: 1, settle: 'USD' });
  }
  expect(client.market('BTC/USD:USD').precision).toMatchObject({ price: 1, amount: 0.0001 });

  const book = await client.fetchOrderBook('BTC/USD:USD');
  expect(book.bids.length).toBeGreaterThanOrEqual(20);
  expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
  const ticker = await client.fetchTicker('ETH/USD:USD');
  expect(Number(ticker.bid)).toBeLessThan(Number(ticker.ask));
  expect((await client.fetchOHLCV('BTC/USD:USD', '1m', undefined, 50)).length).toBeGreaterThan(20);

  // ccxt divides the absolute rate by the mark; the venue's own relative one is of the index, some basis points off.
  const rate = (await client.fetchFundingRates(['BTC/USD:USD']))['BTC/USD:USD'];
  const history = await client.fetchFundingRateHistory('BTC/USD:USD', undefined, 30);
  const told = Number(history.at(-1)?.fundingRate);
  expect(Math.abs(Number(rate?.fundingRate) - told)).toBeLessThanOrEqual(Math.abs(told) / 100);
  history.slice(1).forEach((row, index) => {
    expect(Number(row.timestamp) - Number(history[index]?.timestamp)).toBe(HOUR_MS);
  });
});

test('[PP-2] ccxt.pro follows its book, trades and ticker over a real socket', { timeout: 20_000 }, async () => {
  const client = new pro.krakenfutures(config());
  client.fetchImplementation = fetchHere;
  try {
    for (let update = 0; update < 8; update += 1) {
      const book = await client.watchOrderBook('BTC/USD:USD');
      expect(book.bids.length).toBeGreaterThan(5);
      expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
    }
    const [trade] = await client.watchTrades('BTC/USD:USD');
    expect(trade?.symbol).toBe('BTC/USD:USD');
    expect(Number(trade?.amount)).toBeGreaterThan(0);
    const ticker = await client.watchTicker('BTC/USD:USD');
    expect(Number(ticker.markPrice)).toBeGreaterThan(0);
    expect(Number(ticker.info.next_funding_rate_time) % HOUR_MS).toBe(0);
  } finally {
    await client.close();
  }
});

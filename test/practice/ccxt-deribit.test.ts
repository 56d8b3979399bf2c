import { connect } from 'node:net';
import { pro } from 'ccxt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SystemClock } from '#main/app/system-clock';
import type { PracticeWorld } from '#main/practice/practice';
import { createPracticeWorld } from '#main/practice/practice';
import { PracticeServers } from '#main/practice/servers';

/**
 * ccxt knows nothing of Coinbase's gateway, but its `deribit` class speaks the same protocol: with only its hosts
 * changed it must read our practice gateway.
 */
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

async function fetchHere(url: string): Promise<Response> {
  const server = practice.servers.find((one) => one.hosts.includes(new URL(url).hostname));
  if (server === undefined) throw new TypeError(`not a practice host: ${url}`);
  const answer = server.request({ method: 'GET', url, headers: {}, body: undefined, timeoutMs: 0 });
  if (answer === 'lost') throw new TypeError('no answer');
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
}

function client(): InstanceType<typeof pro.deribit> {
  const made = new pro.deribit({
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
  made.urls.api = { rest: 'https://drb.coinbase.com', ws: 'wss://streams.drb.coinbase.com/ws/api/v2' };
  made.fetchImplementation = fetchHere;
  made.has.fetchCurrencies = false;
  return made;
}

test('[PP-2] ccxt’s deribit reads the gateway’s catalogue, clock, book, candles and funding', async () => {
  const exchange = client();
  const markets = Object.values(await exchange.loadMarkets());
  const found = new Map(markets.map((market) => [market?.symbol, market]));
  const listed = practice.instruments.filter(({ feed }) => feed === 'coinbase:perp').map((one) => one.instrument);
  expect(found.size).toBe(listed.length);
  for (const instrument of listed) {
    const [base, quote] = instrument.split('-');
    expect(found.get(`${base}/${quote}:${quote}`), instrument).toMatchObject({
      swap: true,
      linear: true,
      active: true,
      settle: 'USDC',
      maker: 0.00015,
      taker: 0.00035,
    });
  }
  // It takes the step of amounts for the size of a contract; the gateway's amounts are base coin all the same.
  expect(found.get('BTC/USDC:USDC')).toMatchObject({ contractSize: 0.0001, precision: { price: 0.1, amount: 0.0001 } });

  expect(Math.abs(Number(await exchange.fetchTime()) - Date.now())).toBeLessThan(2_000);
  const book = await exchange.fetchOrderBook('BTC/USDC:USDC', 20);
  expect([book.bids.length, book.asks.length]).toEqual([20, 20]);
  expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
  const candles = await exchange.fetchOHLCV('BTC/USDC:USDC', '1m', undefined, 50);
  expect(candles.length).toBeGreaterThan(20);
  for (const [at, open, high, low, close] of candles) {
    expect(Number(at) % 60_000).toBe(0);
    expect(Number(high)).toBeGreaterThanOrEqual(Math.max(Number(open), Number(close)));
    expect(Number(low)).toBeLessThanOrEqual(Math.min(Number(open), Number(close)));
  }
  const history = await exchange.fetchFundingRateHistory('BTC/USDC:USDC', Date.now() - 20 * 3_600_000);
  expect(history.length).toBeGreaterThanOrEqual(19);
  history.slice(1).forEach((row, index) => {
    expect(Number(row.timestamp) - Number(history[index]?.timestamp)).toBe(3_600_000);
  });
});

test('[PP-2] ccxt.pro’s deribit follows book, trades and ticker over a real socket', { timeout: 20_000 }, async () => {
  const exchange = client();
  try {
    for (let update = 0; update < 8; update += 1) {
      const book = await exchange.watchOrderBook('BTC/USDC:USDC');
      expect(book.bids.length).toBeGreaterThan(5);
      expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
    }
    const [trade] = await exchange.watchTrades('BTC/USDC:USDC');
    expect(trade?.symbol).toBe('BTC/USDC:USDC');
    expect(['buy', 'sell']).toContain(trade?.side);
    const ticker = await exchange.watchTicker('BTC/USDC:USDC');
    expect(Number(ticker.info.mark_price) / Number(ticker.info.index_price)).toBeCloseTo(1, 1);
    expect(Math.abs(Number(ticker.info.current_funding))).toBeLessThan(0.05);
  } finally {
    await exchange.close();
  }
});

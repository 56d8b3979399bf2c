import { connect } from 'node:net';
import ccxt, { pro } from 'ccxt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SystemClock } from '#main/app/system-clock';
import type { PracticeWorld } from '#main/practice/practice';
import { createPracticeWorld } from '#main/practice/practice';
import { PracticeServers } from '#main/practice/servers';
import type { Venue } from '#shared/domain/ids';
import { VENUES } from '#shared/domain/ids';
import type { HttpRequest } from '#shared/kernel/transport';

/**
 * An independent client reads our venues: ccxt's own classes, unchanged, with only their transport pointed here. What
 * they find must be what the world holds.
 */
let practice: PracticeWorld;
let servers: PracticeServers;
let port = 0;
const escaped: string[] = [];

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

/** Answers ccxt's fetch from the venue's server directly; an address that is none of ours is noted and refused. */
async function fetchHere(url: string, init: { method?: string; body?: string }): Promise<Response> {
  const host = new URL(url).hostname;
  const server = practice.servers.find((one) => one.hosts.includes(host));
  if (server === undefined) {
    escaped.push(url);
    throw new TypeError(`not a practice host: ${host}`);
  }
  const method = (init.method ?? 'GET') as HttpRequest['method'];
  const answer = server.request({ method, url, headers: {}, body: init.body, timeoutMs: 0 });
  if (answer === 'lost') throw new TypeError('no answer');
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
}

const OPTIONS: Readonly<Record<Venue, object>> = {
  binance: { fetchMarkets: { types: ['spot'] }, defaultType: 'spot' },
  coinbase: {},
  bybit: { fetchMarkets: { types: ['spot'] }, defaultType: 'spot' },
  okx: { fetchMarkets: { types: ['spot'] } },
  kraken: {},
};

const redirect = (options: object): object => ({
  enableRateLimit: false,
  options: {
    ...options,
    ws: {
      options: {
        perMessageDeflate: false,
        createConnection: (_options: object, ready: () => void) => connect(port, '127.0.0.1', ready),
      },
    },
  },
});

const CLASSES = {
  binance: ccxt.binance,
  coinbase: ccxt.coinbase,
  bybit: ccxt.bybit,
  okx: ccxt.okx,
  kraken: ccxt.kraken,
};

function restClient(venue: Venue): InstanceType<(typeof CLASSES)[Venue]> {
  const client = new CLASSES[venue](redirect(OPTIONS[venue]));
  client.fetchImplementation = fetchHere;
  client.has.fetchCurrencies = false;
  return client;
}

for (const venue of VENUES) {
  test(`[PP-2] ccxt reads ${venue}'s catalogue, clock, candles and book`, async () => {
    const client = restClient(venue);
    const markets = Object.values(await client.loadMarkets()).filter((market) => market?.spot);
    const symbols = new Set(markets.map((market) => `${market?.base}-${market?.quote}`));
    const listed = practice.instruments.filter((one) => one.feed === `${venue}:spot`).map((one) => one.instrument);
    for (const instrument of listed) expect(symbols, instrument).toContain(instrument);
    if (venue === 'coinbase') expect(symbols).toContain('BTC-USDC');
    else expect(symbols.size).toBe(listed.length);

    for (const market of markets) {
      expect(market?.active, market?.symbol).toBe(true);
      expect(market?.precision.price, market?.symbol).toBeGreaterThan(0);
      expect(market?.precision.amount, market?.symbol).toBeGreaterThan(0);
      expect(market?.limits.amount?.min, market?.symbol).toBeGreaterThan(0);
    }

    const time = await client.fetchTime();
    expect(Math.abs((time ?? 0) - Date.now())).toBeLessThan(2_000);

    const symbol = listed.includes('BTC-USDT') ? 'BTC/USDT' : 'BTC/USD';
    const candles = await client.fetchOHLCV(symbol, '1m', undefined, 50);
    expect(candles.length).toBeGreaterThan(20);
    for (const [at, open, high, low, close, volume] of candles) {
      expect(Number(at) % 60_000).toBe(0);
      expect(Number(high)).toBeGreaterThanOrEqual(Math.max(Number(open), Number(close)));
      expect(Number(low)).toBeLessThanOrEqual(Math.min(Number(open), Number(close)));
      expect(Number(volume)).toBeGreaterThanOrEqual(0);
    }
    expect((await client.fetchOHLCV(symbol, '5m', undefined, 10)).length).toBeGreaterThan(5);

    const book = await client.fetchOrderBook(symbol, 25);
    expect(book.bids.length).toBe(25);
    expect(book.asks.length).toBe(25);
    expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
    expect(escaped).toEqual([]);
  });
}

test("[PP-2] ccxt reads Kraken's published fees and Coinbase's alias", async () => {
  const kraken = restClient('kraken');
  await kraken.loadMarkets();
  expect([kraken.market('BTC/USD').taker, kraken.market('BTC/USD').maker]).toEqual([0.004, 0.0025]);
  const coinbase = restClient('coinbase');
  await coinbase.loadMarkets();
  expect(coinbase.market('BTC/USDC').info.alias).toBe('BTC-USD');
});

const PRO = { binance: pro.binance, coinbase: pro.coinbase, bybit: pro.bybit, okx: pro.okx, kraken: pro.kraken };

for (const venue of VENUES) {
  test(`[PP-2] ccxt.pro follows ${venue}'s book and trades over a real socket`, { timeout: 20_000 }, async () => {
    const client = new PRO[venue](redirect(OPTIONS[venue]));
    client.fetchImplementation = fetchHere;
    client.has.fetchCurrencies = false;
    const symbol = practice.instruments.some((one) => one.feed === `${venue}:spot` && one.instrument === 'BTC-USDT')
      ? 'BTC/USDT'
      : 'BTC/USD';
    try {
      for (let update = 0; update < 8; update += 1) {
        const book = await client.watchOrderBook(symbol);
        expect(book.bids.length).toBeGreaterThan(5);
        expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
      }
      const [trade] = await client.watchTrades(symbol);
      expect(trade?.symbol).toBe(symbol);
      expect(Number(trade?.amount)).toBeGreaterThan(0);
      expect(['buy', 'sell']).toContain(trade?.side);
    } finally {
      await client.close();
    }
    expect(escaped).toEqual([]);
  });
}

test("[PP-2] [MD-7] ccxt reads Bybit's linear catalogue, funding rates with their intervals, and funding history", async () => {
  const client = new ccxt.bybit(redirect({ fetchMarkets: { types: ['linear'] }, defaultType: 'swap' }));
  client.fetchImplementation = fetchHere;
  client.has.fetchCurrencies = false;
  const markets = Object.values(await client.loadMarkets());
  const found = new Map(markets.map((market) => [market?.symbol, market]));
  const listed = practice.instruments.filter((one) => one.feed === 'bybit:perp').map((one) => one.instrument);
  expect(found.size).toBe(listed.length);
  for (const instrument of listed) {
    const [base, quote] = instrument.split('-');
    const market = found.get(`${base}/${quote}:${quote}`);
    expect(market, instrument).toMatchObject({
      swap: true,
      linear: true,
      active: true,
      contractSize: 1,
      settle: quote,
    });
    expect(market?.limits.amount?.min).toBeGreaterThan(0);
  }
  expect(found.get('BTC/USDT:USDT')?.precision).toMatchObject({ price: 0.1, amount: 0.001 });

  const rate = await client.fetchFundingRate('HYPE/USDT:USDT');
  expect(rate.interval).toBe('8h');
  expect(Number(rate.markPrice) / Number(rate.indexPrice)).toBeCloseTo(1, 1);
  expect(Math.abs(Number(rate.fundingRate))).toBeLessThan(0.02);
  expect(Number(rate.fundingTimestamp)).toBeGreaterThan(Date.now());
  expect(Number(rate.fundingTimestamp) % (8 * 3_600_000)).toBe(0);
  expect((await client.fetchFundingRate('1000PEPE/USDT:USDT')).interval).toBe('1h');

  const history = await client.fetchFundingRateHistory('BTC/USDT:USDT', undefined, 20);
  expect(history.length).toBe(20);
  history.slice(1).forEach((row, index) => {
    expect(Number(row.timestamp) - Number(history[index]?.timestamp)).toBe(8 * 3_600_000);
  });
  expect((await client.fetchOHLCV('BTC/USDT:USDT', '1m', undefined, 50)).length).toBeGreaterThan(20);
  expect((await client.fetchOrderBook('ETH/USDC:USDC', 25)).bids.length).toBe(25);
  expect(escaped).toEqual([]);
});

test("[PP-2] ccxt.pro follows Bybit's linear book, trades and ticker over a real socket", {
  timeout: 20_000,
}, async () => {
  const client = new pro.bybit(redirect({ fetchMarkets: { types: ['linear'] }, defaultType: 'swap' }));
  client.fetchImplementation = fetchHere;
  client.has.fetchCurrencies = false;
  try {
    for (let update = 0; update < 8; update += 1) {
      const book = await client.watchOrderBook('BTC/USDT:USDT');
      expect(book.bids.length).toBeGreaterThan(5);
      expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
    }
    const [trade] = await client.watchTrades('BTC/USDT:USDT');
    expect(trade?.symbol).toBe('BTC/USDT:USDT');
    for (let update = 0; update < 3; update += 1) {
      const ticker = await client.watchTicker('BTC/USDT:USDT');
      expect(Number(ticker.info.fundingIntervalHour)).toBe(8);
      expect(Number(ticker.markPrice)).toBeGreaterThan(0);
    }
  } finally {
    await client.close();
  }
  expect(escaped).toEqual([]);
});

test("[PP-2] [MD-7] ccxt reads Binance's USD-M catalogue, funding rates, intervals that were adjusted, and funding history", async () => {
  const client = new ccxt.binanceusdm(redirect({ fetchMarkets: { types: ['linear'] } }));
  client.fetchImplementation = fetchHere;
  client.has.fetchCurrencies = false;
  const markets = Object.values(await client.loadMarkets());
  const found = new Map(markets.map((market) => [market?.symbol, market]));
  const listed = practice.instruments.filter((one) => one.feed === 'binance:perp').map((one) => one.instrument);
  expect(found.size).toBe(listed.length);
  for (const instrument of listed) {
    const [base, quote] = instrument.split('-');
    const market = found.get(`${base}/${quote}:${quote}`);
    expect(market, instrument).toMatchObject({
      swap: true,
      linear: true,
      active: true,
      contractSize: 1,
      settle: quote,
    });
    expect(market?.limits.amount?.min).toBeGreaterThan(0);
    expect(market?.limits.cost?.min).toBeGreaterThan(0);
  }
  expect(found.get('BTC/USDT:USDT')?.precision).toMatchObject({ price: 0.1, amount: 0.001 });

  const rate = await client.fetchFundingRate('BTC/USDT:USDT');
  expect(Number(rate.markPrice) / Number(rate.indexPrice)).toBeCloseTo(1, 1);
  expect(Math.abs(Number(rate.fundingRate))).toBeLessThan(0.02);
  expect(Number(rate.fundingTimestamp)).toBeGreaterThan(Date.now());
  expect(Number(rate.fundingTimestamp) % (8 * 3_600_000)).toBe(0);
  // Of contracts that were never adjusted the venue names no interval, and neither does ccxt.
  const intervals = await client.fetchFundingIntervals();
  expect(Object.keys(intervals)).toEqual(['HYPE/USDT:USDT']);
  expect(intervals['HYPE/USDT:USDT']?.interval).toBe('4h');

  const history = await client.fetchFundingRateHistory('BTC/USDT:USDT', undefined, 20);
  expect(history.length).toBe(20);
  for (const [index, row] of history.slice(1).entries()) {
    expect(Number(row.timestamp) - Number(history[index]?.timestamp)).toBe(8 * 3_600_000);
  }
  expect((await client.fetchOHLCV('BTC/USDT:USDT', '1m', undefined, 50)).length).toBeGreaterThan(20);
  expect((await client.fetchOrderBook('ETH/USDC:USDC', 20)).bids.length).toBe(20);
  expect(Math.abs(((await client.fetchTime()) ?? 0) - Date.now())).toBeLessThan(2_000);
  expect(escaped).toEqual([]);
});

test("[PP-2] ccxt.pro follows Binance's USD-M book, trades and marks over real sockets", {
  timeout: 20_000,
}, async () => {
  const client = new pro.binanceusdm(redirect({ fetchMarkets: { types: ['linear'] } }));
  client.fetchImplementation = fetchHere;
  client.has.fetchCurrencies = false;
  try {
    for (let update = 0; update < 8; update += 1) {
      const book = await client.watchOrderBook('BTC/USDT:USDT');
      expect(book.bids.length).toBeGreaterThan(5);
      expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
    }
    // Single trades come under /public, trades of one taker under /market.
    const [trade] = await client.watchTrades('BTC/USDT:USDT');
    expect(trade?.symbol).toBe('BTC/USDT:USDT');
    const [together] = await client.watchTrades('ETH/USDT:USDT', undefined, undefined, { name: 'aggTrade' });
    expect(Number(together?.amount)).toBeGreaterThan(0);
    const mark = await client.watchMarkPrice('BTC/USDT:USDT', { use1sFreq: true });
    expect(Number(mark.markPrice)).toBeGreaterThan(0);
    expect(Number(mark.indexPrice)).toBeGreaterThan(0);
  } finally {
    await client.close();
  }
  expect(escaped).toEqual([]);
});

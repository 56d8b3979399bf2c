import { connect } from 'node:net';
import ccxt, { pro } from 'ccxt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemClock } from '#main/app/system-clock';
import type { PracticeWorld } from '#main/practice/practice';
import { createPracticeWorld } from '#main/practice/practice';
import { PracticeServers } from '#main/practice/servers';
import type { HttpRequest } from '#shared/kernel/transport';
import { BookCopy, numbers } from './book-copy.ts';
import type { Json } from './client.ts';
import { at, cause, has, list, parse, Recorder, stand } from './client.ts';

const SOCKET = 'wss://ws.okx.com:8443/ws/v5/public';
const REST = 'https://www.okx.com/api/v5';
const HOUR_MS = 3_600_000;
const subscribe = (...args: readonly object[]): object => ({ op: 'subscribe', args });
const of = (recorder: Recorder, channel: string): Json[] =>
  recorder.frames
    .filter((frame) => frame !== 'pong')
    .map(parse)
    .filter((frame) => has(frame, 'data') && at(frame, 'arg', 'channel') === channel);

describe('practice OKX swaps', () => {
  test('[ID-6] catalogue, books and trades count in contracts', async () => {
    const { clock, transport, practice, get } = stand();
    const rest = parse((await get(`${REST}/public/instruments?instType=SWAP`)).body);
    const btc = list(at(rest, 'data')).find((row) => at(row, 'instId') === 'BTC-USDT-SWAP') ?? null;
    expect(btc).toMatchObject({
      ctType: 'linear',
      ctVal: '0.01',
      ctMult: '1',
      ctValCcy: 'BTC',
      settleCcy: 'USDT',
      uly: 'BTC-USDT',
      lotSz: '0.01',
      minSz: '0.01',
      state: 'live',
    });
    const instId = 'BTC-USDT-SWAP';
    const recorder = new Recorder(transport, SOCKET, [
      subscribe({ channel: 'books', instId }, { channel: 'trades', instId }),
    ]);
    clock.advanceBy(15_000);
    const book = parse((await get(`${REST}/market/books?instId=${instId}&sz=400`)).body);
    const copy = new BookCopy();
    const wanted = JSON.stringify([numbers(at(book, 'data', 0, 'bids')), numbers(at(book, 'data', 0, 'asks'))]);
    let reached = false;
    let before: Json = -1;
    for (const frame of of(recorder, 'books')) {
      expect(at(frame, 'data', 0, 'prevSeqId')).toBe(before);
      before = at(frame, 'data', 0, 'seqId');
      copy.pairs('bids', at(frame, 'data', 0, 'bids'));
      copy.pairs('asks', at(frame, 'data', 0, 'asks'));
      reached ||= JSON.stringify([copy.sorted('bids'), copy.sorted('asks')]) === wanted;
    }
    expect(reached).toBe(true);
    const trades = of(recorder, 'trades').map((frame) => Number(at(frame, 'data', 0, 'sz')));
    expect(trades.length).toBeGreaterThan(0);
    // Whole lots of 0.0001 BTC are hundredths of a contract.
    for (const contracts of trades) expect(Math.abs(contracts * 100 - Math.round(contracts * 100))).toBeLessThan(1e-6);
    expect(practice.instruments.some(({ feed }) => feed === 'okx:perp')).toBe(true);
  });

  test('both products share the socket; each fault is felt by its own product', () => {
    const { clock, transport, practice } = stand();
    const args = ['BTC-USDT', 'BTC-USDT-SWAP'].map((instId) => ({ channel: 'books', instId }));
    const recorder = new Recorder(transport, SOCKET, [subscribe(...args)]);
    clock.advanceBy(2_000);
    cause(practice, 'okx:perp', 'heartbeats-only');
    const before = of(recorder, 'books').length;
    clock.advanceBy(3_000);
    const names = of(recorder, 'books')
      .slice(before)
      .map((frame) => at(frame, 'arg', 'instId'));
    expect(new Set(names)).toEqual(new Set(['BTC-USDT']));
    cause(practice, 'okx:perp', 'disconnect');
    clock.advanceBy(1_000);
    expect(recorder.closes.length).toBe(1);
  });

  test('[MD-7] funding over REST and on the socket: coming settlement, the one after it, the last payment', async () => {
    const { clock, transport, practice, get } = stand();
    const instId = 'HYPE-USDT-SWAP';
    const recorder = new Recorder(transport, SOCKET, [subscribe({ channel: 'funding-rate', instId })]);
    clock.advanceBy(100);
    const [first = null] = of(recorder, 'funding-rate');
    const timeOf = (frame: Json, name: string) => Number(at(frame, 'data', 0, name));
    expect(timeOf(first, 'nextFundingTime') - timeOf(first, 'fundingTime')).toBe(4 * HOUR_MS);
    expect(timeOf(first, 'fundingTime') - timeOf(first, 'prevFundingTime')).toBe(4 * HOUR_MS);
    expect(timeOf(first, 'fundingTime')).toBeGreaterThan(clock.wallMs());
    expect(at(first, 'data', 0, 'fundingRate')).toMatch(/^-?0\.\d{16}$/);

    const history = parse((await get(`${REST}/public/funding-rate-history?instId=${instId}&limit=5`)).body);
    const times = list(at(history, 'data')).map((row) => Number(at(row, 'fundingTime')));
    expect(times).toEqual([0, 1, 2, 3, 4].map((back) => timeOf(first, 'prevFundingTime') - back * 4 * HOUR_MS));
    const older = parse((await get(`${REST}/public/funding-rate-history?instId=${instId}&after=${times[1]}`)).body);
    expect(Number(at(older, 'data', 0, 'fundingTime'))).toBe(times[2]);

    practice.faults.apply({
      feed: 'okx:perp',
      fault: 'funding-interval',
      on: true,
      amount: 8,
      instrument: 'HYPE-USDT-PERP',
    });
    const all = parse((await get(`${REST}/public/funding-rate?instId=ANY`)).body);
    const hype = list(at(all, 'data')).find((row) => at(row, 'instId') === instId) ?? null;
    expect(Number(at(hype, 'nextFundingTime')) - Number(at(hype, 'fundingTime'))).toBe(8 * HOUR_MS);
    expect(list(at(all, 'data')).length).toBeGreaterThan(5);
  });

  test('[MD-7] marks and indices under their own names; the REST calls agree', async () => {
    const { clock, transport, get } = stand();
    const recorder = new Recorder(transport, SOCKET, [
      subscribe({ channel: 'mark-price', instId: 'ETH-USDC-SWAP' }, { channel: 'index-tickers', instId: 'ETH-USDC' }),
    ]);
    clock.advanceBy(10_000);
    const marks = of(recorder, 'mark-price');
    const indices = of(recorder, 'index-tickers');
    expect(marks.length).toBeGreaterThan(5);
    expect(indices.length).toBeGreaterThan(5);
    const mark = parse((await get(`${REST}/public/mark-price?instType=SWAP&instId=ETH-USDC-SWAP`)).body);
    const index = parse((await get(`${REST}/market/index-tickers?instId=ETH-USDC`)).body);
    expect(at(mark, 'data', 0, 'markPx')).toBe(at(marks.at(-1) ?? null, 'data', 0, 'markPx'));
    expect(at(index, 'data', 0, 'idxPx')).toBe(at(indices.at(-1) ?? null, 'data', 0, 'idxPx'));
    expect(Number(at(mark, 'data', 0, 'markPx')) / Number(at(index, 'data', 0, 'idxPx'))).toBeCloseTo(1, 1);
  });

  test('[MD-8] states of swaps; maintenance is announced when all of both products is in it', async () => {
    const { clock, transport, practice, get } = stand();
    const recorder = new Recorder(transport, SOCKET, [subscribe({ channel: 'instruments', instType: 'SWAP' })]);
    clock.advanceBy(100);
    for (const status of ['post-only', 'halted', 'delisted', 'normal'] as const) {
      practice.faults.setStatus('okx:perp', 'SOL-USDT-PERP', status);
      clock.advanceBy(1_000);
    }
    const frames = of(recorder, 'instruments');
    expect(list(at(frames[0] ?? null, 'data')).length).toBeGreaterThan(5);
    expect(frames.slice(1).map((frame) => at(frame, 'data', 0, 'state'))).toEqual([
      'post_only',
      'suspend',
      'expired',
      'live',
    ]);
    const status = async () => list(at(parse((await get(`${REST}/system/status`)).body), 'data'));
    expect(await status()).toEqual([]);
    for (const { feed, instrument } of practice.instruments) {
      if (feed.startsWith('okx:')) practice.faults.setStatus(feed, instrument, 'maintenance');
    }
    expect((await status()).map((row) => [at(row, 'state'), at(row, 'serviceType')])).toEqual([['ongoing', '5']]);
  });

  test('what does not exist is refused by name; so is the 481st request of an hour', () => {
    const { clock, transport } = stand();
    const recorder = new Recorder(transport, SOCKET, [
      subscribe({ channel: 'funding-rate', instId: 'BTC-USDT' }),
      subscribe({ channel: 'index-tickers', instId: 'BTC-USDT-SWAP' }),
      subscribe({ channel: 'instruments', instType: 'OPTION' }),
    ]);
    clock.advanceBy(100);
    for (let request = 3; request < 480; request += 1) {
      recorder.socket.send(JSON.stringify(subscribe({ channel: 'trades', instId: 'BTC-USDT-SWAP' })));
    }
    clock.advanceBy(100);
    const errors = () => recorder.json().filter((frame) => has(frame, 'code'));
    expect(errors().map((frame) => at(frame, 'code'))).toEqual(['60018', '60018', '60018']);
    expect(at(errors()[0] ?? null, 'msg')).toContain('channel:funding-rate,instId:BTC-USDT ');
    recorder.socket.send(JSON.stringify(subscribe({ channel: 'trades', instId: 'BTC-USDT-SWAP' })));
    clock.advanceBy(100);
    expect(errors().map((frame) => at(frame, 'code'))).toEqual(['60018', '60018', '60018', '60014']);
  });
});

describe('[PP-2] ccxt against the practice swaps', () => {
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

  /** An address that is none of ours is noted and refused. */
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
  const settings = () => ({
    enableRateLimit: false,
    options: {
      fetchMarkets: { types: ['swap'] },
      defaultType: 'swap',
      ws: {
        options: {
          perMessageDeflate: false,
          createConnection: (_options: object, ready: () => void) => connect(port, '127.0.0.1', ready),
        },
      },
    },
  });

  test('it reads the catalogue with contract sizes, funding, its interval and history, marks and candles', async () => {
    const client = new ccxt.okx(settings());
    client.fetchImplementation = fetchHere;
    client.has.fetchCurrencies = false;
    const markets = Object.values(await client.loadMarkets());
    const listed = practice.instruments.filter(({ feed }) => feed === 'okx:perp').map(({ instrument }) => instrument);
    expect(markets.length).toBe(listed.length);
    const sizes = new Map(markets.map((market) => [market?.symbol, market?.contractSize]));
    expect([...sizes].sort()).toEqual([
      ['BTC/USDC:USDC', 0.0001],
      ['BTC/USDT:USDT', 0.01],
      ['ETH/USDC:USDC', 0.001],
      ['ETH/USDT:USDT', 0.1],
      ['HYPE/USDT:USDT', 0.1],
      ['SOL/USDC:USDC', 0.01],
      ['SOL/USDT:USDT', 1],
    ]);
    for (const market of markets) expect(market).toMatchObject({ swap: true, linear: true, active: true });
    expect(client.market('BTC/USDT:USDT').precision).toMatchObject({ price: 0.1, amount: 0.01 });

    const rate = await client.fetchFundingRate('HYPE/USDT:USDT');
    expect(rate.interval).toBe('4h');
    expect(Number(rate.fundingTimestamp)).toBeGreaterThan(Date.now());
    expect(Number(rate.fundingTimestamp) % (4 * HOUR_MS)).toBe(0);
    const history = await client.fetchFundingRateHistory('BTC/USDT:USDT', undefined, 20);
    expect(history.length).toBe(20);
    history.slice(1).forEach((row, index) => {
      expect(Number(row.timestamp) - Number(history[index]?.timestamp)).toBe(8 * HOUR_MS);
    });
    expect((await client.fetchOHLCV('BTC/USDT:USDT', '1m', undefined, 50)).length).toBeGreaterThan(20);
    const ticker = await client.fetchTicker('SOL/USDT:USDT');
    expect(Number(ticker.bid)).toBeLessThan(Number(ticker.ask));
    expect((await client.fetchOrderBook('ETH/USDC:USDC', 25)).bids.length).toBe(25);
    const mark = await client.fetchMarkPrice('BTC/USDT:USDT');
    expect(Number(mark.markPrice) / Number(ticker.bid)).toBeGreaterThan(1);
    expect(escaped).toEqual([]);
  });

  test('ccxt.pro follows book, trades, funding and mark over a real socket', { timeout: 20_000 }, async () => {
    const client = new pro.okx(settings());
    client.fetchImplementation = fetchHere;
    client.has.fetchCurrencies = false;
    const symbol = 'BTC/USDT:USDT';
    try {
      for (let update = 0; update < 8; update += 1) {
        const book = await client.watchOrderBook(symbol);
        expect(book.bids.length).toBeGreaterThan(5);
        expect(Number(book.bids[0]?.[0])).toBeLessThan(Number(book.asks[0]?.[0]));
      }
      const [trade] = await client.watchTrades(symbol);
      expect(trade?.symbol).toBe(symbol);
      expect(Number(trade?.amount)).toBeGreaterThan(0);
      const rate = await client.watchFundingRate(symbol);
      expect([rate.symbol, Math.abs(Number(rate.fundingRate)) < 0.02]).toEqual([symbol, true]);
      const mark = await client.watchMarkPrice(symbol);
      expect(Number(mark.markPrice)).toBeGreaterThan(0);
    } finally {
      await client.close();
    }
    expect(escaped).toEqual([]);
  });
});

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { PRACTICE_NOTE } from '#main/practice/practice';
import { DEFAULT_RATES } from '#main/practice/world/dislocations';
import { SyntheticWorld } from '#main/practice/world/synthetic';
import type { MarketView } from '#main/practice/world/world';
import { FEEDS, SPOT_FEEDS } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { Recorder, START_MS, stand } from './client.ts';

function world(seed: number): { clock: VirtualClock; markets: readonly MarketView[]; world: SyntheticWorld } {
  const clock = new VirtualClock(START_MS);
  const made = new SyntheticWorld({ random: new SeededRandom(seed), clock, updatesPerSecond: 7, rates: DEFAULT_RATES });
  return { clock, markets: FEEDS.flatMap((feed) => made.marketsOf(feed)), world: made };
}

test('[MD-1] seed 11: every book keeps at least 25 levels a side, sorted, positive and never crossed', () => {
  const { clock, markets, world: made } = world(11);
  let seen = 0;
  for (const feed of FEEDS) {
    made.listen(feed, {
      bookChanged: (market, changes) => {
        seen += 1;
        expect(changes.length).toBeGreaterThan(0);
        const { bids, asks } = market.book;
        expect(bids.length).toBeGreaterThanOrEqual(25);
        expect(asks.length).toBeGreaterThanOrEqual(25);
        expect(bids[0]?.price ?? 0).toBeLessThan(asks[0]?.price ?? 0);
        for (let i = 1; i < bids.length; i += 1) {
          if ((bids[i]?.price ?? 0) >= (bids[i - 1]?.price ?? 0)) throw new Error('bids out of order');
        }
        for (let i = 1; i < asks.length; i += 1) {
          if ((asks[i]?.price ?? 0) <= (asks[i - 1]?.price ?? 0)) throw new Error('asks out of order');
        }
        if ([...bids, ...asks].some((level) => level.size <= 0 || !Number.isSafeInteger(level.size))) {
          throw new Error('a level without a whole positive size');
        }
      },
      traded: () => {},
      statusChanged: () => {},
    });
  }
  made.start();
  clock.advanceBy(30_000);
  expect(markets.length).toBe(79);
  expect(seen).toBeGreaterThan(79 * 7 * 30 * 0.8);
});

test('seed 11: a change is usually one to six levels, five to ten times a second and book', () => {
  const { clock, world: made } = world(11);
  const sizes: number[] = [];
  made.listen('kraken:spot', {
    bookChanged: (_market, changes) => sizes.push(changes.length),
    traded: () => {},
    statusChanged: () => {},
  });
  made.start();
  clock.advanceBy(60_000);
  const small = sizes.filter((size) => size <= 6).length;
  expect(small / sizes.length).toBeGreaterThan(0.85);
  const perBook = sizes.length / 60 / made.marketsOf('kraken:spot').length;
  expect(perBook).toBeGreaterThan(5);
  expect(perBook).toBeLessThan(10);
});

test('seed 11: trades come on both sides, at displayed prices, and take what was displayed', () => {
  const { clock, world: made } = world(11);
  const sides = { buy: 0, sell: 0 };
  for (const feed of SPOT_FEEDS) {
    // What each market showed before the trade: the book is already changed when the trade is told.
    const shown = new Map<MarketView, { bid: number; ask: number }>();
    made.listen(feed, {
      bookChanged: (market) =>
        shown.set(market, { bid: market.book.bids[0]?.price ?? 0, ask: market.book.asks[0]?.price ?? 0 }),
      traded: (market, trades) => {
        const before = shown.get(market);
        for (const [index, trade] of trades.entries()) {
          sides[trade.taker] += 1;
          if (before === undefined) continue;
          const best = trade.taker === 'buy' ? before.ask : before.bid;
          if (index === 0) expect(trade.price).toBe(best);
          else expect(trade.taker === 'buy' ? trade.price > best : trade.price < best).toBe(true);
        }
      },
      statusChanged: () => {},
    });
  }
  made.start();
  clock.advanceBy(60_000);
  expect(sides.buy).toBeGreaterThan(500);
  expect(sides.sell).toBeGreaterThan(500);
});

test('[MD-8] seed 11: a market that is not trading normally has no trades, a halted one no changes either', () => {
  const { clock, world: made } = world(11);
  const heard = { 'BTC-USDT': { book: 0, trade: 0 }, 'ETH-USDT': { book: 0, trade: 0 } };
  const count = (market: MarketView, what: 'book' | 'trade'): void => {
    const { instrument } = market.spec;
    if (instrument === 'BTC-USDT' || instrument === 'ETH-USDT') heard[instrument][what] += 1;
  };
  made.listen('okx:spot', {
    bookChanged: (market) => count(market, 'book'),
    traded: (market) => count(market, 'trade'),
    statusChanged: () => {},
  });
  made.setStatus('okx:spot', 'BTC-USDT', 'halted');
  made.setStatus('okx:spot', 'ETH-USDT', 'post-only');
  made.start();
  clock.advanceBy(20_000);
  expect(heard['BTC-USDT']).toEqual({ book: 0, trade: 0 });
  expect(heard['ETH-USDT'].trade).toBe(0);
  expect(heard['ETH-USDT'].book).toBeGreaterThan(50);
});

/** Everything that reaches clients of all five venues in 60 virtual seconds, REST included, as one hash. */
async function everyByte(seed: number): Promise<string> {
  const { clock, transport, get } = stand({ seed });
  const books = ['btc', 'eth', 'sol'].flatMap((base) => [`${base}usdt@depth@100ms`, `${base}usdc@trade`]);
  const clients = [
    new Recorder(transport, 'wss://stream.binance.com:9443/stream', [{ method: 'SUBSCRIBE', params: books, id: 1 }]),
    new Recorder(transport, 'wss://advanced-trade-ws.coinbase.com', [
      { type: 'subscribe', channel: 'heartbeats' },
      { type: 'subscribe', channel: 'level2', product_ids: ['BTC-USD', 'ETH-USD'] },
      { type: 'subscribe', channel: 'market_trades', product_ids: ['BTC-USD'] },
    ]),
    new Recorder(transport, 'wss://stream.bybit.com/v5/public/spot', [
      { op: 'subscribe', args: ['orderbook.50.BTCUSDT', 'publicTrade.BTCUSDT', 'orderbook.1.SOLUSDC'] },
    ]),
    new Recorder(transport, 'wss://stream.bybit.com/v5/public/linear', [
      { op: 'subscribe', args: ['orderbook.200.1000PEPEUSDT', 'publicTrade.BTCPERP', 'tickers.ETHUSDT'] },
    ]),
    new Recorder(transport, 'wss://ws.okx.com:8443/ws/v5/public', [
      { op: 'subscribe', args: [{ channel: 'books', instId: 'BTC-USDT' }] },
      { op: 'subscribe', args: [{ channel: 'trades', instId: 'ETH-USDC' }] },
    ]),
    new Recorder(transport, 'wss://ws.kraken.com/v2', [
      { method: 'subscribe', params: { channel: 'book', symbol: ['BTC/USD', 'USDT/USD'], depth: 25 } },
      { method: 'subscribe', params: { channel: 'trade', symbol: ['BTC/USD'] } },
    ]),
  ];
  clock.advanceBy(60_000);
  const hash = createHash('sha256');
  for (const client of clients) {
    expect(client.frames.length).toBeGreaterThan(100);
    for (const frame of client.frames) hash.update(frame);
  }
  for (const url of [
    'https://api.binance.com/api/v3/exchangeInfo',
    'https://api.bybit.com/v5/market/funding/history?category=linear&symbol=SOLPERP',
    'https://api.kraken.com/0/public/OHLC?pair=XBTUSD',
    'https://www.okx.com/api/v5/market/books?instId=SOL-USDT&sz=20',
  ]) {
    hash.update((await get(url)).body);
  }
  return hash.digest('hex');
}

test('[PP-4] the same seed gives the same bytes over 60 virtual seconds, another seed gives others', async () => {
  const first = await everyByte(7);
  expect(await everyByte(7)).toBe(first);
  expect(await everyByte(8)).not.toBe(first);
});

test('[PP-4] a client more, reading other books, changes nothing in the market', async () => {
  const frames = (extra: boolean): string[] => {
    const { clock, transport } = stand({ seed: 7 });
    const one = new Recorder(transport, 'wss://stream.bybit.com/v5/public/spot', [
      { op: 'subscribe', args: ['orderbook.200.ETHUSDT'] },
    ]);
    if (extra) {
      new Recorder(transport, 'wss://stream.bybit.com/v5/public/spot', [
        { op: 'subscribe', args: ['orderbook.50.ETHUSDT', 'orderbook.1.BTCUSDT', 'publicTrade.ETHUSDT'] },
      ]);
    }
    clock.advanceBy(10_000);
    return one.frames.slice(1);
  };
  expect(frames(true)).toEqual(frames(false));
});

test('[PP-2] the practice world says that it is more generous than reality', () => {
  expect(PRACTICE_NOTE).toMatch(/more generous than reality/);
  expect(stand().practice.note).toBe(PRACTICE_NOTE);
});

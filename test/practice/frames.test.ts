import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Json } from './client.ts';
import { at, has, parse, Recorder, stand } from './client.ts';

/** Example frames of the venues; read where they lie, never copied. */
const FRAMES = '../shared/frames';
const missing = existsSync(FRAMES) ? null : `example frames not found at ${FRAMES}`;

const example = (path: string): Json => parse(readFileSync(`${FRAMES}/${path}`, 'utf8'));
const answer = (path: string): Json => at(example(path), 'response');

/** Every key of the example, at every depth, is in ours, with the same kind of value; lists are compared by their first. */
function sameShape(ours: Json, theirs: Json, path: string, except: readonly string[]): void {
  if (Array.isArray(theirs)) {
    expect(Array.isArray(ours), `${path} is a list`).toBe(true);
    const [first] = Array.isArray(ours) ? ours : [];
    if (theirs[0] !== undefined && first !== undefined) sameShape(first, theirs[0], `${path}[0]`, except);
    return;
  }
  if (typeof theirs === 'object' && theirs !== null) {
    for (const [key, value] of Object.entries(theirs)) {
      if (except.includes(key)) continue;
      expect(has(ours, key), `${path}.${key} is present`).toBe(true);
      if (value !== null) sameShape(at(ours, key), value, `${path}.${key}`, except);
    }
    return;
  }
  expect(typeof ours, `${path} is a ${typeof theirs}`).toBe(typeof theirs);
}

interface Case {
  readonly url: string;
  readonly send: readonly object[];
  /** The example, and which of our frames is compared with it. */
  readonly frames: readonly (readonly [string, (frame: Json) => boolean])[];
  readonly except?: readonly string[];
}

const is =
  (key: string, value: string) =>
  (frame: Json): boolean =>
    has(frame, key) && at(frame, key) === value;
const both =
  (...tests: ((frame: Json) => boolean)[]) =>
  (frame: Json): boolean =>
    tests.every((one) => one(frame));
const data =
  (test: (frame: Json) => boolean) =>
  (frame: Json): boolean =>
    has(frame, 'data') && test(at(frame, 'data'));

const CASES: Readonly<Record<string, Case>> = {
  'binance combined': {
    url: 'wss://stream.binance.com:9443/stream',
    send: [
      {
        method: 'SUBSCRIBE',
        params: ['btcusdt@depth@100ms', 'btcusdt@trade', 'btcusdt@aggTrade', 'btcusdt@bookTicker'],
        id: 1,
      },
    ],
    frames: [
      ['ws/binance-spot/depthUpdate-10.json', data(is('e', 'depthUpdate'))],
      ['ws/binance-spot/trade-4.json', data(is('e', 'trade'))],
      ['ws/binance-spot/aggTrade-3.json', data(is('e', 'aggTrade'))],
      ['ws/binance-spot/bookTicker-7.json', data((frame) => !has(frame, 'e'))],
    ],
    // The venue stopped sending the two order ids of a trade.
    except: ['b', 'a'],
  },
  'binance USD-M books': {
    url: 'wss://fstream.binance.com/public/ws',
    send: [{ method: 'SUBSCRIBE', params: ['btcusdt@depth@100ms', 'btcusdt@bookTicker', 'btcusdt@trade'], id: 1 }],
    frames: [
      ['ws/binance-usdm/depthUpdate-6.json', is('e', 'depthUpdate')],
      ['ws/binance-usdm/bookTicker-2.json', is('e', 'bookTicker')],
      ['ws/binance-usdm/trade-8.json', is('e', 'trade')],
    ],
  },
  'binance USD-M marks': {
    url: 'wss://fstream.binance.com/market/ws',
    send: [{ method: 'SUBSCRIBE', params: ['btcusdt@aggTrade', 'btcusdt@markPrice@1s'], id: 1 }],
    frames: [
      ['ws/binance-usdm/aggTrade-2.json', is('e', 'aggTrade')],
      ['ws/binance-usdm/markPriceUpdate-3.json', is('e', 'markPriceUpdate')],
    ],
  },
  coinbase: {
    url: 'wss://advanced-trade-ws.coinbase.com',
    send: [
      { type: 'subscribe', channel: 'heartbeats' },
      { type: 'subscribe', channel: 'level2', product_ids: ['BTC-USD'] },
      { type: 'subscribe', channel: 'market_trades', product_ids: ['BTC-USD'] },
      { type: 'subscribe', channel: 'status', product_ids: ['BTC-USD'] },
    ],
    frames: [
      ['ws/coinbase-advanced/l2-data-snapshot-1.json', is('channel', 'l2_data')],
      [
        'ws/coinbase-advanced/l2-data-update-1.json',
        (frame) => is('channel', 'l2_data')(frame) && at(frame, 'events', 0, 'type') === 'update',
      ],
      [
        'ws/coinbase-advanced/market-trades-update-2.json',
        (frame) => is('channel', 'market_trades')(frame) && at(frame, 'events', 0, 'type') === 'update',
      ],
      ['ws/coinbase-advanced/heartbeats-2.json', is('channel', 'heartbeats')],
      ['ws/coinbase-advanced/subscriptions-8.json', is('channel', 'subscriptions')],
      ['ws/coinbase-advanced/status-snapshot-5.json', is('channel', 'status')],
    ],
  },
  bybit: {
    url: 'wss://stream.bybit.com/v5/public/spot',
    send: [{ op: 'subscribe', args: ['orderbook.50.BTCUSDT', 'publicTrade.BTCUSDT'], req_id: '1' }, { op: 'ping' }],
    frames: [
      ['ws/bybit-linear/orderbook-snapshot-5.json', is('type', 'snapshot')],
      ['ws/bybit-linear/orderbook-delta-5.json', is('type', 'delta')],
      ['ws/bybit-spot/publicTrade-7.json', is('topic', 'publicTrade.BTCUSDT')],
      ['ws/bybit-control/ack-subscribe-11.json', is('op', 'subscribe')],
      ['ws/bybit-control/ack-ping-1.json', is('op', 'ping')],
    ],
    // The tick direction is a field of contracts only.
    except: ['L'],
  },
  'bybit linear': {
    url: 'wss://stream.bybit.com/v5/public/linear',
    send: [{ op: 'subscribe', args: ['orderbook.50.BTCUSDT', 'publicTrade.BTCUSDT', 'tickers.BTCUSDT'], req_id: '1' }],
    frames: [
      ['ws/bybit-linear/orderbook-snapshot-7.json', both(is('topic', 'orderbook.50.BTCUSDT'), is('type', 'snapshot'))],
      ['ws/bybit-linear/orderbook-delta-4.json', both(is('topic', 'orderbook.50.BTCUSDT'), is('type', 'delta'))],
      ['ws/bybit-linear/publicTrade-4.json', is('topic', 'publicTrade.BTCUSDT')],
      ['ws/bybit-linear/tickers-snapshot-4.json', both(is('topic', 'tickers.BTCUSDT'), is('type', 'snapshot'))],
      [
        'ws/bybit-linear/tickers-delta-4.json',
        both(
          is('topic', 'tickers.BTCUSDT'),
          is('type', 'delta'),
          data((frame) => has(frame, 'bid1Price') && has(frame, 'bid1Size')),
        ),
      ],
    ],
  },
  okx: {
    url: 'wss://ws.okx.com:8443/ws/v5/public',
    send: [
      {
        op: 'subscribe',
        args: [
          { channel: 'books', instId: 'BTC-USDT' },
          { channel: 'trades', instId: 'BTC-USDT' },
          { channel: 'nope', instId: 'x' },
        ],
      },
    ],
    frames: [
      ['ws/okx-spot/books-snapshot-1.json', is('action', 'snapshot')],
      ['ws/okx-spot/books-update-1.json', is('action', 'update')],
      [
        'ws/okx-spot/trades-8.json',
        both(
          (frame) => has(frame, 'arg') && has(frame, 'data'),
          (frame) => at(frame, 'arg', 'channel') === 'trades',
        ),
      ],
      ['ws/okx-control/event-error-4.json', is('event', 'error')],
    ],
  },
  kraken: {
    url: 'wss://ws.kraken.com/v2',
    send: [
      { method: 'subscribe', params: { channel: 'book', symbol: ['BTC/USD'] }, req_id: 1 },
      { method: 'subscribe', params: { channel: 'trade', symbol: ['BTC/USD'] }, req_id: 2 },
      { method: 'ping', req_id: 3 },
    ],
    frames: [
      ['ws/kraken-spot/book-snapshot-7.json', both(is('channel', 'book'), is('type', 'snapshot'))],
      ['ws/kraken-spot/book-update-12.json', both(is('channel', 'book'), is('type', 'update'))],
      ['ws/kraken-spot/trade-update-2.json', is('channel', 'trade')],
      ['ws/kraken-spot/reply-subscribe-16.json', is('method', 'subscribe')],
      ['ws/kraken-spot/reply-pong-1.json', is('method', 'pong')],
    ],
  },
};

for (const [name, one] of Object.entries(CASES)) {
  test(`[PP-2] ${name}: frames have every field of the venue's examples`, (context) => {
    if (missing !== null) context.skip(missing);
    const { clock, transport } = stand();
    const recorder = new Recorder(transport, one.url, one.send);
    clock.advanceBy(20_000);
    const ours = recorder.json();
    for (const [path, picks] of one.frames) {
      const found = ours.find(picks);
      expect(found, `a frame like ${path}`).toBeDefined();
      sameShape(found ?? null, example(path), path, one.except ?? []);
    }
  });
}

const REST: readonly (readonly [string, string, readonly string[]])[] = [
  ['http/binance-spot/GetExchangeInfo-1.json', 'https://api.binance.com/api/v3/exchangeInfo', []],
  ['http/binance-spot/GetKlines-1.json', 'https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=1m', []],
  ['http/binance-spot/GetServerTime-1.json', 'https://api.binance.com/api/v3/time', []],
  ['http/binance-spot/GetBookPrice-1.json', 'https://api.binance.com/api/v3/ticker/bookTicker?symbol=BTCUSDT', []],
  ['http/binance-usdm/GetExchangeInfo-1.json', 'https://fapi.binance.com/fapi/v1/exchangeInfo', []],
  ['http/binance-usdm/GetFundingInfo-1.json', 'https://fapi.binance.com/fapi/v1/fundingInfo', []],
  ['http/binance-usdm/GetFundingRates-1.json', 'https://fapi.binance.com/fapi/v1/fundingRate?symbol=BTCUSDT', []],
  [
    'http/binance-usdm/http-futures-market-premium-index-1.json',
    'https://fapi.binance.com/fapi/v1/premiumIndex?symbol=BTCUSDT',
    [],
  ],
  [
    'http/binance-usdm/http-futures-market-depth-1.json',
    'https://fapi.binance.com/fapi/v1/depth?symbol=BTCUSDT&limit=100',
    [],
  ],
  ['http/binance-usdm/GetKlines-1.json', 'https://fapi.binance.com/fapi/v1/klines?symbol=BTCUSDT&interval=1m', []],
  ['http/binance-usdm/GetServerTime-1.json', 'https://fapi.binance.com/fapi/v1/time', []],
  ['http/coinbase-advanced/http-products-1.json', 'https://api.coinbase.com/api/v3/brokerage/market/products', []],
  [
    'http/coinbase-advanced/http-product-1.json',
    'https://api.coinbase.com/api/v3/brokerage/market/products/BTC-USD',
    [],
  ],
  [
    'http/coinbase-advanced/http-product-book-1.json',
    'https://api.coinbase.com/api/v3/brokerage/market/product_book?product_id=BTC-USD&limit=5',
    [],
  ],
  [
    'http/coinbase-advanced/http-candles-1.json',
    'https://api.coinbase.com/api/v3/brokerage/market/products/BTC-USD/candles?start=1789990000&end=1790000000&granularity=ONE_MINUTE',
    [],
  ],
  [
    'http/coinbase-advanced/GetTradeHistory-1.json',
    'https://api.coinbase.com/api/v3/brokerage/market/products/BTC-USD/ticker?limit=5',
    [],
  ],
  ['http/bybit/GetSpotSymbols-1.json', 'https://api.bybit.com/v5/market/instruments-info?category=spot', []],
  ['http/bybit/GetOrderbook-1.json', 'https://api.bybit.com/v5/market/orderbook?category=spot&symbol=BTCUSDT', []],
  ['http/bybit/GetKlines-1.json', 'https://api.bybit.com/v5/market/kline?category=spot&symbol=BTCUSDT&interval=1', []],
  ['http/bybit/GetSpotTickers-1.json', 'https://api.bybit.com/v5/market/tickers?category=spot', []],
  ['http/bybit/GetLinearInverseSymbols-1.json', 'https://api.bybit.com/v5/market/instruments-info?category=linear', []],
  [
    'http/bybit/GetLinearInverseTickers-1.json',
    'https://api.bybit.com/v5/market/tickers?category=linear&symbol=BTCUSDT',
    [],
  ],
  [
    'http/bybit/GetFundingRateHistory-1.json',
    'https://api.bybit.com/v5/market/funding/history?category=linear&symbol=ETHPERP',
    [],
  ],
  [
    'http/bybit/http-get-klines-linear-1.json',
    'https://api.bybit.com/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1',
    [],
  ],
  ['http/okx/http-get-instruments-spot-1.json', 'https://www.okx.com/api/v5/public/instruments?instType=SPOT', []],
  ['http/okx/GetServerTime-1.json', 'https://www.okx.com/api/v5/public/time', []],
  ['http/okx/GetOrderBook-1.json', 'https://www.okx.com/api/v5/market/books?instId=BTC-USDT&sz=3', []],
  ['http/okx/GetKlines-1.json', 'https://www.okx.com/api/v5/market/candles?instId=BTC-USDT', []],
  ['http/kraken-spot/http-asset-pairs-1.json', 'https://api.kraken.com/0/public/AssetPairs?pair=XBTUSDT', []],
  ['http/kraken-spot/http-order-book-1.json', 'https://api.kraken.com/0/public/Depth?pair=XBTUSDT', []],
  ['http/kraken-spot/GetKlines-1.json', 'https://api.kraken.com/0/public/OHLC?pair=XBTUSD', []],
  ['http/kraken-spot/http-server-time-1.json', 'https://api.kraken.com/0/public/Time', []],
  ['http/kraken-spot/http-system-status-1.json', 'https://api.kraken.com/0/public/SystemStatus', []],
  // The example names a currency that this venue does not list here.
  ['http/kraken-spot/GetAssets-1.json', 'https://api.kraken.com/0/public/Assets', ['ZEUR']],
];

for (const [path, url, except] of REST) {
  test(`[PP-2] ${path.slice('http/'.length)}: our answer has every field of it`, async (context) => {
    if (missing !== null) context.skip(missing);
    const { clock, get } = stand();
    clock.advanceBy(5_000);
    const ours = await get(url);
    expect(ours.status).toBe(200);
    sameShape(parse(ours.body), answer(path), path, except);
  });
}

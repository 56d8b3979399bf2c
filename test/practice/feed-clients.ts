import type { FeedId } from '#shared/domain/ids';

/** How a plain client of one feed asks for the book of BTC, for heartbeats where there are any, and for the catalogue. */
export interface FeedClient {
  readonly feed: FeedId;
  readonly socket: string;
  readonly subscribe: readonly object[];
  /** Sent while the client listens, answered with a pong; `null` where only the protocol's own pings exist. */
  readonly ping: object | string | null;
  /** True for a frame that is a heartbeat or a pong. */
  readonly isHeartbeat: (frame: string) => boolean;
  /** True for an incremental book frame. */
  readonly isDelta: (frame: string) => boolean;
  /** True for the venue's refusal of a subscription. */
  readonly isRefusal: (frame: string) => boolean;
  /** A change of several levels is several frames, each with its own number. */
  readonly oneLevelAFrame?: boolean;
  /** A call that belongs to this feed alone. */
  readonly rest: string;
  /** The instrument that is subscribed, and how the catalogue writes it. */
  readonly instrument: string;
  readonly symbol: string;
  readonly catalogue: string;
}

/** One entry for every feed that is served; the tests of faults run over all of them. */
export const FEED_CLIENTS: readonly FeedClient[] = [
  {
    feed: 'binance:spot',
    socket: 'wss://stream.binance.com:9443/ws',
    subscribe: [{ method: 'SUBSCRIBE', params: ['btcusdt@depth@100ms'], id: 1 }],
    ping: null,
    isHeartbeat: () => false,
    isDelta: (frame) => frame.includes('"depthUpdate"'),
    isRefusal: (frame) => frame.includes('"error"'),
    rest: 'https://api.binance.com/api/v3/ticker/bookTicker?symbol=BTCUSDT',
    instrument: 'BTC-USDT',
    symbol: '"BTCUSDT"',
    catalogue: 'https://api.binance.com/api/v3/exchangeInfo',
  },
  {
    feed: 'binance:perp',
    socket: 'wss://fstream.binance.com/public/ws',
    subscribe: [{ method: 'SUBSCRIBE', params: ['btcusdt@depth@100ms'], id: 1 }],
    ping: null,
    isHeartbeat: () => false,
    isDelta: (frame) => frame.includes('"depthUpdate"'),
    isRefusal: (frame) => frame.includes('"error"'),
    rest: 'https://fapi.binance.com/fapi/v1/ticker/bookTicker?symbol=BTCUSDT',
    instrument: 'BTC-USDT-PERP',
    symbol: '"BTCUSDT"',
    catalogue: 'https://fapi.binance.com/fapi/v1/exchangeInfo',
  },
  {
    feed: 'coinbase:spot',
    socket: 'wss://advanced-trade-ws.coinbase.com',
    subscribe: [
      { type: 'subscribe', channel: 'heartbeats' },
      { type: 'subscribe', channel: 'level2', product_ids: ['BTC-USD'] },
    ],
    ping: null,
    isHeartbeat: (frame) => frame.includes('"channel":"heartbeats"'),
    isDelta: (frame) => frame.includes('"channel":"l2_data"') && frame.includes('"type":"update"'),
    isRefusal: (frame) => frame.includes('"type":"error"'),
    rest: 'https://api.coinbase.com/api/v3/brokerage/market/products/BTC-USD',
    instrument: 'BTC-USD',
    symbol: '"BTC-USD"',
    catalogue: 'https://api.coinbase.com/api/v3/brokerage/market/products',
  },
  {
    feed: 'coinbase:perp',
    socket: 'wss://streams.drb.coinbase.com/ws/api/v2',
    subscribe: [
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'public/subscribe',
        params: { channels: ['book.BTC_USDC-PERPETUAL.100ms'] },
      },
    ],
    ping: { jsonrpc: '2.0', id: 2, method: 'public/test', params: {} },
    isHeartbeat: (frame) => frame.includes('"version"') || frame.includes('"method":"heartbeat"'),
    isDelta: (frame) => frame.includes('"channel":"book.') && frame.includes('"type":"change"'),
    // What is refused is left out of the answer without a word.
    isRefusal: (frame) => frame.includes('"result":[]'),
    rest: 'https://drb.coinbase.com/api/v2/public/get_order_book?instrument_name=BTC_USDC-PERPETUAL',
    instrument: 'BTC-USDC-PERP',
    symbol: '"BTC_USDC-PERPETUAL"',
    catalogue: 'https://drb.coinbase.com/api/v2/public/get_instruments?currency=USDC&kind=future',
  },
  {
    feed: 'bybit:spot',
    socket: 'wss://stream.bybit.com/v5/public/spot',
    subscribe: [{ op: 'subscribe', args: ['orderbook.50.BTCUSDT'] }],
    ping: { op: 'ping' },
    isHeartbeat: (frame) => frame.includes('"pong"'),
    isDelta: (frame) => frame.includes('"type":"delta"'),
    isRefusal: (frame) => frame.includes('"success":false'),
    rest: 'https://api.bybit.com/v5/market/tickers?category=spot',
    instrument: 'BTC-USDT',
    symbol: '"BTCUSDT"',
    catalogue: 'https://api.bybit.com/v5/market/instruments-info?category=spot',
  },
  {
    feed: 'bybit:perp',
    socket: 'wss://stream.bybit.com/v5/public/linear',
    subscribe: [{ op: 'subscribe', args: ['orderbook.50.BTCUSDT'] }],
    ping: { op: 'ping' },
    isHeartbeat: (frame) => frame.includes('"pong"'),
    isDelta: (frame) => frame.includes('"type":"delta"'),
    isRefusal: (frame) => frame.includes('"success":false'),
    rest: 'https://api.bybit.com/v5/market/tickers?category=linear',
    instrument: 'BTC-USDT-PERP',
    symbol: '"BTCUSDT"',
    catalogue: 'https://api.bybit.com/v5/market/instruments-info?category=linear',
  },
  {
    feed: 'okx:spot',
    socket: 'wss://ws.okx.com:8443/ws/v5/public',
    subscribe: [{ op: 'subscribe', args: [{ channel: 'books', instId: 'BTC-USDT' }] }],
    ping: 'ping',
    isHeartbeat: (frame) => frame === 'pong',
    isDelta: (frame) => frame.includes('"action":"update"'),
    isRefusal: (frame) => frame.includes('"event":"error"'),
    rest: 'https://www.okx.com/api/v5/market/books?instId=BTC-USDT&sz=3',
    instrument: 'BTC-USDT',
    symbol: '"BTC-USDT"',
    catalogue: 'https://www.okx.com/api/v5/public/instruments?instType=SPOT',
  },
  {
    feed: 'okx:perp',
    socket: 'wss://ws.okx.com:8443/ws/v5/public',
    subscribe: [{ op: 'subscribe', args: [{ channel: 'books', instId: 'BTC-USDT-SWAP' }] }],
    ping: 'ping',
    isHeartbeat: (frame) => frame === 'pong',
    isDelta: (frame) => frame.includes('"action":"update"'),
    isRefusal: (frame) => frame.includes('"event":"error"'),
    rest: 'https://www.okx.com/api/v5/market/books?instId=BTC-USDT-SWAP&sz=3',
    instrument: 'BTC-USDT-PERP',
    symbol: '"BTC-USDT-SWAP"',
    catalogue: 'https://www.okx.com/api/v5/public/instruments?instType=SWAP',
  },
  {
    feed: 'kraken:spot',
    socket: 'wss://ws.kraken.com/v2',
    subscribe: [{ method: 'subscribe', params: { channel: 'book', symbol: ['BTC/USD'], depth: 10 } }],
    ping: { method: 'ping' },
    isHeartbeat: (frame) => frame === '{"channel":"heartbeat"}' || frame.includes('"pong"'),
    isDelta: (frame) => frame.includes('"channel":"book","type":"update"'),
    isRefusal: (frame) => frame.includes('"success":false'),
    rest: 'https://api.kraken.com/0/public/Depth?pair=XBTUSD',
    instrument: 'BTC-USD',
    symbol: '"XBT/USD"',
    catalogue: 'https://api.kraken.com/0/public/AssetPairs',
  },
  {
    feed: 'kraken:perp',
    socket: 'wss://futures.kraken.com/ws/v1',
    subscribe: [
      { event: 'subscribe', feed: 'heartbeat' },
      { event: 'subscribe', feed: 'book', product_ids: ['PF_XBTUSD'] },
    ],
    ping: null,
    isHeartbeat: (frame) => frame.includes('"feed":"heartbeat"') && !frame.includes('"event"'),
    isDelta: (frame) => frame.includes('"feed":"book"') && !frame.includes('"event"'),
    isRefusal: (frame) => frame.includes('"event":"subscribed_failed"'),
    oneLevelAFrame: true,
    rest: 'https://futures.kraken.com/derivatives/api/v3/orderbook?symbol=PF_XBTUSD',
    instrument: 'BTC-USD-PERP',
    symbol: '"PF_XBTUSD"',
    catalogue: 'https://futures.kraken.com/derivatives/api/v3/instruments',
  },
];

import { z } from 'zod';
import type { TradingStatus } from '#shared/domain/listing';
import { canonicalBase } from '../kit/canonical-base.ts';
import type { StreamedProtocol, Topic, TopicRequest, VenueTerms } from '../kit/protocol.ts';
import { serverTimeMs } from '../kit/server-time.ts';
import { CoinbaseDecoder } from './decoder.ts';
import { COINBASE_MAINTENANCE } from './maintenance.ts';

const PRODUCTS = '/api/v3/brokerage/market/products';
const CANDLES = 50;

const flag = z.boolean().optional();
const infoSchema = z.object({
  product_id: z.string(),
  status: z.string(),
  alias: z.string().optional(),
  is_disabled: flag,
  trading_disabled: flag,
  view_only: flag,
  cancel_only: flag,
  limit_only: flag,
  post_only: flag,
  auction_mode: flag,
});
const timeSchema = z.object({ epochMillis: z.string() });
const digits = z.coerce.number();
const candlesSchema = z.object({
  candles: z.array(z.object({ start: digits, open: digits, high: digits, low: digits, close: digits, volume: digits })),
});
const tickerSchema = z.object({ best_bid: digits.positive(), best_ask: digits.positive() });

const CHANNELS = { book: 'level2', trades: 'market_trades', status: 'status' } as const;
const MINUTES: Readonly<Record<string, number>> = {
  ONE_MINUTE: 1,
  FIVE_MINUTE: 5,
  FIFTEEN_MINUTE: 15,
  ONE_HOUR: 60,
  FOUR_HOUR: 240,
  ONE_DAY: 1440,
};

/** Coinbase Advanced Trade. https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview */
export const COINBASE_SPOT: StreamedProtocol = {
  feed: 'coinbase:spot',
  hosts: ['advanced-trade-ws.coinbase.com', 'api.coinbase.com', 'status.exchange.coinbase.com'],
  sockets: [{ url: 'wss://advanced-trade-ws.coinbase.com', kinds: ['book', 'trades', 'status'] }],
  booksPerSocket: 100,
  // "Connections per second per IP address": 8.
  connectGapMs: 350,
  restUrl: 'https://api.coinbase.com',
  liveness: {
    probeAfterMs: 1_000,
    probeText: null,
    keepAliveMs: 0,
    keepAliveText: '',
    // The heartbeats channel speaks every second.
    silenceMs: 10_000,
    maxAgeMs: 0,
  },
  // Eight messages a second for the address without a key.
  sendGapMs: 150,
  refusesWhole: true,
  // Ten public requests a second for the address.
  restBudgetPerMinute: 300,
  catalogue: { kind: 'ccxt', client: 'coinbase', types: ['spot'] },
  catalogueWeight: 1,
  feeCurrency: 'quote',
  // Without it channels with few updates are closed within 60 to 90 s.
  greetings: ['{"type":"subscribe","channel":"heartbeats"}'],
  decoder: (tracks, options) => new CoinbaseDecoder(tracks, options),
  snapshot: null,
  subscribe: (topics) => messages('subscribe', topics),
  unsubscribe: (topics) => messages('unsubscribe', topics).map(({ text }) => text),
  terms(market): VenueTerms {
    const info = infoSchema.parse(market.info);
    return {
      symbol: info.product_id,
      status: tradingStatus(info),
      priceBand: null,
      // https://www.coinbase.com/advanced-fees: the entry tier.
      makerFeeBps: '60',
      takerFeeBps: '120',
      aliasOf: info.alias === undefined || info.alias === '' ? null : info.alias,
      frameDecimals: null,
      funding: null,
    };
  },
  timePath: '/api/v3/brokerage/time',
  serverTime: (body) => serverTimeMs(timeSchema.parse(body).epochMillis),
  funding: null,
  // Deposits and withdrawals are not among the public calls.
  transfers: null,
  maintenance: COINBASE_MAINTENANCE,
  candles: {
    intervals: {
      1: 'ONE_MINUTE',
      5: 'FIVE_MINUTE',
      15: 'FIFTEEN_MINUTE',
      60: 'ONE_HOUR',
      240: 'FOUR_HOUR',
      1440: 'ONE_DAY',
    },
    path(symbol, interval, nowMs) {
      const end = Math.floor(nowMs / 1000);
      const start = end - CANDLES * 60 * (MINUTES[interval] ?? 1);
      return `${PRODUCTS}/${encodeURIComponent(symbol)}/candles?start=${start}&end=${end}&granularity=${interval}`;
    },
    read: (body) =>
      candlesSchema
        .parse(body)
        .candles.map(
          ({ start, open, high, low, close, volume }) => [start * 1000, open, high, low, close, volume] as const,
        )
        .reverse(),
  },
  ticker: {
    path: (symbol) => `${PRODUCTS}/${encodeURIComponent(symbol)}/ticker?limit=1`,
    read(body) {
      const { best_bid, best_ask } = tickerSchema.parse(body);
      return { bid: best_bid, ask: best_ask };
    },
  },
  instrumentOf(symbol) {
    const [, base, quote] = /^([A-Z0-9]{1,20})-([A-Z0-9]{2,10})$/.exec(symbol) ?? [];
    return base === undefined ? null : `${canonicalBase(base).base}-${quote}`;
  },
};

/** One channel a message; the venue echoes no id. */
function messages(type: 'subscribe' | 'unsubscribe', topics: readonly Topic[]): TopicRequest[] {
  return (['book', 'trades', 'status'] as const)
    .map((kind) => ({ kind, members: topics.filter((topic) => topic.kind === kind) }))
    .filter(({ members }) => members.length > 0)
    .map(({ kind, members }) => ({
      id: null,
      text: JSON.stringify({ type, product_ids: members.map(({ symbol }) => symbol), channel: CHANNELS[kind] }),
      topics: members,
    }));
}

function tradingStatus(info: z.infer<typeof infoSchema>): TradingStatus {
  if (info.status === 'delisted') return 'delisted';
  if (info.status === 'offline') return 'halted';
  if (info.status !== 'online') return 'unknown';
  if (info.is_disabled || info.trading_disabled || info.view_only) return 'halted';
  if (info.cancel_only) return 'cancel-only';
  if (info.auction_mode) return 'auction';
  if (info.post_only) return 'post-only';
  if (info.limit_only) return 'limit-only';
  return 'normal';
}

import { z } from 'zod';
import { rfc3339Ms } from '../../kit/numbers.ts';
import type { StreamedProtocol, Topic, TopicKind, VenueTerms } from '../../kit/protocol.ts';
import { serverTimeMs } from '../../kit/server-time.ts';
import { krakenMaintenance } from '../maintenance.ts';
import { FUTURES_CATALOGUE, perpetualNamed, statusOf } from './catalogue.ts';
import { KrakenFuturesDecoder } from './decoder.ts';
import { FUTURES_FUNDING } from './funding.ts';

/** The documentation names no limit of products in a request. */
const PRODUCTS_PER_MESSAGE = 50;
const CANDLES = 50;

const timeSchema = z.object({ serverTime: z.string() });
const tickerSchema = z.object({
  result: z.literal('success'),
  ticker: z.object({ bid: z.number().positive(), ask: z.number().positive() }),
});
const price = z.coerce.number().positive();
const candlesSchema = z.object({
  candles: z.array(
    z.object({
      time: z.number().int().positive(),
      open: price,
      high: price,
      low: price,
      close: price,
      volume: z.coerce.number().nonnegative(),
    }),
  ),
});

const FEEDS = { book: 'book', trades: 'trade', reference: 'ticker', status: null } as const;
const MINUTES: Readonly<Record<string, number>> = { '1m': 1, '5m': 5, '15m': 15, '1h': 60, '4h': 240, '1d': 1440 };

/** Kraken Futures, linear multi-collateral perpetuals. https://docs.kraken.com/exchange/api-reference/futures-websocket */
export const KRAKEN_PERP: StreamedProtocol = {
  feed: 'kraken:perp',
  hosts: ['futures.kraken.com', 'api.kraken.com'],
  sockets: [{ url: 'wss://futures.kraken.com/ws/v1', kinds: ['book', 'trades', 'reference'] }],
  booksPerSocket: 100,
  // 100 connections at once; how often one may connect is not said.
  connectGapMs: 500,
  restUrl: 'https://futures.kraken.com',
  liveness: {
    probeAfterMs: 1_000,
    probeText: null,
    // "Send a ping at least every 60 seconds": of the protocol's kind, one in JSON is a "Bad websocket message".
    keepAliveMs: 30_000,
    keepAliveText: null,
    silenceMs: 15_000,
    maxAgeMs: 0,
  },
  // 100 requests in a second.
  sendGapMs: 20,
  refusesWhole: true,
  // Public calls cost nothing; the venue's own limit is 500 in 10 s for the others.
  restBudgetPerMinute: 300,
  catalogue: FUTURES_CATALOGUE,
  catalogueWeight: 1,
  feeCurrency: 'quote',
  greetings: ['{"event":"subscribe","feed":"heartbeat"}'],
  decoder: (tracks, options) => new KrakenFuturesDecoder(tracks, options),
  snapshot: null,
  subscribe: (topics) =>
    requests('subscribe', topics).map(({ text, members }) => ({ id: null, text, topics: members })),
  unsubscribe: (topics) => requests('unsubscribe', topics).map(({ text }) => text),
  terms(market): VenueTerms {
    return {
      symbol: market.id,
      status: statusOf(market.info),
      priceBand: null,
      // https://support.kraken.com/articles/360048917612-fee-schedule, entry tier.
      makerFeeBps: '2',
      takerFeeBps: '5',
      aliasOf: null,
      frameDecimals: null,
      // Nothing of the catalogue tells how long its periods are.
      funding: { accrual: 'continuous', intervalMs: null },
    };
  },
  // There is no call for the time; every answer carries it, an error too.
  timePath: '/derivatives/api/v3/tickers/PF_XBTUSD',
  serverTime: (body) => serverTimeMs(rfc3339Ms(timeSchema.parse(body).serverTime)),
  funding: FUTURES_FUNDING,
  // What is moved is moved through spot.
  transfers: null,
  // Its own notifications need a key; the schedule of spot has both.
  maintenance: krakenMaintenance('perp'),
  // https://docs.kraken.com/api-reference/candles/candles
  candles: {
    intervals: { 1: '1m', 5: '5m', 15: '15m', 60: '1h', 240: '4h', 1440: '1d' },
    path(symbol, interval, nowMs) {
      const to = Math.floor(nowMs / 1000);
      const from = to - CANDLES * (MINUTES[interval] ?? 1) * 60;
      return `/api/charts/v1/trade/${encodeURIComponent(symbol)}/${interval}?from=${from}&to=${to}`;
    },
    read: (body) =>
      candlesSchema
        .parse(body)
        .candles.map(({ time, open, high, low, close, volume }) => [time, open, high, low, close, volume] as const),
  },
  ticker: {
    path: (symbol) => `/derivatives/api/v3/tickers/${encodeURIComponent(symbol)}`,
    read: (body) => tickerSchema.parse(body).ticker,
  },
  instrumentOf(symbol) {
    const named = perpetualNamed(symbol);
    return named === null ? null : `${named.base}-${named.quote}-PERP`;
  },
};

function requests(
  event: 'subscribe' | 'unsubscribe',
  topics: readonly Topic[],
): { readonly text: string; readonly members: readonly Topic[] }[] {
  const made = [];
  for (const kind of ['book', 'trades', 'reference'] as const satisfies readonly TopicKind[]) {
    const all = topics.filter((topic) => topic.kind === kind);
    for (let from = 0; from < all.length; from += PRODUCTS_PER_MESSAGE) {
      const members = all.slice(from, from + PRODUCTS_PER_MESSAGE);
      const product_ids = members.map(({ symbol }) => symbol);
      made.push({ text: JSON.stringify({ event, feed: FEEDS[kind], product_ids }), members });
    }
  }
  return made;
}

import { z } from 'zod';
import { canonicalBase } from '../kit/canonical-base.ts';
import { plainDigits } from '../kit/numbers.ts';
import type { FundingSource, StreamedProtocol, Topic } from '../kit/protocol.ts';
import { serverTimeMs } from '../kit/server-time.ts';
import { GATEWAY_CATALOGUE, gatewayTerms } from './catalogue.ts';
import { GatewayDecoder } from './decoder.ts';

const API = '/api/v2/public';
const HOUR_MS = 3_600_000;
const HISTORY_HOURS = 30 * 24;
const MINUTE_MS = 60_000;
const CANDLES = 50;
/** "You can break them into batches, e.g. 2 messages of 500 each." */
const CHANNELS_PER_MESSAGE = 150;
/** Requests that the feed sends of itself and whose answers say nothing; the others count from 1. */
const OWN_ID = 0;

const request = (id: number, method: string, params: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: `public/${method}`, params });

const timeSchema = z.object({ result: z.number() });
const historySchema = z.object({
  result: z.array(z.object({ timestamp: z.number().int().positive(), interest_1h: z.number() })),
});
const numbers = z.array(z.number());
const candlesSchema = z.object({
  result: z.object({
    status: z.literal('ok'),
    ticks: numbers,
    open: numbers,
    high: numbers,
    low: numbers,
    close: numbers,
    volume: numbers,
  }),
});
const tickerSchema = z.object({
  result: z.object({ best_bid_price: z.number().positive(), best_ask_price: z.number().positive() }),
});

/** Everything is collected for 100 ms; each change by itself (`raw`) is for who is signed in. */
const CHANNELS: Readonly<Record<Topic['kind'], (symbol: string) => string>> = {
  book: (symbol) => `book.${symbol}.100ms`,
  trades: (symbol) => `trades.${symbol}.100ms`,
  reference: (symbol) => `ticker.${symbol}.100ms`,
  status: (symbol) => `ticker.${symbol}.100ms`,
};

/** https://docs.cdp.coinbase.com/api-reference/market-data/public-get_funding_rate_history: what each hour cost. */
const FUNDING: FundingSource = {
  // Rates come with the ticker.
  polls: [],
  history: {
    weight: 1,
    path: (symbol, nowMs) =>
      `${API}/get_funding_rate_history?instrument_name=${encodeURIComponent(symbol)}` +
      `&start_timestamp=${Math.floor(nowMs) - HISTORY_HOURS * HOUR_MS}&end_timestamp=${Math.floor(nowMs)}`,
    read: (body) =>
      historySchema
        .parse(body)
        .result.map(({ timestamp, interest_1h: rate }) => ({
          settledAtMs: timestamp,
          rate: `${rate < 0 ? '-' : ''}${plainDigits(Math.abs(rate))}`,
          intervalMs: HOUR_MS,
        }))
        .sort((a, b) => a.settledAtMs - b.settledAtMs),
  },
};

/**
 * Coinbase's Global Derivatives: perpetuals settled in USDC, over the gateway that Deribit powers.
 * https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/guides/derivatives/technical
 */
export const COINBASE_PERP: StreamedProtocol = {
  feed: 'coinbase:perp',
  hosts: ['streams.drb.coinbase.com', 'drb.coinbase.com'],
  // The public host is for subscriptions only; questions go over HTTP to the other.
  sockets: [{ url: 'wss://streams.drb.coinbase.com/ws/api/v2', kinds: ['book', 'trades', 'reference'] }],
  booksPerSocket: 100,
  // 32 connections an address, those of HTTP included.
  connectGapMs: 500,
  restUrl: 'https://drb.coinbase.com',
  liveness: {
    probeAfterMs: 1_000,
    probeText: null,
    // Every `test_request` wants a `public/test` within ten seconds, and a client that says nothing for about thirty is
    // dropped, whatever it pings: one that comes by itself every five serves both.
    keepAliveMs: 5_000,
    keepAliveText: request(OWN_ID, 'test', {}),
    silenceMs: 12_000,
    maxAgeMs: 0,
  },
  // Ten subscriptions at once, 3.3 a second sustained: a connection needs two or three and then, at most, one a rebuild.
  sendGapMs: 100,
  refusesWhole: true,
  // 20 requests a second; catalogue calls are 1 a second.
  restBudgetPerMinute: 600,
  catalogue: GATEWAY_CATALOGUE,
  catalogueWeight: 20,
  feeCurrency: 'quote',
  greetings: [
    request(OWN_ID, 'set_heartbeat', { interval: 10 }),
    request(OWN_ID, 'subscribe', { channels: ['platform_state', 'instrument.state.future.USDC'] }),
  ],
  decoder: (tracks, options) => new GatewayDecoder(tracks, options),
  snapshot: null,
  subscribe(topics, nextId) {
    const requests = [];
    for (let from = 0; from < topics.length; from += CHANNELS_PER_MESSAGE) {
      const chunk = topics.slice(from, from + CHANNELS_PER_MESSAGE);
      const names = chunk.map(channelOf);
      const id = nextId();
      requests.push({
        id: String(id),
        text: request(id, 'subscribe', { channels: names }),
        topics: chunk,
        names,
      });
    }
    return requests;
  },
  unsubscribe: (topics, nextId) => [request(nextId(), 'unsubscribe', { channels: topics.map(channelOf) })],
  terms: gatewayTerms,
  timePath: `${API}/get_time`,
  serverTime: (body) => serverTimeMs(timeSchema.parse(body).result),
  funding: FUNDING,
  // Money comes and goes through the Coinbase account, not through the gateway.
  transfers: null,
  // Prose without times: https://docs.cdp.coinbase.com/api-reference/account-management/public-get_announcements. What is
  // so now comes over the stream (`platform_state`).
  maintenance: {
    kind: 'none',
    why: 'The gateway announces maintenance in prose only; its stream tells when it is so.',
  },
  candles: {
    // Four hours are not among its resolutions.
    intervals: { 1: '1', 5: '5', 15: '15', 60: '60', 1440: '1D' },
    path(symbol, interval, nowMs) {
      const end = Math.floor(nowMs);
      const start = end - CANDLES * MINUTE_MS * (interval === '1D' ? 1440 : Number(interval));
      const name = encodeURIComponent(symbol);
      const range = `start_timestamp=${start}&end_timestamp=${end}`;
      return `${API}/get_tradingview_chart_data?instrument_name=${name}&${range}&resolution=${interval}`;
    },
    read(body) {
      const { ticks, open, high, low, close, volume } = candlesSchema.parse(body).result;
      return ticks.map((tick, index) => {
        const row = [tick, open[index], high[index], low[index], close[index], volume[index]];
        return rowSchema.parse(row);
      });
    },
  },
  ticker: {
    path: (symbol) => `${API}/ticker?instrument_name=${encodeURIComponent(symbol)}`,
    read(body) {
      const { best_bid_price, best_ask_price } = tickerSchema.parse(body).result;
      return { bid: best_bid_price, ask: best_ask_price };
    },
  },
  instrumentOf(symbol) {
    const [, base, quote] = /^([A-Z0-9]{1,20})_(USDC|USDT|USD)-PERPETUAL$/.exec(symbol) ?? [];
    return base === undefined ? null : `${canonicalBase(base).base}-${quote}-PERP`;
  },
};

const rowSchema = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]);

const channelOf = ({ kind, symbol }: Topic): string => CHANNELS[kind](symbol);

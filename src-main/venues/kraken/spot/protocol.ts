import { z } from 'zod';
import type { TransferState } from '#shared/domain/funding';
import { decimal, wire } from '#shared/money/decimal';
import type { StreamedProtocol, Topic, TopicKind, VenueTerms } from '../../kit/protocol.ts';
import { serverTimeMs } from '../../kit/server-time.ts';
import { krakenMaintenance } from '../maintenance.ts';
import { currencyOf } from '../names.ts';
import { KRAKEN_DEPTH } from './checksum.ts';
import { KrakenSpotDecoder, tradingStatus } from './decoder.ts';

const tiersSchema = z.array(z.tuple([z.coerce.number(), z.coerce.string()])).min(1);
const infoSchema = z.object({
  status: z.string(),
  pair_decimals: z.coerce.number().int().min(0).max(20),
  lot_decimals: z.coerce.number().int().min(0).max(20),
  fees: tiersSchema,
  fees_maker: tiersSchema.optional(),
});
const timeSchema = z.object({ result: z.object({ unixtime: z.number() }) });
const assetsSchema = z.object({
  error: z.array(z.string()).length(0),
  result: z.record(z.string(), z.object({ altname: z.string(), status: z.string().optional() })),
});
const candleSchema = z.tuple([
  z.number(),
  z.coerce.number(),
  z.coerce.number(),
  z.coerce.number(),
  z.coerce.number(),
  z.string(),
  z.coerce.number(),
  z.number(),
]);
/** Keyed by whatever name the venue has for the pair, beside `last`, the next page. */
const candlesSchema = z.object({
  error: z.array(z.string()).length(0),
  result: z.record(z.string(), z.union([z.array(candleSchema), z.number(), z.string()])),
});
const sideSchema = z.tuple([z.coerce.number().positive()]).rest(z.string());
const tickerSchema = z.object({
  error: z.array(z.string()).length(0),
  result: z.record(z.string(), z.object({ a: sideSchema, b: sideSchema })),
});

/** Kraken spot WebSocket v2. https://docs.kraken.com/exchange/guides/websockets/introduction */
export const KRAKEN_SPOT: StreamedProtocol = {
  feed: 'kraken:spot',
  hosts: ['ws.kraken.com', 'api.kraken.com'],
  sockets: [{ url: 'wss://ws.kraken.com/v2', kinds: ['book', 'trades', 'status'] }],
  booksPerSocket: 100,
  // 150 connections in rolling 10 minutes for the address.
  connectGapMs: 500,
  restUrl: 'https://api.kraken.com',
  liveness: {
    probeAfterMs: 1_000,
    probeText: '{"method":"ping"}',
    keepAliveMs: 0,
    keepAliveText: '',
    silenceMs: 10_000,
    maxAgeMs: 0,
  },
  sendGapMs: 50,
  refusesWhole: false,
  // About one public call a second for the address.
  restBudgetPerMinute: 60,
  catalogue: { kind: 'ccxt', client: 'kraken', types: ['spot'] },
  catalogueWeight: 1,
  feeCurrency: 'quote',
  greetings: [],
  decoder: (tracks, options) => new KrakenSpotDecoder(tracks, options),
  snapshot: null,
  subscribe(topics, nextId) {
    return byChannel(topics).map(({ kind, members }) => {
      const id = nextId();
      const wanted = { ...params(kind, members), snapshot: kind !== 'trades' };
      const text = JSON.stringify({ method: 'subscribe', params: wanted, req_id: id });
      return { id: String(id), text, topics: members };
    });
  },
  unsubscribe: (topics, nextId) =>
    byChannel(topics)
      // The instrument channel is one for all pairs: others on the socket still need it.
      .filter(({ kind }) => kind !== 'status')
      .map(({ kind, members }) =>
        JSON.stringify({ method: 'unsubscribe', params: params(kind, members), req_id: nextId() }),
      ),
  terms(market): VenueTerms {
    const info = infoSchema.parse(market.info);
    const [taker] = info.fees;
    const [maker] = info.fees_maker ?? info.fees;
    return {
      // Version 2 of the stream names assets as everyone does (BTC, not XBT); the REST record still has old names.
      symbol: `${market.base}/${market.quote}`,
      status: tradingStatus(info.status),
      priceBand: null,
      // The record carries the published schedule (https://www.kraken.com/features/fee-schedule), entry tier first.
      makerFeeBps: percentToBps(maker?.[1]),
      takerFeeBps: percentToBps(taker?.[1]),
      aliasOf: null,
      frameDecimals: { price: info.pair_decimals, size: info.lot_decimals },
      funding: null,
    };
  },
  timePath: '/0/public/Time',
  serverTime: (body) => serverTimeMs(timeSchema.parse(body).result.unixtime * 1000),
  funding: null,
  // https://docs.kraken.com/api-reference/market-data/get-asset-info
  transfers: {
    path: '/0/public/Assets',
    weight: 1,
    everyMs: 60_000,
    *read(body) {
      for (const { altname, status } of Object.values(assetsSchema.parse(body).result)) {
        // `XBT.M` and the like are balances that earn: they are not moved as such.
        if (altname.includes('.')) continue;
        yield { currency: currencyOf(altname), ...transferStates(status) };
      }
    },
  },
  maintenance: krakenMaintenance('spot'),
  // https://docs.kraken.com/api-reference/market-data/get-ohlc-data
  candles: {
    intervals: { 1: '1', 5: '5', 15: '15', 60: '60', 240: '240', 1440: '1440' },
    path: (symbol, interval) => `/0/public/OHLC?pair=${encodeURIComponent(symbol)}&interval=${interval}`,
    read(body) {
      const rows = Object.values(candlesSchema.parse(body).result).find((one) => Array.isArray(one));
      if (rows === undefined || !Array.isArray(rows)) throw new TypeError('no candles');
      return rows.map(([at, open, high, low, close, , volume]) => [at * 1000, open, high, low, close, volume] as const);
    },
  },
  // https://docs.kraken.com/api-reference/market-data/get-ticker-information
  ticker: {
    path: (symbol) => `/0/public/Ticker?pair=${encodeURIComponent(symbol)}`,
    read(body) {
      const [row] = Object.values(tickerSchema.parse(body).result);
      if (row === undefined) throw new TypeError('no ticker');
      return { bid: row.b[0], ask: row.a[0] };
    },
  },
  instrumentOf(symbol) {
    const named = /^([A-Z0-9]+)\/([A-Z0-9]+)$/.exec(symbol);
    return named === null ? null : `${named[1]}-${named[2]}`;
  },
};

const CHANNELS = { book: 'book', trades: 'trade', reference: null, status: 'instrument' } as const;

function byChannel(topics: readonly Topic[]): { kind: TopicKind; members: Topic[] }[] {
  return (['book', 'trades', 'status'] as const)
    .map((kind) => ({ kind, members: topics.filter((topic) => topic.kind === kind) }))
    .filter(({ members }) => members.length > 0);
}

function params(kind: TopicKind, members: readonly Topic[]): object {
  const channel = CHANNELS[kind];
  if (kind === 'status') return { channel };
  const symbol = members.map((member) => member.symbol);
  return kind === 'book' ? { channel, symbol, depth: KRAKEN_DEPTH } : { channel, symbol };
}

function percentToBps(percent: string | undefined): string {
  if (percent === undefined) throw new TypeError('no fee schedule');
  return wire(decimal(percent).times('100'));
}

function transferStates(status: string | undefined): { deposits: TransferState; withdrawals: TransferState } {
  switch (status) {
    case 'enabled':
      return { deposits: 'open', withdrawals: 'open' };
    case 'deposit_only':
      return { deposits: 'open', withdrawals: 'closed' };
    case 'withdrawal_only':
      return { deposits: 'closed', withdrawals: 'open' };
    case 'funding_temporarily_disabled':
    case 'disabled':
      return { deposits: 'closed', withdrawals: 'closed' };
    default:
      return { deposits: 'unknown', withdrawals: 'unknown' };
  }
}

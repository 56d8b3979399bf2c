import { z } from 'zod';
import { decimal, ONE, wire } from '#shared/money/decimal';
import { canonicalBase } from '../kit/canonical-base.ts';
import type { BridgedProtocol, CandleSource, TickerSource, Topic, TopicRequest, VenueTerms } from '../kit/protocol.ts';
import { serverTimeMs } from '../kit/server-time.ts';
import { BinanceDecoder } from './decoder.ts';
import { PERP_FUNDING } from './funding.ts';
import { SNAPSHOT_LEVELS } from './known-depth.ts';
import { contractStatus, symbolStatus } from './statuses.ts';
import { BINANCE_SYSTEM_STATUS } from './system-status.ts';

/** Streams asked for in one message; keeps it well under the venue's frame limits. */
const STREAMS_PER_MESSAGE = 50;
/** Up to this many books on a socket start with deep snapshots at once; more start shallow and are deepened in time. */
const FEW_BOOKS = 20;
/** One stream tells of every contract. */
const CONTRACTS = '!contractInfo';

const spotInfoSchema = z.object({
  symbol: z.string(),
  status: z.string(),
  isSpotTradingAllowed: z.boolean().optional(),
  filters: z.array(z.looseObject({ filterType: z.string() })),
});
const perpInfoSchema = z.object({
  symbol: z.string(),
  status: z.string(),
  filters: z.array(z.looseObject({ filterType: z.string() })),
});
const bySideSchema = z.object({ bidMultiplierUp: z.string(), askMultiplierDown: z.string() });
const bothSidesSchema = z.object({ multiplierUp: z.string(), multiplierDown: z.string() });
const timeSchema = z.object({ serverTime: z.number() });
const price = z.string().transform(Number).pipe(z.number().positive());
const volume = z.string().transform(Number).pipe(z.number().nonnegative());
const candleRowsSchema = z.array(z.tuple([z.number(), price, price, price, price, volume]).rest(z.unknown()));
const tickerSchema = z.object({ bidPrice: price, askPrice: price });

const LIVENESS = {
  probeAfterMs: 1_000,
  probeText: null,
  keepAliveMs: 0,
  keepAliveText: '',
  silenceMs: 15_000,
  // "A single connection is only valid for 24 hours."
  maxAgeMs: 23.75 * 3_600_000,
} as const;

/** Binance spot. https://developers.binance.com/docs/binance-spot-api-docs */
export const BINANCE_SPOT: BridgedProtocol = {
  feed: 'binance:spot',
  hosts: ['stream.binance.com', 'api.binance.com'],
  sockets: [{ url: 'wss://stream.binance.com:9443/ws', kinds: ['book', 'trades'] }],
  // "A single connection can listen to a maximum of 1024 streams."
  booksPerSocket: 100,
  // "300 connections per attempt every 5 minutes per IP."
  connectGapMs: 350,
  restUrl: 'https://api.binance.com',
  liveness: LIVENESS,
  // At most 5 incoming messages a second, pings included.
  sendGapMs: 300,
  refusesWhole: true,
  // 6000 a minute for the address; the rest is left to orders and other programs.
  restBudgetPerMinute: 3_000,
  catalogue: { kind: 'ccxt', client: 'binance', types: ['spot'] },
  catalogueWeight: 20,
  feeCurrency: 'received',
  greetings: [],
  decoder: (tracks, options) => new BinanceDecoder(tracks, 'spot', options),
  // https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#order-book
  snapshot: snapshots('/api/v3/depth', { few: 5, many: 50 }),
  subscribe: (topics, nextId) => requests(topics, nextId, spotStream),
  unsubscribe: (topics, nextId) => [
    JSON.stringify({ method: 'UNSUBSCRIBE', params: topics.map(spotStream), id: nextId() }),
  ],
  terms(market): VenueTerms {
    const info = spotInfoSchema.parse(market.info);
    return {
      symbol: info.symbol,
      status: info.isSpotTradingAllowed === false ? 'halted' : symbolStatus(info.status),
      priceBand: priceBand(info.filters),
      // https://www.binance.com/en/fee/schedule: regular user, without the discount for paying in BNB.
      makerFeeBps: '10',
      takerFeeBps: '10',
      aliasOf: null,
      frameDecimals: null,
      funding: null,
    };
  },
  timePath: '/api/v3/time',
  serverTime: (body) => serverTimeMs(timeSchema.parse(body).serverTime),
  funding: null,
  // Wallet states need a key.
  transfers: null,
  venueStatus: BINANCE_SYSTEM_STATUS,
  maintenance: {
    kind: 'none',
    why: 'Binance announces no maintenance that a program could read; only what is so now can be asked.',
  },
  candles: candles('/api/v3/klines'),
  ticker: ticker('/api/v3/ticker/bookTicker'),
  instrumentOf: (symbol) => instrumentOf(symbol),
};

/** The system status is that of spot and wallet; contracts have a stream of their statuses. */
const { venueStatus: _, ...COMMON } = BINANCE_SPOT;

/** Binance USDⓈ-M perpetuals. https://developers.binance.com/docs/derivatives/usds-margined-futures */
export const BINANCE_PERP: BridgedProtocol = {
  ...COMMON,
  feed: 'binance:perp',
  hosts: ['fstream.binance.com', 'fapi.binance.com'],
  // Books come under /public, everything else under /market; the paths before that split went silent in April 2026.
  sockets: [
    { url: 'wss://fstream.binance.com/public/ws', kinds: ['book'] },
    { url: 'wss://fstream.binance.com/market/ws', kinds: ['trades', 'reference', 'status'] },
  ],
  // Two streams a book under /market, of at most 200 a connection: the documentation says 1024 in one place, 200 in another.
  booksPerSocket: 95,
  restUrl: 'https://fapi.binance.com',
  // At most 10 incoming messages a second, pings included.
  sendGapMs: 150,
  // 2400 a minute for the address.
  restBudgetPerMinute: 1_600,
  catalogue: { kind: 'ccxt', client: 'binanceusdm', types: ['linear'] },
  catalogueWeight: 1,
  feeCurrency: 'quote',
  decoder: (tracks, options) => new BinanceDecoder(tracks, 'perp', options),
  // https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Order-Book
  snapshot: snapshots('/fapi/v1/depth', { few: 5, many: 20 }),
  subscribe: (topics, nextId) => requests(topics, nextId, perpStream),
  unsubscribe(topics, nextId) {
    // The one stream of contract statuses is for those that stay too.
    const params = topics.filter(({ kind }) => kind !== 'status').map(perpStream);
    return params.length === 0 ? [] : [JSON.stringify({ method: 'UNSUBSCRIBE', params, id: nextId() })];
  },
  terms(market): VenueTerms {
    const info = perpInfoSchema.parse(market.info);
    return {
      symbol: info.symbol,
      status: contractStatus(info.status),
      priceBand: priceBand(info.filters),
      // https://www.binance.com/en/fee/futureFee: regular user. Contracts in USDC are cheaper while promotions last.
      makerFeeBps: '2',
      takerFeeBps: '5',
      aliasOf: null,
      frameDecimals: null,
      funding: { accrual: 'snapshot', intervalMs: null },
    };
  },
  timePath: '/fapi/v1/time',
  funding: PERP_FUNDING,
  candles: candles('/fapi/v1/klines'),
  ticker: ticker('/fapi/v1/ticker/bookTicker'),
  instrumentOf(symbol) {
    const instrument = instrumentOf(symbol);
    return instrument === null ? null : `${instrument}-PERP`;
  },
};

const spotStream = ({ kind, symbol }: Topic): string =>
  `${symbol.toLowerCase()}@${kind === 'book' ? 'depth@100ms' : 'trade'}`;

function perpStream({ kind, symbol }: Topic): string {
  switch (kind) {
    case 'book':
      return `${symbol.toLowerCase()}@depth@100ms`;
    case 'trades':
      return `${symbol.toLowerCase()}@aggTrade`;
    case 'reference':
      return `${symbol.toLowerCase()}@markPrice@1s`;
    default:
      return CONTRACTS;
  }
}

function requests(
  topics: readonly Topic[],
  nextId: () => number,
  stream: (topic: Topic) => string,
): readonly TopicRequest[] {
  const made: TopicRequest[] = [];
  for (let from = 0; from < topics.length; from += STREAMS_PER_MESSAGE) {
    const chunk = topics.slice(from, from + STREAMS_PER_MESSAGE);
    const id = nextId();
    const params = [...new Set(chunk.map(stream))];
    made.push({ id: String(id), text: JSON.stringify({ method: 'SUBSCRIBE', params, id }), topics: chunk });
  }
  return made;
}

/** `weights` of the two depths of {@link SNAPSHOT_LEVELS}. */
function snapshots(
  path: string,
  weights: Readonly<Record<keyof typeof SNAPSHOT_LEVELS, number>>,
): BridgedProtocol['snapshot'] {
  return {
    request({ symbol, phase }, books) {
      // A live book asks because it is known too little of.
      const depth = phase === 'live' || books <= FEW_BOOKS ? 'many' : 'few';
      const limit = SNAPSHOT_LEVELS[depth];
      return { path: `${path}?symbol=${encodeURIComponent(symbol)}&limit=${limit}`, weight: weights[depth] };
    },
  };
}

function candles(path: string): CandleSource {
  return {
    intervals: { 1: '1m', 5: '5m', 15: '15m', 60: '1h', 240: '4h', 1440: '1d' },
    path: (symbol, interval) => `${path}?symbol=${encodeURIComponent(symbol)}&interval=${interval}&limit=50`,
    read: (body) =>
      candleRowsSchema
        .parse(body)
        .map(([at, open, high, low, close, base]) => [at, open, high, low, close, base] as const),
  };
}

function ticker(path: string): TickerSource {
  return {
    path: (symbol) => `${path}?symbol=${encodeURIComponent(symbol)}`,
    read(body) {
      const { bidPrice, askPrice } = tickerSchema.parse(body);
      return { bid: bidPrice, ask: askPrice };
    },
  };
}

/** `BTCUSDT`, `1000PEPEUSDT`; contracts with a date (`BTCUSDT_260327`) have no such name. */
function instrumentOf(symbol: string): string | null {
  const named = /^([A-Z0-9]{1,20}?)(USDT|USDC|FDUSD|USD|EUR|TRY|BRL|JPY|BTC|ETH|BNB)$/.exec(symbol);
  return named === null ? null : `${canonicalBase(named[1] ?? '').base}-${named[2]}`;
}

/** How far a crossing price may lie from the average (spot) or mark price: a buy above, a sell below. */
function priceBand(filters: readonly { readonly filterType: string }[]): VenueTerms['priceBand'] {
  const filter = filters.find(({ filterType }) => filterType.startsWith('PERCENT_PRICE'));
  if (filter === undefined) return null;
  const bySide = bySideSchema.safeParse(filter);
  const both = bothSidesSchema.safeParse(filter);
  const up = bySide.success ? bySide.data.bidMultiplierUp : both.data?.multiplierUp;
  const down = bySide.success ? bySide.data.askMultiplierDown : both.data?.multiplierDown;
  if (up === undefined || down === undefined) throw new TypeError(`${filter.filterType} without multipliers`);
  return { above: wire(decimal(up).minus(ONE)), below: wire(ONE.minus(decimal(down))) };
}

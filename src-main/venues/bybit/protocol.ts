import { z } from 'zod';
import { FUNDING_INTERVAL_MS, REFERENCE_VALUES } from '#engine/ports';
import type { TradingStatus } from '#shared/domain/listing';
import type { FundingSource, SocketPlan, StreamedProtocol, Topic, VenueTerms } from '../kit/protocol.ts';
import { serverTimeMs } from '../kit/server-time.ts';
import { BybitDecoder, readTicker } from './decoder.ts';
import { bybitMaintenance } from './maintenance.ts';
import { tickerDataSchema } from './messages.ts';

/** "Spot can input up to 10 args for each subscription request"; linear takes 2000 but gains nothing by it. */
const ARGS_PER_MESSAGE = 10;
const MINUTE_MS = 60_000;

const infoSchema = z.object({
  symbol: z.string(),
  status: z.string(),
  riskParameters: z.object({ priceLimitRatioX: z.string() }).optional().catch(undefined),
  /** Perpetuals: minutes. */
  fundingInterval: z.coerce.number().int().positive().optional(),
});
const timeSchema = z.object({ retCode: z.literal(0), result: z.object({ timeNano: z.string().regex(/^\d{16,20}$/) }) });
const listSchema = <Row extends z.ZodType>(row: Row) =>
  z.object({ retCode: z.literal(0), result: z.object({ list: z.array(row) }) });
const termsSchema = listSchema(
  z.object({ symbol: z.string(), fundingInterval: z.coerce.number().int().positive().optional() }),
);
const marksSchema = listSchema(tickerDataSchema);
const settlementSchema = listSchema(
  z.object({ fundingRate: z.string(), fundingRateTimestamp: z.coerce.number().int().positive() }),
);
const klineSchema = listSchema(z.array(z.coerce.number()).min(6));
const tickerSchema = listSchema(z.object({ bid1Price: z.coerce.number(), ask1Price: z.coerce.number() }));

const NAMES = { book: 'orderbook.50', trades: 'publicTrade', reference: 'tickers', status: '' } as const;

/** https://bybit-exchange.github.io/docs/v5/market/instrument, …/tickers and …/history-fund-rate */
const LINEAR_FUNDING: FundingSource = {
  polls: [
    {
      endpoint: 'funding-terms',
      path: '/v5/market/instruments-info?category=linear&limit=1000',
      weight: 1,
      everyMs: 5 * MINUTE_MS,
      *read(body) {
        for (const { symbol, fundingInterval } of termsSchema.parse(body).result.list) {
          if (fundingInterval === undefined) continue;
          const values = new Float64Array(REFERENCE_VALUES).fill(Number.NaN);
          values[FUNDING_INTERVAL_MS] = fundingInterval * MINUTE_MS;
          yield { symbol, values };
        }
      },
    },
    {
      // The stream tells changes alone: one that was lost would be missed until the next, hours later at times.
      endpoint: 'funding-marks',
      path: '/v5/market/tickers?category=linear',
      weight: 1,
      everyMs: MINUTE_MS,
      *read(body) {
        for (const row of marksSchema.parse(body).result.list) {
          const values = new Float64Array(REFERENCE_VALUES).fill(Number.NaN);
          if (readTicker(row, values)) yield { symbol: row.symbol, values };
        }
      },
    },
  ],
  history: {
    weight: 1,
    path: (symbol) => `/v5/market/funding/history?category=linear&symbol=${encodeURIComponent(symbol)}&limit=200`,
    read: (body) =>
      settlementSchema
        .parse(body)
        .result.list.map(({ fundingRate, fundingRateTimestamp }) => ({
          settledAtMs: fundingRateTimestamp,
          rate: fundingRate,
          intervalMs: null,
        }))
        .sort((a, b) => a.settledAtMs - b.settledAtMs),
  },
};

/** Bybit v5 spot. https://bybit-exchange.github.io/docs/v5/ws/connect */
export const BYBIT_SPOT = bybit('spot', {
  sockets: [{ url: 'wss://stream.bybit.com/v5/public/spot', kinds: ['book', 'trades'] }],
  // https://www.bybit.com/en/help-center/article/Trading-Fee-Structure: VIP 0.
  fees: { maker: '10', taker: '10' },
  funding: null,
});

/** Bybit v5 USDT and USDC perpetuals. */
export const BYBIT_LINEAR = bybit('linear', {
  sockets: [{ url: 'wss://stream.bybit.com/v5/public/linear', kinds: ['book', 'trades', 'reference'] }],
  fees: { maker: '2', taker: '5.5' },
  funding: LINEAR_FUNDING,
});

function bybit(
  category: 'spot' | 'linear',
  own: {
    readonly sockets: readonly [SocketPlan];
    readonly fees: { readonly maker: string; readonly taker: string };
    readonly funding: FundingSource | null;
  },
): StreamedProtocol {
  const perp = category === 'linear';
  return {
    feed: perp ? 'bybit:perp' : 'bybit:spot',
    hosts: ['stream.bybit.com', 'api.bybit.com'],
    sockets: own.sockets,
    // "Public channel - Args limits: … a total of 21,000 characters" a connection.
    booksPerSocket: 200,
    // "Do not build over 500 connections in 5 minutes."
    connectGapMs: 700,
    restUrl: 'https://api.bybit.com',
    liveness: {
      probeAfterMs: 1_000,
      probeText: null,
      // "Send the ping heartbeat packet every 20 seconds."
      keepAliveMs: 20_000,
      keepAliveText: '{"op":"ping"}',
      silenceMs: 15_000,
      maxAgeMs: 0,
    },
    sendGapMs: 100,
    refusesWhole: true,
    // 600 requests in 5 s for the address.
    restBudgetPerMinute: 1_200,
    catalogue: { kind: 'ccxt', client: 'bybit', types: [category] },
    catalogueWeight: 1,
    // Spot fees are taken in what a trade delivers, those of contracts in the settle currency.
    feeCurrency: perp ? 'quote' : 'received',
    greetings: [],
    decoder: (tracks, options) => new BybitDecoder(tracks, options),
    snapshot: null,
    subscribe(topics, nextId) {
      const requests = [];
      for (let from = 0; from < topics.length; from += ARGS_PER_MESSAGE) {
        const chunk = topics.slice(from, from + ARGS_PER_MESSAGE);
        const id = String(nextId());
        const text = JSON.stringify({ req_id: id, op: 'subscribe', args: chunk.map(topicName) });
        requests.push({ id, text, topics: chunk });
      }
      return requests;
    },
    unsubscribe: (topics, nextId) => [
      JSON.stringify({ req_id: String(nextId()), op: 'unsubscribe', args: topics.map(topicName) }),
    ],
    terms(market): VenueTerms {
      const info = infoSchema.parse(market.info);
      const ratio = info.riskParameters?.priceLimitRatioX;
      const intervalMs = info.fundingInterval === undefined ? null : info.fundingInterval * MINUTE_MS;
      return {
        symbol: info.symbol,
        status: tradingStatus(info.status),
        priceBand: ratio === undefined ? null : { below: ratio, above: ratio },
        makerFeeBps: own.fees.maker,
        takerFeeBps: own.fees.taker,
        aliasOf: null,
        frameDecimals: null,
        funding: perp ? { accrual: 'snapshot', intervalMs } : null,
      };
    },
    timePath: '/v5/market/time',
    serverTime: (body) => serverTimeMs(Number(timeSchema.parse(body).result.timeNano) / 1_000_000),
    funding: own.funding,
    // Coin information needs a key.
    transfers: null,
    maintenance: bybitMaintenance(perp ? 'perp' : 'spot'),
    candles: {
      intervals: { 1: '1', 5: '5', 15: '15', 60: '60', 240: '240', 1440: 'D' },
      path: (symbol, interval) =>
        `/v5/market/kline?category=${category}&symbol=${encodeURIComponent(symbol)}&interval=${interval}&limit=50`,
      read: (body) =>
        klineSchema
          .parse(body)
          .result.list.map(([at, open, high, low, close, volume]) => [at, open, high, low, close, volume] as const)
          .map((row) => row as readonly [number, number, number, number, number, number])
          .reverse(),
    },
    ticker: {
      path: (symbol) => `/v5/market/tickers?category=${category}&symbol=${encodeURIComponent(symbol)}`,
      read(body) {
        const [row] = tickerSchema.parse(body).result.list;
        if (row === undefined) throw new TypeError('no ticker');
        return { bid: row.bid1Price, ask: row.ask1Price };
      },
    },
    instrumentOf: (symbol) => instrumentOf(symbol, perp),
  };
}

const topicName = ({ kind, symbol }: Topic): string => `${NAMES[kind]}.${symbol}`;

/** `BTCUSDT`, `BTCPERP` (settled in USDC), `BTCUSDC`. */
function instrumentOf(symbol: string, perp: boolean): string | null {
  const named = /^([A-Z0-9]+?)(USDT|USDC|USD|PERP)$/.exec(symbol);
  if (named === null) return null;
  const quote = named[2] === 'PERP' ? 'USDC' : named[2];
  return `${named[1]}-${quote}${perp ? '-PERP' : ''}`;
}

/** https://bybit-exchange.github.io/docs/v5/enum#status */
function tradingStatus(status: string): TradingStatus {
  switch (status) {
    case 'Trading':
      return 'normal';
    case 'PreLaunch':
      return 'halted';
    case 'Delivering':
    case 'Closed':
      return 'delisted';
    default:
      return 'unknown';
  }
}

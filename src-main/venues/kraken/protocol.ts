import { z } from 'zod';
import type { TradingStatus } from '#shared/domain/listing';
import { decimal, wire } from '#shared/money/decimal';
import type { StreamedProtocol, Topic, VenueTerms } from '../kit/protocol.ts';
import { serverTimeMs } from '../kit/server-time.ts';
import { KRAKEN_DEPTH, KrakenDecoder } from './decoder.ts';

const tiersSchema = z.array(z.tuple([z.coerce.number(), z.coerce.string()])).min(1);
const infoSchema = z.object({
  status: z.string(),
  pair_decimals: z.coerce.number().int().min(0).max(20),
  lot_decimals: z.coerce.number().int().min(0).max(20),
  fees: tiersSchema,
  fees_maker: tiersSchema.optional(),
});
const timeSchema = z.object({ result: z.object({ unixtime: z.number() }) });

/** Kraken spot WebSocket v2. https://docs.kraken.com/exchange/guides/websockets/introduction */
export const KRAKEN_SPOT: StreamedProtocol = {
  feed: 'kraken:spot',
  hosts: ['ws.kraken.com', 'api.kraken.com'],
  sockets: [{ url: 'wss://ws.kraken.com/v2', kinds: ['book', 'trades'] }],
  booksPerSocket: 100,
  connectGapMs: 350,
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
  decoder: (tracks) => new KrakenDecoder(tracks),
  snapshot: null,
  subscribe(topics, nextId) {
    return byChannel(topics).map(({ kind, members }) => {
      const id = nextId();
      const wanted = { ...params(kind, members), snapshot: kind === 'book' };
      const text = JSON.stringify({ method: 'subscribe', params: wanted, req_id: id });
      return { id: String(id), text, topics: members };
    });
  },
  unsubscribe: (topics, nextId) =>
    byChannel(topics).map(({ kind, members }) =>
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
  transfers: null,
  candles: { intervals: {}, path: () => '', read: () => [] },
  ticker: {
    path: () => '',
    read: () => {
      throw new TypeError('no ticker');
    },
  },
  instrumentOf: () => null,
};

function byChannel(topics: readonly Topic[]): { kind: Topic['kind']; members: Topic[] }[] {
  return (['book', 'trades'] as const)
    .map((kind) => ({ kind, members: topics.filter((topic) => topic.kind === kind) }))
    .filter(({ members }) => members.length > 0);
}

function params(kind: Topic['kind'], members: readonly Topic[]): object {
  const symbol = members.map((member) => member.symbol);
  return kind === 'book' ? { channel: 'book', symbol, depth: KRAKEN_DEPTH } : { channel: 'trade', symbol };
}

function percentToBps(percent: string | undefined): string {
  if (percent === undefined) throw new TypeError('no fee schedule');
  return wire(decimal(percent).times('100'));
}

/** https://docs.kraken.com/exchange/api-reference/market-data/get-tradable-asset-pairs */
function tradingStatus(status: string): TradingStatus {
  switch (status) {
    case 'online':
      return 'normal';
    case 'cancel_only':
      return 'cancel-only';
    case 'post_only':
      return 'post-only';
    case 'limit_only':
      return 'limit-only';
    case 'delisted':
      return 'delisted';
    case 'maintenance':
    case 'work_in_progress':
      return 'maintenance';
    default:
      return 'unknown';
  }
}

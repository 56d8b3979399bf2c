import { z } from 'zod';
import type { TradingStatus } from '#shared/domain/listing';
import type { StreamedProtocol, Topic, VenueTerms } from '../kit/protocol.ts';
import { serverTimeMs } from '../kit/server-time.ts';
import { OkxDecoder } from './decoder.ts';

const ARGS_PER_MESSAGE = 50;

const infoSchema = z.object({ instId: z.string(), state: z.string() });
const timeSchema = z.object({ code: z.literal('0'), data: z.tuple([z.object({ ts: z.string() })]) });

/** OKX v5 spot. https://www.okx.com/docs-v5/en/#overview-websocket */
export const OKX_SPOT: StreamedProtocol = {
  feed: 'okx:spot',
  hosts: ['ws.okx.com', 'www.okx.com'],
  sockets: [{ url: 'wss://ws.okx.com:8443/ws/v5/public', kinds: ['book', 'trades'] }],
  booksPerSocket: 100,
  connectGapMs: 350,
  restUrl: 'https://www.okx.com',
  liveness: {
    probeAfterMs: 1_000,
    probeText: 'ping',
    keepAliveMs: 0,
    keepAliveText: '',
    silenceMs: 15_000,
    maxAgeMs: 0,
  },
  sendGapMs: 100,
  refusesWhole: false,
  // 20 requests in 2 s for each public endpoint.
  restBudgetPerMinute: 300,
  catalogue: { kind: 'ccxt', client: 'okx', types: ['spot'] },
  catalogueWeight: 1,
  feeCurrency: 'received',
  greetings: [],
  decoder: (tracks) => new OkxDecoder(tracks),
  snapshot: null,
  subscribe(topics, nextId) {
    const requests = [];
    for (let from = 0; from < topics.length; from += ARGS_PER_MESSAGE) {
      const chunk = topics.slice(from, from + ARGS_PER_MESSAGE);
      const id = String(nextId());
      requests.push({ id, text: JSON.stringify({ id, op: 'subscribe', args: chunk.map(channel) }), topics: chunk });
    }
    return requests;
  },
  unsubscribe: (topics, nextId) => [
    JSON.stringify({ id: String(nextId()), op: 'unsubscribe', args: topics.map(channel) }),
  ],
  terms(market): VenueTerms {
    const info = infoSchema.parse(market.info);
    return {
      symbol: info.instId,
      status: tradingStatus(info.state),
      priceBand: null,
      // https://www.okx.com/fees: regular user, level 1, spot.
      makerFeeBps: '8',
      takerFeeBps: '10',
      aliasOf: null,
      frameDecimals: null,
      funding: null,
    };
  },
  timePath: '/api/v5/public/time',
  serverTime: (body) => serverTimeMs(timeSchema.parse(body).data[0].ts),
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

const channel = ({ kind, symbol }: Topic) => ({ channel: kind === 'book' ? 'books' : 'trades', instId: symbol });

/** https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments */
function tradingStatus(state: string): TradingStatus {
  switch (state) {
    case 'live':
      return 'normal';
    case 'post_only':
      return 'post-only';
    case 'suspend':
    case 'preopen':
    case 'settling':
      return 'halted';
    case 'rebase':
      return 'maintenance';
    default:
      return 'unknown';
  }
}

import { z } from 'zod';
import type { TradingStatus } from '#shared/domain/listing';
import type { StreamedProtocol, Topic, TopicRequest, VenueTerms } from '../kit/protocol.ts';
import { serverTimeMs } from '../kit/server-time.ts';
import { CoinbaseDecoder } from './decoder.ts';

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

/** Coinbase Advanced Trade. https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview */
export const COINBASE_SPOT: StreamedProtocol = {
  feed: 'coinbase:spot',
  hosts: ['advanced-trade-ws.coinbase.com', 'api.coinbase.com'],
  sockets: [{ url: 'wss://advanced-trade-ws.coinbase.com', kinds: ['book', 'trades'] }],
  booksPerSocket: 100,
  connectGapMs: 350,
  restUrl: 'https://api.coinbase.com',
  liveness: {
    probeAfterMs: 1_500,
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
  decoder: (tracks) => new CoinbaseDecoder(tracks),
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

/** One channel a message; the venue echoes no id. */
function messages(type: 'subscribe' | 'unsubscribe', topics: readonly Topic[]): TopicRequest[] {
  return (['book', 'trades'] as const)
    .map((kind) => ({ kind, members: topics.filter((topic) => topic.kind === kind) }))
    .filter(({ members }) => members.length > 0)
    .map(({ kind, members }) => ({
      id: null,
      text: JSON.stringify({
        type,
        product_ids: members.map(({ symbol }) => symbol),
        channel: kind === 'book' ? 'level2' : 'market_trades',
      }),
      topics: members,
    }));
}

function tradingStatus(info: z.infer<typeof infoSchema>): TradingStatus {
  if (info.status === 'delisted') return 'delisted';
  if (info.status !== 'online') return 'unknown';
  if (info.is_disabled || info.trading_disabled || info.view_only) return 'halted';
  if (info.cancel_only) return 'cancel-only';
  if (info.auction_mode) return 'auction';
  if (info.post_only) return 'post-only';
  if (info.limit_only) return 'limit-only';
  return 'normal';
}

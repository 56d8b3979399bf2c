import { z } from 'zod';
import type { TradingStatus } from '#shared/domain/listing';
import type { StreamedProtocol, Topic, VenueTerms } from '../kit/protocol.ts';
import { serverTimeMs } from '../kit/server-time.ts';
import { BybitDecoder } from './decoder.ts';

/** "Spot can input up to 10 args for each subscription request." */
const ARGS_PER_MESSAGE = 10;

const infoSchema = z.object({
  symbol: z.string(),
  status: z.string(),
  riskParameters: z.object({ priceLimitRatioX: z.string() }).optional().catch(undefined),
});
const timeSchema = z.object({ retCode: z.literal(0), result: z.object({ timeNano: z.string().regex(/^\d{16,20}$/) }) });

/** Bybit v5 spot. https://bybit-exchange.github.io/docs/v5/ws/connect */
export const BYBIT: StreamedProtocol = {
  venue: 'bybit',
  hosts: ['stream.bybit.com', 'api.bybit.com'],
  socketUrl: 'wss://stream.bybit.com/v5/public/spot',
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
  catalogueWeight: 1,
  feeCurrency: 'received',
  greetings: [],
  decoder: (tracks) => new BybitDecoder(tracks),
  snapshot: null,
  subscribe(topics, nextId) {
    const requests = [];
    for (let from = 0; from < topics.length; from += ARGS_PER_MESSAGE) {
      const chunk = topics.slice(from, from + ARGS_PER_MESSAGE);
      const id = String(nextId());
      requests.push({
        id,
        text: JSON.stringify({ req_id: id, op: 'subscribe', args: chunk.map(topicName) }),
        topics: chunk,
      });
    }
    return requests;
  },
  unsubscribe: (topics, nextId) => [
    JSON.stringify({ req_id: String(nextId()), op: 'unsubscribe', args: topics.map(topicName) }),
  ],
  terms(market): VenueTerms {
    const info = infoSchema.parse(market.info);
    const ratio = info.riskParameters?.priceLimitRatioX;
    return {
      symbol: info.symbol,
      status: tradingStatus(info.status),
      priceBand: ratio === undefined ? null : { below: ratio, above: ratio },
      // https://www.bybit.com/en/help-center/article/Trading-Fee-Structure: spot, VIP 0.
      makerFeeBps: '10',
      takerFeeBps: '10',
      aliasOf: null,
      frameDecimals: null,
    };
  },
  timePath: '/v5/market/time',
  serverTime: (body) => serverTimeMs(Number(timeSchema.parse(body).result.timeNano) / 1_000_000),
};

const topicName = ({ kind, symbol }: Topic): string => `${kind === 'book' ? 'orderbook.50' : 'publicTrade'}.${symbol}`;

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

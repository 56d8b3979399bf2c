import { z } from 'zod';
import type { TradingStatus } from '#shared/domain/listing';
import { decimal, ONE, wire } from '#shared/money/decimal';
import type { BridgedProtocol, Topic, VenueTerms } from '../kit/protocol.ts';
import { serverTimeMs } from '../kit/server-time.ts';
import { BinanceDecoder } from './decoder.ts';

/** Streams asked for in one message; keeps it well under the venue's frame limits. */
const STREAMS_PER_MESSAGE = 50;

const infoSchema = z.object({
  symbol: z.string(),
  status: z.string(),
  isSpotTradingAllowed: z.boolean().optional(),
  filters: z.array(z.looseObject({ filterType: z.string() })),
});
const bySideSchema = z.object({ bidMultiplierUp: z.string(), askMultiplierDown: z.string() });
const bothSidesSchema = z.object({ multiplierUp: z.string(), multiplierDown: z.string() });
const timeSchema = z.object({ serverTime: z.number() });

/** Binance spot. https://developers.binance.com/docs/binance-spot-api-docs */
export const BINANCE_SPOT: BridgedProtocol = {
  feed: 'binance:spot',
  hosts: ['stream.binance.com', 'api.binance.com'],
  sockets: [{ url: 'wss://stream.binance.com:9443/ws', kinds: ['book', 'trades'] }],
  booksPerSocket: 100,
  connectGapMs: 350,
  restUrl: 'https://api.binance.com',
  liveness: {
    probeAfterMs: 1_000,
    probeText: null,
    keepAliveMs: 0,
    keepAliveText: '',
    silenceMs: 15_000,
    // "A single connection is only valid for 24 hours."
    maxAgeMs: 23.75 * 3_600_000,
  },
  // At most 5 incoming messages a second, pings included.
  sendGapMs: 300,
  refusesWhole: true,
  // 6000 a minute for the address; the rest is left to orders and other programs.
  restBudgetPerMinute: 3_000,
  catalogue: { kind: 'ccxt', client: 'binance', types: ['spot'] },
  catalogueWeight: 20,
  feeCurrency: 'received',
  greetings: [],
  decoder: (tracks) => new BinanceDecoder(tracks),
  snapshot: {
    weight: 50,
    path: (track) => `/api/v3/depth?symbol=${encodeURIComponent(track.symbol)}&limit=1000`,
  },
  subscribe(topics, nextId) {
    const requests = [];
    for (let from = 0; from < topics.length; from += STREAMS_PER_MESSAGE) {
      const chunk = topics.slice(from, from + STREAMS_PER_MESSAGE);
      const id = nextId();
      const text = JSON.stringify({ method: 'SUBSCRIBE', params: chunk.map(stream), id });
      requests.push({ id: String(id), text, topics: chunk });
    }
    return requests;
  },
  unsubscribe: (topics, nextId) => [
    JSON.stringify({ method: 'UNSUBSCRIBE', params: topics.map(stream), id: nextId() }),
  ],
  terms(market): VenueTerms {
    const info = infoSchema.parse(market.info);
    return {
      symbol: info.symbol,
      status: info.isSpotTradingAllowed === false ? 'halted' : tradingStatus(info.status),
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

const stream = ({ kind, symbol }: Topic): string =>
  `${symbol.toLowerCase()}@${kind === 'book' ? 'depth@100ms' : 'trade'}`;

/** https://developers.binance.com/docs/binance-spot-api-docs/enums#symbol-status-status */
function tradingStatus(status: string): TradingStatus {
  switch (status) {
    case 'TRADING':
      return 'normal';
    case 'AUCTION_MATCH':
      return 'auction';
    case 'END_OF_DAY':
    case 'HALT':
    case 'BREAK':
    case 'PRE_TRADING':
    case 'POST_TRADING':
      return 'halted';
    default:
      return 'unknown';
  }
}

/** How far a crossing price may lie from the average price: a buy above, a sell below. */
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

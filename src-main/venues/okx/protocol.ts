import { z } from 'zod';
import type { FundingSource, StreamedProtocol, Topic, TopicKind, TopicRequest, VenueTerms } from '../kit/protocol.ts';
import { serverTimeMs } from '../kit/server-time.ts';
import { answerOf } from './answer.ts';
import { OkxDecoder } from './decoder.ts';
import { SWAP_FUNDING } from './funding.ts';
import { OKX_MAINTENANCE, systemStatus } from './maintenance.ts';
import { indexOf, spotInstrument, swapInstrument, tradingStatus } from './names.ts';

/** "The total length of multiple channels cannot exceed 64 KB": three channels of a hundred names are a third of it. */
const TOPICS_PER_MESSAGE = 100;

const infoSchema = z.object({ instId: z.string(), state: z.string() });
const swapSchema = infoSchema.extend({
  ctType: z.literal('linear'),
  /** A contract is `ctVal` × `ctMult` of this currency. */
  ctValCcy: z.string(),
  ctMult: z.string(),
  uly: z.string(),
});
const timeSchema = z.object({ code: z.literal('0'), data: z.tuple([z.object({ ts: z.string() })]) });
const candleSchema = answerOf(z.array(z.coerce.number()).min(7));
/** "" where there is no such order. */
const touch = z.string().transform(Number).pipe(z.number().positive());
const tickerSchema = answerOf(z.object({ bidPx: touch, askPx: touch }));

interface Product {
  readonly instType: 'SPOT' | 'SWAP';
  readonly kinds: readonly TopicKind[];
  /** https://www.okx.com/fees: regular user, level 1, bps. `groupId` splits the instruments only for higher levels. */
  readonly fees: { readonly maker: string; readonly taker: string };
  readonly funding: FundingSource | null;
  /** Where a candle has its volume in base units. */
  readonly volumeAt: 5 | 6;
  readonly instrumentOf: (symbol: string) => string | null;
}

/** OKX v5 spot. https://www.okx.com/docs-v5/en/#overview-websocket */
export const OKX_SPOT = okx({
  instType: 'SPOT',
  kinds: ['book', 'trades', 'status'],
  fees: { maker: '8', taker: '10' },
  funding: null,
  volumeAt: 5,
  instrumentOf: spotInstrument,
});

/** OKX v5 linear perpetuals: the swaps margined in USDT, USDC and dollars. */
export const OKX_PERP = okx({
  instType: 'SWAP',
  kinds: ['book', 'trades', 'reference', 'status'],
  fees: { maker: '2', taker: '5' },
  funding: SWAP_FUNDING,
  volumeAt: 6,
  instrumentOf: swapInstrument,
});

function okx({ instType, kinds, fees, funding, volumeAt, instrumentOf }: Product): StreamedProtocol {
  const perp = instType === 'SWAP';
  return {
    feed: perp ? 'okx:perp' : 'okx:spot',
    hosts: ['ws.okx.com', 'www.okx.com'],
    sockets: [{ url: 'wss://ws.okx.com:8443/ws/v5/public', kinds }],
    booksPerSocket: 100,
    // "3 requests per second (based on IP)": both products connect to the same address at the same time.
    connectGapMs: 700,
    restUrl: 'https://www.okx.com',
    liveness: {
      probeAfterMs: 1_000,
      probeText: 'ping',
      keepAliveMs: 0,
      keepAliveText: '',
      // The venue itself breaks a connection on which nothing was pushed for 30 s.
      silenceMs: 15_000,
      maxAgeMs: 0,
    },
    sendGapMs: 100,
    // "The total number of 'subscribe'/'unsubscribe'/'login' requests per connection is limited to 480 times per hour."
    requestsPerHour: 480,
    refusesWhole: false,
    // 20 requests in 2 s for each public endpoint, 10 for funding; both products share the address.
    restBudgetPerMinute: 150,
    catalogue: { kind: 'ccxt', client: 'okx', types: [perp ? 'swap' : 'spot'] },
    catalogueWeight: 1,
    // Spot fees are taken in what a trade delivers, those of swaps in the settle currency.
    feeCurrency: perp ? 'quote' : 'received',
    greetings: [],
    decoder: (tracks, options) => new OkxDecoder(tracks, options),
    snapshot: null,
    subscribe(topics, nextId) {
      const requests: TopicRequest[] = [];
      // A request holds one kind only: a refusal names the instrument, but not always the channel.
      for (const kind of kinds) {
        const asked = topics.filter((topic) => topic.kind === kind);
        for (let from = 0; from < asked.length; from += TOPICS_PER_MESSAGE) {
          const chunk = asked.slice(from, from + TOPICS_PER_MESSAGE);
          const id = String(nextId());
          requests.push({ id, text: JSON.stringify({ id, op: 'subscribe', args: argsOf(chunk) }), topics: chunk });
          // One channel tells of all instruments.
          if (kind === 'status') break;
        }
      }
      return requests;
    },
    unsubscribe(topics, nextId) {
      const args = argsOf(topics.filter(({ kind }) => kind !== 'status'));
      return args.length === 0 ? [] : [JSON.stringify({ id: String(nextId()), op: 'unsubscribe', args })];
    },
    terms(market): VenueTerms {
      const info = infoSchema.parse(market.info);
      if (perp) checkSwap(swapSchema.parse(market.info));
      return {
        symbol: info.instId,
        status: tradingStatus(info.state),
        // The limits move with the index and differ by instrument (`public/price-limit`): no width is stated.
        priceBand: null,
        makerFeeBps: fees.maker,
        takerFeeBps: fees.taker,
        aliasOf: null,
        frameDecimals: null,
        // The interval changes by itself; only the live feed tells what holds now.
        funding: perp ? { accrual: 'snapshot', intervalMs: null } : null,
      };
    },
    timePath: '/api/v5/public/time',
    serverTime: (body) => serverTimeMs(timeSchema.parse(body).data[0].ts),
    funding,
    // The state of deposits and withdrawals needs a key.
    transfers: null,
    venueStatus: systemStatus(perp ? 10_000 : 0),
    maintenance: OKX_MAINTENANCE,
    candles: {
      intervals: { 1: '1m', 5: '5m', 15: '15m', 60: '1H', 240: '4H', 1440: '1Dutc' },
      path: (symbol, interval) =>
        `/api/v5/market/candles?instId=${encodeURIComponent(symbol)}&bar=${interval}&limit=50`,
      read: (body) =>
        candleSchema
          .parse(body)
          .data.map((row) => {
            const [at, open, high, low, close] = row as [number, number, number, number, number];
            return [at, open, high, low, close, row[volumeAt] as number] as const;
          })
          .reverse(),
    },
    ticker: {
      path: (symbol) => `/api/v5/market/ticker?instId=${encodeURIComponent(symbol)}`,
      read(body) {
        const [row] = tickerSchema.parse(body).data;
        if (row === undefined) throw new TypeError('no ticker');
        return { bid: row.bidPx, ask: row.askPx };
      },
    },
    instrumentOf,
  };

  function argsOf(topics: readonly Topic[]): readonly object[] {
    if (topics[0]?.kind === 'status') return [{ channel: 'instruments', instType }];
    return topics.flatMap(({ kind, symbol }): object[] => {
      if (kind === 'book') return [{ channel: 'books', instId: symbol }];
      if (kind === 'trades') return [{ channel: 'trades', instId: symbol }];
      const index = indexOf(symbol);
      return [
        { channel: 'funding-rate', instId: symbol },
        { channel: 'mark-price', instId: symbol },
        ...(index === null ? [] : [{ channel: 'index-tickers', instId: index }]),
      ];
    });
  }
}

/**
 * ID-6: ccxt gives `ctVal` alone as the contract size and takes base and quote from the index.
 * @throws {TypeError} when a contract is something else.
 */
function checkSwap({ instId, ctValCcy, ctMult, uly }: z.infer<typeof swapSchema>): void {
  if (Number(ctMult) !== 1) throw new TypeError(`contract multiplier ${ctMult}`);
  if (ctValCcy !== uly.split('-')[0]) throw new TypeError(`a contract on ${uly} counted in ${ctValCcy}`);
  if (indexOf(instId) !== uly) throw new TypeError(`its index is ${uly}`);
}

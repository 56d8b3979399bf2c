import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import { aggregate } from '../../world/candles.ts';
import type { MarketView } from '../../world/world.ts';
import type { Asked } from '../http.ts';
import { ask, integer, json, text } from '../http.ts';
import { wholeMs } from '../instants.ts';
import type { FeedContext } from '../venue.ts';
import { pairs, price8, size8, symbolInfo, symbolOf, turnover8 } from './symbols.ts';

/** Request weight a minute, per address. */
const WEIGHT_LIMIT = 6000;

const INTERVALS_MS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '2h': 7_200_000,
  '4h': 14_400_000,
  '6h': 21_600_000,
  '8h': 28_800_000,
  '12h': 43_200_000,
  '1d': 86_400_000,
};

const failed = (status: number, code: number, msg: string): HttpResponse => json(status, { code, msg });
const missing = (name: string): HttpResponse =>
  failed(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);

/** Binance's spot REST API (https://developers.binance.com/docs/binance-spot-api-docs/rest-api), its public part. */
export class BinanceRest {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #lastUpdateId: (market: MarketView) => number;
  #weight = 0;
  #weightMinute = -1;

  constructor(feed: FeedContext, clock: Clock, lastUpdateId: (market: MarketView) => number) {
    this.#feed = feed;
    this.#clock = clock;
    this.#lastUpdateId = lastUpdateId;
  }

  request(request: HttpRequest): HttpResponse {
    const asked = ask(request);
    if (asked === null || asked.method !== 'GET') return text(404, 'text/html', NOT_FOUND);
    const route = this.#route(asked);
    if (route === null) return text(404, 'text/html', NOT_FOUND);
    if (!this.#spend(route.weight)) {
      return json(
        429,
        {
          code: -1003,
          msg: `Too much request weight used; current limit is ${WEIGHT_LIMIT} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
        },
        { ...this.#weightHeaders(), 'retry-after': String(60 - (Math.floor(this.#clock.wallMs() / 1000) % 60)) },
      );
    }
    const answer = route.answer();
    return { ...answer, headers: { ...answer.headers, ...this.#weightHeaders() } };
  }

  #route({ path, query }: Asked): { weight: number; answer: () => HttpResponse } | null {
    switch (path) {
      case '/api/v3/ping':
        return { weight: 1, answer: () => json(200, {}) };
      case '/api/v3/time':
        return { weight: 1, answer: () => json(200, { serverTime: wholeMs(this.#clock.wallMs()) }) };
      case '/api/v3/exchangeInfo':
        return { weight: 20, answer: () => this.#exchangeInfo(query) };
      case '/api/v3/depth':
        return { weight: depthWeight(query), answer: () => this.#depth(query) };
      case '/api/v3/klines':
        return { weight: 2, answer: () => this.#klines(query) };
      case '/api/v3/ticker/bookTicker':
        return { weight: query.has('symbol') ? 2 : 4, answer: () => this.#bookTicker(query) };
      default:
        return null;
    }
  }

  #exchangeInfo(query: URLSearchParams): HttpResponse {
    let symbols: readonly string[] | null = null;
    const one = query.get('symbol');
    const many = query.get('symbols');
    if (one !== null) symbols = [one];
    if (many !== null) {
      if (!/^\["[A-Z0-9]{1,20}"(,"[A-Z0-9]{1,20}")*\]$/.test(many)) {
        return failed(
          400,
          -1100,
          'Illegal characters found in parameter \'symbols\'; legal range is \'^\\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\\]$\'.',
        );
      }
      symbols = many.slice(2, -2).split('","');
    }
    const listed: readonly MarketView[] =
      symbols === null ? this.#feed.listed() : symbols.flatMap((symbol) => this.#market(symbol) ?? []);
    if (symbols !== null && listed.length < symbols.length) return failed(400, -1121, 'Invalid symbol.');
    return json(200, {
      timezone: 'UTC',
      serverTime: wholeMs(this.#clock.wallMs()),
      rateLimits: [
        { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: WEIGHT_LIMIT },
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
        { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200000 },
        { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 61000 },
      ],
      exchangeFilters: [],
      symbols: listed.map(symbolInfo),
    });
  }

  #depth(query: URLSearchParams): HttpResponse {
    const symbol = query.get('symbol');
    if (!symbol) return missing('symbol');
    const limit = integer(query, 'limit', 1, 5000);
    if (limit === null) return failed(400, -1100, "Illegal characters found in parameter 'limit'.");
    const market = this.#market(symbol);
    if (market === undefined) return failed(400, -1121, 'Invalid symbol.');
    const rows = limit ?? 100;
    return json(200, {
      lastUpdateId: this.#lastUpdateId(market),
      bids: pairs(market.spec, market.book.bids.slice(0, rows)),
      asks: pairs(market.spec, market.book.asks.slice(0, rows)),
    });
  }

  #klines(query: URLSearchParams): HttpResponse {
    const symbol = query.get('symbol');
    if (!symbol) return missing('symbol');
    const interval = query.get('interval');
    if (!interval) return missing('interval');
    const intervalMs = INTERVALS_MS[interval];
    if (intervalMs === undefined) return failed(400, -1120, 'Invalid interval.');
    const market = this.#market(symbol);
    if (market === undefined) return failed(400, -1121, 'Invalid symbol.');
    const limit = integer(query, 'limit', 1, 1000);
    const from = integer(query, 'startTime', 0, Number.MAX_SAFE_INTEGER);
    const to = integer(query, 'endTime', 0, Number.MAX_SAFE_INTEGER);
    if (limit === null || from === null || to === null) {
      return failed(400, -1100, 'Illegal characters found in a parameter.');
    }
    const now = wholeMs(this.#clock.wallMs());
    const bars = aggregate(market.candles, intervalMs, from ?? 0, Math.min(to ?? now, now));
    const rows = limit ?? 500;
    const { spec } = market;
    return json(
      200,
      (from === undefined ? bars.slice(-rows) : bars.slice(0, rows)).map((bar) => [
        bar.openMs,
        price8(spec, bar.open),
        price8(spec, bar.high),
        price8(spec, bar.low),
        price8(spec, bar.close),
        size8(spec, bar.volume),
        bar.openMs + intervalMs - 1,
        turnover8(spec, bar.turnover),
        bar.trades,
        size8(spec, Math.floor(bar.volume / 2)),
        turnover8(spec, bar.turnover / 2),
        '0',
      ]),
    );
  }

  #bookTicker(query: URLSearchParams): HttpResponse {
    const symbol = query.get('symbol');
    const row = (market: MarketView): object => {
      const [bid, ask] = [market.book.bids[0], market.book.asks[0]];
      return {
        symbol: symbolOf(market.spec),
        bidPrice: price8(market.spec, bid?.price ?? 0),
        bidQty: size8(market.spec, bid?.size ?? 0),
        askPrice: price8(market.spec, ask?.price ?? 0),
        askQty: size8(market.spec, ask?.size ?? 0),
      };
    };
    if (symbol === null) return json(200, this.#feed.listed().map(row));
    const market = this.#market(symbol);
    return market === undefined ? failed(400, -1121, 'Invalid symbol.') : json(200, row(market));
  }

  #market(symbol: string): MarketView | undefined {
    return this.#feed.listed().find((market) => symbolOf(market.spec) === symbol);
  }

  #spend(weight: number): boolean {
    const minute = Math.floor(this.#clock.wallMs() / 60_000);
    if (minute !== this.#weightMinute) {
      this.#weightMinute = minute;
      this.#weight = 0;
    }
    this.#weight += weight;
    return this.#weight <= WEIGHT_LIMIT;
  }

  #weightHeaders(): Record<string, string> {
    return { 'x-mbx-used-weight': String(this.#weight), 'x-mbx-used-weight-1m': String(this.#weight) };
  }
}

const NOT_FOUND = '<html><body><h2>404 Not found</h2></body></html>';

function depthWeight(query: URLSearchParams): number {
  const limit = integer(query, 'limit', 1, 5000) ?? 100;
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1000 ? 50 : 250;
}

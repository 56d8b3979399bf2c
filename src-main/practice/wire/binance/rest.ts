import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { MarketView } from '../../world/world.ts';
import type { Asked } from '../http.ts';
import { ask, integer, json } from '../http.ts';
import { wholeMs } from '../instants.ts';
import type { FeedContext, VenueAnswer } from '../venue.ts';
import { failed, illegal, invalidSymbol, missing, notFound, tooMuch } from './answers.ts';
import { entityOfHost } from './hosts.ts';
import { klines } from './klines.ts';
import type { AccountDesk } from './private/calls.ts';
import { pairs, price8, size8, symbolInfo, symbolOf, turnover8 } from './symbols.ts';
import { WeightMeter } from './weight-meter.ts';

/** Request weight a minute, per address. */
const WEIGHT_LIMIT = 6000;
/** What lies under `/sapi` counts by itself. */
const WALLET_LIMIT = 12_000;
const MOST_BARS = 1000;
export const SYSTEM_STATUS = '/sapi/v1/system/status';

/** Binance's spot REST API (https://developers.binance.com/docs/binance-spot-api-docs/rest-api): its public part, and the door to accounts. */
export class BinanceRest {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #lastUpdateId: (market: MarketView) => number;
  readonly #weight: WeightMeter;
  readonly #wallet: WeightMeter;
  readonly #desk: AccountDesk;

  constructor(feed: FeedContext, clock: Clock, lastUpdateId: (market: MarketView) => number, desk: AccountDesk) {
    this.#feed = feed;
    this.#desk = desk;
    this.#clock = clock;
    this.#lastUpdateId = lastUpdateId;
    this.#weight = new WeightMeter(clock, WEIGHT_LIMIT);
    this.#wallet = new WeightMeter(clock, WALLET_LIMIT);
  }

  request(request: HttpRequest): VenueAnswer {
    const asked = ask(request);
    if (asked === null) return notFound();
    const route = (asked.method === 'GET' ? this.#route(asked) : null) ?? this.#desk.route(request, asked);
    if (route === null) return notFound();
    const wallet = asked.path.startsWith('/sapi/');
    // https://developers.binance.com/docs/binance-spot-api-docs/testnet/general-info: what lies under `/sapi` is not there.
    if (wallet && entityOfHost(asked.host) !== 'global') return notFound();
    const meter = wallet ? this.#wallet : this.#weight;
    const spent = meter.spend(route.weight);
    const headers = wallet ? { 'x-sapi-used-ip-weight-1m': String(meter.used) } : meter.headers;
    if (!spent) {
      return tooMuch(wallet ? WALLET_LIMIT : WEIGHT_LIMIT, { ...headers, 'retry-after': meter.retryAfter });
    }
    const answer = route.answer();
    return answer === 'lost' ? answer : { ...answer, headers: { ...answer.headers, ...headers } };
  }

  #route({ path, query }: Asked): { weight: number; answer: () => HttpResponse } | null {
    switch (path) {
      case '/api/v3/ping':
        return { weight: 1, answer: () => json(200, {}) };
      case '/api/v3/time':
        return { weight: 1, answer: () => json(200, { serverTime: wholeMs(this.#clock.wallMs()) }) };
      case SYSTEM_STATUS:
        return { weight: 1, answer: () => json(200, this.#systemStatus()) };
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

  /** How it is now; nothing of what is to come. */
  #systemStatus(): object {
    const still = this.#feed.listed().every(({ status }) => status === 'maintenance');
    return still ? { status: 1, msg: 'system_maintenance' } : { status: 0, msg: 'normal' };
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
    if (symbols !== null && listed.length < symbols.length) return invalidSymbol();
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
    if (limit === null) return illegal('limit');
    const market = this.#market(symbol);
    if (market === undefined) return invalidSymbol();
    const rows = limit ?? 100;
    return json(200, {
      lastUpdateId: this.#lastUpdateId(market),
      bids: pairs(market.spec, market.book.bids.slice(0, rows)),
      asks: pairs(market.spec, market.book.asks.slice(0, rows)),
    });
  }

  #klines(query: URLSearchParams): HttpResponse {
    const now = wholeMs(this.#clock.wallMs());
    const digits = { price: price8, size: size8, turnover: turnover8 };
    return klines(query, (symbol) => this.#market(symbol), now, MOST_BARS, digits);
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
    return market === undefined ? invalidSymbol() : json(200, row(market));
  }

  #market(symbol: string): MarketView | undefined {
    return this.#feed.listed().find((market) => symbolOf(market.spec) === symbol);
  }
}

function depthWeight(query: URLSearchParams): number {
  const limit = integer(query, 'limit', 1, 5000) ?? 100;
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1000 ? 50 : 250;
}

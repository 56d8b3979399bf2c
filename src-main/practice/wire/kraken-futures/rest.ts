import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import { aggregate } from '../../world/candles.ts';
import type { MarketView, PerpView } from '../../world/world.ts';
import { fixed } from '../digits.ts';
import { ask, integer, json, text } from '../http.ts';
import { isoMicros, isoSeconds } from '../instants.ts';
import type { FeedContext } from '../venue.ts';
import { instrument, instrumentStatus } from './instruments.ts';
import { priceOf, sizeOf, symbolOf } from './symbols.ts';
import { hourly, restTicker } from './ticker.ts';

const API = '/derivatives/api/v3';
const CHARTS = '/api/charts/v1/trade/';
const RESOLUTIONS_MS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '12h': 43_200_000,
  '1d': 86_400_000,
};
const MAX_CANDLES = 2_000;

/** A perpetual that is listed. */
interface Perpetual {
  readonly market: MarketView;
  readonly perp: PerpView;
}

/** Kraken Futures' public REST API (https://docs.kraken.com/api-reference). */
export class KrakenFuturesRest {
  readonly #feed: FeedContext;
  readonly #clock: Clock;

  constructor(feed: FeedContext, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
  }

  request(request: HttpRequest): HttpResponse {
    const asked = ask(request);
    if (asked === null || asked.method !== 'GET') return this.#failed(404, 'Not Found');
    const { path, query } = asked;
    if (path.startsWith(CHARTS)) return this.#candles(path.slice(CHARTS.length), query);
    // The older name of the same, which clients still use.
    if (path === '/derivatives/api/v4/historicalfundingrates') return this.#funding(query);
    if (!path.startsWith(`${API}/`))
      return text(404, 'text/html', '<html><head><title>404 Not Found</title></head></html>');
    const [call = '', name, rest] = path.slice(API.length + 1).split('/');
    if (call === 'instruments') return this.#instruments(name, rest);
    if (call === 'tickers' && rest === undefined) return this.#tickers(name);
    if (call === 'orderbook' && name === undefined) return this.#orderbook(query);
    if (call === 'history' && name === undefined) return this.#trades(query);
    if (call === 'historical-funding-rates' && name === undefined) return this.#funding(query);
    return this.#failed(404, 'Not Found');
  }

  rateLimited(): HttpResponse {
    return this.#failed(429, 'apiLimitExceeded');
  }

  #instruments(name: string | undefined, rest: string | undefined): HttpResponse {
    const all = this.#perpetuals();
    if (name === undefined) return this.#ok({ instruments: all.map(({ market, perp }) => instrument(market, perp)) });
    if (name === 'status' && rest === undefined) {
      return this.#ok({ instrumentStatus: all.map(({ market }) => instrumentStatus(market)) });
    }
    const found = this.#named(name);
    if (found === null || rest !== 'status') return this.#failed(404, 'Not Found');
    return this.#ok(instrumentStatus(found.market));
  }

  #tickers(name: string | undefined): HttpResponse {
    const ticker = ({ market, perp }: Perpetual) => {
      const { recentTrades } = market;
      return restTicker(market, perp, isoMicros(recentTrades[recentTrades.length - 1]?.atMs ?? 0));
    };
    if (name === undefined) return this.#ok({ tickers: this.#perpetuals().map(ticker) });
    const found = this.#named(name);
    return found === null ? this.#failed(404, 'Not Found') : this.#ok({ ticker: ticker(found) });
  }

  #orderbook(query: URLSearchParams): HttpResponse {
    const found = this.#named(query.get('symbol'));
    if (found === null) return this.#failed(200, 'invalidArgument: symbol');
    const { spec, book } = found.market;
    const rows = (levels: readonly { price: number; size: number }[]) =>
      levels.map(({ price, size }) => [priceOf(spec, price), sizeOf(spec, size)]);
    return this.#ok({ orderBook: { bids: rows(book.bids), asks: rows(book.asks) } });
  }

  #trades(query: URLSearchParams): HttpResponse {
    const found = this.#named(query.get('symbol'));
    if (found === null) return this.#failed(200, 'invalidArgument: symbol');
    const { spec, recentTrades } = found.market;
    const history = recentTrades
      .map(({ id, price, size, taker, atMs }) => ({
        time: isoMicros(atMs),
        trade_id: id,
        price: priceOf(spec, price),
        size: sizeOf(spec, size),
        side: taker,
        type: 'fill',
        uid: `896cb851-8322-4946-a123-${String(id).padStart(12, '0')}`,
      }))
      .reverse();
    return this.#ok({ history });
  }

  /** Each rate with the beginning of the period it is for, oldest first; the last is the running one. */
  #funding(query: URLSearchParams): HttpResponse {
    const found = this.#named(query.get('symbol'));
    if (found === null) return this.#failed(200, 'invalidArgument: symbol');
    const { settlements, fundingRate, intervalMs, nextSettlementMs, indexPrice } = found.perp;
    const row = (startMs: number, rate: number, length: number) => {
      const { relative, absolute } = hourly(rate, length, indexPrice);
      return { timestamp: isoSeconds(startMs), fundingRate: absolute, relativeFundingRate: relative };
    };
    const rates = settlements.map((one, index) =>
      row(settlements[index - 1]?.atMs ?? one.atMs - one.intervalMs, one.rate, one.intervalMs),
    );
    const running = settlements[settlements.length - 1]?.atMs ?? nextSettlementMs - intervalMs;
    return this.#ok({ rates: [...rates, row(running, fundingRate, intervalMs)] });
  }

  #candles(path: string, query: URLSearchParams): HttpResponse {
    const [name = '', resolution = ''] = path.split('/');
    const found = this.#named(name);
    const intervalMs = RESOLUTIONS_MS[resolution];
    const from = integer(query, 'from', 0, 1e11);
    const to = integer(query, 'to', 0, 1e11);
    if (found === null || intervalMs === undefined || from === null || to === null) {
      return json(400, { errors: [{ code: 'invalid_argument', message: 'Invalid request' }] });
    }
    const { spec, candles } = found.market;
    const until = Math.min((to ?? 1e11) * 1000, this.#clock.wallMs());
    const bars = aggregate(candles, intervalMs, (from ?? 0) * 1000, until);
    const price = (ticks: number) => fixed(ticks, spec.priceDecimals);
    return json(200, {
      candles: bars.slice(0, MAX_CANDLES).map((bar) => ({
        time: bar.openMs,
        open: price(bar.open),
        high: price(bar.high),
        low: price(bar.low),
        close: price(bar.close),
        volume: fixed(bar.volume, spec.sizeDecimals),
      })),
      more_candles: bars.length > MAX_CANDLES,
    });
  }

  #perpetuals(): Perpetual[] {
    return this.#feed.listed().flatMap((market) => (market.perp === null ? [] : [{ market, perp: market.perp }]));
  }

  /** Names are taken in either case. */
  #named(name: string | null): Perpetual | null {
    const wanted = name?.toUpperCase();
    return this.#perpetuals().find(({ market }) => symbolOf(market.spec) === wanted) ?? null;
  }

  #ok(answer: object): HttpResponse {
    return json(200, { result: 'success', ...answer, serverTime: this.#now() });
  }

  #failed(status: number, error: string): HttpResponse {
    return json(status, { result: 'error', error, serverTime: this.#now() });
  }

  /** To the millisecond. */
  #now(): string {
    return `${isoMicros(this.#clock.wallMs()).slice(0, 23)}Z`;
  }
}

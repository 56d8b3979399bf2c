import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import { aggregate } from '../../world/candles.ts';
import type { MarketView } from '../../world/world.ts';
import { ask, integer, json, text } from '../http.ts';
import { epochNanos, wholeMs } from '../instants.ts';
import type { MaintenanceBoard } from '../maintenance-board.ts';
import type { FeedContext } from '../venue.ts';
import { linearInfo, spotInfo } from './instruments.ts';
import { maintenanceRow, SYSTEM_STATUS } from './maintenance.ts';
import { priceText, sizeText, symbolOf } from './symbols.ts';
import type { LinearTicker } from './tickers.ts';
import { dayOf, linearTicker, rateText, spotTicker } from './tickers.ts';

const INTERVALS_MS: Readonly<Record<string, number>> = {
  '1': 60_000,
  '3': 180_000,
  '5': 300_000,
  '15': 900_000,
  '30': 1_800_000,
  '60': 3_600_000,
  '120': 7_200_000,
  '240': 14_400_000,
  '360': 21_600_000,
  '720': 43_200_000,
  D: 86_400_000,
};
export const CATEGORIES = ['spot', 'linear'] as const;
export type Category = (typeof CATEGORIES)[number];
/** Categories the API has and this venue lists nothing in. */
const EMPTY_CATEGORIES: readonly string[] = ['inverse', 'option'];

interface BookVersion {
  readonly updateId: number;
  readonly sequence: number;
}

/** One category of the market as REST tells it. */
export interface Shelf {
  readonly feed: FeedContext;
  readonly version: (market: MarketView) => BookVersion;
}

/** Bybit's v5 market API (https://bybit-exchange.github.io/docs/v5/market). */
export class BybitRest {
  readonly #shelves: Readonly<Record<Category, Shelf>>;
  readonly #clock: Clock;
  readonly #maintenance: MaintenanceBoard;

  constructor(shelves: Readonly<Record<Category, Shelf>>, clock: Clock, maintenance: MaintenanceBoard) {
    this.#shelves = shelves;
    this.#clock = clock;
    this.#maintenance = maintenance;
  }

  request(request: HttpRequest): HttpResponse {
    const asked = ask(request);
    if (asked === null || asked.method !== 'GET') return text(404, 'text/plain', '404 page not found');
    switch (asked.path) {
      case '/v5/market/time':
        return this.#time();
      case '/v5/market/instruments-info':
        return this.#instruments(asked.query);
      case SYSTEM_STATUS:
        return this.#ok({ list: this.#maintenance.plans().map(maintenanceRow) });
      case '/v5/market/orderbook':
        return this.#orderbook(asked.query);
      case '/v5/market/kline':
        return this.#kline(asked.query);
      case '/v5/market/tickers':
        return this.#tickers(asked.query);
      case '/v5/market/funding/history':
        return this.#fundingHistory(asked.query);
      default:
        return text(404, 'text/plain', '404 page not found');
    }
  }

  #time(): HttpResponse {
    const nanos = epochNanos(this.#clock.wallMs());
    return this.#ok({ timeSecond: nanos.slice(0, -9), timeNano: nanos });
  }

  #instruments(query: URLSearchParams): HttpResponse {
    const name = query.get('category') ?? '';
    if (EMPTY_CATEGORIES.includes(name)) return this.#ok({ category: name, list: [], nextPageCursor: '' });
    const category = categoryOf(query);
    if (category === null) return this.#failed(10001, 'Illegal category');
    const rows = this.#rows(category, query);
    if (category === 'spot') return this.#ok({ category, list: rows.map(spotInfo) });
    const limit = integer(query, 'limit', 1, 1000);
    const from = integer(query, 'cursor', 0, rows.length);
    if (limit === null || from === null) return this.#failed(10001, 'Request parameter error');
    // Symbols that are not trading yet are shown only when asked for.
    const all = rows.filter(({ status }) => query.get('status') !== 'PreLaunch' || status !== 'normal');
    const to = (from ?? 0) + (limit ?? 500);
    const list = all
      .slice(from ?? 0, to)
      .flatMap((market) => (market.perp === null ? [] : linearInfo(market, market.perp)));
    return this.#ok({ category, list, nextPageCursor: to < all.length ? String(to) : '' });
  }

  #orderbook(query: URLSearchParams): HttpResponse {
    const category = categoryOf(query);
    const market = this.#market(query);
    if (category === null || typeof market === 'string') return this.#failed(10001, String(market));
    const limit = integer(query, 'limit', 1, category === 'spot' ? 200 : 500);
    if (limit === null) return this.#failed(10001, 'limit is invalid');
    const { spec, book } = market;
    const rows = (levels: readonly { price: number; size: number }[]): string[][] =>
      levels
        .slice(0, limit ?? (category === 'spot' ? 1 : 25))
        .map((level) => [priceText(spec, level.price), sizeText(spec, level.size)]);
    const now = wholeMs(this.#clock.wallMs());
    const { updateId, sequence } = this.#shelves[category].version(market);
    return this.#ok({
      s: symbolOf(spec),
      b: rows(book.bids),
      a: rows(book.asks),
      ts: now,
      u: updateId,
      seq: sequence,
      cts: now,
    });
  }

  #kline(query: URLSearchParams): HttpResponse {
    const market = this.#market(query);
    if (typeof market === 'string') return this.#failed(10001, market);
    const intervalMs = INTERVALS_MS[query.get('interval') ?? ''];
    if (intervalMs === undefined) return this.#failed(10001, 'Invalid period!');
    const limit = integer(query, 'limit', 1, 1000);
    const start = integer(query, 'start', 0, Number.MAX_SAFE_INTEGER);
    const end = integer(query, 'end', 0, Number.MAX_SAFE_INTEGER);
    if (limit === null || start === null || end === null) return this.#failed(10001, 'Request parameter error');
    const now = this.#clock.wallMs();
    const { spec } = market;
    const bars = aggregate(market.candles, intervalMs, start ?? 0, Math.min(end ?? now, now));
    const rows = limit ?? 200;
    const chosen = start !== undefined && end === undefined ? bars.slice(0, rows) : bars.slice(-rows);
    return this.#ok({
      category: spec.product === 'spot' ? 'spot' : 'linear',
      symbol: symbolOf(spec),
      list: chosen
        .reverse()
        .map((bar) => [
          String(bar.openMs),
          priceText(spec, bar.open),
          priceText(spec, bar.high),
          priceText(spec, bar.low),
          priceText(spec, bar.close),
          sizeText(spec, bar.volume),
          String(bar.turnover / 10 ** (spec.priceDecimals + spec.sizeDecimals)),
        ]),
    });
  }

  #tickers(query: URLSearchParams): HttpResponse {
    const name = query.get('category') ?? '';
    if (EMPTY_CATEGORIES.includes(name)) return this.#ok({ category: name, list: [] });
    const category = categoryOf(query);
    if (category === null) return this.#failed(10001, 'Illegal category');
    const rows = this.#rows(category, query);
    if (rows.length === 0) return this.#failed(10001, 'Not supported symbols');
    const list = rows.map((market) =>
      market.perp === null ? spotTicker(market) : restTicker(linearTicker(market, market.perp, dayOf(market))),
    );
    return this.#ok({ category, list });
  }

  /** Newest first, at most 200; an end alone reaches back as far as the limit, a start needs an end. */
  #fundingHistory(query: URLSearchParams): HttpResponse {
    const market = this.#market(query);
    if (typeof market === 'string') return this.#failed(10001, market);
    if (market.perp === null) return this.#failed(10001, 'Illegal category');
    const limit = integer(query, 'limit', 1, 200);
    const start = integer(query, 'startTime', 0, Number.MAX_SAFE_INTEGER);
    const end = integer(query, 'endTime', 0, Number.MAX_SAFE_INTEGER);
    if (limit === null || start === null || end === null) return this.#failed(10001, 'Request parameter error');
    if (start !== undefined && end === undefined) return this.#failed(10001, 'endTime is required with startTime');
    const symbol = symbolOf(market.spec);
    const list = market.perp.settlements
      .filter(({ atMs }) => atMs >= (start ?? 0) && atMs <= (end ?? Number.MAX_SAFE_INTEGER))
      .slice(-(limit ?? 200))
      .reverse()
      .map(({ atMs, rate }) => ({ symbol, fundingRate: rateText(rate), fundingRateTimestamp: String(atMs) }));
    return this.#ok({ category: 'linear', list });
  }

  /** The markets asked for by symbol or coin. */
  #rows(category: Category, query: URLSearchParams): readonly MarketView[] {
    const symbol = query.get('symbol');
    const coin = query.get('baseCoin');
    return this.#shelves[category].feed
      .listed()
      .filter(({ spec }) => (symbol === null || symbolOf(spec) === symbol) && (coin === null || spec.base === coin));
  }

  /** The market asked for, or what the venue says against the question. */
  #market(query: URLSearchParams): MarketView | string {
    const category = categoryOf(query);
    if (category === null) return 'Illegal category';
    if (query.get('symbol') === null) return 'Not supported symbols';
    return this.#rows(category, query)[0] ?? 'Not supported symbols';
  }

  #ok(result: object): HttpResponse {
    return json(200, { retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: wholeMs(this.#clock.wallMs()) });
  }

  #failed(retCode: number, retMsg: string): HttpResponse {
    return json(200, { retCode, retMsg, result: {}, retExtInfo: {}, time: wholeMs(this.#clock.wallMs()) });
  }
}

export function categoryOf(query: URLSearchParams): Category | null {
  return CATEGORIES.find((one) => one === query.get('category')) ?? null;
}

/** REST has a few fields more than the stream, empty for a perpetual. */
function restTicker(fields: LinearTicker): object {
  const { tickDirection: _onlyStreamed, ...shared } = fields;
  return {
    ...shared,
    predictedDeliveryPrice: '',
    basisRate: '',
    deliveryFeeRate: '',
    deliveryTime: '0',
    basis: '',
    preOpenPrice: '',
    preQty: '',
    curPreListingPhase: '',
  };
}

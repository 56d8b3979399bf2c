import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import { aggregate } from '../../world/candles.ts';
import type { MarketView } from '../../world/world.ts';
import type { VenueGate } from '../gate.ts';
import { ask, integer, json, text, unavailable } from '../http.ts';
import { epochNanos, wholeMs } from '../instants.ts';
import { instrumentInfo, priceText, sizeText, symbolOf } from './symbols.ts';

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
/** Categories the API has; this venue lists spot only. */
const EMPTY_CATEGORIES: readonly string[] = ['linear', 'inverse', 'option'];

interface BookVersion {
  readonly updateId: number;
  readonly sequence: number;
}

/** Bybit's v5 market API (https://bybit-exchange.github.io/docs/v5/market), spot. */
export class BybitRest {
  readonly #markets: readonly MarketView[];
  readonly #clock: Clock;
  readonly #gate: VenueGate;
  readonly #version: (market: MarketView) => BookVersion;

  constructor(
    markets: readonly MarketView[],
    clock: Clock,
    gate: VenueGate,
    version: (market: MarketView) => BookVersion,
  ) {
    this.#markets = markets;
    this.#clock = clock;
    this.#gate = gate;
    this.#version = version;
  }

  request(request: HttpRequest): HttpResponse {
    if (this.#gate.closed) return unavailable();
    const asked = ask(request);
    if (asked === null || asked.method !== 'GET') return text(404, 'text/plain', '404 page not found');
    switch (asked.path) {
      case '/v5/market/time':
        return this.#time();
      case '/v5/market/instruments-info':
        return this.#instruments(asked.query);
      case '/v5/market/orderbook':
        return this.#orderbook(asked.query);
      case '/v5/market/kline':
        return this.#kline(asked.query);
      case '/v5/market/tickers':
        return this.#tickers(asked.query);
      default:
        return text(404, 'text/plain', '404 page not found');
    }
  }

  #time(): HttpResponse {
    const nanos = epochNanos(this.#clock.wallMs());
    return this.#ok({ timeSecond: nanos.slice(0, -9), timeNano: nanos });
  }

  #instruments(query: URLSearchParams): HttpResponse {
    const category = query.get('category') ?? '';
    if (EMPTY_CATEGORIES.includes(category)) return this.#ok({ category, list: [], nextPageCursor: '' });
    if (category !== 'spot') return this.#failed(10001, 'Illegal category');
    const symbol = query.get('symbol');
    const rows = this.#markets.filter((market) => symbol === null || symbolOf(market.spec) === symbol);
    return this.#ok({ category, list: rows.map(instrumentInfo) });
  }

  #orderbook(query: URLSearchParams): HttpResponse {
    const market = this.#market(query);
    if (typeof market === 'string') return this.#failed(10001, market);
    const limit = integer(query, 'limit', 1, 200);
    if (limit === null) return this.#failed(10001, 'limit is invalid');
    const { spec, book } = market;
    const rows = (levels: readonly { price: number; size: number }[]): string[][] =>
      levels.slice(0, limit ?? 1).map((level) => [priceText(spec, level.price), sizeText(spec, level.size)]);
    const now = wholeMs(this.#clock.wallMs());
    const { updateId, sequence } = this.#version(market);
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
      category: 'spot',
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
    const category = query.get('category') ?? '';
    if (EMPTY_CATEGORIES.includes(category)) return this.#ok({ category, list: [] });
    if (category !== 'spot') return this.#failed(10001, 'Illegal category');
    const symbol = query.get('symbol');
    const rows = this.#markets.filter((market) => symbol === null || symbolOf(market.spec) === symbol);
    if (rows.length === 0) return this.#failed(10001, 'Not supported symbols');
    return this.#ok({ category, list: rows.map(tickerRow) });
  }

  /** The market asked for, or what the venue says against the question. */
  #market(query: URLSearchParams): MarketView | string {
    if (query.get('category') !== 'spot') return 'Illegal category';
    const symbol = query.get('symbol');
    return this.#markets.find((market) => symbolOf(market.spec) === symbol) ?? 'Not supported symbols';
  }

  #ok(result: object): HttpResponse {
    return json(200, { retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: wholeMs(this.#clock.wallMs()) });
  }

  #failed(retCode: number, retMsg: string): HttpResponse {
    return json(200, { retCode, retMsg, result: {}, retExtInfo: {}, time: wholeMs(this.#clock.wallMs()) });
  }
}

function tickerRow({ spec, book, recentTrades, candles }: MarketView): object {
  const bars = candles.range(0, Number.MAX_SAFE_INTEGER).slice(-Math.ceil(86_400_000 / candles.barMs));
  const first = bars[0];
  const last = recentTrades[recentTrades.length - 1]?.price ?? book.bids[0]?.price ?? 0;
  const before = first?.open ?? last;
  const turnover = bars.reduce((sum, bar) => sum + bar.turnover, 0) / 10 ** (spec.priceDecimals + spec.sizeDecimals);
  return {
    symbol: symbolOf(spec),
    bid1Price: priceText(spec, book.bids[0]?.price ?? 0),
    bid1Size: sizeText(spec, book.bids[0]?.size ?? 0),
    ask1Price: priceText(spec, book.asks[0]?.price ?? 0),
    ask1Size: sizeText(spec, book.asks[0]?.size ?? 0),
    lastPrice: priceText(spec, last),
    prevPrice24h: priceText(spec, before),
    price24hPcnt: before === 0 ? '0' : ((last - before) / before).toFixed(4),
    highPrice24h: priceText(
      spec,
      bars.reduce((high, bar) => Math.max(high, bar.high), last),
    ),
    lowPrice24h: priceText(
      spec,
      bars.reduce((low, bar) => Math.min(low, bar.low), last),
    ),
    turnover24h: String(turnover),
    volume24h: sizeText(
      spec,
      bars.reduce((sum, bar) => sum + bar.volume, 0),
    ),
    usdIndexPrice: '',
  };
}

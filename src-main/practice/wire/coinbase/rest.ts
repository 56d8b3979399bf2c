import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import { aggregate } from '../../world/candles.ts';
import type { MarketView } from '../../world/world.ts';
import { ask, integer, json, text } from '../http.ts';
import { isoMicros, isoSeconds, wholeMs } from '../instants.ts';
import type { FeedContext } from '../venue.ts';
import { aliasOf, marketOf, priceText, productInfo, productOf, sideOf, sizeText } from './products.ts';

const BASE = '/api/v3/brokerage';

const GRANULARITY_MS: Readonly<Record<string, number>> = {
  ONE_MINUTE: 60_000,
  FIVE_MINUTE: 300_000,
  FIFTEEN_MINUTE: 900_000,
  THIRTY_MINUTE: 1_800_000,
  ONE_HOUR: 3_600_000,
  TWO_HOUR: 7_200_000,
  FOUR_HOUR: 14_400_000,
  SIX_HOUR: 21_600_000,
  ONE_DAY: 86_400_000,
};
const MAX_CANDLES = 350;

const failed = (status: number, error: string, message: string): HttpResponse =>
  json(status, { error, error_details: message, message });
const noProduct = (): HttpResponse => failed(404, 'NOT_FOUND', 'valid product_id is required');

/** Coinbase Advanced Trade's public REST API (https://docs.cdp.coinbase.com/advanced-trade/reference). */
export class CoinbaseRest {
  readonly #feed: FeedContext;
  readonly #clock: Clock;

  constructor(feed: FeedContext, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
  }

  request(request: HttpRequest): HttpResponse {
    const asked = ask(request);
    if (asked === null || asked.method !== 'GET') return text(404, 'text/plain', '404 page not found\n');
    const { path, query } = asked;
    const now = this.#clock.wallMs();
    if (path === '/v2/time') {
      return json(200, { data: { iso: isoSeconds(now), epoch: Math.floor(now / 1000) } });
    }
    if (path === `${BASE}/time`) {
      return json(200, {
        iso: isoSeconds(now),
        epochSeconds: String(Math.floor(now / 1000)),
        epochMillis: String(wholeMs(now)),
      });
    }
    if (path === `${BASE}/market/products`) return this.#products(query);
    if (path === `${BASE}/market/product_book`) return this.#book(query);
    const [, product, detail] =
      /^\/api\/v3\/brokerage\/market\/products\/([A-Z0-9-]+)(?:\/(candles|ticker))?$/.exec(path) ?? [];
    if (product === undefined) return text(404, 'text/plain', '404 page not found\n');
    const market = marketOf(this.#feed.listed(), product);
    if (market === undefined) return noProduct();
    if (detail === 'candles') return this.#candles(market, query);
    if (detail === 'ticker') return this.#ticker(market, product, query);
    return json(200, productInfo(market, product));
  }

  #products(query: URLSearchParams): HttpResponse {
    const type = query.get('product_type');
    const wanted = query.getAll('product_ids');
    const limit = integer(query, 'limit', 1, 10_000);
    const offset = integer(query, 'offset', 0, 10_000);
    if (limit === null || offset === null) return failed(400, 'INVALID_ARGUMENT', 'limit must be a number');
    // No futures are listed here: the class of products is known, its list is empty.
    const rows =
      type !== null && type !== 'SPOT'
        ? []
        : this.#feed.listed().flatMap((market) => {
            const alias = aliasOf(market.spec);
            const names = alias === null ? [productOf(market.spec)] : [productOf(market.spec), alias];
            return names
              .filter((name) => wanted.length === 0 || wanted.includes(name))
              .map((name) => productInfo(market, name));
          });
    const from = offset ?? 0;
    const products = rows.slice(from, limit === undefined ? undefined : from + limit);
    return json(200, { products, num_products: products.length, pagination: null });
  }

  #book(query: URLSearchParams): HttpResponse {
    const product = query.get('product_id');
    const limit = integer(query, 'limit', 1, 10_000);
    if (!product) return failed(400, 'INVALID_ARGUMENT', 'product_id is required');
    if (limit === null) return failed(400, 'INVALID_ARGUMENT', 'limit must be a number');
    const market = marketOf(this.#feed.listed(), product);
    if (market === undefined) return noProduct();
    const { spec, book } = market;
    const rows = (levels: readonly { price: number; size: number }[]): object[] =>
      levels
        .slice(0, limit)
        .map((level) => ({ price: priceText(spec, level.price), size: sizeText(spec, level.size) }));
    const scale = 10 ** spec.priceDecimals;
    const bid = (book.bids[0]?.price ?? 0) / scale;
    const askPrice = (book.asks[0]?.price ?? 0) / scale;
    const middle = (bid + askPrice) / 2;
    return json(200, {
      pricebook: {
        product_id: product,
        bids: rows(book.bids),
        asks: rows(book.asks),
        time: isoMicros(this.#clock.wallMs()),
      },
      last: String(middle),
      mid_market: String(middle),
      spread_bps: ((1e4 * (askPrice - bid)) / middle).toFixed(12),
      spread_absolute: (askPrice - bid).toFixed(spec.priceDecimals),
    });
  }

  #candles(market: MarketView, query: URLSearchParams): HttpResponse {
    const start = integer(query, 'start', 0, 1e12);
    const end = integer(query, 'end', 0, 1e12);
    const limit = integer(query, 'limit', 1, MAX_CANDLES);
    const intervalMs = GRANULARITY_MS[query.get('granularity') ?? ''];
    if (typeof start !== 'number' || typeof end !== 'number' || limit === null) {
      return failed(400, 'INVALID_ARGUMENT', 'start and end argument is required');
    }
    if (intervalMs === undefined) return failed(400, 'INVALID_ARGUMENT', 'Unsupported granularity');
    if (((end - start) * 1000) / intervalMs > MAX_CANDLES) {
      return failed(400, 'INVALID_ARGUMENT', 'number of candles requested should be less than 350');
    }
    const { spec } = market;
    const to = Math.min(end * 1000, this.#clock.wallMs());
    const rows = aggregate(market.candles, intervalMs, start * 1000, to)
      .filter((bar) => bar.trades > 0)
      .reverse()
      .slice(0, limit)
      .map((bar) => ({
        start: String(bar.openMs / 1000),
        low: priceText(spec, bar.low),
        high: priceText(spec, bar.high),
        open: priceText(spec, bar.open),
        close: priceText(spec, bar.close),
        volume: sizeText(spec, bar.volume),
      }));
    return json(200, { candles: rows });
  }

  #ticker(market: MarketView, product: string, query: URLSearchParams): HttpResponse {
    const limit = integer(query, 'limit', 1, 1000);
    if (limit === null) return failed(400, 'INVALID_ARGUMENT', 'limit must be a number');
    const { spec, book } = market;
    return json(200, {
      trades: [...market.recentTrades]
        .reverse()
        .slice(0, limit)
        .map((trade) => ({
          trade_id: String(trade.id),
          product_id: product,
          price: priceText(spec, trade.price),
          size: sizeText(spec, trade.size),
          time: isoMicros(trade.atMs),
          side: sideOf(trade),
        })),
      best_bid: priceText(spec, book.bids[0]?.price ?? 0),
      best_ask: priceText(spec, book.asks[0]?.price ?? 0),
    });
  }
}

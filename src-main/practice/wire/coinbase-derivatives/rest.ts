import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import { aggregate } from '../../world/candles.ts';
import type { MarketView, PerpView } from '../../world/world.ts';
import { ask, integer, json, text } from '../http.ts';
import type { FeedContext } from '../venue.ts';
import { amountOf, instrumentRow, nameOf, priceOf } from './instruments.ts';
import { errorOf, invalid, METHOD_NOT_FOUND, type RpcError, resultOf } from './json-rpc.ts';
import { interest8h, tickerFields } from './tickers.ts';
import { tradeRow } from './trade-channel.ts';

const BASE = '/api/v2/public/';
const MINUTE_MS = 60_000;
const DEPTHS: readonly number[] = [1, 5, 10, 20, 50, 100, 1000, 10_000];
const RESOLUTIONS: readonly string[] = ['1', '3', '5', '10', '15', '30', '60', '120', '180', '360', '720', '1D'];

type Outcome = { readonly result: unknown } | { readonly error: RpcError };
interface Perpetual {
  readonly market: MarketView;
  readonly perp: PerpView;
}

/** The gateway's public methods over HTTP (https://docs.cdp.coinbase.com/api-reference/advanced-trade-api). */
export class GatewayRest {
  readonly #feed: FeedContext;
  readonly #clock: Clock;

  constructor(feed: FeedContext, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
  }

  request(request: HttpRequest): HttpResponse {
    const asked = ask(request);
    if (asked === null || asked.method !== 'GET' || !asked.path.startsWith(BASE))
      return text(404, 'text/html', 'Not Found');
    const outcome = this.#call(asked.path.slice(BASE.length), asked.query);
    const now = this.#clock.wallMs();
    if ('error' in outcome) return json(400, errorOf(undefined, outcome.error, now));
    return json(200, resultOf(undefined, outcome.result, now));
  }

  #call(method: string, query: URLSearchParams): Outcome {
    switch (method) {
      case 'get_time':
        return { result: Math.floor(this.#clock.wallMs()) };
      case 'test':
        return { result: { version: '1.2.26' } };
      case 'status':
        return { result: { locked: 'false' } };
      case 'get_instruments':
        return this.#instruments(query);
      case 'get_order_book':
        return this.#about(query, (found) => this.#orderBook(found, query));
      case 'ticker':
        return this.#about(query, ({ market, perp }) => ({ result: tickerFields(market, perp, this.#clock.wallMs()) }));
      case 'get_tradingview_chart_data':
        return this.#about(query, ({ market }) => this.#chart(market, query));
      case 'get_funding_rate_history':
        return this.#about(query, ({ market, perp }) => this.#fundingHistory(market, perp, query));
      case 'get_last_trades_by_instrument':
        return this.#about(query, ({ market }) => this.#lastTrades(market, query));
      default:
        return { error: METHOD_NOT_FOUND };
    }
  }

  #instruments(query: URLSearchParams): Outcome {
    const currency = query.get('currency') ?? 'any';
    const kind = query.get('kind') ?? 'future';
    if (!['BTC', 'ETH', 'USDC', 'USDT', 'EURR', 'any'].includes(currency)) return { error: invalid('currency') };
    if (kind !== 'future' || !['USDC', 'any'].includes(currency)) return { result: [] };
    const all = this.#feed.markets;
    return { result: this.#feed.listed().map((market) => instrumentRow(market, all.indexOf(market))) };
  }

  #orderBook({ market, perp }: Perpetual, query: URLSearchParams): Outcome {
    const depth = integer(query, 'depth', 1, 10_000) ?? 5;
    if (!DEPTHS.includes(depth)) return { error: invalid('depth') };
    const { spec, book } = market;
    const rows = (levels: readonly { price: number; size: number }[]) =>
      levels.slice(0, depth).map(({ price, size }) => [priceOf(spec, price), amountOf(spec, size)]);
    const fields = tickerFields(market, perp, this.#clock.wallMs());
    return {
      result: { ...fields, change_id: Math.floor(this.#clock.wallMs()), bids: rows(book.bids), asks: rows(book.asks) },
    };
  }

  #chart({ spec, candles }: MarketView, query: URLSearchParams): Outcome {
    const start = integer(query, 'start_timestamp', 0, Number.MAX_SAFE_INTEGER);
    const end = integer(query, 'end_timestamp', 0, Number.MAX_SAFE_INTEGER);
    const resolution = query.get('resolution') ?? '';
    if (typeof start !== 'number' || typeof end !== 'number') return { error: invalid('start_timestamp') };
    if (!RESOLUTIONS.includes(resolution)) return { error: invalid('resolution', 'unsupported resolution') };
    const intervalMs = MINUTE_MS * (resolution === '1D' ? 1440 : Number(resolution));
    const bars = aggregate(candles, intervalMs, start, Math.min(end, this.#clock.wallMs()));
    const prices = (of: 'open' | 'high' | 'low' | 'close') => bars.map((bar) => priceOf(spec, bar[of]));
    return {
      result: {
        status: bars.length === 0 ? 'no_data' : 'ok',
        ticks: bars.map(({ openMs }) => openMs),
        open: prices('open'),
        high: prices('high'),
        low: prices('low'),
        close: prices('close'),
        volume: bars.map(({ volume }) => amountOf(spec, volume)),
        cost: bars.map(({ turnover }) => turnover / 10 ** (spec.priceDecimals + spec.sizeDecimals)),
      },
    };
  }

  /** One row an hour: what it cost, and what the eight up to it cost. */
  #fundingHistory({ spec }: MarketView, perp: PerpView, query: URLSearchParams): Outcome {
    const start = integer(query, 'start_timestamp', 0, Number.MAX_SAFE_INTEGER);
    const end = integer(query, 'end_timestamp', 0, Number.MAX_SAFE_INTEGER);
    if (typeof start !== 'number' || typeof end !== 'number') return { error: invalid('start_timestamp') };
    const index = Number(perp.indexPrice.toFixed(spec.priceDecimals + 1));
    const result = perp.settlements.flatMap(({ atMs, rate }, at) =>
      atMs < start || atMs > end
        ? []
        : [
            {
              timestamp: atMs,
              prev_index_price: index,
              index_price: index,
              interest_8h: interest8h(perp, at),
              interest_1h: rate,
            },
          ],
    );
    return { result };
  }

  #lastTrades(market: MarketView, query: URLSearchParams): Outcome {
    const count = integer(query, 'count', 1, 1000);
    if (count === null) return { error: invalid('count') };
    const newestFirst = [...market.recentTrades].reverse().slice(0, count ?? 10);
    return { result: { has_more: false, trades: newestFirst.map((trade) => tradeRow(market, trade, 0)) } };
  }

  #about(query: URLSearchParams, answer: (found: Perpetual) => Outcome): Outcome {
    const name = query.get('instrument_name');
    if (name === null) return { error: invalid('instrument_name', 'missing') };
    const market = this.#feed.listed().find(({ spec }) => nameOf(spec) === name);
    if (market === undefined || market.perp === null)
      return { error: invalid('instrument_name', 'instrument not found') };
    return answer({ market, perp: market.perp });
  }
}

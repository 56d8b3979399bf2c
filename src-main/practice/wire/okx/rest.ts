import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import { aggregate } from '../../world/candles.ts';
import type { MarketView } from '../../world/world.ts';
import { ask, integer, json } from '../http.ts';
import { wholeMs } from '../instants.ts';
import type { FeedContext } from '../venue.ts';
import { instIdOf, instrumentInfo, levelRow, priceText, sizeText } from './instruments.ts';

const BARS_MS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1H': 3_600_000,
  '2H': 7_200_000,
  '4H': 14_400_000,
  '6Hutc': 21_600_000,
  '12Hutc': 43_200_000,
  '1Dutc': 86_400_000,
};
/** Product kinds the API has; this venue lists spot only. */
const EMPTY_TYPES: readonly string[] = ['MARGIN', 'SWAP', 'FUTURES', 'OPTION', 'EVENTS'];
const DEFAULT_ROWS = 100;

const ok = (data: readonly unknown[]): HttpResponse => json(200, { code: '0', data, msg: '' });
const failed = (status: number, code: string, msg: string): HttpResponse => json(status, { code, data: [], msg });
const wrong = (name: string): HttpResponse => failed(400, '51000', `Parameter ${name}  error`);

/** OKX's v5 public and market REST API (https://www.okx.com/docs-v5/en/), spot. */
export class OkxRest {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #seqId: (market: MarketView) => number;

  constructor(feed: FeedContext, clock: Clock, seqId: (market: MarketView) => number) {
    this.#feed = feed;
    this.#clock = clock;
    this.#seqId = seqId;
  }

  request(request: HttpRequest): HttpResponse {
    const asked = ask(request);
    if (asked === null || asked.method !== 'GET') return failed(404, '404', 'Not Found');
    switch (asked.path) {
      case '/api/v5/public/time':
        return ok([{ ts: String(wholeMs(this.#clock.wallMs())) }]);
      case '/api/v5/public/instruments':
        return this.#instruments(asked.query);
      case '/api/v5/market/books':
        return this.#books(asked.query);
      case '/api/v5/market/candles':
      case '/api/v5/market/history-candles':
        return this.#candles(asked.query);
      case '/api/v5/system/status':
        return ok([]);
      default:
        return failed(404, '404', 'Not Found');
    }
  }

  #instruments(query: URLSearchParams): HttpResponse {
    const type = query.get('instType') ?? '';
    if (type === '') return failed(400, '50014', 'Parameter instType can not be empty.');
    if (EMPTY_TYPES.includes(type)) return ok([]);
    if (type !== 'SPOT') return wrong('instType');
    const id = query.get('instId');
    const rows = this.#feed.listed().filter((market) => id === null || instIdOf(market.spec) === id);
    if (rows.length === 0 && id !== null) return noInstrument();
    return ok(rows.map(instrumentInfo));
  }

  #books(query: URLSearchParams): HttpResponse {
    const market = this.#market(query);
    if (!isMarket(market)) return market;
    const rows = integer(query, 'sz', 1, 400);
    if (rows === null) return wrong('sz');
    const { spec, book } = market;
    return ok([
      {
        asks: book.asks.slice(0, rows ?? 1).map((level) => levelRow(spec, level)),
        bids: book.bids.slice(0, rows ?? 1).map((level) => levelRow(spec, level)),
        ts: String(wholeMs(this.#clock.wallMs())),
        seqId: this.#seqId(market),
      },
    ]);
  }

  #candles(query: URLSearchParams): HttpResponse {
    const market = this.#market(query);
    if (!isMarket(market)) return market;
    const barMs = BARS_MS[query.get('bar') || '1m'];
    if (barMs === undefined) return wrong('bar');
    const limit = integer(query, 'limit', 1, 300);
    // `before` asks for bars newer than it, `after` for older ones; neither includes itself.
    const before = integer(query, 'before', 0, Number.MAX_SAFE_INTEGER);
    const after = integer(query, 'after', 0, Number.MAX_SAFE_INTEGER);
    if (limit === null || before === null || after === null) return wrong('limit');
    const now = this.#clock.wallMs();
    const from = before === undefined ? 0 : before + 1;
    const bars = aggregate(market.candles, barMs, from, after === undefined ? now : Math.min(after - 1, now));
    const { spec } = market;
    const scale = 10 ** (spec.priceDecimals + spec.sizeDecimals);
    return ok(
      bars
        .slice(-(limit ?? DEFAULT_ROWS))
        .reverse()
        .map((bar) => [
          String(bar.openMs),
          priceText(spec, bar.open),
          priceText(spec, bar.high),
          priceText(spec, bar.low),
          priceText(spec, bar.close),
          sizeText(spec, bar.volume),
          String(bar.turnover / scale),
          String(bar.turnover / scale),
          bar.openMs + barMs <= now ? '1' : '0',
        ]),
    );
  }

  #market(query: URLSearchParams): MarketView | HttpResponse {
    const id = query.get('instId') ?? '';
    if (id === '') return failed(400, '50014', 'Parameter instId can not be empty.');
    return this.#feed.listed().find((market) => instIdOf(market.spec) === id) ?? noInstrument();
  }
}

const noInstrument = (): HttpResponse =>
  failed(200, '51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist.");

const isMarket = (value: MarketView | HttpResponse): value is MarketView => 'book' in value;

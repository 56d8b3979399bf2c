import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import { aggregate } from '../../world/candles.ts';
import type { MarketView, PerpView } from '../../world/world.ts';
import { ask, integer } from '../http.ts';
import { wholeMs } from '../instants.ts';
import type { MaintenanceBoard, PlannedMaintenance } from '../maintenance-board.ts';
import type { FeedContext } from '../venue.ts';
import { failed, missing, noInstrument, ok, wrong } from './answers.ts';
import { levelRow } from './books.ts';
import type { InstType } from './instruments.ts';
import { INST_TYPES, instrumentInfo } from './instruments.ts';
import { fundingRow, indexRow, markRow, settlementRow } from './references.ts';
import { indexOf, instIdOf, priceText, Sizes } from './sizes.ts';
import { tickerRow } from './tickers.ts';

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
/** Product kinds that the API has and this venue lists nothing in. */
const EMPTY_TYPES: readonly string[] = ['MARGIN', 'FUTURES', 'OPTION', 'EVENTS'];
const DEFAULT_ROWS = 100;
const MOST_SETTLEMENTS = 400;

const isAnswer = (value: MarketView | HttpResponse): value is HttpResponse => 'body' in value;

interface Swap {
  readonly market: MarketView;
  readonly perp: PerpView;
}

/** OKX's v5 public and market REST API (https://www.okx.com/docs-v5/en/). */
export class OkxRest {
  readonly #feeds: Readonly<Record<InstType, FeedContext>>;
  readonly #clock: Clock;
  readonly #seqId: (market: MarketView) => number;
  readonly #maintenance: MaintenanceBoard;

  constructor(
    feeds: Readonly<Record<InstType, FeedContext>>,
    clock: Clock,
    seqId: (market: MarketView) => number,
    maintenance: MaintenanceBoard,
  ) {
    this.#feeds = feeds;
    this.#clock = clock;
    this.#seqId = seqId;
    this.#maintenance = maintenance;
  }

  request(request: HttpRequest): HttpResponse {
    const asked = ask(request);
    if (asked === null || asked.method !== 'GET') return failed(404, '404', 'Not Found');
    const { path, query } = asked;
    switch (path) {
      case '/api/v5/public/time':
        return ok([{ ts: String(wholeMs(this.#clock.wallMs())) }]);
      case '/api/v5/public/instruments':
        return this.#instruments(query);
      case '/api/v5/market/books':
        return this.#books(query);
      case '/api/v5/market/ticker':
        return this.#ticker(query);
      case '/api/v5/market/candles':
      case '/api/v5/market/history-candles':
        return this.#candles(query);
      case '/api/v5/public/funding-rate':
        return this.#swaps(query, fundingRow);
      case '/api/v5/public/funding-rate-history':
        return this.#settlements(query);
      case '/api/v5/public/mark-price':
        return this.#swaps(query, markRow);
      case '/api/v5/market/index-tickers':
        return this.#indices(query);
      case '/api/v5/system/status':
        return this.#status();
      default:
        return failed(404, '404', 'Not Found');
    }
  }

  #instruments(query: URLSearchParams): HttpResponse {
    const name = query.get('instType') ?? '';
    if (name === '') return missing('instType');
    if (EMPTY_TYPES.includes(name)) return ok([]);
    const type = INST_TYPES.find((one) => one === name);
    if (type === undefined) return wrong('instType');
    const id = query.get('instId');
    const rows = this.#feeds[type].listed().filter(({ spec }) => id === null || instIdOf(spec) === id);
    return rows.length === 0 && id !== null ? noInstrument() : ok(rows.map(instrumentInfo));
  }

  #books(query: URLSearchParams): HttpResponse {
    const market = this.#market(query);
    if (isAnswer(market)) return market;
    const rows = integer(query, 'sz', 1, 400);
    if (rows === null) return wrong('sz');
    const { spec, book } = market;
    const sizes = new Sizes(spec);
    const level = (one: { price: number; size: number }) => levelRow(spec, sizes, one);
    return ok([
      {
        asks: book.asks.slice(0, rows ?? 1).map(level),
        bids: book.bids.slice(0, rows ?? 1).map(level),
        ts: String(wholeMs(this.#clock.wallMs())),
        seqId: this.#seqId(market),
      },
    ]);
  }

  #ticker(query: URLSearchParams): HttpResponse {
    const market = this.#market(query);
    return isAnswer(market) ? market : ok([tickerRow(market, this.#clock.wallMs())]);
  }

  #candles(query: URLSearchParams): HttpResponse {
    const market = this.#market(query);
    if (isAnswer(market)) return market;
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
    const sizes = new Sizes(spec);
    const scale = 10 ** (spec.priceDecimals + spec.sizeDecimals);
    return ok(
      bars
        .slice(-(limit ?? DEFAULT_ROWS))
        .reverse()
        .map((bar) => {
          const turnover = String(bar.turnover / scale);
          // Contracts, base and quote for a swap; base, quote and quote for a pair.
          const volumes =
            spec.product === 'perp'
              ? [sizes.text(bar.volume), sizes.baseText(bar.volume)]
              : [sizes.text(bar.volume), turnover];
          return [
            String(bar.openMs),
            priceText(spec, bar.open),
            priceText(spec, bar.high),
            priceText(spec, bar.low),
            priceText(spec, bar.close),
            ...volumes,
            turnover,
            bar.openMs + barMs <= now ? '1' : '0',
          ];
        }),
    );
  }

  /** Of one swap, or of all: `ANY` for funding, a type for marks. */
  #swaps(query: URLSearchParams, row: (market: MarketView, perp: PerpView, wallMs: number) => object): HttpResponse {
    const id = query.get('instId') ?? '';
    if (id === '' && query.get('instType') !== 'SWAP') return missing('instId');
    const all = id === '' || id === 'ANY';
    const rows = this.#listedSwaps().filter(({ market }) => all || instIdOf(market.spec) === id);
    if (rows.length === 0) return noInstrument();
    return ok(rows.map(({ market, perp }) => row(market, perp, this.#clock.wallMs())));
  }

  /** Newest first. `before` asks for payments newer than it, `after` for older ones. */
  #settlements(query: URLSearchParams): HttpResponse {
    const id = query.get('instId') ?? '';
    if (id === '') return missing('instId');
    const swap = this.#listedSwaps().find(({ market }) => instIdOf(market.spec) === id);
    if (swap === undefined) return noInstrument();
    const limit = integer(query, 'limit', 1, MOST_SETTLEMENTS);
    const before = integer(query, 'before', 0, Number.MAX_SAFE_INTEGER);
    const after = integer(query, 'after', 0, Number.MAX_SAFE_INTEGER);
    if (limit === null || before === null || after === null) return wrong('limit');
    const rows = swap.perp.settlements
      .filter(({ atMs }) => atMs > (before ?? 0) && atMs < (after ?? Number.MAX_SAFE_INTEGER))
      .slice(-(limit ?? MOST_SETTLEMENTS))
      .reverse();
    return ok(rows.map((settlement) => settlementRow(swap.market, settlement)));
  }

  #indices(query: URLSearchParams): HttpResponse {
    const id = query.get('instId');
    const quote = query.get('quoteCcy');
    if (id === null && quote === null) return missing('instId');
    const rows = this.#listedSwaps().filter(
      ({ market: { spec } }) => (id === null || indexOf(spec) === id) && (quote === null || spec.quote === quote),
    );
    if (rows.length === 0) return noInstrument();
    return ok(rows.map(({ market, perp }) => indexRow(market, perp, this.#clock.wallMs())));
  }

  /** What is announced; without it one stands while every market of both products is in maintenance. */
  #status(): HttpResponse {
    const plans = this.#maintenance.plans();
    if (plans.length > 0) return ok(plans.map(statusRow));
    const markets = INST_TYPES.flatMap((type) => this.#feeds[type].listed());
    if (markets.length === 0 || markets.some(({ status }) => status !== 'maintenance')) return ok([]);
    const fromMs = wholeMs(this.#clock.wallMs());
    return ok([statusRow({ title: 'Trading system upgrade', fromMs, toMs: fromMs + 3_600_000, begun: true })]);
  }

  #listedSwaps(): Swap[] {
    return this.#feeds.SWAP.listed().flatMap((market) => (market.perp === null ? [] : [{ market, perp: market.perp }]));
  }

  #market(query: URLSearchParams): MarketView | HttpResponse {
    const id = query.get('instId') ?? '';
    if (id === '') return missing('instId');
    const all = INST_TYPES.flatMap((type) => this.#feeds[type].listed());
    return all.find(({ spec }) => instIdOf(spec) === id) ?? noInstrument();
  }
}

/** A row of the system status: https://www.okx.com/docs-v5/en/#status */
const statusRow = ({
  title,
  fromMs,
  toMs,
  begun,
}: Pick<PlannedMaintenance, 'title' | 'fromMs' | 'toMs' | 'begun'>): object => ({
  begin: String(fromMs),
  end: String(toMs),
  env: '1',
  href: '',
  maintType: '1',
  preOpenBegin: '',
  scheDesc: '',
  serviceType: '5',
  state: begun ? 'ongoing' : 'scheduled',
  system: 'unified',
  title,
});

import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { MarketView } from '../../world/world.ts';
import type { Asked } from '../http.ts';
import { ask, integer, json } from '../http.ts';
import { wholeMs } from '../instants.ts';
import type { FeedContext, VenueAnswer } from '../venue.ts';
import { failed, illegal, invalidSymbol, missing, notFound, tooMuch } from './answers.ts';
import { contractInfo, contractPairs, premiumIndex, priceOf, rateOf, referenceOf, sizeOf } from './contracts.ts';
import { klines } from './klines.ts';
import type { AccountDesk } from './private/calls.ts';
import { symbolOf } from './symbols.ts';
import { WeightMeter } from './weight-meter.ts';

/** Request weight a minute, per address. */
const WEIGHT_LIMIT = 2400;
/** Funding calls count by themselves. */
const FUNDING_LIMIT = 500;
const FUNDING_WINDOW_MS = 300_000;
const MOST_BARS = 1500;
/** Weights of the depths there are; any other is refused. */
const DEPTHS: Readonly<Record<number, number>> = { 5: 2, 10: 2, 20: 2, 50: 2, 100: 5, 500: 10, 1000: 20 };
const HOUR_MS = 3_600_000;
/** Contracts that never had another interval are missing in the funding information. */
const USUAL_MS = 8 * HOUR_MS;
const MOST_SETTLEMENTS = 1000;

interface Route {
  readonly weight: number;
  readonly funding?: true;
  answer(): VenueAnswer;
}

/** Binance's USDⓈ-M REST API (https://developers.binance.com/docs/derivatives/usds-margined-futures): its public part, and the door to accounts. */
export class BinancePerpRest {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #versionOf: (market: MarketView) => { readonly updateId: number; readonly changedMs: number };
  readonly #weight: WeightMeter;
  readonly #funding: WeightMeter;
  readonly #adjusted = new Set<MarketView>();
  readonly #desk: AccountDesk;

  constructor(
    feed: FeedContext,
    clock: Clock,
    versionOf: (market: MarketView) => { readonly updateId: number; readonly changedMs: number },
    desk: AccountDesk,
  ) {
    this.#feed = feed;
    this.#desk = desk;
    this.#clock = clock;
    this.#versionOf = versionOf;
    this.#weight = new WeightMeter(clock, WEIGHT_LIMIT);
    this.#funding = new WeightMeter(clock, FUNDING_LIMIT, FUNDING_WINDOW_MS);
  }

  request(request: HttpRequest): VenueAnswer {
    const asked = ask(request);
    if (asked === null) return notFound();
    const route: Route | null =
      (asked.method === 'GET' ? this.#route(asked) : null) ?? this.#desk.route(request, asked);
    if (route === null) return notFound();
    const meter = route.funding === true ? this.#funding : this.#weight;
    if (!meter.spend(route.weight)) {
      return tooMuch(WEIGHT_LIMIT, { ...this.#weight.headers, 'retry-after': meter.retryAfter });
    }
    const answer = route.answer();
    return answer === 'lost' ? answer : { ...answer, headers: { ...answer.headers, ...this.#weight.headers } };
  }

  #route({ path, query }: Asked): Route | null {
    const one = query.has('symbol');
    switch (path) {
      case '/fapi/v1/ping':
        return { weight: 1, answer: () => json(200, {}) };
      case '/fapi/v1/time':
        return { weight: 1, answer: () => json(200, { serverTime: wholeMs(this.#clock.wallMs()) }) };
      case '/fapi/v1/exchangeInfo':
        return { weight: 1, answer: () => this.#exchangeInfo() };
      case '/fapi/v1/depth':
        return { weight: DEPTHS[integer(query, 'limit', 1, 5000) ?? 500] ?? 1, answer: () => this.#depth(query) };
      case '/fapi/v1/klines':
        return { weight: 5, answer: () => this.#klines(query) };
      case '/fapi/v1/ticker/bookTicker':
        return { weight: one ? 2 : 5, answer: () => this.#ofOneOrAll(query, (market) => this.#bookTicker(market)) };
      case '/fapi/v1/premiumIndex':
        return { weight: one ? 1 : 10, answer: () => this.#ofOneOrAll(query, (market) => this.#premium(market)) };
      case '/fapi/v1/fundingRate':
        return { weight: 1, funding: true, answer: () => this.#fundingRate(query) };
      case '/fapi/v1/fundingInfo':
        return { weight: 1, funding: true, answer: () => this.#fundingInfo() };
      default:
        return null;
    }
  }

  #exchangeInfo(): HttpResponse {
    const listed = this.#feed.listed();
    const assets = [...new Set(listed.map(({ spec }) => spec.settle))];
    return json(200, {
      timezone: 'UTC',
      serverTime: wholeMs(this.#clock.wallMs()),
      futuresType: 'U_MARGINED',
      rateLimits: [
        { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: WEIGHT_LIMIT },
        { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1200 },
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300 },
      ],
      exchangeFilters: [],
      assets: assets.map((asset) => ({ asset, marginAvailable: true, autoAssetExchange: 0 })),
      symbols: listed.map(contractInfo),
    });
  }

  #depth(query: URLSearchParams): HttpResponse {
    const symbol = query.get('symbol');
    if (!symbol) return missing('symbol');
    const limit = integer(query, 'limit', 1, 5000);
    if (limit === null) return illegal('limit');
    const rows = limit ?? 500;
    if (DEPTHS[rows] === undefined) return failed(400, -4021, `${rows} is not valid depth limit.`);
    const market = this.#market(symbol);
    if (market === undefined) return invalidSymbol();
    const { updateId, changedMs } = this.#versionOf(market);
    return json(200, {
      lastUpdateId: updateId,
      E: wholeMs(this.#clock.wallMs()),
      T: wholeMs(changedMs),
      bids: contractPairs(market.spec, market.book.bids.slice(0, rows)),
      asks: contractPairs(market.spec, market.book.asks.slice(0, rows)),
    });
  }

  #klines(query: URLSearchParams): HttpResponse {
    const now = wholeMs(this.#clock.wallMs());
    const turnover = (spec: MarketView['spec'], value: number) =>
      (value / 10 ** (spec.priceDecimals + spec.sizeDecimals)).toFixed(5);
    const digits = { price: priceOf, size: sizeOf, turnover };
    return klines(query, (symbol) => this.#market(symbol), now, MOST_BARS, digits);
  }

  #bookTicker(market: MarketView): object {
    const { spec, book } = market;
    const [bid, ask] = [book.bids[0], book.asks[0]];
    const { updateId, changedMs } = this.#versionOf(market);
    return {
      symbol: symbolOf(spec),
      bidPrice: priceOf(spec, bid?.price ?? 0),
      bidQty: sizeOf(spec, bid?.size ?? 0),
      askPrice: priceOf(spec, ask?.price ?? 0),
      askQty: sizeOf(spec, ask?.size ?? 0),
      time: wholeMs(changedMs),
      lastUpdateId: updateId,
    };
  }

  #premium(market: MarketView): object | null {
    return market.perp === null ? null : premiumIndex(market, market.perp, this.#clock.wallMs());
  }

  /** Of all contracts the latest settlements together, the oldest first, when no symbol is named. */
  #fundingRate(query: URLSearchParams): HttpResponse {
    const symbol = query.get('symbol');
    const limit = integer(query, 'limit', 1, MOST_SETTLEMENTS);
    const from = integer(query, 'startTime', 0, Number.MAX_SAFE_INTEGER);
    const to = integer(query, 'endTime', 0, Number.MAX_SAFE_INTEGER);
    if (limit === null || from === null || to === null) return illegal('limit');
    const one = symbol === null ? undefined : this.#market(symbol);
    if (symbol !== null && one === undefined) return json(200, []);
    const rows = (one === undefined ? this.#feed.listed() : [one])
      .flatMap((market) => (market.perp?.settlements ?? []).map((settlement) => ({ market, settlement })))
      .filter(({ settlement: { atMs } }) => atMs >= (from ?? 0) && atMs <= (to ?? Number.MAX_SAFE_INTEGER))
      .sort((a, b) => a.settlement.atMs - b.settlement.atMs);
    const most = limit ?? 100;
    return json(
      200,
      (from === undefined ? rows.slice(-most) : rows.slice(0, most)).map(({ market, settlement }) => ({
        symbol: symbolOf(market.spec),
        fundingTime: settlement.atMs,
        fundingRate: rateOf(settlement.rate),
        markPrice: referenceOf(market.perp?.markPrice ?? 0),
      })),
    );
  }

  #fundingInfo(): HttpResponse {
    return json(
      200,
      this.#feed.listed().flatMap((market) => {
        const { perp, spec } = market;
        if (perp === null) return [];
        // Once adjusted it stays listed, whatever its interval becomes.
        if (perp.intervalMs !== USUAL_MS) this.#adjusted.add(market);
        if (!this.#adjusted.has(market)) return [];
        return [
          {
            symbol: symbolOf(spec),
            adjustedFundingRateCap: rateOf(perp.rateCap),
            adjustedFundingRateFloor: rateOf(-perp.rateCap),
            fundingIntervalHours: perp.intervalMs / HOUR_MS,
            disclaimer: false,
            updateTime: wholeMs(this.#clock.wallMs()),
          },
        ];
      }),
    );
  }

  #ofOneOrAll(query: URLSearchParams, row: (market: MarketView) => object | null): HttpResponse {
    const symbol = query.get('symbol');
    if (symbol === null)
      return json(
        200,
        this.#feed.listed().flatMap((market) => row(market) ?? []),
      );
    const market = this.#market(symbol);
    const found = market === undefined ? null : row(market);
    return found === null ? invalidSymbol() : json(200, found);
  }

  #market(symbol: string): MarketView | undefined {
    return this.#feed.listed().find((market) => symbolOf(market.spec) === symbol);
  }
}

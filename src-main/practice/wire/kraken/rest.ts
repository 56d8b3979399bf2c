import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import { aggregate } from '../../world/candles.ts';
import { fixed, padded } from '../digits.ts';
import { ask, integer, json } from '../http.ts';
import type { MaintenanceBoard } from '../maintenance-board.ts';
import type { FeedContext } from '../venue.ts';
import { MAINTENANCE_SCHEDULE, systemStatus, upcoming } from './maintenance.ts';
import { altnameOf, assetCode, assetInfo, findPair, pairId, pairInfo, priceText, sizeText } from './pairs.ts';
import { tickerRow } from './ticker.ts';

const INTERVALS_MINUTES = [1, 5, 15, 30, 60, 240, 1440, 10_080, 21_600];
const MAX_CANDLES = 720;

const ok = (result: unknown): HttpResponse => json(200, { error: [], result });
const failed = (...error: string[]): HttpResponse => json(200, { error });
const unknownPair = (): HttpResponse => failed('EQuery:Unknown asset pair');

/** Kraken's public spot REST API (https://docs.kraken.com/api-reference). Errors come with status 200. */
export class KrakenRest {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #maintenance: MaintenanceBoard;

  constructor(feed: FeedContext, clock: Clock, maintenance: MaintenanceBoard) {
    this.#feed = feed;
    this.#clock = clock;
    this.#maintenance = maintenance;
  }

  request(request: HttpRequest): HttpResponse {
    const asked = ask(request);
    if (asked === null) return failed('EGeneral:Unknown method');
    // Public calls take their parameters in the query or as a form.
    const query = asked.method === 'POST' ? new URLSearchParams(request.body ?? '') : asked.query;
    switch (asked.path) {
      case '/0/public/Time':
        return this.#time();
      case '/0/public/SystemStatus':
        return ok(systemStatus(this.#maintenance.plans(), this.#clock.wallMs()));
      case MAINTENANCE_SCHEDULE:
        return ok({ events: upcoming(this.#maintenance.plans(), this.#clock.wallMs()) });
      case '/0/public/Assets':
        return this.#assets(query);
      case '/0/public/AssetPairs':
        return this.#pairs(query);
      case '/0/public/Depth':
        return this.#depth(query);
      case '/0/public/Ticker':
        return this.#ticker(query);
      case '/0/public/OHLC':
        return this.#ohlc(query);
      default:
        return failed('EGeneral:Unknown method');
    }
  }

  #time(): HttpResponse {
    const unixtime = Math.floor(this.#clock.wallMs() / 1000);
    // `Tue, 11 Nov 25 00:17:04 +0000`: RFC 1123 with a two-digit year.
    const words = new Date(unixtime * 1000).toUTCString().split(' ');
    const rfc1123 = `${words[0]} ${words[1]} ${words[2]} ${words[3]?.slice(2)} ${words[4]} +0000`;
    return ok({ unixtime, rfc1123 });
  }

  #assets(query: URLSearchParams): HttpResponse {
    const currencies = [...new Set(this.#feed.listed().flatMap(({ spec }) => [spec.base, spec.quote]))].sort();
    const wanted = query.get('asset')?.split(',');
    const named = currencies.filter(
      (one) => wanted === undefined || wanted.some((name) => [one, assetCode(one), altnameOf(one)].includes(name)),
    );
    if (wanted !== undefined && named.length < wanted.length) return failed('EQuery:Unknown asset');
    return ok(Object.fromEntries(named.map((one) => [assetCode(one), assetInfo(one)])));
  }

  #pairs(query: URLSearchParams): HttpResponse {
    const names = query.get('pair')?.split(',');
    const markets = names?.map((name) => findPair(this.#feed.listed(), name)) ?? this.#feed.listed();
    const rows: [string, object][] = [];
    for (const market of markets) {
      if (market === undefined) return unknownPair();
      rows.push([pairId(market.spec), pairInfo(market)]);
    }
    return ok(Object.fromEntries(rows));
  }

  #depth(query: URLSearchParams): HttpResponse {
    const market = findPair(this.#feed.listed(), query.get('pair') ?? '');
    if (market === undefined) return unknownPair();
    const count = integer(query, 'count', 1, 500);
    if (count === null) return failed('EGeneral:Invalid arguments:count');
    const { spec, book } = market;
    const at = Math.floor(this.#clock.wallMs() / 1000);
    // Prices with five decimals at least, volumes with three.
    const rows = (levels: readonly { price: number; size: number }[]): unknown[] =>
      levels
        .slice(0, count ?? 100)
        .map((level) => [
          padded(level.price, spec.priceDecimals, 5),
          fixed(Math.max(1, Math.round(level.size / 10 ** (spec.sizeDecimals - 3))), 3),
          at,
        ]);
    return ok({ [pairId(spec)]: { asks: rows(book.asks), bids: rows(book.bids) } });
  }

  #ticker(query: URLSearchParams): HttpResponse {
    const names = query.get('pair')?.split(',');
    const rows: [string, object][] = [];
    for (const market of names?.map((name) => findPair(this.#feed.listed(), name)) ?? this.#feed.listed()) {
      if (market === undefined) return unknownPair();
      rows.push([pairId(market.spec), tickerRow(market, this.#clock.wallMs())]);
    }
    return ok(Object.fromEntries(rows));
  }

  #ohlc(query: URLSearchParams): HttpResponse {
    const market = findPair(this.#feed.listed(), query.get('pair') ?? '');
    if (market === undefined) return unknownPair();
    const interval = integer(query, 'interval', 1, 100_000) ?? 1;
    const since = integer(query, 'since', 0, 1e12);
    if (!INTERVALS_MINUTES.includes(interval)) return failed('EGeneral:Invalid arguments:interval');
    if (since === null) return failed('EGeneral:Invalid arguments:since');
    const { spec } = market;
    const now = this.#clock.wallMs();
    const from = since === undefined ? 0 : since * 1000;
    const bars = aggregate(market.candles, interval * 60_000, from, now)
      .filter((bar) => bar.trades > 0)
      .slice(-MAX_CANDLES);
    const rows = bars.map((bar) => [
      bar.openMs / 1000,
      priceText(spec, bar.open),
      priceText(spec, bar.high),
      priceText(spec, bar.low),
      priceText(spec, bar.close),
      priceText(spec, bar.volume === 0 ? 0 : Math.round(bar.turnover / bar.volume)),
      sizeText(spec, bar.volume),
      bar.trades,
    ]);
    // `last` is the newest closed bar: the id to ask from next time.
    const last = bars[bars.length - 2]?.openMs ?? bars[0]?.openMs ?? 0;
    return ok({ [pairId(spec)]: rows, last: last / 1000 });
  }
}

import type { FeedId } from '#shared/domain/ids';
import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import { answered, ask, unavailable } from '../../http.ts';
import type { Message } from '../../message.ts';
import { readMessage } from '../../message.ts';
import type { VenueAnswer } from '../../venue.ts';
import { CATEGORIES } from '../rest.ts';
import { complaint, envelope, OK, Refused } from './answers.ts';
import { Gatekeeper } from './gatekeeper.ts';
import { keyInfo } from './key-info.ts';
import { CallMeter } from './limits.ts';
import { OrderDesk } from './order-desk.ts';
import type { Shelves } from './parameters.ts';
import { AccountQueries } from './queries.ts';

interface Endpoint {
  /** Calls a second for one key. */
  readonly limit: number;
  /** Which faults of orders befall its answer (PP-3). */
  readonly what: 'create' | 'cancel' | 'read';
  readonly work: (key: PracticeKey, params: Message) => object;
}

/** Bybit's v5 calls that need a signature (https://bybit-exchange.github.io/docs/v5/guide). */
export class BybitPrivateRest {
  readonly gatekeeper: Gatekeeper;
  readonly #shelves: Shelves;
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;
  readonly #meter: CallMeter;
  readonly #endpoints: ReadonlyMap<string, Endpoint>;

  constructor(shelves: Shelves, exchange: PracticeExchange, clock: Clock) {
    this.#shelves = shelves;
    this.#exchange = exchange;
    this.#clock = clock;
    this.gatekeeper = new Gatekeeper(exchange, clock);
    this.#meter = new CallMeter(clock);
    const bornMs = clock.wallMs();
    const desk = new OrderDesk(shelves);
    const queries = new AccountQueries(shelves, exchange, clock);
    const read = (limit: number, work: Endpoint['work']): Endpoint => ({ limit, what: 'read', work });
    this.#endpoints = new Map<string, Endpoint>([
      ['POST /v5/order/create', { limit: 20, what: 'create', work: (key, params) => desk.create(key, params) }],
      ['POST /v5/order/cancel', { limit: 20, what: 'cancel', work: (key, params) => desk.cancel(key, params) }],
      ['POST /v5/order/cancel-all', { limit: 20, what: 'cancel', work: (key, params) => desk.cancelAll(key, params) }],
      ['POST /v5/position/set-leverage', read(10, (key, params) => desk.setLeverage(key, params))],
      ['GET /v5/order/realtime', read(50, (key, params) => queries.realtime(key, params))],
      ['GET /v5/order/history', read(50, (key, params) => queries.history(key, params))],
      ['GET /v5/execution/list', read(50, (key, params) => queries.executions(key, params))],
      ['GET /v5/position/list', read(50, (key, params) => queries.positions(key, params))],
      ['GET /v5/account/wallet-balance', read(50, (key, params) => queries.wallet(key, params))],
      ['GET /v5/account/info', read(50, (key) => queries.accountInfo(key))],
      ['GET /v5/account/fee-rate', read(10, (key, params) => queries.feeRates(key, params))],
      ['GET /v5/account/query-dcp-info', read(5, () => queries.dcpInfo())],
      ['GET /v5/spot-margin-trade/state', read(50, (key) => queries.spotMargin(key))],
      ['GET /v5/user/query-api', read(10, (key) => keyInfo(key, bornMs, this.#clock.wallMs()))],
    ]);
  }

  serves(request: HttpRequest): boolean {
    return this.#endpoint(request) !== undefined;
  }

  /** The feed of a call by the category in its query or body; `null` for those of the whole account. */
  feedOf(request: HttpRequest): FeedId | null {
    const category = CATEGORIES.find((one) => one === paramsOf(request)?.category);
    return category === undefined ? null : this.#shelves[category].feed;
  }

  request(request: HttpRequest): VenueAnswer {
    const endpoint = this.#endpoint(request);
    if (endpoint === undefined) throw new RangeError(`no signed call at ${request.url}`);
    const feed = this.feedOf(request);
    const feeds = feed === null ? CATEGORIES.map((category) => this.#shelves[category].feed) : [feed];
    if (feeds.every((one) => this.#exchange.inMaintenance(one))) return unavailable();
    let headers: Readonly<Record<string, string>> = {};
    try {
      const key = this.gatekeeper.admit(request);
      const metered = this.#meter.spend(key, new URL(request.url).pathname, endpoint.limit);
      headers = metered.headers;
      if (!metered.admitted) throw new Refused(10006, 'Too many visits. Exceeded the API Rate Limit.');
      const params = paramsOf(request);
      if (params === null) throw new Refused(10001, 'params error: body is not JSON');
      const answer = this.#answer(endpoint.work(key, params), headers);
      return feed === null ? answer : answered(answer, this.#exchange.answerTo(feed, endpoint.what));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { retCode, retMsg } = error.complaint;
      return envelope(complaint(retCode, retMsg), {}, this.#clock.wallMs(), headers);
    }
  }

  #answer(result: object, headers: Readonly<Record<string, string>>): HttpResponse {
    return envelope(OK, result, this.#clock.wallMs(), headers);
  }

  #endpoint(request: HttpRequest): Endpoint | undefined {
    const asked = ask(request);
    return asked === null ? undefined : this.#endpoints.get(`${asked.method} ${asked.path}`);
  }
}

/** Of a GET its query, of a POST its JSON body; `null` when that cannot be read. */
function paramsOf(request: HttpRequest): Message | null {
  if (request.method !== 'GET') return readMessage(request.body ?? '{}');
  return Object.fromEntries(new URL(request.url).searchParams);
}

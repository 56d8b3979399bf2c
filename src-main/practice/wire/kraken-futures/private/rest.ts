import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { ExchangeAccount, PracticeExchange } from '../../../exchange/types.ts';
import { answered, json } from '../../http.ts';
import type { FeedContext, VenueAnswer } from '../../venue.ts';
import type { FuturesAccount } from './account.ts';
import { keyDetails } from './account.ts';
import { TokenPool } from './budgets.ts';
import type { FuturesGatekeeper, Need } from './gatekeeper.ts';
import { executionEvents, orderEvents, triggerEvents } from './history.ts';
import { isoMs } from './order-rows.ts';
import type { Outcome } from './orders.ts';
import { FuturesOrders } from './orders.ts';

const API = '/derivatives/api/v3/';
const HISTORY = '/api/history/v3/';
const FEED = 'kraken:perp';
const CHECK = '/api/auth/v1/api-keys/v3/check';

interface Route {
  readonly need: Need;
  readonly methods: readonly HttpRequest['method'][];
  readonly does: 'create' | 'cancel' | 'read';
  readonly cost: (params: URLSearchParams) => number;
  readonly run: (account: ExchangeAccount, params: URLSearchParams) => Outcome;
}

type Events = typeof orderEvents;
const EVENTS: Readonly<Record<string, Events>> = {
  orders: orderEvents,
  executions: executionEvents,
  triggers: triggerEvents,
};

/** Kraken Futures' private REST API (https://docs.kraken.com/api-reference). Its own errors come with status 200. */
export class FuturesPrivateRest {
  readonly #gatekeeper: FuturesGatekeeper;
  readonly #exchange: PracticeExchange;
  readonly #clock: Clock;
  readonly #calls: TokenPool;
  readonly #history: TokenPool;
  readonly #routes: Readonly<Record<string, readonly Route[]>>;

  constructor(
    feed: FeedContext,
    exchange: PracticeExchange,
    clock: Clock,
    parts: { readonly gatekeeper: FuturesGatekeeper; readonly account: FuturesAccount },
  ) {
    const { gatekeeper, account } = parts;
    this.#gatekeeper = gatekeeper;
    this.#exchange = exchange;
    this.#clock = clock;
    this.#calls = new TokenPool(clock, 500, 10_000);
    this.#history = new TokenPool(clock, 100, 600_000);
    const orders = new FuturesOrders(feed, exchange, clock);
    const route = (
      methods: Route['methods'],
      cost: number,
      run: Route['run'],
      does: Route['does'] = 'read',
    ): readonly Route[] => [{ methods, need: methods.includes('GET') ? 'read' : 'full', cost: () => cost, run, does }];
    const fills: Route = {
      methods: ['GET'],
      need: 'read',
      does: 'read',
      cost: (params) => (params.has('lastFillTime') ? 25 : 2),
      run: (who, params) => account.fills(who, params),
    };
    this.#routes = {
      sendorder: route(['POST'], 10, (who, params) => orders.send(who, params), 'create'),
      cancelorder: route(['POST'], 10, (who, params) => orders.cancel(who, params), 'cancel'),
      cancelallorders: route(['POST'], 25, (who, params) => orders.cancelAll(who, params), 'cancel'),
      cancelallordersafter: route(['POST'], 25, (who, params) => orders.cancelAllAfter(who, params), 'cancel'),
      openorders: route(['GET'], 2, (who) => orders.open(who)),
      // Documented as a POST; clients in use ask with GET.
      'orders/status': route(['GET', 'POST'], 1, (who, params) => orders.status(who, params)),
      fills: [fills],
      accounts: route(['GET'], 2, (who) => account.wallets(who)),
      openpositions: route(['GET'], 2, (who) => account.positions(who)),
      leveragepreferences: [
        ...route(['GET'], 2, (who) => account.leverage(who)),
        ...route(['PUT'], 10, (who, params) => account.setLeverage(who, params)),
      ],
      'self-trade-strategy': [
        ...route(['GET'], 2, (who) => account.strategy(who)),
        ...route(['PUT'], 2, (who, params) => account.setStrategy(who, params)),
      ],
    };
  }

  /** True for a path that is answered here. */
  serves(path: string): boolean {
    return path === CHECK || this.#historyOf(path) !== undefined || this.#routesOf(path) !== undefined;
  }

  request(request: HttpRequest, path: string): VenueAnswer {
    if (this.#exchange.inMaintenance(FEED)) return this.#failed('Unavailable', 503);
    if (path === CHECK) return this.#check(request);
    const events = this.#historyOf(path);
    if (events !== undefined) return this.#events(request, path, events);
    const route = this.#routesOf(path)?.find(({ methods }) => methods.includes(request.method));
    if (route === undefined) return this.#failed('notFound', 404);
    const admitted = this.#gatekeeper.admit(request, path, route.need);
    if (typeof admitted === 'string') return this.#failed(admitted);
    const { key, params } = admitted;
    if (!this.#calls.spend(key.id, route.cost(params))) return this.#failed('apiLimitExceeded');
    const outcome = route.run(key.account, params);
    if ('error' in outcome) return this.#failed(outcome.error);
    const answer = json(200, { result: 'success', ...outcome.body, serverTime: this.#now() });
    return answered(answer, this.#exchange.answerTo(FEED, route.does));
  }

  /** What a key opens; of a key that is not known here, nothing. */
  #check(request: HttpRequest): HttpResponse {
    const admitted = this.#gatekeeper.admit(request, CHECK, 'any');
    if (typeof admitted !== 'string') return json(200, keyDetails(admitted.key));
    return json(401, { error: 'UNAUTHENTICATED', message: 'API key is not found', suberror: null });
  }

  #events(request: HttpRequest, path: string, events: Events): VenueAnswer {
    if (request.method !== 'GET') return this.#failed('notFound', 404);
    const admitted = this.#gatekeeper.admit(request, path, 'read');
    if (typeof admitted === 'string') return this.#failed(admitted, 401);
    const { key, params } = admitted;
    if (!this.#history.spend(key.id, 1)) return this.#failed('apiLimitExceeded', 429);
    const body = events(key.account, params, this.#clock.wallMs());
    if (body === null) return this.#failed('invalidArgument', 400);
    return answered(json(200, body), this.#exchange.answerTo(FEED, 'read'));
  }

  #historyOf(path: string): Events | undefined {
    return path.startsWith(HISTORY) ? EVENTS[path.slice(HISTORY.length)] : undefined;
  }

  #routesOf(path: string): readonly Route[] | undefined {
    return path.startsWith(API) ? this.#routes[path.slice(API.length)] : undefined;
  }

  #failed(error: string, status = 200): HttpResponse {
    return json(status, { result: 'error', error, serverTime: this.#now() });
  }

  #now(): string {
    return isoMs(this.#clock.wallMs());
  }
}

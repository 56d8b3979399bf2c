import type { Clock } from '#shared/kernel/time';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { PracticeExchange } from '../../../exchange/types.ts';
import { answered, json } from '../../http.ts';
import type { FeedContext, VenueAnswer } from '../../venue.ts';
import { balances, keyInfo, totals, trades, tradesById, tradeVolume } from './account.ts';
import { DecayingCounter } from './counters.ts';
import type { Admitted, Gatekeeper, Need } from './gatekeeper.ts';
import type { Outcome } from './orders.ts';
import { SpotOrders } from './orders.ts';
import type { Tokens } from './tokens.ts';

/** Counter of calls of a key and of transactions of a pair, as for the tier Intermediate. */
const CALLS = { limit: 20, decayPerSecond: 0.5 };
const TRANSACTIONS = { limit: 125, decayPerSecond: 2.34 };
const PREFIX = '/0/private/';
const FEED = 'kraken:spot';

interface Route {
  readonly need: Need;
  /** Orders are counted by the trading engine instead. */
  readonly cost: number;
  readonly does: 'create' | 'cancel' | 'read';
  readonly run: (admitted: Admitted) => Outcome;
}

/** Kraken's private spot REST API (https://docs.kraken.com/api-reference). Errors come with status 200. */
export class KrakenPrivateRest {
  readonly #gatekeeper: Gatekeeper;
  readonly #exchange: PracticeExchange;
  readonly #calls: DecayingCounter;
  readonly #routes: Readonly<Record<string, Route>>;

  constructor(
    feed: FeedContext,
    exchange: PracticeExchange,
    clock: Clock,
    parts: { readonly gatekeeper: Gatekeeper; readonly tokens: Tokens },
  ) {
    const { gatekeeper, tokens } = parts;
    this.#gatekeeper = gatekeeper;
    this.#exchange = exchange;
    this.#calls = new DecayingCounter(clock, CALLS.limit, CALLS.decayPerSecond);
    const engine = new DecayingCounter(clock, TRANSACTIONS.limit, TRANSACTIONS.decayPerSecond);
    const orders = new SpotOrders(feed, exchange, clock, engine);
    const read = (cost: number, run: Route['run'], need: Need = 'read'): Route => ({ need, cost, does: 'read', run });
    const cancel = (cost: number, run: Route['run']): Route => ({ need: 'cancel', cost, does: 'cancel', run });
    this.#routes = {
      AddOrder: { need: 'modify', cost: 0, does: 'create', run: ({ key, form }) => orders.add(key.account, form) },
      CancelOrder: cancel(0, ({ key, form }) => orders.cancel(key.account, form)),
      CancelAll: cancel(1, ({ key }) => orders.cancelAll(key.account)),
      CancelAllOrdersAfter: cancel(1, ({ key, form }) => orders.cancelAllAfter(key.account, form)),
      OpenOrders: read(1, ({ key, form }) => orders.open(key.account, form)),
      ClosedOrders: read(1, ({ key, form }) => orders.closed(key.account, form)),
      QueryOrders: read(1, ({ key, form }) => orders.query(key.account, form)),
      TradesHistory: read(2, ({ key, form }) => trades(key.account, form)),
      QueryTrades: read(2, ({ key, form }) => tradesById(key.account, form)),
      Balance: read(1, ({ key }) => totals(key.account, feed)),
      BalanceEx: read(1, ({ key }) => balances(key.account, feed)),
      TradeVolume: read(1, ({ key, form }) => tradeVolume(key.account, feed, form)),
      GetApiKeyInfo: read(1, ({ key }) => keyInfo(key, gatekeeper.nonceOf(key), clock), 'none'),
      GetWebSocketsToken: read(1, ({ key }) => ({ result: { token: tokens.issue(key), expires: 900 } }), 'stream'),
    };
  }

  request(request: HttpRequest, path: string): VenueAnswer {
    const route = request.method === 'POST' ? this.#routes[path.slice(PREFIX.length)] : undefined;
    if (route === undefined) return failed('EGeneral:Unknown method');
    if (this.#exchange.inMaintenance(FEED)) return failed('EService:Unavailable');
    const admitted = this.#gatekeeper.admit(request, path, route.need);
    if (typeof admitted === 'string') return failed(admitted);
    if (!this.#calls.take(admitted.key.id, route.cost)) return failed('EAPI:Rate limit exceeded');
    const outcome = route.run(admitted);
    // What was refused did nothing that an answer could be lost about.
    if (typeof outcome === 'string') return failed(outcome);
    return answered(json(200, { error: [], result: outcome.result }), this.#exchange.answerTo(FEED, route.does));
  }
}

const failed = (error: string): HttpResponse => json(200, { error: [error] });

import type { Clock } from '#shared/kernel/time';
import type { HttpResponse } from '#shared/kernel/transport';
import type { ExchangeAccount, ExchangeOrder, PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import { json } from '../../http.ts';
import type { FeedContext } from '../../venue.ts';
import { failed } from '../answers.ts';
import type { AccountCalls } from './calls.ts';
import { marketIfNamed, marketOf } from './calls.ts';
import { perpHistory } from './history.ts';
import { whole } from './parameters.ts';
import { perpRefusal, readAlgoOrder } from './perp-orders.ts';
import { algoIdOf, algoRow, algoStatusOf, isAlgo, isInEngine, numberOfAlgo } from './perp-rows.ts';
import { UNKNOWN_STATUS } from './statuses.ts';

const FEED = 'binance:perp';
const MOST_WAITING = 200;
const neitherId = (): HttpResponse =>
  failed(400, -1102, "Param 'algoid' or 'clientalgoid' must be sent, but both were empty/null!");

/** Waits for its trigger. */
const waits = (order: ExchangeOrder): boolean => order.state === 'waiting';

/**
 * Binance's algo service: conditional orders live here until they are triggered, and are not among the open orders of the
 * matching engine (https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Algo-Order).
 */
export class BinanceAlgoService {
  readonly #exchange: PracticeExchange;
  readonly #feed: FeedContext;
  readonly #clock: Clock;

  constructor(exchange: PracticeExchange, feed: FeedContext, clock: Clock) {
    this.#exchange = exchange;
    this.#feed = feed;
    this.#clock = clock;
  }

  /** Its endpoints, for the desk that lets requests in. */
  calls(): AccountCalls {
    const trade = { weight: 1, need: 'trade' } as const;
    const read = { need: 'read', what: 'read' } as const;
    return {
      'POST /fapi/v1/algoOrder': { ...trade, what: 'create', work: (key, params) => this.#create(key, params) },
      'DELETE /fapi/v1/algoOrder': { ...trade, what: 'cancel', work: (key, params) => this.#cancel(key, params) },
      'DELETE /fapi/v1/algoOpenOrders': {
        ...trade,
        what: 'cancel',
        work: (key, params) => this.#cancelAll(key, params),
      },
      'GET /fapi/v1/algoOrder': { ...read, weight: 1, work: (key, params) => this.#query(key, params) },
      'GET /fapi/v1/openAlgoOrders': {
        ...read,
        weight: (query) => (query.has('symbol') ? 1 : 40),
        work: (key, params) => this.#open(key, params),
      },
      'GET /fapi/v1/allAlgoOrders': { ...read, weight: 5, work: (key, params) => this.#all(key, params) },
    };
  }

  #create({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    const request = readAlgoOrder(params, market, this.#clock.wallMs());
    if (account.orders(FEED).filter(waits).length >= MOST_WAITING) {
      return failed(400, -4045, 'Reach max stop order limit.');
    }
    const placed = account.place(request);
    return placed.ok ? json(200, algoRow(placed.value)) : perpRefusal(placed.error, market, request.side);
  }

  #cancel({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const found = algoOrder(account, params);
    if (found === 'unnamed') return neitherId();
    if (found === null || !waits(found) || !account.cancel(found)) return failed(400, -2011, 'Unknown order sent.');
    return json(200, {
      algoId: algoIdOf(found),
      clientAlgoId: found.request.clientOrderId ?? '',
      code: '200',
      msg: 'success',
    });
  }

  #cancelAll({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    account.cancelAll((order) => order.request.market === market && isAlgo(order) && !isInEngine(order));
    return json(200, { code: 200, msg: 'The operation of cancel all open order is done.' });
  }

  #query({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const found = algoOrder(account, params);
    if (found === 'unnamed') return neitherId();
    if (found === null) return failed(400, -2013, 'Order does not exist.');
    const strange = this.#exchange.takesUnknownStatus(FEED);
    return json(200, algoRow(found, strange ? UNKNOWN_STATUS : algoStatusOf(found)));
  }

  #open({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketIfNamed(this.#feed, params);
    const open = account
      .orders(FEED)
      .filter((order) => waits(order) && (market === null || order.request.market === market));
    return json(
      200,
      open.map((order) => algoRow(order)),
    );
  }

  #all({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    const orders = account.orders(FEED).filter((order) => order.request.market === market && isAlgo(order));
    const of = {
      from: 'algoId' as const,
      idOf: algoIdOf,
      atOf: ({ createdAtMs }: ExchangeOrder) => createdAtMs,
      row: (order: ExchangeOrder) => algoRow(order),
    };
    return perpHistory(params, orders, of, this.#clock.wallMs());
  }
}

/** The latest conditional order that goes by the given number or name. */
function algoOrder(account: ExchangeAccount, params: URLSearchParams): ExchangeOrder | null | 'unnamed' {
  const algoId = whole(params, 'algoId');
  const clientId = params.get('clientAlgoId');
  if (algoId === null && clientId === null) return 'unnamed';
  const found =
    algoId === null
      ? account.orders(FEED).findLast(({ request }) => request.clientOrderId === clientId)
      : account.orderByNumber(numberOfAlgo(algoId));
  return found !== undefined && isAlgo(found) ? found : null;
}

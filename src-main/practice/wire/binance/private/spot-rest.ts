import type { Clock } from '#shared/kernel/time';
import type { HttpResponse } from '#shared/kernel/transport';
import type { ExchangeAccount, ExchangeOrder, PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import { json, unavailable } from '../../http.ts';
import type { FeedContext } from '../../venue.ts';
import { failed } from '../answers.ts';
import type { AccountCalls } from './calls.ts';
import { marketIfNamed, marketOf, marketsOf } from './calls.ts';
import { spotHistory } from './history.ts';
import { groupOf, isListLive, listOf, listRow, listsOf } from './order-lists.ts';
import { ORDER_WINDOWS, OrderMeter } from './order-meter.ts';
import { whole } from './parameters.ts';
import { spotAccountRow, tradeFeeRows } from './spot-account.ts';
import { listIdOf, readOco, readSpotOrder, spotRefusal } from './spot-orders.ts';
import { cancelledRow, clientIdOf, createdRow, orderRow, restrictionsRow, tradeRow } from './spot-rows.ts';
import { isLive, statusOf, UNKNOWN_STATUS } from './statuses.ts';

const unknownOrder = (): HttpResponse => failed(400, -2011, 'Unknown order sent.');
const noSuchOrder = (): HttpResponse => failed(400, -2013, 'Order does not exist.');
const neitherId = (): HttpResponse =>
  failed(400, -1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");

/**
 * Binance's spot account over REST: orders, order lists, history, balances and what a key may do
 * (https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints).
 */
export class BinanceSpotAccount {
  readonly #exchange: PracticeExchange;
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #orders: OrderMeter;
  readonly #bornMs: number;
  #lists = 0;

  constructor(exchange: PracticeExchange, feed: FeedContext, clock: Clock) {
    this.#exchange = exchange;
    this.#feed = feed;
    this.#clock = clock;
    this.#orders = new OrderMeter(clock, ORDER_WINDOWS.spot);
    this.#bornMs = clock.wallMs();
  }

  /** Its endpoints, for the desk that lets requests in. */
  calls(): AccountCalls {
    const trade = { weight: 1, need: 'trade' } as const;
    const read = { need: 'read', what: 'read' } as const;
    return {
      'POST /api/v3/order': { ...trade, what: 'create', work: (key, params) => this.#create(key, params) },
      'DELETE /api/v3/order': { ...trade, what: 'cancel', work: (key, params) => this.#cancel(key, params) },
      'DELETE /api/v3/openOrders': { ...trade, what: 'cancel', work: (key, params) => this.#cancelAll(key, params) },
      'POST /api/v3/orderList/oco': { ...trade, what: 'create', work: (key, params) => this.#createOco(key, params) },
      'DELETE /api/v3/orderList': { ...trade, what: 'cancel', work: (key, params) => this.#cancelList(key, params) },
      'GET /api/v3/order': { ...read, weight: 4, work: (key, params) => this.#query(key, params) },
      'GET /api/v3/orderList': { ...read, weight: 4, work: (key, params) => this.#queryList(key, params) },
      'GET /api/v3/openOrders': {
        ...read,
        weight: (query) => (query.has('symbol') ? 6 : 80),
        work: (key, params) => this.#openOrders(key, params),
      },
      'GET /api/v3/allOrders': { ...read, weight: 20, work: (key, params) => this.#allOrders(key, params) },
      'GET /api/v3/myTrades': {
        ...read,
        weight: (query) => (query.has('orderId') ? 5 : 20),
        work: (key, params) => this.#trades(key, params),
      },
      'GET /api/v3/account': {
        ...read,
        weight: 20,
        // A world without spot markets has no spot accounts either.
        work: (key, params) =>
          this.#feed.markets.length === 0
            ? unavailable()
            : json(200, spotAccountRow(key, this.#feed.markets, params, this.#clock.wallMs())),
      },
      'GET /sapi/v1/account/apiRestrictions': {
        weight: 1,
        need: 'any',
        what: 'read',
        work: (key) => json(200, restrictionsRow(key, this.#bornMs)),
      },
      'GET /sapi/v1/asset/tradeFee': {
        ...read,
        weight: 1,
        work: ({ account }, params) => json(200, tradeFeeRows(account, marketsOf(this.#feed, params))),
      },
    };
  }

  #create({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const order = readSpotOrder(params, marketOf(this.#feed, params));
    const tooMany = this.#orders.spend(account, 1);
    if (tooMany !== null) return tooMany;
    const placed = account.place(order);
    if (!placed.ok) return spotRefusal(placed.error);
    const usual = order.trigger === null && order.timeInForce !== 'post-only' ? 'FULL' : 'ACK';
    const row = createdRow(placed.value, params.get('newOrderRespType') ?? usual);
    return json(200, row, this.#orders.headers(account));
  }

  #createOco({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const number = this.#lists + 1;
    const clientId = listIdOf(params, 'listClientOrderId') ?? `web_list_${number}`;
    if (listsOf(account).some((list) => list.clientId === clientId && isListLive(list))) {
      return spotRefusal('duplicate-client-id');
    }
    const { waiting, profit } = readOco(params, marketOf(this.#feed, params), groupOf(number, clientId));
    const tooMany = this.#orders.spend(account, 2);
    if (tooMany !== null) return tooMany;
    this.#lists = number;
    const first = account.place(waiting);
    if (!first.ok) return spotRefusal(first.error);
    const second = account.place(profit);
    if (!second.ok) {
      account.cancel(first.value);
      return spotRefusal(second.error);
    }
    const list = listOf(account, first.value);
    if (list === undefined) throw new RangeError(`list ${number} is not there after it was made`);
    const reports = list.orders.map((order) => createdRow(order, params.get('newOrderRespType') ?? 'RESULT'));
    return json(200, { ...listRow(list, clientIdOf), orderReports: reports }, this.#orders.headers(account));
  }

  #cancel({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const found = this.#order(account, params);
    if (found === 'unnamed') return neitherId();
    if (found === null || !isLive(found) || !account.cancel(found)) return unknownOrder();
    const list = listOf(account, found);
    if (list === undefined) return json(200, cancelledRow(found));
    for (const order of list.orders) account.cancel(order);
    return this.#cancelledList(account, found);
  }

  #cancelAll({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    const cancelled = account.cancelAll((order) => order.request.market === market);
    return cancelled.length === 0
      ? unknownOrder()
      : json(
          200,
          cancelled.map((order) => cancelledRow(order)),
        );
  }

  #cancelList({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    marketOf(this.#feed, params);
    const number = whole(params, 'orderListId');
    const clientId = params.get('listClientOrderId');
    const list = listsOf(account).findLast((one) => one.number === number || one.clientId === clientId);
    const [first] = list?.orders ?? [];
    if (list === undefined || first === undefined || !isListLive(list)) return unknownOrder();
    for (const order of list.orders) account.cancel(order);
    return this.#cancelledList(account, first);
  }

  #cancelledList(account: ExchangeAccount, order: ExchangeOrder): HttpResponse {
    const list = listOf(account, order);
    if (list === undefined) return unknownOrder();
    return json(200, { ...listRow(list, clientIdOf), orderReports: list.orders.map((one) => cancelledRow(one)) });
  }

  #query({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const found = this.#order(account, params);
    if (found === 'unnamed') return neitherId();
    if (found === null) return noSuchOrder();
    const strange = this.#exchange.takesUnknownStatus('binance:spot');
    return json(200, orderRow(found, strange ? UNKNOWN_STATUS : statusOf(found)));
  }

  #queryList({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const number = whole(params, 'orderListId');
    const clientId = params.get('origClientOrderId');
    if (number === null && clientId === null) return neitherId();
    const list = listsOf(account).findLast((one) => one.number === number || one.clientId === clientId);
    return list === undefined ? failed(400, -2013, 'Order list does not exist.') : json(200, listRow(list, clientIdOf));
  }

  #openOrders({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketIfNamed(this.#feed, params);
    const open = account
      .orders('binance:spot')
      .filter((order) => isLive(order) && (market === null || order.request.market === market));
    return json(
      200,
      open.map((order) => orderRow(order)),
    );
  }

  #allOrders({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    const orders = account.orders('binance:spot').filter(({ request }) => request.market === market);
    return spotHistory(params, orders, {
      from: 'orderId',
      idOf: ({ number }) => number,
      atOf: ({ createdAtMs }) => createdAtMs,
      row: (order) => orderRow(order),
    });
  }

  #trades({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    const orderNumber = whole(params, 'orderId');
    const fills = account
      .fills('binance:spot')
      .filter(({ order }) => order.request.market === market)
      .filter(({ order }) => orderNumber === null || order.number === orderNumber);
    return spotHistory(params, fills, {
      from: 'fromId',
      idOf: ({ tradeNumber }) => tradeNumber,
      atOf: ({ atMs }) => atMs,
      row: tradeRow,
    });
  }

  /** The latest order that goes by the given number or name. */
  #order(account: ExchangeAccount, params: URLSearchParams): ExchangeOrder | null | 'unnamed' {
    const market = marketOf(this.#feed, params);
    const number = whole(params, 'orderId');
    const clientId = params.get('origClientOrderId');
    if (number === null && clientId === null) return 'unnamed';
    const found =
      number === null
        ? account.orders('binance:spot').findLast((order) => clientIdOf(order) === clientId)
        : account.orderByNumber(number);
    return found?.request.market === market ? found : null;
  }
}

import type { Clock } from '#shared/kernel/time';
import type { HttpResponse } from '#shared/kernel/transport';
import { tryDecimal } from '#shared/money/decimal';
import { marginTerms } from '../../../exchange/terms.ts';
import type { ExchangeAccount, ExchangeOrder, PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import { json } from '../../http.ts';
import type { FeedContext } from '../../venue.ts';
import { failed, illegal } from '../answers.ts';
import { symbolOf } from '../symbols.ts';
import type { AccountCalls } from './calls.ts';
import { marketIfNamed, marketOf, marketsOf } from './calls.ts';
import { perpHistory } from './history.ts';
import { ORDER_WINDOWS, OrderMeter } from './order-meter.ts';
import { required, whole } from './parameters.ts';
import {
  accountConfigRow,
  accountRow,
  balanceRows,
  bracketRow,
  commissionRow,
  positionRow,
  symbolConfigRow,
} from './perp-account.ts';
import { perpRefusal, readPerpOrder } from './perp-orders.ts';
import { isAlgo, isInEngine, perpClientId, perpCreatedRow, perpOrderRow, perpTradeRow } from './perp-rows.ts';
import { isLive, statusOf, UNKNOWN_STATUS } from './statuses.ts';

const FEED = 'binance:perp';
const MARGIN = marginTerms('binance');
const unknownOrder = (): HttpResponse => failed(400, -2011, 'Unknown order sent.');
const noSuchOrder = (): HttpResponse => failed(400, -2013, 'Order does not exist.');
const neitherId = (): HttpResponse =>
  failed(400, -1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");

/**
 * Binance's USDⓈ-M account over REST, but for conditional orders
 * (https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api).
 */
export class BinancePerpAccount {
  readonly #exchange: PracticeExchange;
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #orders: OrderMeter;

  constructor(exchange: PracticeExchange, feed: FeedContext, clock: Clock) {
    this.#exchange = exchange;
    this.#feed = feed;
    this.#clock = clock;
    this.#orders = new OrderMeter(clock, ORDER_WINDOWS.perp);
  }

  /** Its endpoints, for the desk that lets requests in. */
  calls(): AccountCalls {
    const trade = { weight: 1, need: 'trade' } as const;
    const read = { need: 'read', what: 'read' } as const;
    const ofKey = (weight: number, row: (key: PracticeKey) => object) => ({
      ...read,
      weight,
      work: (key: PracticeKey) => json(200, row(key)),
    });
    return {
      'POST /fapi/v1/order': { ...trade, what: 'create', work: (key, params) => this.#create(key, params) },
      'DELETE /fapi/v1/order': { ...trade, what: 'cancel', work: (key, params) => this.#cancel(key, params) },
      'DELETE /fapi/v1/allOpenOrders': {
        ...trade,
        what: 'cancel',
        work: (key, params) => this.#cancelAll(key, params),
      },
      'POST /fapi/v1/countdownCancelAll': {
        ...trade,
        weight: 10,
        what: 'read',
        work: (key, params) => this.#countdown(key, params),
      },
      'POST /fapi/v1/leverage': { ...trade, what: 'read', work: (key, params) => this.#setLeverage(key, params) },
      'GET /fapi/v1/order': { ...read, weight: 1, work: (key, params) => this.#query(key, params) },
      'GET /fapi/v1/openOrders': {
        ...read,
        weight: (query) => (query.has('symbol') ? 1 : 40),
        work: (key, params) => this.#openOrders(key, params),
      },
      'GET /fapi/v1/allOrders': { ...read, weight: 5, work: (key, params) => this.#allOrders(key, params) },
      'GET /fapi/v1/userTrades': { ...read, weight: 5, work: (key, params) => this.#trades(key, params) },
      'GET /fapi/v1/positionSide/dual': ofKey(30, ({ account }) => ({
        dualSidePosition: account.modes.positionMode === 'hedge',
      })),
      'GET /fapi/v1/multiAssetsMargin': ofKey(30, ({ account }) => ({ multiAssetsMargin: account.modes.autoBorrow })),
      'GET /fapi/v1/accountConfig': ofKey(5, accountConfigRow),
      'GET /fapi/v3/balance': ofKey(5, ({ account }) => balanceRows(account, this.#clock.wallMs())),
      'GET /fapi/v3/account': ofKey(5, ({ account }) => accountRow(account, this.#clock.wallMs())),
      'GET /fapi/v1/leverageBracket': {
        ...read,
        weight: 1,
        work: (_key, params) =>
          json(
            200,
            marketsOf(this.#feed, params).map((one) => bracketRow(one, MARGIN)),
          ),
      },
      'GET /fapi/v3/positionRisk': { ...read, weight: 5, work: (key, params) => this.#positions(key, params) },
      'GET /fapi/v1/symbolConfig': {
        ...read,
        weight: 5,
        work: ({ account }, params) =>
          json(
            200,
            marketsOf(this.#feed, params).map((market) => symbolConfigRow(account, market)),
          ),
      },
      'GET /fapi/v1/commissionRate': {
        ...read,
        weight: 20,
        work: ({ account }, params) => json(200, commissionRow(account, marketOf(this.#feed, params))),
      },
    };
  }

  #create({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    const request = readPerpOrder(params, market, this.#clock.wallMs());
    const tooMany = this.#orders.spend(account, 1);
    if (tooMany !== null) return tooMany;
    const placed = account.place(request);
    if (!placed.ok) return perpRefusal(placed.error, market, request.side);
    const row = perpCreatedRow(placed.value, params.get('newOrderRespType') ?? 'ACK');
    return json(200, row, this.#orders.headers(account));
  }

  #cancel({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const found = this.#order(account, params);
    if (found === 'unnamed') return neitherId();
    if (found === null || !isLive(found) || !account.cancel(found)) return unknownOrder();
    return json(200, perpOrderRow(found));
  }

  #cancelAll({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    account.cancelAll((order) => order.request.market === market && isInEngine(order));
    return json(200, { code: 200, msg: 'The operation of cancel all open order is done.' });
  }

  /** One timer for each symbol; 0 stops it. */
  #countdown({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    const symbol = symbolOf(market.spec);
    const countdown = Number(required(params, 'countdownTime'));
    if (!Number.isInteger(countdown) || countdown < 0) return illegal('countdownTime');
    const afterMs = countdown === 0 ? null : countdown;
    account.deadMan(`${FEED} ${symbol}`, afterMs, (order) => order.request.market === market);
    return json(200, { symbol, countdownTime: String(countdown) });
  }

  #setLeverage({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    const leverage = tryDecimal(required(params, 'leverage'));
    if (leverage === undefined || !leverage.mod('1').eq('0')) return illegal('leverage');
    const done = account.setLeverage(market, leverage);
    if (!done.ok) {
      return done.error === 'insufficient-margin'
        ? failed(400, -2028, 'Leverage is smaller than permitted: insufficient margin balance')
        : perpRefusal(done.error, market);
    }
    return json(200, {
      leverage: Number(account.leverage(market).toFixed()),
      maxNotionalValue: '1000000',
      symbol: symbolOf(market.spec),
    });
  }

  #query({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const found = this.#order(account, params);
    if (found === 'unnamed') return neitherId();
    if (found === null) return noSuchOrder();
    const strange = this.#exchange.takesUnknownStatus(FEED);
    return json(200, perpOrderRow(found, strange ? UNKNOWN_STATUS : statusOf(found)));
  }

  #openOrders({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketIfNamed(this.#feed, params);
    const open = account
      .orders(FEED)
      .filter((order) => isLive(order) && isInEngine(order))
      .filter(({ request }) => market === null || request.market === market);
    return json(
      200,
      open.map((order) => perpOrderRow(order)),
    );
  }

  #allOrders({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    const orders = account.orders(FEED).filter((order) => order.request.market === market && isInEngine(order));
    const of = {
      from: 'orderId' as const,
      idOf: ({ number }: ExchangeOrder) => number,
      atOf: ({ createdAtMs }: ExchangeOrder) => createdAtMs,
      row: (order: ExchangeOrder) => perpOrderRow(order),
    };
    return perpHistory(params, orders, of, this.#clock.wallMs());
  }

  #trades({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketOf(this.#feed, params);
    const orderNumber = whole(params, 'orderId');
    const fills = account
      .fills(FEED)
      .filter(({ order }) => order.request.market === market)
      .filter(({ order }) => orderNumber === null || order.number === orderNumber);
    return perpHistory(
      params,
      fills,
      { from: 'fromId', idOf: ({ tradeNumber }) => tradeNumber, atOf: ({ atMs }) => atMs, row: perpTradeRow },
      this.#clock.wallMs(),
    );
  }

  #positions({ account }: PracticeKey, params: URLSearchParams): HttpResponse {
    const market = marketIfNamed(this.#feed, params);
    const rows = account
      .positions()
      .filter((position) => position.market.spec.feed === FEED && !position.quantity.eq('0'))
      .filter((position) => market === null || position.market === market);
    return json(
      200,
      rows.map((position) => positionRow(position, this.#clock.wallMs())),
    );
  }

  /** The latest order of the matching engine that goes by the given number or name. */
  #order(account: ExchangeAccount, params: URLSearchParams): ExchangeOrder | null | 'unnamed' {
    const market = marketOf(this.#feed, params);
    const number = whole(params, 'orderId');
    const clientId = params.get('origClientOrderId');
    if (number === null && clientId === null) return 'unnamed';
    const found =
      number === null
        ? account.orders(FEED).findLast((order) => perpClientId(order) === clientId)
        : account.orderByNumber(number);
    if (found === undefined || found.request.market !== market) return null;
    return isAlgo(found) && !isInEngine(found) ? null : found;
  }
}

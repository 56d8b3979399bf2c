import type { FeedId } from '#shared/domain/ids';
import type { HttpRequest, HttpResponse } from '#shared/kernel/transport';
import type { Asked } from '../../http.ts';
import { answered, ask } from '../../http.ts';
import type { Message } from '../../message.ts';
import { isRecord, stringAt } from '../../message.ts';
import type { VenueAnswer } from '../../venue.ts';
import { failed, tooMany } from '../answers.ts';
import { accountInstruments, balance, config, leverageInfo, positions, setLeverage, tradeFee } from './account.ts';
import { cancelAlgos, cancelAllAfter, cancelOrder, cancelOrders } from './cancel.ts';
import type { Call, Desk } from './desk.ts';
import { RateLimits } from './limits.ts';
import { placeOrder, placeOrders } from './place.ts';
import { placeAlgo } from './place-algo.ts';
import { algoDetails, algoList, fillList, orderDetails, orderList } from './queries.ts';
import { callerOf } from './signature.ts';

type Route = (desk: Desk, call: Call) => HttpResponse;

interface Endpoint {
  readonly what: 'create' | 'cancel' | 'read';
  readonly needs: 'read' | 'trade';
  readonly answer: Route;
}

const read = (answer: Route): Endpoint => ({ what: 'read', needs: 'read', answer });

/** Every signed endpoint there is. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  'POST /api/v5/trade/order': { what: 'create', needs: 'trade', answer: placeOrder },
  'POST /api/v5/trade/batch-orders': { what: 'create', needs: 'trade', answer: placeOrders },
  'POST /api/v5/trade/order-algo': { what: 'create', needs: 'trade', answer: placeAlgo },
  'POST /api/v5/trade/cancel-order': { what: 'cancel', needs: 'trade', answer: cancelOrder },
  'POST /api/v5/trade/cancel-batch-orders': { what: 'cancel', needs: 'trade', answer: cancelOrders },
  'POST /api/v5/trade/cancel-algos': { what: 'cancel', needs: 'trade', answer: cancelAlgos },
  'POST /api/v5/trade/cancel-all-after': { what: 'cancel', needs: 'trade', answer: cancelAllAfter },
  'POST /api/v5/account/set-leverage': { what: 'read', needs: 'trade', answer: setLeverage },
  'GET /api/v5/trade/order': read(orderDetails),
  'GET /api/v5/trade/orders-pending': read((desk, call) => orderList(desk, call, 'pending')),
  'GET /api/v5/trade/orders-history': read((desk, call) => orderList(desk, call, 'week')),
  'GET /api/v5/trade/orders-history-archive': read((desk, call) => orderList(desk, call, 'archive')),
  'GET /api/v5/trade/fills': read((desk, call) => fillList(desk, call, 3)),
  'GET /api/v5/trade/fills-history': read((desk, call) => fillList(desk, call, 90)),
  'GET /api/v5/trade/order-algo': read((_desk, call) => algoDetails(call)),
  'GET /api/v5/trade/orders-algo-pending': read((desk, call) => algoList(desk, call, 'pending')),
  'GET /api/v5/trade/orders-algo-history': read((desk, call) => algoList(desk, call, 'history')),
  'GET /api/v5/account/config': read((_desk, call) => config(call)),
  'GET /api/v5/account/balance': read(balance),
  'GET /api/v5/account/positions': read(positions),
  'GET /api/v5/account/trade-fee': read(tradeFee),
  'GET /api/v5/account/instruments': read(accountInstruments),
  'GET /api/v5/account/leverage-info': read(leverageInfo),
};

/** OKX's v5 private REST API. https://www.okx.com/docs-v5/en/#overview-rest-authentication */
export class OkxPrivateRest {
  readonly #desk: Desk;
  readonly #limits: RateLimits;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#limits = new RateLimits(desk.clock);
  }

  /** The product that a body names; `null` for calls without one. */
  feedOfCall(request: HttpRequest): FeedId | null {
    if (request.method !== 'POST') return null;
    const asked = ask(request);
    const body = bodyOf(request);
    const instId = asked === null || body === null ? '' : instIdOf(asked, body);
    return asked === null || instId === '' ? null : feedOf(asked, instId);
  }

  /** `null` when the address is none of the signed endpoints. */
  request(request: HttpRequest): VenueAnswer | null {
    const asked = ask(request);
    const name = asked === null ? '' : `${asked.method} ${asked.path}`;
    const endpoint = ENDPOINTS[name];
    if (asked === null || endpoint === undefined) return null;
    const key = callerOf(request, { exchange: this.#desk.exchange, host: asked.host, nowMs: this.#desk.nowMs });
    if ('status' in key) return key;
    const body = bodyOf(request);
    if (body === null) return failed(400, request.body ? '50002' : '50000', 'Body for POST request cannot be empty.');
    if (!key.permissions[endpoint.needs]) {
      return failed(200, '50120', "This API key doesn't have permission to use this function");
    }
    const instId = instIdOf(asked, body);
    const feed = feedOf(asked, instId);
    if (this.#desk.exchange.inMaintenance(feed)) {
      return failed(503, '50001', 'Service temporarily unavailable. Please try again later.');
    }
    const tag = Array.isArray(body) ? '' : (stringAt(body as Message, 'tag') ?? '');
    if (!this.#limits.take(name, key.account.id, { instrument: instId, tag })) return tooMany();
    const call: Call = {
      key,
      book: this.#desk.bookOf(key.account),
      query: asked.query,
      body,
      expTime: headerOf(request, 'exptime'),
    };
    const answer = endpoint.answer(this.#desk, call);
    return answered(answer, this.#desk.exchange.answerTo(feed, endpoint.what));
  }
}

/** `null` for what is not JSON where JSON must be. */
function bodyOf({ method, body }: HttpRequest): Call['body'] | null {
  if (method === 'GET') return {};
  try {
    const value: unknown = JSON.parse(body ?? '');
    if (Array.isArray(value)) return value.every(isRecord) ? value : null;
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** The instrument that a call names, in its address or in the first order of its body; empty for none. */
function instIdOf({ query }: Asked, body: Call['body']): string {
  const first: Message | undefined = Array.isArray(body) ? body[0] : (body as Message);
  return query.get('instId') ?? (first === undefined ? '' : (stringAt(first, 'instId') ?? ''));
}

/** Calls for the whole account count as spot's. */
const feedOf = ({ query }: Asked, instId: string): FeedId =>
  instId.endsWith('-SWAP') || query.get('instType') === 'SWAP' ? 'okx:perp' : 'okx:spot';

const headerOf = ({ headers }: HttpRequest, name: string): string | null =>
  Object.entries(headers).find(([one]) => one.toLowerCase() === name)?.[1] ?? null;

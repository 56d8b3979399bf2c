import type { Clock } from '#shared/kernel/time';
import type { HttpResponse } from '#shared/kernel/transport';
import type { ExchangeAccount, PlaceRequest } from '../../../exchange/types.ts';
import { json } from '../../http.ts';
import { isRecord, type Message, stringAt, strings } from '../../message.ts';
import type { FeedContext } from '../../venue.ts';
import { aliasOf, marketOf } from '../products.ts';
import { type BookKeeping, portfolioOf } from './book-keeping.ts';
import { type Refusal, readConfiguration } from './configuration.ts';
import { orderIdOf, orderNumberOf } from './ids.ts';
import { REFUSALS } from './refusals.ts';

const BATCH_MOST = 100;

export const badRequest = (details: string): HttpResponse =>
  json(400, { error: 'INVALID_ARGUMENT', error_details: details, message: details });

/** `accepted`: there is an order now that was not there before. */
export interface Created {
  readonly answer: HttpResponse;
  readonly accepted: boolean;
}

const not = (answer: HttpResponse): Created => ({ answer, accepted: false });

/** `POST /orders` and `POST /orders/batch_cancel`. */
export class OrderDesk {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #books: BookKeeping;

  constructor(feed: FeedContext, clock: Clock, books: BookKeeping) {
    this.#feed = feed;
    this.#clock = clock;
    this.#books = books;
  }

  /**
   * "If the ID provided is not unique, the order will not be created and the order corresponding with that ID will be
   * returned instead."
   */
  create(account: ExchangeAccount, body: Message): Created {
    const clientOrderId = stringAt(body, 'client_order_id') ?? '';
    const product = stringAt(body, 'product_id') ?? '';
    const side = body.side;
    const configuration = body.order_configuration;
    if (clientOrderId === '') return not(badRequest('client_order_id is required'));
    if (side !== 'BUY' && side !== 'SELL') return not(badRequest('side is required'));
    if (!isRecord(configuration)) return not(badRequest('order_configuration is required'));
    const known = account.orderByClientId(clientOrderId);
    if (known !== undefined && this.#books.noteOf(known) !== undefined) {
      return not(created(orderIdOf(known.number), product, side, clientOrderId, configuration));
    }
    const market = marketOf(this.#feed.listed(), product);
    if (market === undefined) return not(failed(REFUSALS['unknown-market'], configuration));
    const direction = side === 'BUY' ? 'buy' : 'sell';
    const terms = readConfiguration(configuration, { side: direction, nowMs: this.#clock.wallMs() });
    if ('unreadable' in terms) return not(badRequest(terms.unreadable));
    if ('error' in terms) return not(failed(terms, configuration));
    const request: PlaceRequest = {
      ...terms,
      market,
      // Under its alias the same book is paid in another dollar.
      ...(product === aliasOf(market.spec) && market.spec.aliasQuote !== null ? { quote: market.spec.aliasQuote } : {}),
      side: direction,
      clientOrderId,
      reduceOnly: false,
      ocoGroup: null,
      createBeforeMs: null,
      // The matching engine never lets two orders of one user meet.
      selfTrade: 'cancel-both',
    };
    this.#books.note(request, { product, configuration, portfolio: portfolioOf(account) });
    const placed = account.place(request);
    if (!placed.ok) return not(failed(REFUSALS[placed.error], configuration));
    const id = orderIdOf(placed.value.number);
    return { answer: created(id, product, side, clientOrderId, configuration), accepted: true };
  }

  /** One answer an order, in the order in which they were asked. */
  cancel(account: ExchangeAccount, body: Message): HttpResponse {
    const ids = strings(body.order_ids);
    if (ids === null || ids.length === 0) return badRequest('order_ids is required');
    if (ids.length > BATCH_MOST) return badRequest('too many order_ids');
    return json(200, { results: ids.map((id) => this.#cancelOne(account, id)) });
  }

  #cancelOne(account: ExchangeAccount, id: string): object {
    const number = orderNumberOf(id);
    const order = number === undefined ? undefined : account.orderByNumber(number);
    if (order === undefined || this.#books.noteOf(order) === undefined) return uncancelled(id, 'UNKNOWN_CANCEL_ORDER');
    if (order.state === 'filled') return uncancelled(id, 'ORDER_IS_FULLY_FILLED');
    if (!account.cancel(order)) return uncancelled(id, 'UNKNOWN_CANCEL_ORDER');
    return { success: true, failure_reason: 'UNKNOWN_CANCEL_FAILURE_REASON', order_id: id };
  }
}

const uncancelled = (id: string, failure_reason: string): object => ({ success: false, failure_reason, order_id: id });

const created = (
  order_id: string,
  product_id: string,
  side: string,
  client_order_id: string,
  order_configuration: Message,
): HttpResponse =>
  json(200, {
    success: true,
    failure_reason: 'UNKNOWN_FAILURE_REASON',
    order_id,
    success_response: { order_id, product_id, side, client_order_id, attached_order_id: '' },
    order_configuration,
  });

/** A refused order is an answer, not an HTTP error. */
const failed = ({ error, message, preview }: Refusal, order_configuration: Message): HttpResponse =>
  json(200, {
    success: false,
    failure_reason: 'UNKNOWN_FAILURE_REASON',
    order_id: '',
    error_response: {
      error,
      message,
      error_details: '',
      preview_failure_reason: preview,
      new_order_failure_reason: error,
    },
    order_configuration,
  });

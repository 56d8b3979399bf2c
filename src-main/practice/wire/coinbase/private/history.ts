import type { HttpResponse } from '#shared/kernel/transport';
import type { ExchangeAccount, ExchangeOrder } from '../../../exchange/types.ts';
import { integer, json } from '../../http.ts';
import { type BookKeeping, userIdOf } from './book-keeping.ts';
import { orderIdOf, orderNumberOf } from './ids.ts';
import { badRequest } from './order-desk.ts';
import { fillRow, statusOf } from './order-words.ts';

const ORDERS_MOST = 1000;
const FILLS_USUAL = 100;
const STATUSES: readonly string[] = [
  'OPEN',
  'FILLED',
  'CANCELLED',
  'EXPIRED',
  'FAILED',
  'PENDING',
  'QUEUED',
  'CANCEL_QUEUED',
];

const notFound = (): HttpResponse => {
  const words = 'order with this orderID was not found';
  return json(404, { error: 'NOT_FOUND', error_details: words, message: words });
};

/** `GET /orders/historical/…`: one order, lists of orders and of executions, newest first, page by page. */
export class OrderHistory {
  readonly #books: BookKeeping;

  constructor(books: BookKeeping) {
    this.#books = books;
  }

  one(account: ExchangeAccount, id: string): HttpResponse {
    const number = orderNumberOf(id);
    const order = number === undefined ? undefined : account.orderByNumber(number);
    const row = order === undefined ? null : this.#books.row(account, order);
    return row === null ? notFound() : json(200, { order: row });
  }

  /** `limit`, `cursor`, `order_ids`, `product_ids`, `order_status`, `start_date` (inclusive), `end_date` (exclusive). */
  batch(account: ExchangeAccount, query: URLSearchParams): HttpResponse {
    const limit = integer(query, 'limit', 1, ORDERS_MOST);
    if (limit === null) return badRequest('limit must be a number');
    const statuses = query.getAll('order_status');
    if (statuses.some((status) => !STATUSES.includes(status))) return badRequest('invalid order_status');
    if (statuses.includes('OPEN') && statuses.length > 1) {
      return badRequest('OPEN orders cannot be queried with other order types');
    }
    const start = instant(query.get('start_date'));
    const end = instant(query.get('end_date'));
    if (start === null || end === null) return badRequest('invalid date');
    const ids = query.getAll('order_ids');
    const products = query.getAll('product_ids');
    const wanted = (order: ExchangeOrder): boolean =>
      (statuses.length === 0 || statuses.includes(statusOf(order))) &&
      (ids.length === 0 || ids.includes(orderIdOf(order.number))) &&
      (products.length === 0 || products.includes(this.#books.noteOf(order)?.product ?? '')) &&
      order.createdAtMs >= (start ?? 0) &&
      order.createdAtMs < (end ?? Number.POSITIVE_INFINITY);
    const page = pageOf(this.#books.orders(account).filter(wanted), query.get('cursor'), limit ?? ORDERS_MOST);
    if (page === null) return badRequest('invalid cursor');
    return json(200, {
      orders: page.rows.flatMap((order) => this.#books.row(account, order) ?? []),
      sequence: '0',
      has_next: page.next !== '',
      cursor: page.next,
    });
  }

  /** `limit`, `cursor`, `order_ids`, `product_ids`, `start_sequence_timestamp`, `end_sequence_timestamp` (both inclusive). */
  fills(account: ExchangeAccount, query: URLSearchParams): HttpResponse {
    const limit = integer(query, 'limit', 1, FILLS_USUAL);
    if (limit === null) return badRequest('limit must be a number');
    const start = instant(query.get('start_sequence_timestamp'));
    const end = instant(query.get('end_sequence_timestamp'));
    if (start === null || end === null) return badRequest('invalid sequence timestamp');
    const ids = query.getAll('order_ids');
    const products = query.getAll('product_ids');
    const wanted = this.#books
      .fills(account)
      .filter(
        ({ order, atMs }) =>
          (ids.length === 0 || ids.includes(orderIdOf(order.number))) &&
          (products.length === 0 || products.includes(this.#books.noteOf(order)?.product ?? '')) &&
          atMs >= (start ?? 0) &&
          atMs <= (end ?? Number.POSITIVE_INFINITY),
      );
    const page = pageOf(wanted, query.get('cursor'), limit ?? FILLS_USUAL);
    if (page === null) return badRequest('invalid cursor');
    const fills = page.rows.flatMap((fill) => {
      const note = this.#books.noteOf(fill.order);
      return note === undefined ? [] : [fillRow(fill, note, userIdOf(account))];
    });
    return json(200, { fills, cursor: page.next });
  }
}

/** `undefined` when absent, `null` when it is no date. */
function instant(text: string | null): number | null | undefined {
  if (text === null || text === '') return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/** A cursor says how many rows lay behind the page: rows that come meanwhile do not shift it. */
export function pageOf<T>(
  rows: readonly T[],
  cursor: string | null,
  limit: number,
): { readonly rows: readonly T[]; readonly next: string } | null {
  let behind = rows.length;
  if (cursor !== null && cursor !== '') {
    const read = /^p(\d{1,9})$/.exec(cursor)?.[1];
    if (read === undefined) return null;
    behind = Math.min(rows.length, Number(read));
  }
  const from = rows.length - behind;
  const left = behind - limit;
  return { rows: rows.slice(from, from + limit), next: left > 0 ? `p${left}` : '' };
}

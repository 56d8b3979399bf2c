import type { HttpResponse } from '#shared/kernel/transport';
import { integer } from '../../http.ts';
import { failed, missing, noInstrument, ok, wrong } from '../answers.ts';
import type { InstType } from '../instruments.ts';
import { INST_TYPES } from '../instruments.ts';
import { instIdOf } from '../sizes.ts';
import { algoCreatedMs, algoStateOf } from './account-book.ts';
import type { Call, Desk } from './desk.ts';
import { billIdOf, ordIdOf } from './ids.ts';
import { algoRow, fillRow, orderRow } from './rows.ts';

const DAY_MS = 86_400_000;
const MOST_ROWS = 100;

/** GET trade/order. */
export function orderDetails(desk: Desk, { query, book }: Call): HttpResponse {
  const instId = query.get('instId') ?? '';
  if (instId === '') return missing('instId');
  const market = desk.market(instId);
  if (market === undefined) return noInstrument();
  const [ordId, clOrdId] = [query.get('ordId') ?? '', query.get('clOrdId') ?? ''];
  if (ordId === '' && clOrdId === '') return failed(200, '51003', 'Either client order ID or order ID is required.');
  const { feed } = market.spec;
  const order = book.order(feed, ordId, clOrdId, desk.nowMs);
  if (order === undefined || order.request.market !== market) return failed(200, '51603', 'Order does not exist.');
  return ok([orderRow(order, { algo: book.algoOf(order), unknown: desk.exchange.takesUnknownStatus(feed) })]);
}

/** GET trade/orders-pending, and orders-history with its archive; newest first. */
export function orderList(desk: Desk, call: Call, which: 'pending' | 'week' | 'archive'): HttpResponse {
  const { query, book } = call;
  const type = instType(query);
  if (type === null || (type === undefined && which !== 'pending')) return wrong('instType');
  const now = desk.nowMs;
  const orders = INST_TYPES.filter((one) => type === undefined || one === type).flatMap((one) => {
    const { feed } = desk.feeds[one];
    return which === 'pending' ? book.openOrders(feed) : book.endedOrders(feed, now);
  });
  const sinceMs = which === 'week' ? now - 7 * DAY_MS : now - 90 * DAY_MS;
  const shown = orders
    .filter(({ updatedAtMs }) => which === 'pending' || updatedAtMs >= sinceMs)
    .filter(({ request }) => (query.get('instId') ?? instIdOf(request.market.spec)) === instIdOf(request.market.spec))
    .sort((a, b) => b.number - a.number);
  return page(
    query,
    shown,
    ordIdOf,
    ({ createdAtMs }) => createdAtMs,
    (order) => orderRow(order, { algo: book.algoOf(order), unknown: false }),
  );
}

/** GET trade/fills (three days) and trade/fills-history (three months); newest first, paged by bill. */
export function fillList(desk: Desk, { query, book }: Call, days: number): HttpResponse {
  const type = instType(query);
  if (type === null || (type === undefined && days > 3)) return wrong('instType');
  const sinceMs = desk.nowMs - days * DAY_MS;
  const ordId = query.get('ordId') ?? '';
  const fills = INST_TYPES.filter((one) => type === undefined || one === type)
    .flatMap((one) => book.account.fills(desk.feeds[one].feed))
    .filter(({ atMs, order }) => atMs >= sinceMs && (ordId === '' || ordIdOf(order) === ordId))
    .filter(
      ({ order }) =>
        (query.get('instId') ?? instIdOf(order.request.market.spec)) === instIdOf(order.request.market.spec),
    )
    .sort((a, b) => b.tradeNumber - a.tradeNumber);
  return page(
    query,
    fills,
    billIdOf,
    ({ atMs }) => atMs,
    (fill) => fillRow(fill, book.algoOf(fill.order) !== undefined),
  );
}

/** GET trade/order-algo. */
export function algoDetails({ query, book }: Call): HttpResponse {
  const [algoId, algoClOrdId] = [query.get('algoId') ?? '', query.get('algoClOrdId') ?? ''];
  if (algoId === '' && algoClOrdId === '') {
    return failed(400, '50015', 'Either parameter algoId or algoClOrdId is required');
  }
  const algo = book.algo(algoId, algoClOrdId);
  return algo === undefined ? failed(200, '51603', 'Order does not exist.') : ok([algoRow(algo)]);
}

/** GET trade/orders-algo-pending, and orders-algo-history, which wants a state or an id. */
export function algoList(desk: Desk, { query, book }: Call, which: 'pending' | 'history'): HttpResponse {
  const kinds = (query.get('ordType') ?? '').split(',').filter((kind) => kind !== '');
  if (kinds.length === 0) return missing('ordType');
  const type = instType(query);
  if (type === null) return wrong('instType');
  const [state, algoId] = [query.get('state') ?? '', query.get('algoId') ?? ''];
  if (which === 'history' && state === '' && algoId === '') {
    return failed(400, '50015', 'Either parameter state or algoId is required');
  }
  const algos = INST_TYPES.filter((one) => type === undefined || one === type)
    .flatMap((one) => book.algos(desk.feeds[one].feed))
    .filter((algo) => kinds.includes(algo.kind) && (algoId === '' || algo.algoId === algoId))
    .filter((algo) => {
      const now = algoStateOf(algo);
      return which === 'pending' ? now === 'live' : now !== 'live' && (state === '' || now === state);
    })
    .filter((algo) => {
      const spec = (algo.sl ?? algo.tp)?.request.market.spec;
      return spec !== undefined && (query.get('instId') ?? instIdOf(spec)) === instIdOf(spec);
    })
    .sort((a, b) => (a.algoId < b.algoId ? 1 : -1));
  return page(query, algos, (algo) => algo.algoId, algoCreatedMs, algoRow);
}

/** Rows of one page: `after` gives older ones than the id, `before` newer; `begin` and `end` bound their time. */
function page<T>(
  query: URLSearchParams,
  newestFirst: readonly T[],
  idOf: (one: T) => string,
  atOf: (one: T) => number,
  rowOf: (one: T) => object,
): HttpResponse {
  const limit = integer(query, 'limit', 1, MOST_ROWS);
  const begin = integer(query, 'begin', 0, Number.MAX_SAFE_INTEGER);
  const end = integer(query, 'end', 0, Number.MAX_SAFE_INTEGER);
  if (limit === null || begin === null || end === null) return wrong('limit');
  const [after, before] = [query.get('after') ?? '', query.get('before') ?? ''];
  const shown = newestFirst.filter(
    (one) =>
      (after === '' || idOf(one) < after) &&
      (before === '' || idOf(one) > before) &&
      Math.floor(atOf(one)) >= (begin ?? 0) &&
      Math.floor(atOf(one)) <= (end ?? Number.MAX_SAFE_INTEGER),
  );
  return ok(shown.slice(0, limit ?? MOST_ROWS).map(rowOf));
}

/** `undefined` when none was asked for, `null` when there is no such type here. */
function instType(query: URLSearchParams): InstType | null | undefined {
  const name = query.get('instType') ?? '';
  return name === '' ? undefined : (INST_TYPES.find((one) => one === name) ?? null);
}

import type { HttpResponse } from '#shared/kernel/transport';
import type { ExchangeOrder } from '../../../exchange/types.ts';
import type { Message } from '../../message.ts';
import { stringAt } from '../../message.ts';
import { failed, missing, ok } from '../answers.ts';
import { instIdOf } from '../sizes.ts';
import { algoStateOf } from './account-book.ts';
import type { Call, Desk } from './desk.ts';
import { ordIdOf } from './ids.ts';
import { TAG } from './place.ts';
import type { Refused } from './refusals.ts';
import { refused } from './refusals.ts';

const GONE = 'Order cancellation failed as the order has been filled, canceled or does not exist.';
const MOST_ORDERS = 20;
const MOST_ALGOS = 10;
const CANCEL_AFTER = 'okx cancel-all-after';

interface Result {
  readonly row: object;
  readonly refused: Refused | null;
}

/** POST trade/cancel-order. https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-cancel-order */
export function cancelOrder(desk: Desk, call: Call): HttpResponse {
  if (Array.isArray(call.body)) return failed(400, '50002', 'JSON syntax error');
  const body = call.body as Message;
  if (!body.instId) return missing('instId');
  return desk.results([cancelOne(desk, call, body)]);
}

/** POST trade/cancel-batch-orders: at most twenty. */
export function cancelOrders(desk: Desk, call: Call): HttpResponse {
  const list = listOf(call);
  if (list === null) return failed(400, '50002', 'JSON syntax error');
  if (list.length > MOST_ORDERS) return failed(200, '51111', `Maximum ${MOST_ORDERS} orders can be placed in bulk.`);
  return desk.results(list.map((one) => cancelOne(desk, call, one)));
}

/** POST trade/cancel-algos: a list of at most ten. */
export function cancelAlgos(desk: Desk, call: Call): HttpResponse {
  const list = listOf(call);
  if (list === null) return failed(400, '50002', 'JSON syntax error');
  if (list.length > MOST_ALGOS) return failed(200, '51111', `Maximum ${MOST_ALGOS} orders can be placed in bulk.`);
  return desk.results(
    list.map((one): Result => {
      const [algoId, algoClOrdId] = [stringAt(one, 'algoId') ?? '', stringAt(one, 'algoClOrdId') ?? ''];
      const algo = call.book.algo(algoId, algoClOrdId);
      const row = { algoId: algo?.algoId ?? algoId, algoClOrdId, clOrdId: '' };
      if (algo === undefined) return { row, refused: refused('51400', GONE) };
      const leg = algo.sl ?? algo.tp;
      if (leg === null || instIdOf(leg.request.market.spec) !== one.instId)
        return { row, refused: refused('51400', GONE) };
      const state = algoStateOf(algo);
      if (state === 'effective')
        return { row, refused: refused('51416', "Order has been triggered and can't be canceled") };
      if (state !== 'live') return { row, refused: refused('51400', GONE) };
      for (const half of [algo.sl, algo.tp]) if (half !== null) call.book.account.cancel(half);
      return { row, refused: null };
    }),
  );
}

/**
 * POST trade/cancel-all-after, for the whole account or for the orders that carry a tag. The documentation speaks of "all
 * pending orders" and leaves open whether that takes algo orders along: here it does, as the worst that may happen.
 * https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-cancel-all-after
 */
export function cancelAllAfter(desk: Desk, call: Call): HttpResponse {
  const body = Array.isArray(call.body) ? {} : (call.body as Message);
  const timeOut = String(body.timeOut ?? '');
  if (timeOut === '') return missing('timeOut');
  const seconds = Number(timeOut);
  if (!/^\d{1,3}$/.test(timeOut) || (seconds !== 0 && (seconds < 10 || seconds > 120))) {
    return failed(400, '51000', 'Parameter timeOut  error');
  }
  const tag = body.tag ?? '';
  if (typeof tag !== 'string' || (tag !== '' && !TAG.test(tag))) return failed(400, '51000', 'Parameter tag  error');
  const { account } = call.book;
  const isMeant = ({ request }: ExchangeOrder): boolean => tag === '' || request.tag === tag;
  account.deadMan(`${CANCEL_AFTER} ${tag}`, seconds === 0 ? null : seconds * 1_000, isMeant);
  const now = Math.floor(desk.nowMs);
  const triggerTime = seconds === 0 ? '0' : String(now + seconds * 1_000);
  return ok([{ triggerTime, tag, ts: String(now) }]);
}

function cancelOne(desk: Desk, { book }: Call, body: Message): Result {
  const market = desk.market(stringAt(body, 'instId') ?? '');
  const [ordId, clOrdId] = [stringAt(body, 'ordId') ?? '', stringAt(body, 'clOrdId') ?? ''];
  const row = { ordId, clOrdId };
  if (market === undefined) {
    return { row, refused: refused('51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist.") };
  }
  if (ordId === '' && clOrdId === '') {
    return { row, refused: refused('51407', 'Either order ID or client order ID is required.') };
  }
  const order = book.order(market.spec.feed, ordId, clOrdId, desk.nowMs);
  if (order === undefined || order.request.market !== market || !book.account.cancel(order)) {
    return { row, refused: refused('51400', GONE) };
  }
  return { row: { ordId: ordIdOf(order), clOrdId: order.request.clientOrderId ?? '' }, refused: null };
}

const listOf = ({ body }: Call): readonly Message[] | null => (Array.isArray(body) && body.length > 0 ? body : null);

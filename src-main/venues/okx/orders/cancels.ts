import { err, ok } from '#shared/kernel/result';
import type { Answer, OrderRef } from '../../orders/adapter.ts';
import { CANCELLING } from './codes.ts';
import type { Desk } from './desk.ts';
import { ask, cancelCall, unreadable } from './desk.ts';
import { algoBy } from './look.ts';
import type { AlgoRow, OrderRow } from './messages.ts';
import { cancelledSchema, timerSchema } from './messages.ts';
import { ALGO_KINDS, openAlgos, openPlain } from './open.ts';
import { restingTag } from './requests.ts';
import { ALGO_STATES } from './rows.ts';

/** "A maximum of 20 orders can be canceled per request", of algo orders 10. */
const MOST_ORDERS = 20;
const MOST_ALGOS = 10;
const ROUNDS = 4;

type Fields = Readonly<Record<string, string>>;
type Ended = 'cancelled' | 'gone';

/** "It only means that your cancellation request has been accepted": what came of it the stream and a look tell. */
const endedBy = (sCode: string): Ended => (sCode === '0' || sCode === CANCELLING ? 'cancelled' : 'gone');

export async function cancelOne(desk: Desk, ref: OrderRef): Promise<Answer<Ended>> {
  const { symbol: instId } = ref.listing;
  if (!ref.resident) {
    const name = ref.venueOrderId === null ? { clOrdId: ref.clientOrderId } : { ordId: ref.venueOrderId };
    return cancelOrder(desk, { instId, ...name });
  }
  const cancelled = await cancelAlgos(desk, [{ instId, algoClOrdId: ref.clientOrderId }]);
  if (!cancelled.ok) return cancelled;
  if (cancelled.value > 0) return ok('cancelled');
  // Triggered: what it became is cancelled instead.
  const algo = await algoBy(desk, ref.clientOrderId);
  if (!algo.ok) return algo;
  if (algo.value === null || ALGO_STATES[algo.value.state] !== 'effective') return ok('gone');
  let ended: Ended = 'gone';
  for (const ordId of algo.value.ordIdList) {
    const child = await cancelOrder(desk, { instId, ordId });
    if (!child.ok) return child;
    if (child.value === 'cancelled') ended = 'cancelled';
  }
  return ok(ended);
}

/**
 * Every open order of the product, or of one instrument: there is no single call for it. Cancels work in their own time,
 * so what was asked for once is not asked for again; orders that appear meanwhile are, a few times.
 */
export async function cancelEvery(desk: Desk, instId: string | null): Promise<Answer<{ readonly cancelled: number }>> {
  const asked = new Set<string>();
  let cancelled = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    // Algo orders first: one that triggers in between is then among the orders.
    const algos = await openAlgos(desk, instId, ALGO_KINDS);
    if (!algos.ok) return algos;
    const newAlgos = algos.value.filter(({ algoId }) => !asked.has(algoId));
    for (const some of inParts(newAlgos, MOST_ALGOS)) {
      const ended = await cancelAlgos(
        desk,
        some.map(({ instId: of, algoId }: AlgoRow) => ({ instId: of, algoId })),
      );
      if (!ended.ok) return ended;
      cancelled += ended.value;
    }
    const orders = await openPlain(desk, instId);
    if (!orders.ok) return orders;
    const newOrders = orders.value.filter(({ ordId }) => !asked.has(ordId));
    for (const some of inParts(newOrders, MOST_ORDERS)) {
      const ended = await cancelOrders(
        desk,
        some.map(({ instId: of, ordId }: OrderRow) => ({ instId: of, ordId })),
      );
      if (!ended.ok) return ended;
      cancelled += ended.value;
    }
    if (newAlgos.length === 0 && newOrders.length === 0) return ok({ cancelled });
    for (const { algoId } of newAlgos) asked.add(algoId);
    for (const { ordId } of newOrders) asked.add(ordId);
  }
  return err(unreadable('cancel-all', 'orders go on appearing'));
}

/**
 * One timer for what this product has resting, by its mark (EX-14): orders of the other product, of others and waiting
 * ones "will remain unaffected". `null` takes it away. Believed when the answer shows it.
 * https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-cancel-all-after
 */
export async function armDeadMan(desk: Desk, seconds: number | null): Promise<Answer<void>> {
  const tag = restingTag(desk.product);
  const call = cancelCall('dead-man', 'privatePostTradeCancelAllAfter', { timeOut: String(seconds ?? 0), tag });
  const answer = await ask(desk, call, timerSchema);
  if (!answer.ok) return answer;
  const [timer] = answer.value.data;
  if (timer?.tag === tag && (timer.triggerTime === '0') === (seconds === null)) return ok(undefined);
  return err(unreadable('dead-man', `the timer shows ${timer?.triggerTime ?? 'nothing'} for “${timer?.tag ?? ''}”`));
}

async function cancelOrder(desk: Desk, fields: Fields): Promise<Answer<Ended>> {
  const answer = await ask(desk, cancelCall('order-cancel', 'privatePostTradeCancelOrder', fields), cancelledSchema);
  if (!answer.ok) return answer;
  const [row] = answer.value.data;
  return row === undefined ? err(unreadable('order-cancel', 'no result')) : ok(endedBy(row.sCode));
}

/** How many of them were cancelled now. */
async function cancelOrders(desk: Desk, fields: readonly Fields[]): Promise<Answer<number>> {
  const call = cancelCall('orders-cancel', 'privatePostTradeCancelBatchOrders', fields, fields.length);
  return counted(await ask(desk, call, cancelledSchema), fields.length);
}

async function cancelAlgos(desk: Desk, fields: readonly Fields[]): Promise<Answer<number>> {
  const call = cancelCall('algo-cancel', 'privatePostTradeCancelAlgos', fields, fields.length);
  return counted(await ask(desk, call, cancelledSchema), fields.length);
}

function counted(
  answer: Answer<{ readonly data: readonly { readonly sCode: string }[] }>,
  asked: number,
): Answer<number> {
  if (!answer.ok) return answer;
  const { data } = answer.value;
  if (data.length !== asked) return err(unreadable('cancel', `${data.length} results for ${asked} orders`));
  return ok(data.filter(({ sCode }) => endedBy(sCode) === 'cancelled').length);
}

function inParts<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) => all.slice(part * size, (part + 1) * size));
}

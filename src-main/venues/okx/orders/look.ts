import { err, ok } from '#shared/kernel/result';
import { decimal, ZERO } from '#shared/money/decimal';
import type { Answer, Looked, OrderRef, VenueOrder } from '../../orders/adapter.ts';
import { NOT_FOUND } from './codes.ts';
import type { Desk } from './desk.ts';
import { allRows, ask, readCall } from './desk.ts';
import { fillsSince } from './fills.ts';
import type { AlgoRow, OrderRow } from './messages.ts';
import { algoSchema, answerOf, orderSchema } from './messages.ts';
import { ALGO_STATES, venueAlgo, venueOrder } from './rows.ts';

const DAY_MS = 86_400_000;
/** Executions are dated by the matching engine, orders by the gateway. */
const OVERLAP_MS = 60_000;
const WEEK_MS = 7 * DAY_MS;
const ARCHIVE_MS = 90 * DAY_MS;
const ENDED_ALGOS = ['effective', 'canceled', 'order_failed'] as const;

/**
 * EX-4. By id first; a "does not exist" counts only after open orders and history over the whole window do not show it
 * either. Orders that were cancelled without any execution leave the history after two hours: they executed nothing,
 * which is what absence means here. https://www.okx.com/docs-v5/en/#order-book-trading-trade-get-order-details
 */
export async function lookAt(desk: Desk, ref: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
  // A triggered resident order is an ordinary one under another id: each way leads to the other.
  const ways = ref.resident ? [lookAtAlgo, lookAtOrder] : [lookAtOrder, lookAtAlgo];
  for (const way of ways) {
    const looked = await way(desk, ref, sinceMs);
    if (!looked.ok || looked.value.kind !== 'not-there') return looked;
  }
  return ok({ kind: 'not-there' });
}

async function lookAtOrder(desk: Desk, ref: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
  const { context } = desk;
  const { symbol: instId } = ref.listing;
  // The venue id of a resident order names the algo order, or what became of it.
  const names = [
    ...(ref.venueOrderId === null || ref.resident ? [] : [{ ordId: ref.venueOrderId }]),
    ...(ref.clientOrderId === '' ? [] : [{ clOrdId: ref.clientOrderId }]),
  ];
  for (const name of names) {
    const row = await orderBy(desk, { instId, ...name });
    if (!row.ok) return row;
    if (row.value !== null) return found(desk, ref, venueOrder(row.value, context.bySymbol), sinceMs);
  }
  const listed = await listedOrder(desk, ref, sinceMs);
  if (!listed.ok) return listed;
  if (listed.value === 'unproven') return ok({ kind: 'unproven', message: 'older than the venue keeps orders' });
  if (listed.value === null) return ok({ kind: 'not-there' });
  return found(desk, ref, venueOrder(listed.value, context.bySymbol), sinceMs);
}

/** `null` when the venue says that there is no such order. */
async function orderBy(desk: Desk, name: Readonly<Record<string, string>>): Promise<Answer<OrderRow | null>> {
  const call = readCall('order-read', 'privateGetTradeOrder', name, 'hedge');
  const answer = await ask(desk, call, answerOf(orderSchema));
  if (answer.ok) return ok(answer.value.data[0] ?? null);
  return NOT_FOUND.has(answer.error.code) ? ok(null) : answer;
}

async function listedOrder(desk: Desk, ref: OrderRef, sinceMs: number): Promise<Answer<OrderRow | null | 'unproven'>> {
  const { clock } = desk.context;
  const age = clock.wallMs() - sinceMs;
  if (age > ARCHIVE_MS - DAY_MS) return ok('unproven');
  const scope = { instType: desk.instType, instId: ref.listing.symbol };
  const lists: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ['orders-open', 'privateGetTradeOrdersPending', scope],
    age > WEEK_MS - DAY_MS
      ? ['orders-archive', 'privateGetTradeOrdersHistoryArchive', { ...scope, begin: beginOf(sinceMs) }]
      : ['orders-history', 'privateGetTradeOrdersHistory', { ...scope, begin: beginOf(sinceMs) }],
    // Once more: it may have gone from one list to the other in between.
    ['orders-open', 'privateGetTradeOrdersPending', scope],
  ];
  for (const [endpoint, method, params] of lists) {
    const rows = await allRows(desk, {
      endpoint,
      method,
      params,
      rows: answerOf(orderSchema),
      idOf: ({ ordId }) => ordId,
    });
    if (!rows.ok) return rows;
    const row = rows.value.find(
      ({ ordId, clOrdId, algoClOrdId }) =>
        (ref.clientOrderId !== '' && (clOrdId === ref.clientOrderId || algoClOrdId === ref.clientOrderId)) ||
        (ref.venueOrderId !== null && ordId === ref.venueOrderId),
    );
    if (row !== undefined) return ok(row);
  }
  return ok(null);
}

const beginOf = (sinceMs: number): string => String(Math.max(0, Math.floor(sinceMs - OVERLAP_MS)));

async function lookAtAlgo(desk: Desk, ref: OrderRef, sinceMs: number): Promise<Answer<Looked>> {
  if (ref.clientOrderId === '') return ok({ kind: 'not-there' });
  const algo = await algoBy(desk, ref.clientOrderId);
  if (!algo.ok) return algo;
  const row = algo.value ?? (await listedAlgo(desk, ref.clientOrderId, sinceMs));
  if ('ok' in row) {
    if (!row.ok) return row;
    return row.value === null ? ok({ kind: 'not-there' }) : foundAlgo(desk, ref, row.value, sinceMs);
  }
  return foundAlgo(desk, ref, row, sinceMs);
}

/** `null` when the venue says that there is no such algo order. */
export async function algoBy(desk: Desk, algoClOrdId: string): Promise<Answer<AlgoRow | null>> {
  const call = readCall('algo-read', 'privateGetTradeOrderAlgo', { algoClOrdId }, 'hedge');
  const answer = await ask(desk, call, answerOf(algoSchema));
  if (answer.ok) return ok(answer.value.data[0] ?? null);
  return NOT_FOUND.has(answer.error.code) ? ok(null) : answer;
}

async function listedAlgo(desk: Desk, algoClOrdId: string, sinceMs: number): Promise<Answer<AlgoRow | null>> {
  const recent = ({ cTime }: AlgoRow): boolean => cTime >= sinceMs - OVERLAP_MS;
  const kinds = { ordType: 'conditional,oco', instType: desk.instType };
  const lists = [
    { endpoint: 'algos-open', method: 'privateGetTradeOrdersAlgoPending', params: kinds },
    ...ENDED_ALGOS.map((state) => ({
      endpoint: 'algos-history',
      method: 'privateGetTradeOrdersAlgoHistory',
      params: { ...kinds, state },
    })),
  ];
  for (const list of lists) {
    const rows = await allRows(desk, {
      ...list,
      rows: answerOf(algoSchema),
      idOf: ({ algoId }) => algoId,
      wanted: recent,
    });
    if (!rows.ok) return rows;
    const row = rows.value.find((one) => one.algoClOrdId === algoClOrdId);
    if (row !== undefined) return ok(row);
  }
  return ok(null);
}

/** What a triggered algo order became decides; before that the algo order itself. */
async function foundAlgo(desk: Desk, ref: OrderRef, row: AlgoRow, sinceMs: number): Promise<Answer<Looked>> {
  const { bySymbol } = desk.context;
  if (ALGO_STATES[row.state] !== 'effective') return ok({ kind: 'found', order: venueAlgo(row, bySymbol), fills: [] });
  const [ordId, ...others] = row.ordIdList;
  if (ordId === undefined || others.length > 0) {
    return ok({ kind: 'unproven', message: `triggered, with ${row.ordIdList.length} orders` });
  }
  const child = await orderBy(desk, { instId: row.instId, ordId });
  if (!child.ok) return child;
  if (child.value !== null)
    return found(desk, ref, { ...venueOrder(child.value, bySymbol), clientOrderId: ref.clientOrderId }, sinceMs);
  // Cancelled without an execution more than two hours ago, or not written down yet.
  const listed = await listedOrder(desk, { ...ref, venueOrderId: ordId }, sinceMs);
  if (!listed.ok) return listed;
  if (listed.value === null || listed.value === 'unproven') {
    return ok({ kind: 'unproven', message: 'triggered, and its order is not shown' });
  }
  return found(desk, ref, { ...venueOrder(listed.value, bySymbol), clientOrderId: ref.clientOrderId }, sinceMs);
}

/** With the executions that are shown so far; what the order says it executed counts before they are (EX-5). */
async function found(desk: Desk, ref: OrderRef, order: VenueOrder, sinceMs: number): Promise<Answer<Looked>> {
  if (decimal(order.filled).eq(ZERO)) return ok({ kind: 'found', order, fills: [] });
  const fills = await fillsSince(desk, sinceMs - OVERLAP_MS, { instId: ref.listing.symbol, ordId: order.venueOrderId });
  if (!fills.ok) return err(fills.error);
  return ok({
    kind: 'found',
    order,
    fills: fills.value.map((fill) => ({ ...fill, clientOrderId: order.clientOrderId })),
  });
}

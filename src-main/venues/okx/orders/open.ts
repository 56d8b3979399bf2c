import { ok } from '#shared/kernel/result';
import type { Answer, VenueOrder } from '../../orders/adapter.ts';
import type { Desk } from './desk.ts';
import { allRows } from './desk.ts';
import type { AlgoRow, OrderRow } from './messages.ts';
import { algoSchema, answerOf, orderSchema } from './messages.ts';
import { venueAlgo, venueOrder } from './rows.ts';

/** "For every request, unlike other ordType, conditional and oco can be provided together": the others go one by one. */
export const ALGO_KINDS = ['conditional,oco', 'trigger', 'move_order_stop'] as const;

export const openPlain = (desk: Desk, instId: string | null): Promise<Answer<readonly OrderRow[]>> =>
  allRows(desk, {
    endpoint: 'orders-open',
    method: 'privateGetTradeOrdersPending',
    params: { instType: desk.instType, ...(instId === null ? {} : { instId }) },
    rows: answerOf(orderSchema),
    idOf: ({ ordId }) => ordId,
  });

export async function openAlgos(
  desk: Desk,
  instId: string | null,
  kinds: readonly string[],
): Promise<Answer<readonly AlgoRow[]>> {
  const all: AlgoRow[] = [];
  for (const ordType of kinds) {
    const rows = await allRows(desk, {
      endpoint: 'algos-open',
      method: 'privateGetTradeOrdersAlgoPending',
      params: { ordType, instType: desk.instType, ...(instId === null ? {} : { instId }) },
      rows: answerOf(algoSchema),
      idOf: ({ algoId }) => algoId,
    });
    if (!rows.ok) return rows;
    all.push(...rows.value);
  }
  return ok(all);
}

/** Ordinary and waiting ones, those of others too (EX-12). */
export async function openOrders(desk: Desk): Promise<Answer<readonly VenueOrder[]>> {
  const { bySymbol } = desk.context;
  // Waiting ones first: one that triggers in between is then among the orders.
  const algos = await openAlgos(desk, null, ALGO_KINDS);
  if (!algos.ok) return algos;
  const orders = await openPlain(desk, null);
  if (!orders.ok) return orders;
  return ok([
    ...orders.value.map((row) => venueOrder(row, bySymbol)),
    ...algos.value.map((row) => venueAlgo(row, bySymbol)),
  ]);
}

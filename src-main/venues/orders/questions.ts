import { err } from '#shared/kernel/result';
import type { Answer, OrderAdapter } from './adapter.ts';
import { unclear } from './failures.ts';

export type Questions = Pick<OrderAdapter, 'fills' | 'openOrders' | 'look'>;

/** What is asked without anybody waiting for it: an adapter that breaks over an answer gives an unclear one. */
export const questionsOf = (adapter: Questions): Questions => ({
  fills: (sinceMs, listing) => answered(() => adapter.fills(sinceMs, listing)),
  openOrders: () => answered(() => adapter.openOrders()),
  look: (order, sinceMs) => answered(() => adapter.look(order, sinceMs)),
});

async function answered<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await ask();
  } catch (error) {
    return err(unclear(error));
  }
}

import { type Decimal, decimal, max, wire, ZERO } from '#shared/money/decimal';
import type { VenueOrder } from '../../orders/adapter.ts';
import { listId, stopName } from './names.ts';

/** One half of an OCO: an order row, and the name under which it lies at the venue. */
export interface Half {
  readonly order: VenueOrder;
  readonly name: string;
}

/**
 * An OCO as the one order that it was asked for as: filled as far as both halves are, open while either is, and done with
 * the half that executed. `halves`: at least one.
 */
export function listOrder(orderListId: string, clientOrderId: string, halves: readonly Half[]): VenueOrder | undefined {
  const stop = halves.find(({ name }) => name === stopName(clientOrderId))?.order ?? halves[0]?.order;
  if (stop === undefined) return undefined;
  const orders = halves.map(({ order }) => order);
  const filled = orders.reduce((sum: Decimal, order) => sum.plus(decimal(order.filled)), ZERO);
  const state = stateOfAll(orders);
  return {
    ...stop,
    venueOrderId: listId(orderListId),
    clientOrderId,
    filled: wire(filled),
    state,
    status: orders.map(({ status }) => status).join(' and '),
    atMs: orders.reduce((latest, { atMs }) => Math.max(latest, atMs), 0),
  };
}

function stateOfAll(orders: readonly VenueOrder[]): VenueOrder['state'] {
  const has = (state: VenueOrder['state']) => orders.some((order) => order.state === state);
  if (has('unknown')) return 'unknown';
  if (has('filled')) return 'filled';
  if (has('open')) return 'open';
  // The half that executed in part decides how it ended, else that of the client's own cancel.
  const most = orders.reduce((best, { filled }) => max(best, decimal(filled)), ZERO);
  if (most.gt(ZERO)) return orders.find(({ filled }) => decimal(filled).eq(most))?.state ?? 'unknown';
  if (has('cancelled')) return 'cancelled';
  return has('expired') ? 'expired' : 'rejected';
}

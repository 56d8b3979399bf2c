import { isFinal } from '#shared/domain/order';
import { decimal } from '#shared/money/decimal';
import type { JournalState } from '../journal/state.ts';
import type { WorkingOrder, WorkingOrdersView } from '../risk/working-orders.ts';

/** The orders of ours that may still execute, read from the journal's state. */
export class OrderRegistry implements WorkingOrdersView {
  readonly #state: JournalState;

  constructor(state: JournalState) {
    this.#state = state;
  }

  working(): readonly WorkingOrder[] {
    const rows: WorkingOrder[] = [];
    for (const deal of this.#state.openDeals()) {
      for (const order of deal.orders) {
        if (isFinal(order.state)) continue;
        const { clientOrderId, dealId, account, venue, listing, side, purpose, price, quantity } = order.intent;
        const remaining = decimal(quantity).minus(order.filled);
        rows.push({ clientOrderId, dealId, account, venue, listing, side, purpose, price: decimal(price), remaining });
      }
    }
    return rows;
  }
}

import type { Broker, BrokerEvent, Journaled, OrderTruth, QueryOutcome, SubmitOutcome } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import type { Fill } from '#shared/domain/order';

/** A broker whose answers the test writes; what it leaves out goes to the simulated venue behind it. */
export class ScriptedBroker implements Broker {
  readonly venue: Broker['venue'];
  readonly account: string;
  readonly capabilities: Broker['capabilities'];
  readonly inner: Broker;
  /** Orders that were given to it, oldest first. */
  readonly orders: Journaled[] = [];
  readonly queried: string[] = [];
  submitWith: ((order: Journaled) => Promise<SubmitOutcome>) | undefined;
  queryWith: ((clientOrderId: string) => Promise<QueryOutcome>) | undefined;
  cancelWith: ((clientOrderId: string) => Promise<'cancelled' | 'gone' | 'in-doubt'>) | undefined;
  readonly #listeners: ((event: BrokerEvent) => void)[] = [];

  constructor(inner: Broker) {
    this.inner = inner;
    this.venue = inner.venue;
    this.account = inner.account;
    this.capabilities = inner.capabilities;
  }

  onEvent(listener: (event: BrokerEvent) => void): void {
    this.#listeners.push(listener);
    this.inner.onEvent(listener);
  }

  emit(event: BrokerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  submit(order: Journaled): Promise<SubmitOutcome> {
    this.orders.push(order);
    return this.submitWith === undefined ? this.inner.submit(order) : this.submitWith(order);
  }
  query(clientOrderId: string, listing: ListingId, createBeforeMs: number): Promise<QueryOutcome> {
    this.queried.push(clientOrderId);
    if (this.queryWith !== undefined) return this.queryWith(clientOrderId);
    return this.inner.query(clientOrderId, listing, createBeforeMs);
  }
  cancel(clientOrderId: string, listing: ListingId): Promise<'cancelled' | 'gone' | 'in-doubt'> {
    return this.cancelWith === undefined ? this.inner.cancel(clientOrderId, listing) : this.cancelWith(clientOrderId);
  }
  openOrders(): ReturnType<Broker['openOrders']> {
    return this.inner.openOrders();
  }
  balances(): ReturnType<Broker['balances']> {
    return this.inner.balances();
  }
}

let trades = 0;
/** A fill of an order at its price, without a fee unless one is given. */
export function fillOf(order: Journaled, quantity: string, changes: Partial<Fill> = {}): Fill {
  trades += 1;
  return {
    tradeId: `t${trades}`,
    clientOrderId: order.clientOrderId,
    account: order.account,
    listing: order.listing,
    side: order.side,
    quantity,
    price: order.price,
    fee: '0',
    feeCurrency: 'USD',
    liquidity: 'taker',
    atMs: 0,
    ...changes,
  };
}

export const truthOf = (
  order: Journaled,
  state: OrderTruth['state'],
  filled: string,
  fills: readonly Fill[],
): OrderTruth => ({
  clientOrderId: order.clientOrderId,
  venueOrderId: `v-${order.clientOrderId}`,
  state,
  filled,
  fills,
});

import { expect } from 'vitest';
import type { Journaled, OrderTruth, QueryOutcome, SubmitOutcome } from '#engine/ports';
import { ORDER_PROTOCOLS } from '#main/venues/orders/order-protocols';
import type { Capabilities } from '#shared/domain/capabilities';
import { type FeedId, productOf } from '#shared/domain/ids';
import type { OrderKind } from '#shared/domain/order';
import { decimal, wire } from '#shared/money/decimal';
import { BrokerHarness, type BrokerHarnessOptions } from '#support/broker-harness';

/** What the suite needs to know of a venue beside its declared capabilities. */
export interface BrokerSubject {
  readonly feed: FeedId;
  readonly instrument: string;
  /** A post-only order that would take is refused at once; else it is accepted and then cancelled. */
  readonly postOnlyRefusedAtOnce: boolean;
  /** Practice keys whose account stands in a way in which orders would not be what was meant (AC-2). */
  readonly unsafeAccounts: readonly ('hedge-mode' | 'auto-borrow' | 'account-level' | 'isolated')[];
  /** What its ban looks like to a client; `rate-limit` when left out. */
  readonly ban?: 'rate-limit' | 'authentication';
  /** False where the venue tells a key of this feed no fee rates that it can be believed in; `fees` is empty then. */
  readonly feesTold?: boolean;
}

/** One broker under test and what is asked of it again and again. */
export class BrokerCase {
  readonly subject: BrokerSubject;
  readonly capabilities: Capabilities;
  readonly perp: boolean;
  #harness: BrokerHarness | undefined;
  readonly #said: unknown[] = [];

  constructor(subject: BrokerSubject) {
    const protocol = ORDER_PROTOCOLS[subject.feed];
    if (protocol === undefined) throw new Error(`no orders on ${subject.feed}`);
    this.subject = subject;
    this.capabilities = protocol.capabilities;
    this.perp = productOf(subject.feed) === 'perp';
  }

  open(options: Partial<BrokerHarnessOptions> = {}): BrokerHarness {
    const { feed, instrument } = this.subject;
    this.#harness = new BrokerHarness({ feed, instrument, ...options });
    return this.#harness;
  }

  async ready(options: Partial<BrokerHarnessOptions> = {}): Promise<BrokerHarness> {
    const h = this.open(options);
    const state = await h.start();
    if (state.kind !== 'ready') throw new Error(`${h.feed} is ${state.kind}: ${state.reason}`);
    return h;
  }

  /** Ends it, and looks whether a secret of its key is in anything that it ever said (SE-1). */
  async close(): Promise<void> {
    const h = this.#harness;
    if (h === undefined) return;
    this.#harness = undefined;
    await h.close();
    const said = JSON.stringify([h.states, h.events, this.#said.splice(0)]);
    for (const secret of Object.values(h.credentials)) {
      for (const line of (secret ?? '').split('\n').filter((text) => text.length >= 6 && !text.startsWith('-----'))) {
        expect(said.includes(line), 'a secret was said').toBe(false);
      }
    }
  }

  async #told<T>(answer: Promise<T>): Promise<T> {
    const told = await answer;
    this.#said.push(told);
    return told;
  }

  submit(h: BrokerHarness, order: Journaled): Promise<SubmitOutcome> {
    return this.#told(h.settled(h.broker.submit(order), 120_000));
  }

  cancel(h: BrokerHarness, order: Journaled): Promise<'cancelled' | 'gone' | 'in-doubt'> {
    return h.settled(h.broker.cancel(order.clientOrderId, order.listing), 1_200_000);
  }

  query(h: BrokerHarness, order: Journaled): Promise<QueryOutcome> {
    const { clientOrderId, listing, createBeforeMs } = order;
    return this.#told(h.settled(h.broker.query(clientOrderId, listing, createBeforeMs), 120_000));
  }

  async truth(h: BrokerHarness, order: Journaled): Promise<OrderTruth> {
    const found = await this.query(h, order);
    if (found.kind !== 'found') throw new Error(`not found: ${JSON.stringify(found)}`);
    return found.order;
  }

  async accepted(h: BrokerHarness, order: Journaled): Promise<string> {
    const outcome = await this.submit(h, order);
    if (outcome.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
    return outcome.venueOrderId;
  }

  async openIds(h: BrokerHarness): Promise<string[]> {
    const orders = await h.settled(h.broker.openOrders());
    if (!orders.ok) throw new Error(orders.error);
    return orders.value.map(({ clientOrderId }) => clientOrderId);
  }

  /** Orders that the venue itself has under a client id. */
  atVenue(h: BrokerHarness, id: string): ReturnType<BrokerHarness['account']['orders']> {
    return h.account.orders(h.feed).filter(({ request }) => request.clientOrderId === id);
  }

  ended(h: BrokerHarness, order: Journaled): Promise<void> {
    return h.until('its end', () => h.statesOf(order.clientOrderId).some((state) => state !== 'open'), 60_000);
  }

  /** A position or a holding that can be sold. */
  async bought(h: BrokerHarness): Promise<Journaled> {
    const order = h.order({ kind: 'ioc', price: h.through('buy'), quantity: h.quantity(4) });
    await this.accepted(h, order);
    await h.until('bought', () => h.filledOf(order.clientOrderId) === order.quantity);
    return order;
  }

  /** A resident order around the market: `gap` is the way of the trigger from the touch. */
  resident(h: BrokerHarness, kind: OrderKind, gap: string): Partial<Journaled> {
    const trigger = kind === 'take-profit' ? h.away('sell', gap) : h.away('buy', gap);
    const tick = decimal(h.listing.priceTick);
    const price = wire(decimal(trigger).minus(tick.times('20')));
    const [by] = this.capabilities.stopTriggers;
    if (by === undefined) throw new Error('no trigger');
    return {
      side: 'sell',
      kind,
      purpose: 'flatten',
      price,
      trigger: { price: trigger, by },
      ...(this.perp ? { reduceOnly: true } : {}),
      ...(kind === 'oco' ? { takeProfitPrice: h.away('sell', '0.01') } : {}),
    };
  }

  /** A buy of more than half of what is shown up to its price, a little through the touch. */
  greedy(h: BrokerHarness): { readonly price: string; readonly quantity: string } {
    const book = h.sink.book(h.listing.id);
    const price = h.through('buy', '0.0001');
    let shown = decimal('0');
    for (let level = 0; level < book.depth(1) && book.price(1, level) <= Number(price); level += 1) {
      shown = shown.plus(String(book.size(1, level)));
    }
    const lot = decimal(h.listing.lotStep);
    const least = decimal(h.quantity());
    return { price, quantity: wire((shown.gt(least) ? shown : least).div(lot).round(0, 3).times(lot)) };
  }

  /** What is left of a purchase after a fee in the coin, on the lot. */
  sellable(h: BrokerHarness, long: Journaled): string {
    const lot = decimal(h.listing.lotStep);
    return wire(decimal(long.quantity).times('0.9').div(lot).round(0, 0).times(lot));
  }
}

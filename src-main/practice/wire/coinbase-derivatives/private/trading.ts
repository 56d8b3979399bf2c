import type { Side } from '#shared/domain/order';
import type { Clock } from '#shared/kernel/time';
import type { ExchangeAccount, ExchangeOrder } from '../../../exchange/types.ts';
import { type Message, stringAt } from '../../message.ts';
import type { FeedContext } from '../../venue.ts';
import { nameOf } from '../instruments.ts';
import { type BookKeeping, isLive } from './book-keeping.ts';
import { type Form, isForm, marketOf, readForm, secondaries } from './order-form.ts';
import { numberOf, tradeRow } from './order-words.ts';
import { failed, type Outcome, REFUSALS, wrong } from './outcomes.ts';

const NOT_FOUND = failed(10004, 'order_not_found');

/** What a call that makes orders made. */
export interface Placed {
  readonly outcome: Outcome;
  readonly orders: readonly ExchangeOrder[];
}

/** Makes and cancels orders (https://docs.cdp.coinbase.com/api-reference/trading/private-buy). */
export class GatewayTrading {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #books: BookKeeping;
  #pairs = 0;

  constructor(feed: FeedContext, clock: Clock, books: BookKeeping) {
    this.#feed = feed;
    this.#clock = clock;
    this.#books = books;
  }

  place(account: ExchangeAccount, side: Side, params: Message): Placed {
    const market = marketOf(this.#feed.listed(), params);
    if (!('spec' in market)) return { outcome: market, orders: [] };
    const linked = params.linked_order_type;
    if (linked !== undefined && linked !== 'one_cancels_other') {
      return { outcome: wrong('linked_order_type'), orders: [] };
    }
    if (linked !== undefined) this.#pairs += 1;
    const at = { market, nowMs: this.#clock.wallMs(), ocoRef: linked === undefined ? null : String(this.#pairs) };
    const forms: Form[] = [];
    for (const one of [params, ...(linked === undefined ? [] : (secondaries(params) ?? [{}]))]) {
      const direction = one === params ? side : one.direction;
      if (direction !== 'buy' && direction !== 'sell') return { outcome: wrong('direction'), orders: [] };
      const form = readForm(one, direction, at);
      if (!isForm(form)) return { outcome: form, orders: [] };
      forms.push(form);
    }
    return this.#placeAll(account, forms);
  }

  cancel(account: ExchangeAccount, params: Message): Outcome {
    const order = this.find(account, stringAt(params, 'order_id') ?? '');
    if (order === undefined) return NOT_FOUND;
    if (!isLive(order)) return failed(11044, 'not_open_order');
    account.cancel(order);
    return { result: this.#books.ownRow(order) };
  }

  /** Gives how many it cancelled. */
  cancelAll(account: ExchangeAccount, of: (order: ExchangeOrder) => boolean): Outcome {
    const { feed } = this.#feed;
    return { result: account.cancelAll((order) => order.request.market.spec.feed === feed && of(order)).length };
  }

  cancelByLabel(account: ExchangeAccount, params: Message): Outcome {
    const label = stringAt(params, 'label');
    if (label === undefined) return wrong('label', 'missing');
    return this.cancelAll(account, (order) => this.#books.noteOf(order).label === label);
  }

  cancelByInstrument(account: ExchangeAccount, params: Message): Outcome {
    const market = marketOf(this.#feed.listed(), params);
    if (!('spec' in market)) return market;
    return this.cancelAll(account, ({ request }) => nameOf(request.market.spec) === nameOf(market.spec));
  }

  find(account: ExchangeAccount, id: string): ExchangeOrder | undefined {
    const named = numberOf(id);
    const order = named === undefined ? undefined : account.orderByNumber(named.number);
    if (named === undefined || order === undefined || order.request.market.spec.feed !== this.#feed.feed)
      return undefined;
    // The order that a stop becomes is not there before.
    if (order.request.trigger !== null && !named.before && !order.triggered) return undefined;
    return named.before && order.request.trigger === null ? undefined : order;
  }

  /** All of a pair or none. */
  #placeAll(account: ExchangeAccount, forms: readonly Form[]): Placed {
    const orders: ExchangeOrder[] = [];
    for (const { request: form, note } of forms) {
      // Labels need not be unique: the first order of one is found by it, later ones are not.
      const free = note.label !== '' && account.orderByClientId(note.label) === undefined;
      const request = { ...form, clientOrderId: free ? note.label : null };
      this.#books.note(request, note);
      const placed = account.place(request);
      if (!placed.ok) {
        for (const order of orders) account.cancel(order);
        return { outcome: { error: REFUSALS[placed.error] }, orders: [] };
      }
      orders.push(placed.value);
    }
    const [primary] = orders;
    if (primary === undefined) return { outcome: wrong('otoco_config'), orders };
    const trades = primary.fills.map((fill) => tradeRow(fill, this.#books.noteOf(primary)));
    return { outcome: { result: { order: this.#books.ownRow(primary), trades } }, orders };
  }
}

import type { Clock } from '#shared/kernel/time';
import type { ExchangeAccount, ExchangeFill, ExchangeOrder } from '../../../exchange/types.ts';
import { type Message, stringAt } from '../../message.ts';
import type { FeedContext } from '../../venue.ts';
import { nameOf } from '../instruments.ts';
import { type BookKeeping, isLive } from './book-keeping.ts';
import { numberOf, orderIdOf, orderRow, positionRow, tradeRow, triggerRow } from './order-words.ts';
import { failed, type Outcome, wrong } from './outcomes.ts';
import type { GatewayTrading } from './trading.ts';
import { num } from './wire-text.ts';

const MOST = 1000;
/** "Returns recent records: orders for 30 min, trades for 24h." Older ones are `historical`. */
const RECENT_ORDERS_MS = 30 * 60_000;
const RECENT_TRADES_MS = 86_400_000;

/** What the gateway tells of orders and executions. */
export class GatewayQueries {
  readonly #feed: FeedContext;
  readonly #clock: Clock;
  readonly #books: BookKeeping;
  readonly #trading: GatewayTrading;

  constructor(feed: FeedContext, clock: Clock, books: BookKeeping, trading: GatewayTrading) {
    this.#feed = feed;
    this.#clock = clock;
    this.#books = books;
    this.#trading = trading;
  }

  orderState(account: ExchangeAccount, params: Message): Outcome {
    const id = stringAt(params, 'order_id') ?? '';
    const order = this.#trading.find(account, id);
    if (order === undefined) return failed(10004, 'order_not_found');
    const note = this.#books.noteOf(order);
    const unknown = this.#books.unknownState();
    const before = numberOf(id)?.before === true;
    return { result: before ? triggerRow(order, note, unknown) : orderRow(order, note, unknown) };
  }

  /** Open ones and those of the last half hour. */
  stateByLabel(account: ExchangeAccount, params: Message): Outcome {
    const label = stringAt(params, 'label');
    if (label === undefined) return wrong('label', 'missing');
    const from = this.#clock.wallMs() - RECENT_ORDERS_MS;
    const found = this.#books.labelled(account, label).filter((one) => isLive(one) || one.updatedAtMs >= from);
    return { result: found.map((order) => this.#books.row(order)) };
  }

  openOrders(account: ExchangeAccount, params: Message): Outcome {
    const name = params.instrument_name;
    const open = this.#books.open(account).filter((order) => name === undefined || nameAt(order) === name);
    return { result: open.map((order) => this.#books.row(order)) };
  }

  /** Ended orders, newest first; those that filled nothing only when asked for. */
  history(account: ExchangeAccount, params: Message): Outcome {
    const name = params.instrument_name;
    const count = whole(params.count, 1, MOST, 20);
    const offset = whole(params.offset, 0, 1e9, 0);
    if (count === null || offset === null) return wrong('count');
    const edge = this.#clock.wallMs() - RECENT_ORDERS_MS;
    const rows = this.#books.orders(account).filter((order) => {
      if (isLive(order) || (name !== undefined && nameAt(order) !== name)) return false;
      // A stop that was never triggered is not here but in its own history.
      if (order.request.trigger !== null && !order.triggered) return false;
      if (order.filled.eq('0') && params.include_unfilled !== true) return false;
      return params.historical === true ? order.updatedAtMs < edge : order.updatedAtMs >= edge;
    });
    return {
      result: rows
        .slice(offset, offset + count)
        .map((order) => orderRow(order, this.#books.noteOf(order), this.#books.unknownState())),
    };
  }

  /** Stops and takes that ended as such: triggered or cancelled. */
  triggerHistory(account: ExchangeAccount, params: Message): Outcome {
    const name = params.instrument_name;
    const count = whole(params.count, 1, MOST, 20);
    const from = params.continuation === undefined ? 0 : Number(params.continuation);
    if (count === null || !Number.isInteger(from)) return wrong('count');
    const rows = this.#books.orders(account).filter((order) => {
      if (order.request.trigger === null || (name !== undefined && nameAt(order) !== name)) return false;
      return order.triggered || !isLive(order);
    });
    const next = from + count;
    return {
      result: {
        entries: rows.slice(from, next).map((order) => triggerRow(order, this.#books.noteOf(order))),
        continuation: next < rows.length ? String(next) : null,
      },
    };
  }

  /** Executions of a window, oldest first when sorted so. */
  trades(account: ExchangeAccount, params: Message): Outcome {
    const name = params.instrument_name;
    const count = whole(params.count, 1, MOST, 10);
    const start = whole(params.start_timestamp, 0, 1e15, 0);
    const end = whole(params.end_timestamp, 0, 1e15, 1e15);
    if (count === null || start === null || end === null) return wrong('count');
    const edge = this.#clock.wallMs() - RECENT_TRADES_MS;
    const rows = this.#told(account).filter(({ order, atMs }) => {
      if (name !== undefined && nameAt(order) !== name) return false;
      const at = Math.floor(atMs);
      return at >= start && at <= end && (params.historical === true ? atMs < edge : atMs >= edge);
    });
    const sorted = params.sorting === 'asc' ? rows : [...rows].reverse();
    return {
      result: {
        trades: sorted.slice(0, count).map((fill) => tradeRow(fill, this.#books.noteOf(fill.order))),
        has_more: sorted.length > count,
      },
    };
  }

  tradesOfOrder(account: ExchangeAccount, params: Message): Outcome {
    const id = stringAt(params, 'order_id') ?? '';
    const fills = this.#told(account).filter(({ order }) => orderIdOf(order) === id);
    return { result: fills.map((fill) => tradeRow(fill, this.#books.noteOf(fill.order))) };
  }

  positions(account: ExchangeAccount): Outcome {
    const { feed } = this.#feed;
    return {
      result: account
        .positions()
        .filter(({ market }) => market.spec.feed === feed)
        .map(positionRow),
    };
  }

  /** What is no trade but changed a position or the balance. */
  log(account: ExchangeAccount, params: Message): Outcome {
    const start = whole(params.start_timestamp, 0, 1e15, 0);
    const end = whole(params.end_timestamp, 0, 1e15, 1e15);
    if (start === null || end === null) return wrong('start_timestamp');
    const logs = account
      .fills(this.#feed.feed)
      .filter(
        ({ cause, atMs }) => cause === 'auto-deleveraging' && Math.floor(atMs) >= start && Math.floor(atMs) <= end,
      )
      .map((fill) => ({
        id: fill.tradeNumber,
        type: 'ADL transfer',
        role: 'source',
        instrument_name: nameAt(fill.order),
        side: `close ${fill.order.request.side}`,
        amount: num(fill.quantity),
        price: num(fill.price),
        currency: fill.feeCurrency,
        timestamp: Math.floor(fill.atMs),
      }));
    return { result: { logs: [...logs].reverse(), continuation: null } };
  }

  /** Auto-deleveraging moves a position without a trade. */
  #told(account: ExchangeAccount): readonly ExchangeFill[] {
    return account.fills(this.#feed.feed).filter(({ cause }) => cause !== 'auto-deleveraging');
  }
}

const nameAt = ({ request }: ExchangeOrder): string => nameOf(request.market.spec);

/** `null` when it is no whole number. */
function whole(value: unknown, low: number, high: number, usual: number): number | null {
  if (value === undefined) return usual;
  return typeof value === 'number' && Number.isInteger(value) && value >= low ? Math.min(high, value) : null;
}

import type {
  ExchangeAccount,
  ExchangeFill,
  ExchangeOrder,
  PlaceRequest,
  PracticeExchange,
} from '../../../exchange/types.ts';
import { type OrderNote, orderEvent, orderRow, statusOf } from './order-words.ts';

const FEED = 'coinbase:spot';
/** EX-6: a word that no documentation has. */
const UNKNOWN_STATUS = 'HELD_FOR_REVIEW';

/** What Advanced Trade knows of the orders that were placed through it: names, configurations, portfolios. */
export class BookKeeping {
  readonly #exchange: PracticeExchange;
  /** By the request that the order keeps: it is known before the account's listeners hear of the order. */
  readonly #notes = new WeakMap<PlaceRequest, OrderNote>();

  constructor(exchange: PracticeExchange) {
    this.#exchange = exchange;
  }

  note(request: PlaceRequest, note: OrderNote): void {
    this.#notes.set(request, note);
  }

  noteOf(order: ExchangeOrder): OrderNote | undefined {
    return this.#notes.get(order.request);
  }

  /** Orders of the account that were placed here, newest first. */
  orders(account: ExchangeAccount): readonly ExchangeOrder[] {
    return account
      .orders(FEED)
      .filter((order) => this.#notes.has(order.request))
      .reverse();
  }

  /** Executions of those, newest first. */
  fills(account: ExchangeAccount): readonly ExchangeFill[] {
    return account
      .fills(FEED)
      .filter(({ order }) => this.#notes.has(order.request))
      .reverse();
  }

  /** `null` for an order of the other product. */
  row(account: ExchangeAccount, order: ExchangeOrder): object | null {
    const note = this.#notes.get(order.request);
    return note === undefined ? null : orderRow(order, note, userIdOf(account), this.#status(order));
  }

  event(order: ExchangeOrder): object | null {
    const note = this.#notes.get(order.request);
    return note === undefined ? null : orderEvent(order, note, this.#status(order));
  }

  #status(order: ExchangeOrder): string {
    return this.#exchange.takesUnknownStatus(FEED) ? UNKNOWN_STATUS : statusOf(order);
  }
}

export const userIdOf = ({ id }: ExchangeAccount): string =>
  `c0ffee00-0000-4000-8000-${id.padStart(12, '0').slice(-12)}`;
export const portfolioOf = ({ id }: ExchangeAccount): string =>
  `9f3a5d10-0000-4000-8000-${id.padStart(12, '0').slice(-12)}`;

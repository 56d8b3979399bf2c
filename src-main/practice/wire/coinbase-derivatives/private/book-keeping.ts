import type { ExchangeAccount, ExchangeOrder, PlaceRequest, PracticeExchange } from '../../../exchange/types.ts';
import { currentRow, NO_NOTE, type OrderNote } from './order-words.ts';

const FEED = 'coinbase:perp';
/** EX-6: a word that no documentation has. */
const UNKNOWN_STATE = 'held_for_review';

export const isLive = ({ state }: ExchangeOrder): boolean => state === 'open' || state === 'waiting';

/** Labels and links of orders, which are the gateway's own. */
export class BookKeeping {
  readonly #exchange: PracticeExchange;
  readonly #notes = new WeakMap<PlaceRequest, OrderNote>();

  constructor(exchange: PracticeExchange) {
    this.#exchange = exchange;
  }

  note(request: PlaceRequest, note: OrderNote): void {
    this.#notes.set(request, note);
  }

  noteOf(order: ExchangeOrder): OrderNote {
    return this.#notes.get(order.request) ?? NO_NOTE;
  }

  /** Newest first. */
  orders(account: ExchangeAccount): readonly ExchangeOrder[] {
    return [...account.orders(FEED)].reverse();
  }

  open(account: ExchangeAccount): readonly ExchangeOrder[] {
    return this.orders(account).filter(isLive);
  }

  labelled(account: ExchangeAccount, label: string): readonly ExchangeOrder[] {
    return this.orders(account).filter((order) => this.noteOf(order).label === label);
  }

  row(order: ExchangeOrder): object {
    return currentRow(order, this.noteOf(order), this.unknownState());
  }

  /** As the answer to who has just made or cancelled it. */
  ownRow(order: ExchangeOrder): object {
    return currentRow(order, this.noteOf(order));
  }

  unknownState(): string | undefined {
    return this.#exchange.takesUnknownStatus(FEED) ? UNKNOWN_STATE : undefined;
  }
}

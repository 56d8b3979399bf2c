import type { Clock } from '#shared/kernel/time';
import type { ExchangeOrder, PracticeExchange, PracticeKey } from '../../../exchange/types.ts';
import type { Message } from '../../message.ts';
import type { FeedContext } from '../../venue.ts';
import { METHOD_NOT_FOUND } from '../json-rpc.ts';
import { BookKeeping } from './book-keeping.ts';
import { FORBIDDEN, MAINTENANCE, type Outcome, WEBSOCKET_ONLY } from './outcomes.ts';
import { GatewayQueries } from './queries.ts';
import { GatewaySummaries } from './summaries.ts';
import { GatewayTrading } from './trading.ts';

type Fate = Parameters<PracticeExchange['answerTo']>[1];

export interface Called {
  readonly outcome: Outcome;
  /** What the faults of orders take it for. */
  readonly what: Fate;
  /** Orders that the call made. */
  readonly made: readonly ExchangeOrder[];
}

const told = (outcome: Outcome, what: Fate = 'read', made: readonly ExchangeOrder[] = []): Called => ({
  outcome,
  what,
  made,
});

const SOCKET_ONLY: readonly string[] = [
  'private/subscribe',
  'private/unsubscribe',
  'private/unsubscribe_all',
  'private/enable_cancel_on_disconnect',
  'private/disable_cancel_on_disconnect',
  'private/logout',
];

/** The gateway's private methods, the same over HTTP and WebSocket; what belongs to a connection is its socket's. */
export class GatewayMethods {
  readonly books: BookKeeping;
  readonly summaries: GatewaySummaries;
  readonly #exchange: PracticeExchange;
  readonly #trading: GatewayTrading;
  readonly #queries: GatewayQueries;

  constructor(feed: FeedContext, clock: Clock, exchange: PracticeExchange) {
    this.#exchange = exchange;
    this.books = new BookKeeping(exchange);
    this.summaries = new GatewaySummaries(feed);
    this.#trading = new GatewayTrading(feed, clock, this.books);
    this.#queries = new GatewayQueries(feed, clock, this.books, this.#trading);
  }

  /** `null`: it is a matter of the connection. */
  call(key: PracticeKey, method: string, params: Message, socket: boolean): Called | null {
    if (this.#exchange.inMaintenance('coinbase:perp')) return told({ error: MAINTENANCE });
    if (SOCKET_ONLY.includes(method)) return socket ? null : told({ error: WEBSOCKET_ONLY });
    const { account, permissions } = key;
    const change = this.#change(key, method, params);
    if (change !== null) return permissions.trade ? change() : told({ error: FORBIDDEN });
    if (!permissions.read) return told({ error: FORBIDDEN });
    switch (method) {
      case 'private/get_order_state':
        return told(this.#queries.orderState(account, params));
      case 'private/get_order_state_by_label':
      case 'private/get_open_orders_by_label':
        return told(this.#queries.stateByLabel(account, params));
      case 'private/get_open_orders':
      case 'private/get_open_orders_by_currency':
      case 'private/get_open_orders_by_instrument':
        return told(this.#queries.openOrders(account, params));
      case 'private/get_order_history_by_instrument':
      case 'private/get_order_history_by_currency':
        return told(this.#queries.history(account, params));
      case 'private/get_trigger_order_history':
        return told(this.#queries.triggerHistory(account, params));
      case 'private/get_user_trades_by_instrument_and_time':
      case 'private/get_user_trades_by_currency_and_time':
        return told(this.#queries.trades(account, params));
      case 'private/get_user_trades_by_order':
        return told(this.#queries.tradesOfOrder(account, params));
      case 'private/get_positions':
        return told(this.#queries.positions(account));
      case 'private/get_transaction_log':
        return told(this.#queries.log(account, params));
      case 'private/get_account_summary':
        return told(this.summaries.one(account, params));
      case 'private/get_account_summaries':
        return told(this.summaries.all(account, params));
      default:
        return method === 'private/get_cancel_on_disconnect' && socket ? null : told({ error: METHOD_NOT_FOUND });
    }
  }

  /** Calls that need the right to trade. */
  #change({ account }: PracticeKey, method: string, params: Message): (() => Called) | null {
    switch (method) {
      case 'private/buy':
      case 'private/sell':
        return () => {
          const { outcome, orders } = this.#trading.place(account, method === 'private/buy' ? 'buy' : 'sell', params);
          return told(outcome, orders.length > 0 ? 'create' : 'read', orders);
        };
      case 'private/cancel':
        return () => told(this.#trading.cancel(account, params), 'cancel');
      case 'private/cancel_by_label':
        return () => told(this.#trading.cancelByLabel(account, params), 'cancel');
      case 'private/cancel_all':
      case 'private/cancel_all_by_currency':
        return () =>
          told(
            this.#trading.cancelAll(account, () => true),
            'cancel',
          );
      case 'private/cancel_all_by_instrument':
        return () => told(this.#trading.cancelByInstrument(account, params), 'cancel');
      default:
        return null;
    }
  }
}

import { ZERO } from '#shared/money/decimal';
import type {
  AccountListener,
  ExchangeAccount,
  ExchangeFill,
  ExchangeOrder,
  ExchangePosition,
  PracticeExchange,
} from '../../../exchange/types.ts';
import { altnameOf } from '../../kraken/pairs.ts';
import { symbolOf } from '../symbols.ts';
import type { FuturesAccount } from './account.ts';
import { orderUid } from './ids.ts';
import { endReason, isClosed, number, socketFill, socketOrder } from './order-rows.ts';

const FEED = 'kraken:perp';
const SNAPSHOT_FILLS = 100;
/** A reason that the documentation does not know (EX-6). */
const UNKNOWN_REASON = 'moved_to_review';

export const PRIVATE_FEEDS = ['open_orders_verbose', 'open_orders', 'fills', 'balances', 'open_positions'] as const;
export type PrivateFeedName = (typeof PRIVATE_FEEDS)[number];

export interface FuturesListenerOptions {
  readonly account: ExchangeAccount;
  readonly exchange: PracticeExchange;
  readonly ledger: FuturesAccount;
  readonly accountUid: string;
  readonly nowMs: () => number;
  readonly send: (frame: string) => void;
}

/** Turns what happens to an account into the frames of the private feeds of one socket. */
export class FuturesListener implements AccountListener {
  readonly #o: FuturesListenerOptions;
  readonly #feeds = new Set<PrivateFeedName>();
  readonly #announced = new Set<number>();
  readonly #triggered = new Set<number>();
  readonly #stop: () => void;
  #fills = 0;
  #balances = 0;
  #positions = 0;

  constructor(options: FuturesListenerOptions) {
    this.#o = options;
    for (const order of options.account.orders(FEED)) {
      this.#announced.add(order.number);
      if (order.triggered) this.#triggered.add(order.number);
    }
    this.#stop = options.account.listen(this);
  }

  stop(): void {
    this.#stop();
  }

  /** Each feed begins with a snapshot. */
  add(feed: PrivateFeedName): void {
    this.#feeds.add(feed);
    const { account, accountUid } = this.#o;
    if (feed === 'open_orders' || feed === 'open_orders_verbose') {
      const orders = account.orders(FEED).filter((order) => !isClosed(order));
      this.#send({ feed: `${feed}_snapshot`, account: accountUid, orders: orders.map(socketOrder) });
    } else if (feed === 'fills') {
      const fills = account.fills(FEED).slice(-SNAPSHOT_FILLS);
      const rows = fills.map((fill) => socketFill(fill, this.#nextFill()));
      this.#send({ feed: 'fills_snapshot', account: accountUid, fills: rows });
    } else if (feed === 'balances') this.#sendBalances('balances_snapshot');
    else this.#sendPositions();
  }

  remove(feed: PrivateFeedName): void {
    this.#feeds.delete(feed);
  }

  orderChanged(order: ExchangeOrder): void {
    if (order.request.market.spec.feed !== FEED) return;
    const isNew = !this.#announced.has(order.number);
    this.#announced.add(order.number);
    if (isClosed(order)) {
      // What never rested is told when it is cancelled, without having been told before.
      this.#sendOrder(order, true, endReason(order));
      return;
    }
    if (order.triggered && !this.#triggered.has(order.number)) {
      this.#triggered.add(order.number);
      this.#sendGone(order, 'stop_order_triggered');
      this.#sendOrder(order, false, 'limit_order_from_stop');
      return;
    }
    if (isNew) this.#sendOrder(order, false, 'new_placed_order_by_user');
  }

  filled(fill: ExchangeFill): void {
    const { order } = fill;
    if (order.request.market.spec.feed !== FEED) return;
    if (this.#feeds.has('fills')) {
      this.#send({ feed: 'fills', username: this.#o.accountUid, fills: [socketFill(fill, this.#nextFill())] });
    }
    if (order.filled.lt(order.quantity) && !isClosed(order)) this.#sendOrder(order, false, 'partial_fill');
  }

  holdingChanged(): void {
    if (this.#feeds.has('balances')) this.#sendBalances('balances');
  }

  positionChanged(position: ExchangePosition): void {
    if (position.market.spec.feed === FEED && this.#feeds.has('open_positions')) this.#sendPositions();
  }

  fundingPaid(): void {}

  #sendOrder(order: ExchangeOrder, is_cancel: boolean, reason: string): void {
    const said = this.#o.exchange.takesUnknownStatus(FEED) ? UNKNOWN_REASON : reason;
    for (const feed of ['open_orders', 'open_orders_verbose'] as const) {
      if (!this.#feeds.has(feed)) continue;
      // An order that was cancelled is named by its ids alone.
      if (is_cancel && reason === 'cancelled_by_user') this.#sendCancel(feed, order, said);
      else this.#send({ feed, order: socketOrder(order), is_cancel, reason: said });
    }
  }

  #sendGone(order: ExchangeOrder, reason: string): void {
    for (const feed of ['open_orders', 'open_orders_verbose'] as const) {
      if (this.#feeds.has(feed)) this.#sendCancel(feed, order, reason);
    }
  }

  #sendCancel(feed: PrivateFeedName, order: ExchangeOrder, reason: string): void {
    const client = order.request.clientOrderId;
    const named = client === null ? {} : { cli_ord_id: client };
    this.#send({ feed, order_id: orderUid(order.number), ...named, is_cancel: true, reason });
  }

  #sendBalances(feed: 'balances' | 'balances_snapshot'): void {
    this.#balances += 1;
    const currencies = Object.fromEntries(
      this.#o.ledger.holdingsOf(this.#o.account).map(({ currency, total, locked }) => [
        altnameOf(currency),
        {
          quantity: number(total),
          value: number(total),
          collateral_value: number(total),
          available: number(total.minus(locked)),
          haircut: 0,
          conversion_spread: 0,
        },
      ]),
    );
    this.#send({
      feed,
      account: this.#o.accountUid,
      timestamp: this.#o.nowMs(),
      seq: this.#balances,
      flex_futures: { currencies },
    });
  }

  #sendPositions(): void {
    this.#positions += 1;
    const rows = this.#o.ledger.positionsOf(this.#o.account).map((position) => {
      const mark = position.market.perp?.markPrice ?? 0;
      return {
        instrument: symbolOf(position.market.spec),
        balance: number(position.quantity),
        pnl: number(position.unrealised),
        entry_price: number(position.entryPrice),
        mark_price: mark,
        index_price: position.market.perp?.indexPrice ?? 0,
        liquidation_threshold: number(position.liquidationPrice ?? ZERO),
        effective_leverage: number(position.leverage),
        return_on_equity: 0,
        unrealized_funding: 0,
        initial_margin: number(position.margin),
        maintenance_margin: number(position.margin.div('2')),
        pnl_currency: position.market.spec.settle,
      };
    });
    this.#send({
      feed: 'open_positions',
      account: this.#o.accountUid,
      positions: rows,
      seq: this.#positions,
      timestamp: this.#o.nowMs(),
    });
  }

  #nextFill(): number {
    this.#fills += 1;
    return this.#fills;
  }

  #send(frame: object): void {
    this.#o.send(JSON.stringify(frame));
  }
}

import type { AccountMoney } from './money.ts';
import type { Order } from './order.ts';
import type { Position } from './position.ts';
import type { AccountListener, ExchangeFill, FundingPayment } from './types.ts';

/**
 * What an account's listeners hear, in order: executions at once, one by one; then, when a step is over, each order that
 * changed as it now is, then positions, then holdings.
 */
export class AccountListeners {
  readonly #money: AccountMoney;
  readonly #listeners = new Set<AccountListener>();
  readonly #orders = new Set<Order>();
  readonly #positions = new Set<Position>();
  readonly #holdings = new Map<string, { readonly wallet: string; readonly currency: string }>();

  constructor(money: AccountMoney) {
    this.#money = money;
  }

  add(listener: AccountListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Told at once: what follows of the order in the same step comes after it. */
  accepted(order: Order): void {
    for (const listener of this.#listeners) listener.orderChanged(order);
  }

  filled(fill: ExchangeFill): void {
    for (const listener of this.#listeners) listener.filled(fill);
  }

  funding({ market, amount, rate, atMs }: FundingPayment): void {
    for (const listener of this.#listeners) listener.fundingPaid(market, amount, rate, atMs);
  }

  order(order: Order): void {
    this.#orders.add(order);
  }

  position(position: Position): void {
    this.#positions.add(position);
  }

  holding(wallet: string, currency: string): void {
    this.#holdings.set(`${wallet} ${currency}`, { wallet, currency });
  }

  /** A step is over. */
  tell(): void {
    const [orders, positions, holdings] = [[...this.#orders], [...this.#positions], [...this.#holdings.values()]];
    this.#orders.clear();
    this.#positions.clear();
    this.#holdings.clear();
    for (const listener of [...this.#listeners]) {
      for (const order of orders) listener.orderChanged(order);
      for (const position of positions) listener.positionChanged(this.#money.shown(position));
      for (const { wallet, currency } of holdings) {
        listener.holdingChanged(wallet, this.#money.holding(wallet, currency));
      }
    }
  }
}

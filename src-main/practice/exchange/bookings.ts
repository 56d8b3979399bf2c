import type { Side } from '#shared/domain/order';
import type { Decimal } from '#shared/money/decimal';
import { fromDouble, ZERO } from '#shared/money/decimal';
import type { MarketView } from '../world/world.ts';
import type { AccountOptions } from './account.ts';
import { AccountListeners } from './listeners.ts';
import { AccountMoney, quoteOf } from './money.ts';
import type { Order } from './order.ts';
import type { Position } from './position.ts';
import { OrderRegistry } from './registry.ts';
import { feedTerms, marginTerms, walletsOf } from './terms.ts';
import type { ExchangeFill, FundingPayment } from './types.ts';

/** One execution before it is booked. */
export interface Execution {
  readonly price: Decimal;
  /** Base units. */
  readonly quantity: Decimal;
  readonly fee: Decimal;
  readonly feeCurrency: string;
  readonly maker: boolean;
  readonly cause: ExchangeFill['cause'];
}

/** Puts what happened into the account's money, positions and records, and marks who has to hear of it. */
export class Bookings {
  readonly money: AccountMoney;
  readonly listeners: AccountListeners;
  readonly registry = new OrderRegistry();
  readonly payments: FundingPayment[] = [];
  /** What the venue's insurance paid because a liquidation fell short, by currency. */
  readonly insured = new Map<string, Decimal>();
  readonly #options: AccountOptions;

  constructor(options: AccountOptions) {
    this.#options = options;
    const { venue, modes } = options;
    this.money = new AccountMoney(modes, marginTerms(venue), walletsOf(venue), () => this.registry.locking());
    this.listeners = new AccountListeners(this.money);
  }

  move(wallet: string, currency: string, amount: Decimal): void {
    this.money.move(wallet, currency, amount);
    this.listeners.holding(wallet, currency);
  }

  /** What the order locks has changed. */
  locked(order: Order): void {
    const { spec } = order.market;
    const spot = order.request.side === 'sell' ? spec.base : order.quote;
    this.listeners.holding(feedTerms(spec).wallet, spec.product === 'spot' ? spot : spec.settle);
  }

  /** Base units by which an order of this side may make the position smaller; zero for spot. */
  reducible(market: MarketView, side: Side): Decimal {
    if (market.perp === null) return ZERO;
    const { quantity } = this.money.position(market);
    const against = side === 'sell' ? quantity : ZERO.minus(quantity);
    return against.gt(ZERO) ? against : ZERO;
  }

  execute(order: Order, execution: Execution): void {
    const { price, quantity, fee, feeCurrency } = execution;
    const atMs = this.#options.clock.wallMs();
    order.filled = order.filled.plus(quantity);
    order.filledValue = order.filledValue.plus(quantity.times(price));
    order.feePaid = order.feePaid.plus(fee);
    order.feeCurrency = feeCurrency;
    order.updatedAtMs = atMs;
    const realised = order.market.perp === null ? this.#swap(order, execution) : this.#trade(order, execution, atMs);
    const { maker, cause } = execution;
    const tradeNumber = this.#options.nextTrade();
    const fill = { order, tradeNumber, price, quantity, fee, feeCurrency, maker, atMs, realised, cause };
    order.fills.push(fill);
    this.registry.addFill(fill);
    if (order.remaining.lte(ZERO)) {
      order.state = 'filled';
      order.endedBy = null;
      order.expiry();
      this.#options.floor(order.market).remove(order);
      this.registry.end(order);
    }
    this.locked(order);
    this.listeners.order(order);
    this.listeners.filled(fill);
  }

  /** Continuous funding runs on until now at this rate for one `intervalMs`. */
  accrue(position: Position, rate: number, intervalMs: number, atMs: number): void {
    const elapsed = Math.max(0, atMs - position.accruedAtMs);
    position.accruedAtMs = atMs;
    if (position.flat || elapsed === 0) return;
    const share = fromDouble((rate * elapsed) / intervalMs, 18);
    position.accrued = position.accrued.minus(position.quantity.times(position.mark).times(share));
  }

  /** A funding payment is made. */
  pay(position: Position, amount: Decimal, rate: number, atMs: number): void {
    const { market, quantity } = position;
    const payment = { market, amount, rate, positionQuantity: quantity, atMs };
    this.payments.push(payment);
    this.move(feedTerms(market.spec).wallet, market.spec.settle, amount);
    this.listeners.funding(payment);
  }

  /** Nothing is left of a currency's positions and the loss was greater than what was there: the insurance pays. */
  insure(wallet: string, currency: string): void {
    const total = this.money.total(wallet, currency);
    if (total.gte(ZERO)) return;
    this.insured.set(currency, (this.insured.get(currency) ?? ZERO).minus(total));
    this.move(wallet, currency, ZERO.minus(total));
  }

  /** A spot trade: what is bought comes, what is sold goes, the fee is taken. */
  #swap(order: Order, { price, quantity, fee, feeCurrency }: Execution): Decimal {
    const { spec } = order.market;
    const { wallet } = feedTerms(spec);
    const value = quantity.times(price);
    const buys = order.request.side === 'buy';
    this.move(wallet, spec.base, buys ? quantity : ZERO.minus(quantity));
    this.move(wallet, quoteOf(order), buys ? ZERO.minus(value) : value);
    this.move(wallet, feeCurrency, ZERO.minus(fee));
    return ZERO;
  }

  /** A trade in a perpetual. Returns the profit it realised, before its fee. */
  #trade(order: Order, { price, quantity, fee }: Execution, atMs: number): Decimal {
    const { spec, perp } = order.market;
    const { wallet } = feedTerms(spec);
    const position = this.money.position(order.market);
    if (perp?.accrual === 'continuous') {
      this.accrue(position, perp.fundingRate, perp.intervalMs, atMs);
      if (!position.accrued.eq(ZERO)) this.pay(position, position.accrued, perp.fundingRate, atMs);
      position.accrued = ZERO;
    }
    const realised = position.add(order.request.side === 'buy' ? quantity : ZERO.minus(quantity), price);
    this.move(wallet, spec.settle, realised.minus(fee));
    this.listeners.position(position);
    return realised;
  }
}

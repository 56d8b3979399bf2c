import { ceilTo, decimal, floorTo, fromDouble, max, min, ZERO } from '#shared/money/decimal';
import type { MarketView, Settlement } from '../world/world.ts';
import type { Account, AccountOptions } from './account.ts';
import { lotOf, tickOf } from './measures.ts';
import { Order } from './order.ts';
import type { Position } from './position.ts';
import { feedTerms } from './terms.ts';
import type { ExchangeFill } from './types.ts';

/** How many decimals a funding rate may have. */
const RATE_DECIMALS = 18;
const HALF = decimal('0.5');

/** What the venue itself does to the positions of one account: funding, liquidation, auto-deleveraging. */
export class PerpetualUpkeep {
  readonly #account: Account;
  readonly #options: AccountOptions;

  constructor(account: Account, options: AccountOptions) {
    this.#account = account;
    this.#options = options;
  }

  /** Mark and rates have moved. */
  referenceChanged(market: MarketView): void {
    const { books } = this.#account;
    if (!books.money.hasDealtIn(market)) return;
    const position = books.money.position(market);
    if (position.flat) return;
    const { perp, spec } = market;
    if (perp?.accrual === 'continuous') {
      books.accrue(position, perp.fundingRate, perp.intervalMs, this.#options.clock.wallMs());
    }
    this.#liquidateUnderMargined(feedTerms(spec).wallet, spec.settle);
    books.listeners.tell();
  }

  /** A settlement was made: who holds now pays or receives; what has accrued is booked. */
  settled(market: MarketView, { rate, intervalMs, atMs }: Settlement): void {
    const { books } = this.#account;
    const position = books.money.position(market);
    const { clock } = this.#options;
    if (market.perp?.accrual === 'continuous') {
      books.accrue(position, rate, intervalMs, clock.wallMs());
      if (!position.accrued.eq(ZERO)) books.pay(position, position.accrued, rate, atMs);
      position.accrued = ZERO;
    } else if (!position.flat) {
      const value = position.quantity.times(position.mark);
      books.pay(position, ZERO.minus(value.times(fromDouble(rate, RATE_DECIMALS))), rate, atMs);
    }
    books.listeners.tell();
  }

  /** The venue closes it whole at the mark price. */
  liquidate(position: Position): void {
    const { settle } = position.market.spec;
    const { wallet } = feedTerms(position.market.spec);
    this.#cancelOrders(wallet, settle);
    this.#close(position, position.quantity.abs(), 'liquidation');
    this.#insure(wallet, settle);
    this.#account.books.listeners.tell();
  }

  /** The venue closes half of it, at least one lot, at the mark price without a fee. */
  deleverage(position: Position): void {
    const lot = lotOf(position.market.spec);
    const half = floorTo(position.quantity.abs().times(HALF), lot);
    this.#close(position, min(max(half, lot), position.quantity.abs()), 'auto-deleveraging');
    this.#account.books.listeners.tell();
  }

  /** Orders go first; then positions, the greatest loss first, until the rest is held by its margin. */
  #liquidateUnderMargined(wallet: string, settle: string): void {
    const { money } = this.#account.books;
    if (money.underMargined(wallet, settle).length === 0) return;
    this.#cancelOrders(wallet, settle);
    for (;;) {
      const [worst] = money.underMargined(wallet, settle);
      if (worst === undefined) break;
      this.#close(worst, worst.quantity.abs(), 'liquidation');
    }
    this.#insure(wallet, settle);
  }

  #cancelOrders(wallet: string, settle: string): void {
    this.#account.dealing.endAll(({ request: { market } }) => {
      return market.perp !== null && market.spec.settle === settle && feedTerms(market.spec).wallet === wallet;
    }, 'venue');
  }

  #insure(wallet: string, settle: string): void {
    const { books } = this.#account;
    const held = books.money.positions.some(({ market }) => market.spec.settle === settle);
    if (!held) books.insure(wallet, settle);
  }

  #close(position: Position, quantity: Position['quantity'], cause: ExchangeFill['cause']): void {
    const { books, dealing } = this.#account;
    const { market } = position;
    const { spec } = market;
    const order = new Order(
      this.#options.nextOrder(),
      {
        market,
        side: position.quantity.gt(ZERO) ? 'sell' : 'buy',
        type: 'market',
        timeInForce: 'ioc',
        quantity,
        quoteAmount: null,
        price: null,
        clientOrderId: null,
        reduceOnly: true,
        trigger: null,
        ocoGroup: null,
        createBeforeMs: null,
        expiresAtMs: null,
        selfTrade: 'allow',
      },
      { owner: dealing, quantity, feeCurrency: spec.settle, atMs: this.#options.clock.wallMs() },
    );
    books.registry.add(order);
    books.listeners.accepted(order);
    const price = cause === 'liquidation' ? this.#liquidationFill(position) : floorTo(position.mark, tickOf(spec));
    const taker = feedTerms(spec).fees(spec).taker;
    const fee = cause === 'liquidation' ? quantity.times(price).times(taker) : ZERO;
    books.execute(order, { price, quantity, fee, feeCurrency: spec.settle, maker: false, cause });
    dealing.afterTrade(order);
  }

  /** The mark, but no worse than what isolated margin can bear: the venue's insurance takes the rest. */
  #liquidationFill(position: Position): Position['quantity'] {
    const tick = tickOf(position.market.spec);
    const mark = floorTo(position.mark, tick);
    const bankrupt = this.#account.books.money.bankruptcyPrice(position);
    if (bankrupt === null) return mark;
    return position.quantity.gt(ZERO) ? max(mark, ceilTo(bankrupt, tick)) : min(mark, floorTo(bankrupt, tick));
  }
}

import type { Decimal } from '#shared/money/decimal';
import { max, min, ONE, ZERO } from '#shared/money/decimal';
import type { MarketSpec } from '../world/market-spec.ts';
import type { MarketView } from '../world/world.ts';
import type { Order } from './order.ts';
import { Position } from './position.ts';
import { feedTerms, type MarginTerms } from './terms.ts';
import type { AccountModes, ExchangePosition, WalletHolding } from './types.ts';

/** What an open order keeps from being used otherwise. */
interface Lock {
  readonly currency: string;
  readonly amount: Decimal;
}

/** The fee of one execution, and what it is paid in. */
export function feeOf(order: Order, quantity: Decimal, price: Decimal, maker: boolean): Lock {
  const { spec } = order.market;
  const terms = feedTerms(spec);
  const rates = terms.fees(spec);
  const rate = maker ? rates.maker : rates.taker;
  const { feeDigits } = terms;
  const told = (fee: Decimal): Decimal => (feeDigits === undefined ? fee : fee.round(feeDigits));
  if (terms.feeInBought && order.request.side === 'buy') {
    return { currency: spec.base, amount: told(quantity.times(rate)) };
  }
  return { currency: quoteOf(order), amount: told(quantity.times(price).times(rate)) };
}

/** What trades of an order are paid in: the settle currency of a perpetual. */
export const quoteOf = (order: Order): string => (order.market.perp === null ? order.quote : order.market.spec.settle);

/**
 * The money of one account: what lies in its wallets, what open orders hold of it, its positions and their margin.
 * Amounts are exact; nothing is created but by deposits, and by the venue's insurance when a liquidation fell short.
 */
export class AccountMoney {
  readonly #wallets = new Map<string, Map<string, Decimal>>();
  readonly #positions = new Map<MarketView, Position>();
  readonly #leverage = new Map<MarketView, Decimal>();
  readonly #modes: AccountModes;
  readonly #margin: MarginTerms;
  readonly #open: () => Iterable<Order>;

  /** `open`: the orders that are open, waiting, or filled late (PP-3). */
  constructor(modes: AccountModes, margin: MarginTerms, wallets: readonly string[], open: () => Iterable<Order>) {
    this.#modes = modes;
    this.#margin = margin;
    this.#open = open;
    for (const wallet of wallets) this.#wallets.set(wallet, new Map());
  }

  get wallets(): readonly string[] {
    return [...this.#wallets.keys()];
  }

  get positions(): readonly Position[] {
    return [...this.#positions.values()].filter(({ flat }) => !flat);
  }

  total(wallet: string, currency: string): Decimal {
    return this.#wallets.get(wallet)?.get(currency) ?? ZERO;
  }

  /** Positive comes in. @throws {RangeError} for a wallet that the venue does not have. */
  move(wallet: string, currency: string, amount: Decimal): void {
    const held = this.#wallets.get(wallet);
    if (held === undefined) throw new RangeError(`no wallet ${wallet}`);
    held.set(currency, (held.get(currency) ?? ZERO).plus(amount));
  }

  holding(wallet: string, currency: string): WalletHolding {
    const locked = this.spotLocked(wallet, currency).plus(this.orderMargin(wallet, currency));
    return { currency, total: this.total(wallet, currency), locked };
  }

  holdings(wallet: string): readonly WalletHolding[] {
    return [...(this.#wallets.get(wallet)?.keys() ?? [])].map((currency) => this.holding(wallet, currency));
  }

  position(market: MarketView): Position {
    let position = this.#positions.get(market);
    if (position === undefined) {
      position = new Position(market);
      this.#positions.set(market, position);
    }
    return position;
  }

  /** Whether the account has ever dealt in the market: asked for every move of every mark. */
  hasDealtIn(market: MarketView): boolean {
    return this.#positions.has(market);
  }

  leverage(market: MarketView): Decimal {
    return this.#leverage.get(market) ?? ONE.times(String(this.#modes.defaultLeverage));
  }

  setLeverage(market: MarketView, leverage: Decimal): void {
    this.#leverage.set(market, leverage);
  }

  /** What is left for another spot order: less what is locked, what margins hold and what positions have lost. */
  freeForSpot(wallet: string, currency: string): Decimal {
    const { total, locked } = this.holding(wallet, currency);
    const [margin, profit] = this.#positionSums(wallet, currency);
    return total.minus(locked).minus(margin).plus(min(profit, ZERO));
  }

  /** What is left for another perpetual order; profits of open positions count. */
  freeForMargin(wallet: string, currency: string): Decimal {
    const { total, locked } = this.holding(wallet, currency);
    const [margin, profit] = this.#positionSums(wallet, currency);
    return total.minus(locked).minus(margin).plus(profit);
  }

  /** Of spot orders, one lock for those of a group: only one of them can execute. */
  spotLocked(wallet: string, currency: string): Decimal {
    let sum = ZERO;
    const groups = new Map<string, Decimal>();
    for (const order of this.#open()) {
      if (order.market.perp !== null || feedTerms(order.market.spec).wallet !== wallet) continue;
      const lock = lockOf(order);
      if (lock.currency !== currency) continue;
      const group = order.request.ocoGroup;
      if (group === null) sum = sum.plus(lock.amount);
      else groups.set(group, max(groups.get(group) ?? ZERO, lock.amount));
    }
    for (const amount of groups.values()) sum = sum.plus(amount);
    return sum;
  }

  /** Initial margin of open perpetual orders, as far as they would make positions larger. */
  orderMargin(wallet: string, currency: string): Decimal {
    const opening = new Map<MarketView, { buys: Decimal; buyValue: Decimal; sells: Decimal; sellValue: Decimal }>();
    for (const order of this.#open()) {
      const { market, request, remaining } = order;
      if (market.perp === null || request.reduceOnly || order.state === 'waiting') continue;
      if (market.spec.settle !== currency || feedTerms(market.spec).wallet !== wallet) continue;
      const sums = opening.get(market) ?? { buys: ZERO, buyValue: ZERO, sells: ZERO, sellValue: ZERO };
      const value = remaining.times(request.price ?? this.position(market).mark);
      if (request.side === 'buy') {
        sums.buys = sums.buys.plus(remaining);
        sums.buyValue = sums.buyValue.plus(value);
      } else {
        sums.sells = sums.sells.plus(remaining);
        sums.sellValue = sums.sellValue.plus(value);
      }
      opening.set(market, sums);
    }
    let margin = ZERO;
    for (const [market, { buys, buyValue, sells, sellValue }] of opening) {
      const { quantity } = this.position(market);
      const longer = beyond(buys, buyValue, ZERO.minus(quantity));
      const shorter = beyond(sells, sellValue, quantity);
      const rate = ONE.div(this.leverage(market)).plus(feedTerms(market.spec).fees(market.spec).taker);
      margin = margin.plus(max(longer, shorter).times(rate));
    }
    return margin;
  }

  /** As a client is shown it; `null` for none. */
  shown(position: Position): ExchangePosition {
    const { market, quantity, entryPrice, unrealised } = position;
    return {
      market,
      quantity,
      entryPrice,
      unrealised,
      leverage: this.leverage(market),
      marginMode: this.#modes.marginMode,
      margin: this.#initial(position),
      maintenance: this.#maintenance(position),
      liquidationPrice: this.#liquidationPrice(position),
    };
  }

  /** Positions in a currency whose margin does not hold them any longer, the greatest loss first. */
  underMargined(wallet: string, currency: string): readonly Position[] {
    const held = this.#positionsIn(wallet, currency);
    const byLoss = (a: Position, b: Position): number => a.unrealised.cmp(b.unrealised);
    if (this.#modes.marginMode === 'isolated') {
      return held.filter((one) => this.#initial(one).plus(one.unrealised).lte(this.#maintenance(one))).sort(byLoss);
    }
    const equity = held.reduce((sum, one) => sum.plus(one.unrealised), this.total(wallet, currency));
    const needed = held.reduce((sum, one) => sum.plus(this.#maintenance(one)), ZERO);
    return held.length > 0 && equity.lte(needed) ? [...held].sort(byLoss) : [];
  }

  /** Isolated margin: the price at which all that was put aside is lost; `null` where the whole wallet stands behind it. */
  bankruptcyPrice(position: Position): Decimal | null {
    if (this.#modes.marginMode === 'cross' || position.flat) return null;
    return position.cost.minus(this.#initial(position)).div(position.quantity);
  }

  #positionsIn(wallet: string, currency: string): readonly Position[] {
    const inIt = ({ settle, feed }: MarketSpec): boolean =>
      settle === currency && feedTerms({ feed }).wallet === wallet;
    return this.positions.filter(({ market }) => inIt(market.spec));
  }

  /** Initial margin and unrealised profit of the positions in a currency. */
  #positionSums(wallet: string, currency: string): readonly [Decimal, Decimal] {
    let [margin, profit] = [ZERO, ZERO];
    for (const position of this.#positionsIn(wallet, currency)) {
      margin = margin.plus(this.#initial(position));
      profit = profit.plus(position.unrealised);
    }
    return [margin, profit];
  }

  /** Isolated margin was put aside at entry; cross margin goes with the mark. */
  #initial(position: Position): Decimal {
    const value = this.#modes.marginMode === 'isolated' ? position.cost.abs() : position.value;
    return value.div(this.leverage(position.market));
  }

  #maintenance({ value }: Position): Decimal {
    return value.times(this.#margin.maintenance);
  }

  /** The mark at which the margin behind the position is its maintenance margin, others' marks as they are. */
  #liquidationPrice(position: Position): Decimal | null {
    const { quantity, cost, market } = position;
    if (position.flat) return null;
    const { wallet } = feedTerms(market.spec);
    let behind = this.#initial(position);
    if (this.#modes.marginMode === 'cross') {
      behind = this.total(wallet, market.spec.settle);
      for (const other of this.#positionsIn(wallet, market.spec.settle)) {
        if (other !== position) behind = behind.plus(other.unrealised).minus(this.#maintenance(other));
      }
    }
    const perUnit = quantity.minus(quantity.abs().times(this.#margin.maintenance));
    const price = cost.minus(behind).div(perUnit);
    return price.gt(ZERO) ? price : null;
  }
}

/** Value of what orders of one side open after closing `closes` base units first. */
function beyond(quantity: Decimal, value: Decimal, closes: Decimal): Decimal {
  const opens = quantity.minus(max(closes, ZERO));
  return opens.gt(ZERO) ? value.times(opens).div(quantity) : ZERO;
}

/** What one spot order locks: what it sells, or what it may cost with its fee where that is paid in the quote. */
export function lockOf(order: Order): Lock {
  const { request, market, remaining } = order;
  if (request.side === 'sell') return { currency: market.spec.base, amount: remaining };
  const cost = remaining.times(request.price ?? ZERO);
  const terms = feedTerms(market.spec);
  if (terms.feeInBought) return { currency: order.quote, amount: cost };
  const rates = terms.fees(market.spec);
  const rate = order.place === null && request.timeInForce !== 'post-only' ? rates.taker : rates.maker;
  return { currency: order.quote, amount: cost.plus(cost.times(rate)) };
}

import type { FeedId, Venue } from '#shared/domain/ids';
import { feedId, PRODUCTS } from '#shared/domain/ids';
import type { Result } from '#shared/kernel/result';
import { err, ok } from '#shared/kernel/result';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { Decimal } from '#shared/money/decimal';
import { decimal, ONE, ZERO } from '#shared/money/decimal';
import type { MarketView } from '../world/world.ts';
import { refusal } from './acceptance.ts';
import { Bookings } from './bookings.ts';
import { Dealing } from './dealing.ts';
import type { MarketFloor } from './floor.ts';
import type { OrderFaults } from './order-faults.ts';
import { feedTerms, marginTerms } from './terms.ts';
import type {
  AccountListener,
  AccountModes,
  ExchangeAccount,
  ExchangeFill,
  ExchangeOrder,
  ExchangePosition,
  ExchangeRefusal,
  FundingPayment,
  PlaceRequest,
  WalletHolding,
} from './types.ts';

export interface AccountOptions {
  readonly id: string;
  readonly venue: Venue;
  readonly modes: AccountModes;
  /** The venue's own. */
  readonly clock: Clock;
  readonly floor: (market: MarketView) => MarketFloor;
  readonly nextOrder: () => number;
  readonly nextTrade: () => number;
  readonly faults: (feed: FeedId) => OrderFaults;
}

/** One account of a practice venue, as its wires see it. */
export class Account implements ExchangeAccount {
  readonly id: string;
  readonly venue: Venue;
  readonly modes: AccountModes;
  readonly books: Bookings;
  readonly dealing: Dealing;
  readonly #options: AccountOptions;
  readonly #timers = new Map<string, Cancel>();

  constructor(options: AccountOptions) {
    this.#options = options;
    this.id = options.id;
    this.venue = options.venue;
    this.modes = options.modes;
    this.books = new Bookings(options);
    this.dealing = new Dealing(options, this.books);
  }

  get wallets(): readonly string[] {
    return this.books.money.wallets;
  }

  fees({ spec }: MarketView): { readonly maker: Decimal; readonly taker: Decimal } {
    return feedTerms(spec).fees(spec);
  }

  walletOf({ spec }: MarketView): string {
    return feedTerms(spec).wallet;
  }

  holdings(wallet: string): readonly WalletHolding[] {
    return this.books.money.holdings(wallet);
  }

  orderMargin(wallet: string, currency: string): Decimal {
    return this.books.money.orderMargin(wallet, currency);
  }

  deposit(wallet: string, currency: string, amount: Decimal): void {
    this.books.move(wallet, currency, amount);
    this.books.listeners.tell();
  }

  positions(): readonly ExchangePosition[] {
    const { money } = this.books;
    return money.positions.map((position) => money.shown(position));
  }

  leverage(market: MarketView): Decimal {
    return this.books.money.leverage(market);
  }

  setLeverage(market: MarketView, leverage: Decimal): Result<void, ExchangeRefusal> {
    if (market.perp === null) return err('unknown-market');
    if (leverage.lt(ONE) || leverage.gt(decimal(String(marginTerms(this.venue).mostLeverage)))) return err('leverage');
    const { money, listeners } = this.books;
    const before = money.leverage(market);
    money.setLeverage(market, leverage);
    if (leverage.lt(before) && money.freeForMargin(this.walletOf(market), market.spec.settle).lt(ZERO)) {
      money.setLeverage(market, before);
      return err('insufficient-margin');
    }
    listeners.position(money.position(market));
    listeners.tell();
    return ok(undefined);
  }

  place(request: PlaceRequest): Result<ExchangeOrder, ExchangeRefusal> {
    const { feed } = request.market.spec;
    const { registry } = this.books;
    if (this.#options.faults(feed).isOn('reject-orders')) return err('not-trading');
    const refused = refusal({
      request,
      owner: this.dealing,
      floor: this.#options.floor(request.market),
      modes: this.modes,
      nowMs: this.#options.clock.wallMs(),
      openOrders: registry.live().filter((order) => order.market.spec.feed === feed).length,
      clientIdUsed: request.clientOrderId !== null && registry.byClientId(feed, request.clientOrderId) !== undefined,
      reducible: this.books.reducible(request.market, request.side),
    });
    return refused === null ? this.dealing.place(request) : err(refused);
  }

  cancel(asked: ExchangeOrder): boolean {
    const order = this.books.registry.byNumber(asked.number);
    if (order === undefined || !order.live) return false;
    this.dealing.cancel(order);
    return true;
  }

  cancelAll(of: (order: ExchangeOrder) => boolean): readonly ExchangeOrder[] {
    return this.books.registry.live().filter((order) => of(order) && this.cancel(order));
  }

  orderByNumber(number: number): ExchangeOrder | undefined {
    return this.books.registry.byNumber(number);
  }

  orderByClientId(clientOrderId: string): ExchangeOrder | undefined {
    for (const product of PRODUCTS) {
      const found = this.books.registry.byClientId(feedId(this.venue, product), clientOrderId);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  orders(feed: FeedId): readonly ExchangeOrder[] {
    return this.books.registry.orders(({ request }) => request.market.spec.feed === feed);
  }

  fills(feed: FeedId): readonly ExchangeFill[] {
    return this.books.registry.fills(feed);
  }

  funding(feed: FeedId): readonly FundingPayment[] {
    return this.books.payments.filter(({ market }) => market.spec.feed === feed);
  }

  deadMan(name: string, afterMs: number | null, of: (order: ExchangeOrder) => boolean): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
    if (afterMs === null) return;
    const cancel = this.#options.clock.after(afterMs, () => {
      this.#timers.delete(name);
      this.dealing.endAll(of, 'dead-man');
      this.books.listeners.tell();
    });
    this.#timers.set(name, cancel);
  }

  listen(listener: AccountListener): () => void {
    return this.books.listeners.add(listener);
  }
}

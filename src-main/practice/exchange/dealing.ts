import type { Result } from '#shared/kernel/result';
import { err, ok } from '#shared/kernel/result';
import type { Decimal } from '#shared/money/decimal';
import { decimal, min, ZERO } from '#shared/money/decimal';
import { crosses, withinBand } from './acceptance.ts';
import type { AccountOptions } from './account.ts';
import type { Bookings } from './bookings.ts';
import type { MarketFloor } from './floor.ts';
import { fillsWhole, match } from './matching.ts';
import { feeOf } from './money.ts';
import type { OrderOwner } from './order.ts';
import { Order } from './order.ts';
import { feedTerms } from './terms.ts';
import type { ExchangeOrder, ExchangeRefusal, PlaceRequest } from './types.ts';

/** How long after its cancel was confirmed a late fill is told (PP-3). */
const LATE_MS = 150;

type EndedBy = NonNullable<ExchangeOrder['endedBy']>;

/** The life of one account's orders, from the moment nothing speaks against them but money. */
export class Dealing implements OrderOwner {
  readonly #options: AccountOptions;
  readonly #books: Bookings;

  constructor(options: AccountOptions, books: Bookings) {
    this.#options = options;
    this.#books = books;
  }

  place(request: PlaceRequest): Result<ExchangeOrder, ExchangeRefusal> {
    const { market } = request;
    const floor = this.#options.floor(market);
    const terms = feedTerms(market.spec);
    const quantity = this.#quantity(request, floor);
    if (quantity.lt(decimal(request.reduceOnly ? '0' : market.spec.minQuantity))) return err('min-quantity');
    const probe = this.#made(0, request, quantity);
    const poor = this.#unaffordable(probe, floor);
    if (poor !== null) return err(poor);
    const mustFill = request.timeInForce === 'fok' && terms.unfillableFok === 'refused' && request.trigger === null;
    if (mustFill && !fillsWhole(probe, floor)) return err('would-not-fill');
    const order = this.#made(this.#options.nextOrder(), request, quantity);
    this.#books.registry.add(order);
    this.#books.locked(order);
    this.#expireLater(order);
    this.#books.listeners.accepted(order);
    if (order.state === 'open') {
      this.#deal(order, floor);
    } else if (floor.met(order)) {
      this.triggered(order);
    } else {
      floor.wait(order);
    }
    this.tell();
    return ok(order);
  }

  cancel(order: Order): void {
    const late = order.state === 'open' && this.#options.faults(order.market.spec.feed).take('late-fill');
    this.ended(order, 'cancelled', 'client');
    if (late) this.#fillLater(order);
    this.tell();
  }

  /** Cancels every open and waiting order that `of` names. */
  endAll(of: (order: ExchangeOrder) => boolean, by: EndedBy): void {
    for (const order of this.#books.registry.live()) if (order.live && of(order)) this.ended(order, 'cancelled', by);
  }

  executed(order: Order, price: Decimal, quantity: Decimal, maker: boolean): void {
    const { amount, currency } = feeOf(order, quantity, price, maker);
    this.#books.execute(order, { price, quantity, fee: amount, feeCurrency: currency, maker, cause: 'order' });
    this.#endGroup(order);
    this.afterTrade(order);
  }

  /** Reduce-only orders that have nothing left to reduce end. */
  afterTrade({ market }: Order): void {
    if (market.perp === null) return;
    this.endAll(
      ({ request }) =>
        request.reduceOnly && request.market === market && this.#books.reducible(market, request.side).lte(ZERO),
      'reduce-only',
    );
  }

  ended(order: Order, state: 'cancelled' | 'expired' | 'rejected', by: EndedBy): void {
    if (!order.live) return;
    order.state = state;
    order.endedBy = by;
    order.updatedAtMs = this.#options.clock.wallMs();
    order.expiry();
    this.#options.floor(order.market).remove(order);
    this.#books.registry.end(order);
    this.#books.locked(order);
    this.#books.listeners.order(order);
  }

  triggered(order: Order): void {
    const floor = this.#options.floor(order.market);
    this.#endGroup(order);
    const unfit = !withinBand(order.request, feedTerms(order.market.spec)) || this.#marginShort(order) !== null;
    order.triggered = true;
    order.state = 'open';
    order.updatedAtMs = this.#options.clock.wallMs();
    const { request } = order;
    if (request.reduceOnly) order.quantity = min(order.quantity, this.reducible(order));
    this.#books.listeners.accepted(order);
    if (unfit) this.ended(order, 'rejected', 'venue');
    else this.#deal(order, floor);
  }

  reducible({ market, request }: Order): Decimal {
    return this.#books.reducible(market, request.side);
  }

  tell(): void {
    this.#books.listeners.tell();
  }

  /** To the book: takes what it may take, and rests or ends with the remainder. */
  #deal(order: Order, floor: MarketFloor): void {
    const { request } = order;
    if (crosses({ request, floor, owner: this })) {
      this.ended(order, 'cancelled', 'post-only');
      return;
    }
    if (request.timeInForce === 'fok' && !fillsWhole(order, floor)) {
      this.ended(order, 'cancelled', 'fok');
      return;
    }
    if (request.timeInForce !== 'post-only') match(order, floor);
    if (!order.live) return;
    const rests = request.type === 'limit' && (request.timeInForce === 'gtc' || request.timeInForce === 'post-only');
    if (!rests) {
      this.ended(order, 'cancelled', request.timeInForce === 'fok' ? 'fok' : 'ioc');
      return;
    }
    floor.rest(order);
    this.#books.locked(order);
    if (order.filled.gt(ZERO)) this.#books.listeners.order(order);
  }

  /** Base units: of a buy by value what it comes to now, of a reduce-only order what there is to reduce. */
  #quantity(request: PlaceRequest, floor: MarketFloor): Decimal {
    const { market, side, quantity, quoteAmount, reduceOnly, trigger } = request;
    if (quantity === null) {
      const offered = floor.liquidity.offered({ side, quantity: null, value: quoteAmount, limit: null });
      return offered.reduce((sum, taken) => sum.plus(taken.quantity), ZERO);
    }
    return reduceOnly && trigger === null ? min(quantity, this.#books.reducible(market, side)) : quantity;
  }

  /** Whether the account cannot pay for a new order; one at the market counts with what it would cost now. */
  #unaffordable(order: Order, floor: MarketFloor): ExchangeRefusal | null {
    if (order.market.perp !== null) return this.#marginShort(order);
    const { spec } = order.market;
    const { money, registry } = this.#books;
    const { side, price } = order.request;
    const currency = side === 'sell' ? spec.base : order.quote;
    const { wallet, fees, feeInBought } = feedTerms(spec);
    const free = registry.supposing(order, () => money.freeForSpot(wallet, currency));
    if (side === 'sell' || price !== null) return free.lt(ZERO) ? 'insufficient-balance' : null;
    const offered = floor.liquidity.offered({ side, quantity: order.quantity, value: null, limit: null });
    const cost = offered.reduce((sum, taken) => sum.plus(taken.quantity.times(taken.price)), ZERO);
    const fee = feeInBought ? ZERO : cost.times(fees(spec).taker);
    return free.minus(cost).minus(fee).lt(ZERO) ? 'insufficient-balance' : null;
  }

  /** Whether margin is missing for what the order would open. */
  #marginShort({ market, request, remaining }: Order): ExchangeRefusal | null {
    if (market.perp === null || request.reduceOnly) return null;
    const { money, registry } = this.#books;
    const { wallet } = feedTerms(market.spec);
    const { settle } = market.spec;
    const live = this.#made(0, { ...request, trigger: null }, remaining);
    const before = money.orderMargin(wallet, settle);
    const [after, free] = registry.supposing(live, () => [
      money.orderMargin(wallet, settle),
      money.freeForMargin(wallet, settle),
    ]);
    return after.gt(before) && free.lt(ZERO) ? 'insufficient-margin' : null;
  }

  #made(number: number, request: PlaceRequest, quantity: Decimal): Order {
    const { spec } = request.market;
    const quote = request.quote ?? spec.quote;
    const inBought = feedTerms(spec).feeInBought && request.side === 'buy';
    return new Order(number, request, {
      owner: this,
      quantity,
      feeCurrency: inBought ? spec.base : spec.product === 'spot' ? quote : spec.settle,
      atMs: this.#options.clock.wallMs(),
    });
  }

  /** Orders of one group cancel each other. */
  #endGroup(order: Order): void {
    const { ocoGroup } = order.request;
    if (ocoGroup === null) return;
    this.endAll((other) => other !== order && other.request.ocoGroup === ocoGroup, 'oco');
  }

  /** The cancel was confirmed; the rest had met its counterpart before (PP-3). */
  #fillLater(order: Order): void {
    const { registry } = this.#books;
    const { price, reduceOnly } = order.request;
    if (price === null) return;
    registry.late(order);
    this.#options.clock.after(LATE_MS, () => {
      const quantity = reduceOnly ? min(order.remaining, this.reducible(order)) : order.remaining;
      if (quantity.gt(ZERO)) this.executed(order, price, quantity, true);
      registry.end(order);
      this.tell();
    });
  }

  #expireLater(order: Order): void {
    const { expiresAtMs } = order.request;
    if (expiresAtMs === null) return;
    const { clock } = this.#options;
    order.expiry = clock.after(Math.max(0, expiresAtMs - clock.wallMs()), () => {
      this.ended(order, 'expired', 'expiry');
      this.tell();
    });
  }
}

import type { Cancel } from '#shared/kernel/time';
import type { Decimal } from '#shared/money/decimal';
import { ZERO } from '#shared/money/decimal';
import type { MarketView } from '../world/world.ts';
import type { QueuePlace } from './queue.ts';
import type { ExchangeFill, ExchangeOrder, ExchangeOrderState, PlaceRequest } from './types.ts';

/** What the floor tells the account of an order of its own. */
export interface OrderOwner {
  /** It executed: what is left of it, or nothing when it is done with. */
  executed(order: Order, price: Decimal, quantity: Decimal, maker: boolean): void;
  ended(order: Order, state: 'cancelled' | 'expired' | 'rejected', by: NonNullable<ExchangeOrder['endedBy']>): void;
  triggered(order: Order): void;
  /** Base units by which an order of this side may still make the position smaller; zero for spot. */
  reducible(order: Order): Decimal;
  /** A step of the matching is over: listeners hear of what it changed. */
  tell(): void;
}

/** An order as its venue holds it. */
export class Order implements ExchangeOrder {
  readonly number: number;
  readonly request: PlaceRequest;
  readonly owner: OrderOwner;
  readonly createdAtMs: number;
  readonly fills: ExchangeFill[] = [];
  quantity: Decimal;
  state: ExchangeOrderState;
  filled: Decimal = ZERO;
  filledValue: Decimal = ZERO;
  feePaid: Decimal = ZERO;
  feeCurrency: string;
  endedBy: ExchangeOrder['endedBy'] = null;
  triggered = false;
  updatedAtMs: number;
  /** Where it stands in the queue while it rests. */
  place: QueuePlace | null = null;
  /** Forgets its expiry. */
  expiry: Cancel = () => {};

  constructor(
    number: number,
    request: PlaceRequest,
    terms: { owner: OrderOwner; quantity: Decimal; feeCurrency: string; atMs: number },
  ) {
    this.number = number;
    this.request = request;
    this.owner = terms.owner;
    this.quantity = terms.quantity;
    this.feeCurrency = terms.feeCurrency;
    this.state = request.trigger === null ? 'open' : 'waiting';
    this.createdAtMs = terms.atMs;
    this.updatedAtMs = terms.atMs;
  }

  get market(): MarketView {
    return this.request.market;
  }

  /** The currency that it is paid in. */
  get quote(): string {
    return this.request.quote ?? this.request.market.spec.quote;
  }

  get remaining(): Decimal {
    return this.quantity.minus(this.filled);
  }

  get live(): boolean {
    return this.state === 'open' || this.state === 'waiting';
  }
}

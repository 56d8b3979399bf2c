import type { Venue } from '#shared/domain/ids';
import type { Fill } from '#shared/domain/order';
import { type Decimal, decimal, ZERO } from '#shared/money/decimal';
import { quoteOf } from '../journal/records.ts';

export interface BalanceLine {
  readonly account: string;
  readonly venue: Venue;
  readonly currency: string;
  /** What was allocated (IN-1). */
  readonly target: Decimal;
  /** What is held of the allocation now. */
  readonly held: Decimal;
  /** USD that what was allocated was worth when it was taken in. */
  readonly costUsd: Decimal;
}

type Slot = { -readonly [K in keyof BalanceLine]: BalanceLine[K] };

/** Working inventory by account, venue and currency: allocated plus fills minus fees, exactly. */
export class Balances {
  readonly #slots = new Map<string, Slot>();
  readonly #held = new Map<string, Decimal>();

  /**
   * More of the currency is allocated, at `priceUsd`, or less: that leaves at what it was taken in for on average, so that
   * what a coin gained or lost while it was held is no result. The change of the reference value, USD.
   */
  allocate(account: string, venue: Venue, currency: string, quantity: Decimal, priceUsd: Decimal): Decimal {
    const slot = this.#slot(account, venue, currency);
    const before = slot.costUsd;
    const target = slot.target.plus(quantity);
    if (quantity.gte(ZERO)) slot.costUsd = before.plus(quantity.times(priceUsd));
    else slot.costUsd = target.gt(ZERO) ? before.times(target).div(slot.target) : ZERO;
    slot.target = target;
    this.#move(slot, quantity);
    return slot.costUsd.minus(before);
  }

  /** Books a fill of `base`; `venue` is where it happened. */
  fill(fill: Fill, base: string, venue: Venue): void {
    const quantity = decimal(fill.quantity);
    const amount = quantity.times(decimal(fill.price));
    const buys = fill.side === 'buy';
    const { account } = fill;
    this.#move(this.#slot(account, venue, base), buys ? quantity : ZERO.minus(quantity));
    this.#move(this.#slot(account, venue, quoteOf(fill.listing)), buys ? ZERO.minus(amount) : amount);
    this.#move(this.#slot(account, venue, fill.feeCurrency), ZERO.minus(decimal(fill.fee)));
  }

  line(account: string, venue: Venue, currency: string): BalanceLine | undefined {
    return this.#slots.get(keyOf(account, venue, currency));
  }

  lines(): readonly BalanceLine[] {
    return [...this.#slots.values()];
  }

  /** Held on all venues together, by currency. */
  holdings(): ReadonlyMap<string, Decimal> {
    return this.#held;
  }

  #move(slot: Slot, change: Decimal): void {
    slot.held = slot.held.plus(change);
    this.#held.set(slot.currency, (this.#held.get(slot.currency) ?? ZERO).plus(change));
  }

  #slot(account: string, venue: Venue, currency: string): Slot {
    const key = keyOf(account, venue, currency);
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = { account, venue, currency, target: ZERO, held: ZERO, costUsd: ZERO };
      this.#slots.set(key, slot);
    }
    return slot;
  }
}

const keyOf = (account: string, venue: Venue, currency: string): string => `${account}|${venue}|${currency}`;

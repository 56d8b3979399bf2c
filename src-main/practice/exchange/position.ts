import type { Decimal } from '#shared/money/decimal';
import { min, ZERO } from '#shared/money/decimal';
import type { MarketView } from '../world/world.ts';
import { markOf } from './measures.ts';

/**
 * One-way position in one perpetual. What it cost is kept exactly, so that profit sums to the last digit however often it
 * is divided.
 */
export class Position {
  readonly market: MarketView;
  /** Base units, negative when short. */
  quantity: Decimal = ZERO;
  /** Sum of quantity × price, negative when short. */
  cost: Decimal = ZERO;
  /** Funding accrued and not yet booked; positive when it is to be received. */
  accrued: Decimal = ZERO;
  accruedAtMs = 0;

  constructor(market: MarketView) {
    this.market = market;
  }

  get flat(): boolean {
    return this.quantity.eq(ZERO);
  }

  get entryPrice(): Decimal {
    return this.flat ? ZERO : this.cost.div(this.quantity);
  }

  get unrealised(): Decimal {
    return this.flat ? ZERO : this.quantity.times(this.mark).minus(this.cost);
  }

  /** Value at mark, without sign. */
  get value(): Decimal {
    return this.flat ? ZERO : this.quantity.times(this.mark).abs();
  }

  get mark(): Decimal {
    return markOf(this.market) ?? ZERO;
  }

  /** Adds a signed quantity at a price. Returns the profit this realised, settle currency. */
  add(signed: Decimal, price: Decimal): Decimal {
    const closing = this.quantity.times(signed).lt(ZERO) ? min(signed.abs(), this.quantity.abs()) : ZERO;
    let realised = ZERO;
    let opening = signed;
    if (closing.gt(ZERO)) {
      const share = closing.eq(this.quantity.abs()) ? this.cost : this.cost.times(closing).div(this.quantity.abs());
      const closed = signed.gt(ZERO) ? closing : ZERO.minus(closing);
      realised = ZERO.minus(closed.times(price)).minus(share);
      this.cost = this.cost.minus(share);
      this.quantity = this.quantity.plus(closed);
      opening = signed.minus(closed);
    }
    this.cost = this.cost.plus(opening.times(price));
    this.quantity = this.quantity.plus(opening);
    return realised;
  }
}

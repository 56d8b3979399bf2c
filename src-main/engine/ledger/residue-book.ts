import { type Decimal, ZERO } from '#shared/money/decimal';

interface Line {
  readonly quantity: Decimal;
  /** What it was valued at when it was left behind, USD, signed like the quantity. */
  readonly costUsd: Decimal;
}

/** EX-7: what deals left behind because it was under the other venue's minimum, per base coin, signed. */
export class ResidueBook {
  readonly #lines = new Map<string, Line>();

  leave(base: string, quantity: Decimal, costUsd: Decimal): void {
    const line = this.#lines.get(base);
    this.#lines.set(base, {
      quantity: quantity.plus(line?.quantity ?? ZERO),
      costUsd: costUsd.plus(line?.costUsd ?? ZERO),
    });
  }

  /** Takes `quantity` out; returns its cost: all of it when nothing remains. */
  take(base: string, quantity: Decimal): Decimal {
    const line = this.#lines.get(base) ?? { quantity: ZERO, costUsd: ZERO };
    const rest = line.quantity.minus(quantity);
    const costUsd = rest.eq(ZERO) ? line.costUsd : line.costUsd.times(quantity).div(line.quantity);
    this.#lines.set(base, { quantity: rest, costUsd: line.costUsd.minus(costUsd) });
    return costUsd;
  }

  quantity(base: string): Decimal {
    return this.#lines.get(base)?.quantity ?? ZERO;
  }

  /** Sum of the absolute values, USD. */
  totalUsd(): Decimal {
    let sum = ZERO;
    for (const line of this.#lines.values()) sum = sum.plus(line.costUsd.abs());
    return sum;
  }
}

import { type Decimal, ZERO } from '#shared/money/decimal';
import type { Walk } from '../market/view.ts';

/** Price levels from the best outwards; sizes in base units. */
export type Levels = readonly { readonly price: Decimal; readonly size: Decimal }[];

/** How many levels of a side a plan looks at. */
export const PLANNED_LEVELS = 25;

/** Takes `quantity` from the levels; `undefined` when they hold less. `quantity` > 0, base units. */
export function take(levels: Levels, quantity: Decimal): Walk | undefined {
  const best = levels[0];
  if (best?.size.gte(quantity)) return { filled: quantity, average: best.price, worst: best.price };
  let left = quantity;
  let paid = ZERO;
  for (const level of levels) {
    const part = level.size.lt(left) ? level.size : left;
    paid = paid.plus(part.times(level.price));
    left = left.minus(part);
    if (left.lte(ZERO)) return { filled: quantity, average: paid.div(quantity), worst: level.price };
  }
  return undefined;
}

/** All that the levels hold, base units. */
export const heldBy = (levels: Levels): Decimal => levels.reduce((total, level) => total.plus(level.size), ZERO);

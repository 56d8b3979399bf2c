import { type Decimal, decimal, fromDouble, min, ONE_BP, ZERO } from '#shared/money/decimal';
import type { Levels } from './levels.ts';
import { legOf, type Pair } from './pair.ts';
import { type EntryStyle, entryReference, feeBpsOf, liquidityOf } from './style.ts';

export interface Sizing {
  /** Base units, not yet rounded to lots; never more than the cap. */
  readonly quantity: Decimal;
  /** What ended the walk. */
  readonly endedBy: 'cap' | 'edge' | 'slippage' | 'depth';
}

/**
 * SD-2: takes from both ladders, level by level, while the next unit still earns the minimum net edge, its combined
 * distance from both touches is within the slippage limit, and `cap` (base units) is not reached. A resting leg has one
 * level at its price. `standingBps`: all costs that do not depend on the level, bps of the buy reference.
 */
export function sizeByEdge(
  pair: Pair,
  style: EntryStyle,
  standingBps: number,
  minNetBps: Decimal,
  maxSlippageBps: Decimal,
  cap: Decimal,
): Sizing {
  const buys = levelsOf(pair, style, 'buy', cap);
  const sells = levelsOf(pair, style, 'sell', cap);
  const buyFee = feeBpsOf(pair.buy, liquidityOf(style, 'buy')).times(ONE_BP);
  const sellFee = feeBpsOf(pair.sell, liquidityOf(style, 'sell')).times(ONE_BP);
  const one = decimal('1');
  const { rate, midRate } = pair.conversion;
  const buyFrom = buys[0]?.price;
  const sellFrom = sells[0]?.price;
  if (buyFrom === undefined || sellFrom === undefined) return { quantity: ZERO, endedBy: 'depth' };
  const needed = buyFrom.times(minNetBps.plus(fromDouble(standingBps, 9))).times(ONE_BP);
  const slippable = buyFrom.times(maxSlippageBps).times(ONE_BP);
  let quantity = ZERO;
  let buyAt = 0;
  let sellAt = 0;
  let buyLeft = buys[0]?.size ?? ZERO;
  let sellLeft = sells[0]?.size ?? ZERO;
  for (;;) {
    const buy = buys[buyAt];
    const sell = sells[sellAt];
    if (buy === undefined || sell === undefined) return { quantity, endedBy: 'depth' };
    const earned = sell.price
      .times(rate)
      .times(one.minus(sellFee))
      .minus(buy.price.times(one.plus(buyFee)));
    if (earned.lt(needed)) return { quantity, endedBy: 'edge' };
    const slipped = buy.price.minus(buyFrom).plus(sellFrom.minus(sell.price).times(midRate));
    if (slipped.gt(slippable)) return { quantity, endedBy: 'slippage' };
    const part = min(min(buyLeft, sellLeft), cap.minus(quantity));
    quantity = quantity.plus(part);
    if (quantity.gte(cap)) return { quantity, endedBy: 'cap' };
    buyLeft = buyLeft.minus(part);
    sellLeft = sellLeft.minus(part);
    if (buyLeft.lte(ZERO)) {
      buyAt += 1;
      buyLeft = buys[buyAt]?.size ?? ZERO;
    }
    if (sellLeft.lte(ZERO)) {
      sellAt += 1;
      sellLeft = sells[sellAt]?.size ?? ZERO;
    }
  }
}

function levelsOf(pair: Pair, style: EntryStyle, side: 'buy' | 'sell', cap: Decimal): Levels {
  if (liquidityOf(style, side) === 'taker') return legOf(pair, side).levels;
  return [{ price: entryReference(pair, style), size: cap }];
}

import { applyBps, BPS, type Decimal, min, ONE, ZERO } from '#shared/money/decimal';
import type { Ladder } from '../market/view.ts';
import { ASK, BID, type Book } from '../ports.ts';

/** SD-2: how much of a divergence pays. `base` is 0, and the prices are NaN, when not even the touch does. */
export interface WalkedSize {
  /** Base units. */
  readonly base: number;
  /** Average prices, each in its own book's quote currency. */
  readonly avgBuy: number;
  readonly avgSell: number;
  /** Net edge of the last unit taken, bps of its buy price. */
  readonly marginalNetBps: number;
  readonly worstBuy: number;
  readonly worstSell: number;
}

/**
 * Walks the asks of one book against the bids of the other, level against level, while the marginal net edge,
 * `(bid × rate ÷ ask − 1) × 10⁴ − costBps`, is at least `minNetBps`. `rate`: units of the buy book's quote currency for
 * one of the sell book's. `costBpsPerUnit`: costs that do not depend on the size. In doubles, for the hot path; a plan
 * uses {@link walkSizeExact}.
 */
export function walkSize(
  buyBook: Book,
  sellBook: Book,
  rate: number,
  costBpsPerUnit: number,
  minNetBps: number,
  maxBase: number,
): WalkedSize {
  const wanted = (costBpsPerUnit + minNetBps) / 10_000;
  let base = 0;
  let bought = 0;
  let sold = 0;
  let worstBuy = Number.NaN;
  let worstSell = Number.NaN;
  let buyIndex = 0;
  let sellIndex = 0;
  let buyLeft = buyBook.size(ASK, 0);
  let sellLeft = sellBook.size(BID, 0);
  while (base < maxBase) {
    const ask = buyBook.price(ASK, buyIndex);
    const bid = sellBook.price(BID, sellIndex);
    // Past the end of a ladder a price reads NaN and no comparison holds.
    if (!((bid * rate) / ask - 1 >= wanted)) break;
    const taken = Math.min(buyLeft, sellLeft, maxBase - base);
    base += taken;
    bought += taken * ask;
    sold += taken * bid;
    worstBuy = ask;
    worstSell = bid;
    buyLeft -= taken;
    sellLeft -= taken;
    if (buyLeft <= 0) {
      buyIndex += 1;
      buyLeft = buyBook.size(ASK, buyIndex);
    }
    if (sellLeft <= 0) {
      sellIndex += 1;
      sellLeft = sellBook.size(BID, sellIndex);
    }
  }
  return {
    base,
    avgBuy: bought / base,
    avgSell: sold / base,
    marginalNetBps: ((worstSell * rate) / worstBuy - 1) * 10_000 - costBpsPerUnit,
    worstBuy,
    worstSell,
  };
}

/** {@link WalkedSize} in decimals. */
export interface ExactSize {
  readonly base: Decimal;
  readonly avgBuy: Decimal;
  readonly avgSell: Decimal;
  readonly marginalNetBps: Decimal;
  readonly worstBuy: Decimal;
  readonly worstSell: Decimal;
}

/**
 * {@link walkSize} in decimals, which decides (ID-4). `asks` of the buy book, `bids` of the sell book, best first.
 * `undefined` when not even the touch pays, a side is empty, or `maxBase` is not positive.
 */
export function walkSizeExact(
  asks: Ladder,
  bids: Ladder,
  rate: Decimal,
  costBpsPerUnit: Decimal,
  minNetBps: Decimal,
  maxBase: Decimal,
): ExactSize | undefined {
  // bid × rate ÷ ask − 1 ≥ wanted, without the division.
  const factor = ONE.plus(applyBps(ONE, costBpsPerUnit.plus(minNetBps)));
  let base = ZERO;
  let bought = ZERO;
  let sold = ZERO;
  let buyIndex = 0;
  let sellIndex = 0;
  let ask = asks.levels[0];
  let bid = bids.levels[0];
  let buyLeft = ask?.size ?? ZERO;
  let sellLeft = bid?.size ?? ZERO;
  let worst: { readonly buy: Decimal; readonly sell: Decimal } | undefined;
  while (ask !== undefined && bid !== undefined && base.lt(maxBase)) {
    if (bid.price.times(rate).lt(ask.price.times(factor))) break;
    const taken = min(min(buyLeft, sellLeft), maxBase.minus(base));
    base = base.plus(taken);
    bought = bought.plus(taken.times(ask.price));
    sold = sold.plus(taken.times(bid.price));
    worst = { buy: ask.price, sell: bid.price };
    buyLeft = buyLeft.minus(taken);
    sellLeft = sellLeft.minus(taken);
    if (buyLeft.lte(ZERO)) {
      buyIndex += 1;
      ask = asks.levels[buyIndex];
      buyLeft = ask?.size ?? ZERO;
    }
    if (sellLeft.lte(ZERO)) {
      sellIndex += 1;
      bid = bids.levels[sellIndex];
      sellLeft = bid?.size ?? ZERO;
    }
  }
  if (worst === undefined) return undefined;
  return {
    base,
    avgBuy: bought.div(base),
    avgSell: sold.div(base),
    marginalNetBps: worst.sell.times(rate).div(worst.buy).minus(ONE).times(BPS).minus(costBpsPerUnit),
    worstBuy: worst.buy,
    worstSell: worst.sell,
  };
}

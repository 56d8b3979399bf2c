import type { Liquidity, OrderKind, Side } from '#shared/domain/order';
import type { Decimal } from '#shared/money/decimal';
import { type LegMarket, legOf, type Pair, touchOf } from './pair.ts';

/** How a pair may be entered: which leg goes first, and whether it rests or takes. The other leg always takes. */
export interface EntryStyle {
  readonly side: Side;
  readonly liquidity: Liquidity;
}

export const kindOf = (liquidity: Liquidity): OrderKind => (liquidity === 'maker' ? 'post-only' : 'ioc');

/** Fee rate of a leg by the role it has, bps. */
export function feeBpsOf(leg: LegMarket, liquidity: Liquidity): Decimal {
  return liquidity === 'maker' ? leg.terms.makerFeeBps : leg.terms.takerFeeBps;
}

/** The role a leg has under a style. */
export const liquidityOf = (style: EntryStyle, side: Side): Liquidity =>
  side === style.side ? style.liquidity : 'taker';

/**
 * Where a resting entry goes: one tick better than the touch of its own side, so that it is first in the queue, or on
 * the touch where the spread is one tick and better would cross.
 */
export function restingPrice(leg: LegMarket, side: Side): Decimal {
  const { tick } = leg.terms;
  if (side === 'buy') {
    const better = leg.bid.plus(tick);
    return better.lt(leg.ask) ? better : leg.bid;
  }
  const better = leg.ask.minus(tick);
  return better.gt(leg.bid) ? better : leg.ask;
}

/** The best price the style's entry is made at: its resting price, or the touch it crosses. */
export function entryReference(pair: Pair, style: EntryStyle): Decimal {
  const leg = legOf(pair, style.side);
  return style.liquidity === 'maker' ? restingPrice(leg, style.side) : touchOf(leg, style.side);
}

import type { Side } from '#shared/domain/order';
import type { Decimal } from '#shared/money/decimal';
import { decimal, floorTo, min, ZERO } from '#shared/money/decimal';
import { ASK, BID } from '../world/book.ts';
import type { MarketView } from '../world/world.ts';
import { lotOf, priceOf, sizeOf } from './measures.ts';

export interface Taken {
  readonly price: Decimal;
  /** Base units. */
  readonly quantity: Decimal;
}

/** What is wanted of the other side. Both amounts `null`: everything. */
export interface Want {
  readonly side: Side;
  /** Base units. */
  readonly quantity: Decimal | null;
  /** Quote units, for buys by value. */
  readonly value: Decimal | null;
  /** Worst price; `null` without. */
  readonly limit: Decimal | null;
}

interface Level {
  /** Lots displayed when it was taken from. */
  readonly displayed: number;
  /** Base units. */
  readonly taken: Decimal;
}

const HALF = decimal('0.5');

/**
 * What the book of one market still offers: the displayed size less what practice orders took of it. The world's book
 * knows nothing of them (PP-4), so what was taken is gone until the displayed size of that level changes.
 */
export class Liquidity {
  readonly #market: MarketView;
  readonly #halved: () => boolean;
  readonly #levels: readonly [Map<number, Level>, Map<number, Level>] = [new Map(), new Map()];

  /** While `halved`, takers get at most half of what is displayed (PP-3). */
  constructor(market: MarketView, halved: () => boolean) {
    this.#market = market;
    this.#halved = halved;
  }

  /** Takes it, best level first, whole lots, and remembers it. */
  take(want: Want): readonly Taken[] {
    return this.#walk(want, true);
  }

  /** What {@link take} would give now. */
  offered(want: Want): readonly Taken[] {
    return this.#walk(want, false);
  }

  /** What was taken from levels that have changed since is forgotten: the venue's own word replaces it. */
  bookChanged(): void {
    for (const side of [BID, ASK] as const) {
      const levels = this.#levels[side];
      if (levels.size === 0) continue;
      for (const [ticks, { displayed }] of levels) {
        if (this.#market.book.sizeAt(side, ticks) !== displayed) levels.delete(ticks);
      }
    }
  }

  #walk({ side, quantity, value, limit }: Want, keep: boolean): readonly Taken[] {
    const { spec, book } = this.#market;
    const from = side === 'buy' ? ASK : BID;
    const lot = lotOf(spec);
    this.bookChanged();
    const levels = this.#levels[from];
    const takes: Taken[] = [];
    let left = quantity;
    let worth = value;
    for (const level of book.levels(from)) {
      if (left?.lte(ZERO)) break;
      const price = priceOf(spec, level.price);
      if (limit !== null && (side === 'buy' ? price.gt(limit) : price.lt(limit))) break;
      const before = levels.get(level.price)?.taken ?? ZERO;
      const shown = sizeOf(spec, level.size);
      const open = (this.#halved() ? shown.times(HALF) : shown).minus(before);
      const wanted = min(left ?? open, worth === null ? open : worth.div(price));
      const taken = open.gt(ZERO) ? floorTo(min(wanted, open), lot) : ZERO;
      if (taken.lte(ZERO)) {
        if (worth !== null && open.gt(ZERO)) break;
        continue;
      }
      if (keep) levels.set(level.price, { displayed: level.size, taken: before.plus(taken) });
      left = left?.minus(taken) ?? null;
      worth = worth?.minus(taken.times(price)) ?? null;
      takes.push({ price, quantity: taken });
    }
    return takes;
  }
}

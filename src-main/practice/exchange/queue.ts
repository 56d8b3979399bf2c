import type { Side } from '#shared/domain/order';
import { ASK, BID } from '../world/book.ts';
import type { MarketView } from '../world/world.ts';
import { sizeDouble } from './measures.ts';

/**
 * The place of one resting order in the queue at its price: behind all that is displayed when it came, advancing with the
 * trades at its price and with reductions of the displayed size in proportion to what stands ahead of it. Base units as
 * doubles: a place in a queue is an estimate, not money.
 */
export class QueuePlace {
  readonly #market: MarketView;
  readonly #side: 0 | 1;
  readonly #ticks: number;
  #ahead: number;
  #displayed: number;
  /** Traded at the price since the book last changed: explains that much of its next reduction. */
  #traded = 0;
  /** Advanced by a reduction whose trade may still be told: it must not count twice. */
  #credit = 0;

  constructor(market: MarketView, side: Side, ticks: number) {
    this.#market = market;
    this.#side = side === 'buy' ? BID : ASK;
    this.#ticks = ticks;
    this.#displayed = this.#shown();
    this.#ahead = this.#displayed;
  }

  /** The book changed. */
  bookChanged(): void {
    const displayed = this.#shown();
    const explained = Math.max(0, this.#displayed - this.#traded);
    const cancelled = explained - displayed;
    this.#credit = 0;
    if (cancelled > 0 && explained > 0) {
      const advanced = Math.min(this.#ahead, (this.#ahead / explained) * cancelled);
      this.#ahead -= advanced;
      this.#credit = advanced;
    }
    this.#ahead = Math.min(this.#ahead, displayed);
    this.#displayed = displayed;
    this.#traded = 0;
  }

  /** A trade of `size` base units at exactly this price, against this side. Returns what of it reaches the order. */
  traded(size: number): number {
    const known = Math.min(this.#credit, size);
    this.#credit -= known;
    const fresh = size - known;
    this.#traded += fresh;
    const reaches = fresh - this.#ahead;
    this.#ahead = Math.max(0, this.#ahead - fresh);
    return Math.max(0, reaches);
  }

  #shown(): number {
    return sizeDouble(this.#market.spec, this.#market.book.sizeAt(this.#side, this.#ticks));
  }
}

import type { Random } from '#shared/kernel/random';
import type { Side } from './book.ts';
import { ASK, BID, WorldBook } from './book.ts';
import type { BookShape } from './market-spec.ts';

const MIN_LEVELS = 28;
const FULL_LEVELS = 34;
const MAX_LEVELS = 40;
/** Levels from the touch among which a hole after a jump is filled at once. */
const DENSE_LEVELS = 12;

const outwards = (side: Side, price: number, ticks: number): number => (side === BID ? price - ticks : price + ticks);

/** All the resting orders of one book taken together: they follow a mid price, refill what was eaten, change their size. */
export class BookMaker {
  readonly #book: WorldBook;
  readonly #shape: BookShape;
  readonly #random: Random;
  /** Median size of a level near the touch, lots. */
  levelLots: number;

  constructor(book: WorldBook, shape: BookShape, random: Random) {
    this.#book = book;
    this.#shape = shape;
    this.#random = random;
    this.levelLots = shape.levelLots;
  }

  /** Moves the book to `mid` (ticks, fractional). Usually touches one to six levels; a jump rebuilds a side. */
  follow(mid: number): void {
    const random = this.#random;
    const half = Math.max(0.05, mid * this.#shape.halfSpreadBps * 1e-4 * (0.6 + 0.8 * random.next()));
    const bid = Math.max(1, Math.floor(mid - half));
    const ask = Math.max(bid + 1, Math.ceil(mid + half));
    const slack = Math.floor(this.#gap(mid, 0) * 0.5);
    this.#retreat(BID, bid + slack);
    this.#retreat(ASK, ask - slack);
    if (this.#crossed()) {
      this.#retreat(BID, bid);
      this.#retreat(ASK, ask);
    }
    this.#advance(BID, bid, slack);
    this.#advance(ASK, ask, slack);
    for (const side of [BID, ASK] as const) {
      this.#fillHoles(side, mid);
      this.#deepen(side, mid);
    }
    this.#flicker();
  }

  #crossed(): boolean {
    const bid = this.#book.best(BID);
    const ask = this.#book.best(ASK);
    return bid !== undefined && ask !== undefined && bid.price >= ask.price;
  }

  /** Cancels everything that stands closer to the other side than `limit`. */
  #retreat(side: Side, limit: number): void {
    for (let best = this.#book.best(side); best !== undefined; best = this.#book.best(side)) {
      if (!WorldBook.better(side, best.price, limit)) return;
      this.#book.set(side, best.price, 0);
    }
  }

  #advance(side: Side, target: number, slack: number): void {
    const best = this.#book.best(side);
    if (best !== undefined && !WorldBook.better(side, outwards(side, target, slack), best.price)) return;
    const opposite = this.#book.best(side === BID ? ASK : BID);
    const free = opposite === undefined ? target : outwards(side, opposite.price, 1);
    const price = WorldBook.better(side, target, free) ? free : target;
    if (price > 0) this.#book.set(side, price, this.#size(0));
  }

  #fillHoles(side: Side, mid: number): void {
    const levels = this.#book.levels(side);
    for (let i = 0; i < DENSE_LEVELS && i + 1 < levels.length; i += 1) {
      const here = levels[i];
      const next = levels[i + 1];
      if (here === undefined || next === undefined) return;
      const gap = this.#gap(mid, i);
      if (Math.abs(next.price - here.price) > 5 * gap + 2) {
        this.#book.set(side, outwards(side, here.price, this.#step(gap)), this.#size(i));
      }
    }
  }

  #deepen(side: Side, mid: number): void {
    const levels = this.#book.levels(side);
    const wanted = levels.length < MIN_LEVELS ? MIN_LEVELS : Math.min(FULL_LEVELS, levels.length + 1);
    while (levels.length < wanted) {
      const last = levels[levels.length - 1];
      if (last === undefined) return;
      const price = outwards(side, last.price, this.#step(this.#gap(mid, levels.length)));
      if (price <= 0) return;
      this.#book.set(side, price, this.#size(levels.length));
    }
    while (levels.length > MAX_LEVELS) {
      const last = levels[levels.length - 1];
      if (last === undefined) return;
      this.#book.set(side, last.price, 0);
    }
  }

  /** One or two orders near the touch are changed, the way books shimmer without going anywhere. */
  #flicker(): void {
    const count = this.#random.next() < 0.35 ? 2 : 1;
    for (let n = 0; n < count; n += 1) {
      const side = this.#random.next() < 0.5 ? BID : ASK;
      const levels = this.#book.levels(side);
      const index = Math.min(levels.length - 1, Math.floor(this.#random.exponential(4)));
      const level = levels[index];
      if (level !== undefined) this.#book.set(side, level.price, this.#size(index));
    }
  }

  /** Usual distance to the next level, ticks (fractional). */
  #gap(mid: number, index: number): number {
    return mid * this.#shape.gapBps * 1e-4 * (1 + 0.12 * index);
  }

  #step(gap: number): number {
    return Math.max(1, Math.round(gap * (0.3 + this.#random.exponential(0.7))));
  }

  #size(index: number): number {
    const wall = this.#random.next() < 0.03 ? 5 : 1;
    const lots = this.levelLots * (1 + 0.08 * index) * wall * Math.exp(0.8 * this.#random.normal());
    return Math.max(1, Math.round(lots));
  }
}

import { ASK, BID, type Book, type BookSide } from '#engine/ports';
import type { FrameUpdate } from '../kit/update.ts';

/** Levels a side that snapshots are asked for: few where many books start at once, many where there is time. */
export const SNAPSHOT_LEVELS = { few: 100, many: 1000 } as const;
/** A side with exactly as many levels as were asked for was cut there; with any other count it is whole. */
const CUTS: readonly number[] = Object.values(SNAPSHOT_LEVELS);
/** MD-1 asks for twenty levels a side: a cut side that has fewer is no book any more. */
const LEAST_LEVELS = 20;
/** A cut side that lost this share of its levels wants a new snapshot, and so does one with few left. */
const WANTED_SHARE = 0.25;
const FEW_LEVELS = 35;

/**
 * How far a book that was built on a cut snapshot is known. The stream tells of every level, but one beyond the snapshot's
 * last shows up only when it changes: taking it in would pretend that the levels before it, which have not changed yet, do
 * not exist. So what lies beyond is left out, and the book is deepened when the market has moved away from what is known.
 */
export class KnownDepth {
  /** The worst price known on each side; everything is known where the side was whole. */
  readonly #worst = new Float64Array([0, Number.POSITIVE_INFINITY]);
  readonly #wanted = new Int32Array(2);
  #cut = false;

  /** Some of the book is unknown. */
  get cut(): boolean {
    return this.#cut;
  }

  /** A snapshot of these levels, in order from the best, is the new beginning. */
  begin(update: FrameUpdate): void {
    this.#whole();
    const counts = [0, 0];
    for (let index = 0; index < update.count; index += 1) {
      const side = update.sides[index] === BID ? BID : ASK;
      counts[side] = (counts[side] as number) + 1;
    }
    for (const side of [BID, ASK] as const) {
      const count = counts[side] as number;
      if (!CUTS.includes(count)) continue;
      this.#cut = true;
      this.#wanted[side] = Math.max(FEW_LEVELS, Math.floor(count * WANTED_SHARE));
      this.#worst[side] = worstOf(update, side);
    }
  }

  #whole(): void {
    this.#worst[BID] = 0;
    this.#worst[ASK] = Number.POSITIVE_INFINITY;
    this.#wanted.fill(0);
    this.#cut = false;
  }

  /** Takes what lies beyond the known out of an update. */
  trim(update: FrameUpdate): void {
    if (!this.#cut) return;
    const { sides, prices, sizes, count } = update;
    const worstBid = this.#worst[BID] as number;
    const worstAsk = this.#worst[ASK] as number;
    let kept = 0;
    for (let index = 0; index < count; index += 1) {
      const price = prices[index] as number;
      const side = sides[index] as number;
      if (side === BID ? price < worstBid : price > worstAsk) continue;
      // Nearly always all are kept: then nothing moves.
      if (kept !== index) {
        sides[kept] = side;
        prices[kept] = price;
        sizes[kept] = sizes[index] as number;
      }
      kept += 1;
    }
    update.count = kept;
  }

  /** Of a book that is cut. `thin`: a deeper snapshot is wanted. `exhausted`: what is known is no book any more. */
  state(book: Book): 'enough' | 'thin' | 'exhausted' {
    const bids = this.#stateOf(BID, book);
    if (bids === 'exhausted') return bids;
    const asks = this.#stateOf(ASK, book);
    return asks === 'enough' ? bids : asks;
  }

  #stateOf(side: BookSide, book: Book): 'enough' | 'thin' | 'exhausted' {
    const wanted = this.#wanted[side] as number;
    if (wanted === 0) return 'enough';
    const depth = book.depth(side);
    if (depth >= wanted) return 'enough';
    return depth < LEAST_LEVELS ? 'exhausted' : 'thin';
  }
}

function worstOf({ count, sides, prices }: FrameUpdate, side: BookSide): number {
  let worst = side === BID ? Number.POSITIVE_INFINITY : 0;
  for (let index = 0; index < count; index += 1) {
    if (sides[index] !== side) continue;
    const price = prices[index] as number;
    worst = side === BID ? Math.min(worst, price) : Math.max(worst, price);
  }
  return worst;
}

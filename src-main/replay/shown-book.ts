import { ASK, BID, type Book, type BookSide } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import { InvariantError } from '#shared/kernel/invariant';
import type { InventedBook, InventedLevel } from './invented-book.ts';

const NOTHING: readonly InventedLevel[] = [];

/**
 * A book that only its recording writes, for reading through the engine's interface. It is drawn when somebody first
 * looks: of the hundreds of thousands a replay shows, orders meet a few.
 */
export class ShownBook implements Book {
  readonly listing: ListingId;
  #draw: (() => InventedBook) | undefined;
  #drawn: InventedBook | undefined;
  #venueTimeMs = Number.NaN;
  #committedMonoMs = Number.NaN;

  constructor(listing: ListingId) {
    this.listing = listing;
  }

  /** From now on it shows what `draw` gives, which must give the same whenever it is called. */
  show(draw: () => InventedBook, wallMs: number, monoMs: number): void {
    this.#draw = draw;
    this.#drawn = undefined;
    this.#venueTimeMs = wallMs;
    this.#committedMonoMs = monoMs;
  }

  /** Nobody may trade on it until it is shown again. */
  end(): void {
    this.#draw = undefined;
    this.#drawn = undefined;
  }

  get valid(): boolean {
    return this.#draw !== undefined;
  }

  get crossed(): boolean {
    return this.price(BID, 0) >= this.price(ASK, 0);
  }

  get venueTimeMs(): number {
    return this.#venueTimeMs;
  }

  /** Recorded bars have no sequence numbers. */
  get sequence(): number {
    return Number.NaN;
  }

  get committedMonoMs(): number {
    return this.#committedMonoMs;
  }

  depth(side: BookSide): number {
    return this.#side(side).length;
  }

  price(side: BookSide, index: number): number {
    return this.#side(side)[index]?.price ?? Number.NaN;
  }

  size(side: BookSide, index: number): number {
    return this.#side(side)[index]?.size ?? Number.NaN;
  }

  copyLevel(side: BookSide, index: number, prices: Float64Array, sizes: Float64Array, place: number): void {
    prices[place] = this.price(side, index);
    sizes[place] = this.size(side, index);
  }

  reset(): void {
    throw this.#readOnly();
  }

  set(): void {
    throw this.#readOnly();
  }

  commit(): void {
    throw this.#readOnly();
  }

  write(): void {
    throw this.#readOnly();
  }

  seal(): void {
    throw this.#readOnly();
  }

  truncate(): void {
    throw this.#readOnly();
  }

  invalidate(): void {
    throw this.#readOnly();
  }

  #side(side: BookSide): readonly InventedLevel[] {
    this.#drawn ??= this.#draw?.();
    if (this.#drawn === undefined) return NOTHING;
    return side === BID ? this.#drawn.bids : this.#drawn.asks;
  }

  #readOnly(): InvariantError {
    return new InvariantError(`the book of ${this.listing} is written by its recording alone`);
  }
}

import type { ListingId } from '#shared/domain/ids';
import { ASK, BID, type Book, type BookSide, type BookUpdate, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '../ports.ts';
import { type LevelChanges, PriceLevels } from './price-levels.ts';

/** MD-1 asks for at least twenty levels a side; a thinned book that fell below them is rebuilt. */
export const LEAST_LEVELS = 20;
export const DEFAULT_MAX_LEVELS = 5000;

/** `snapshot`: the whole book came; `update`: levels were set; `unchanged`: the venue repeated itself. */
export type CommitKind = 'snapshot' | 'update' | 'unchanged';

/** The one reader that is told; exactly one of these is called per commit that counted, and per invalidation. */
export interface BookListener {
  committed(book: OrderBook, kind: CommitKind): void;
  /** `ownVerdict`: the book found the fault itself, so its feed does not know yet and must be asked to resync. */
  invalidated(book: OrderBook, cause: string, ownVerdict: boolean): void;
}

/** A book in typed arrays (design §5). Levels stay readable after an invalidation: they are the last known ones. */
export class OrderBook implements Book {
  readonly listing: ListingId;
  readonly #listener: BookListener;
  readonly #bids: PriceLevels;
  readonly #asks: PriceLevels;
  #revision = 0;
  #valid = false;
  #inSnapshot = false;
  #touched = false;
  #levelOutOfRange = false;
  #venueTimeMs = Number.NaN;
  #sequence = Number.NaN;
  #committedMonoMs = Number.NaN;
  #crossedSinceMonoMs = Number.NaN;
  readonly #ownStamps = new Float64Array(3);
  /** A change that comes alone. */
  readonly #one = { count: 1, sides: new Uint8Array(1), prices: new Float64Array(1), sizes: new Float64Array(1) };

  /** `maxLevels` bounds each side; worse levels are dropped and their absence remembered. */
  constructor(listing: ListingId, listener: BookListener, maxLevels = DEFAULT_MAX_LEVELS) {
    this.listing = listing;
    this.#listener = listener;
    this.#bids = new PriceLevels(BID, maxLevels);
    this.#asks = new PriceLevels(ASK, maxLevels);
  }

  get valid(): boolean {
    return this.#valid;
  }

  /** Grows with every change of a level or of validity: what was read at one state holds as long as it stands. */
  get revision(): number {
    return this.#revision;
  }

  get venueTimeMs(): number {
    return this.#venueTimeMs;
  }

  get sequence(): number {
    return this.#sequence;
  }

  get committedMonoMs(): number {
    return this.#committedMonoMs;
  }

  /** Since when best bid ≥ best ask, monotonic ms; NaN while the book is not crossed or locked. */
  get crossedSinceMonoMs(): number {
    return this.#crossedSinceMonoMs;
  }

  get crossed(): boolean {
    return this.#bids.meets(this.#asks);
  }

  depth(side: BookSide): number {
    return (side === BID ? this.#bids : this.#asks).count;
  }

  price(side: BookSide, index: number): number {
    return (side === BID ? this.#bids : this.#asks).price(index);
  }

  size(side: BookSide, index: number): number {
    return (side === BID ? this.#bids : this.#asks).size(index);
  }

  copyLevel(side: BookSide, index: number, prices: Float64Array, sizes: Float64Array, place: number): void {
    (side === BID ? this.#bids : this.#asks).copy(index, prices, sizes, place);
  }

  /** Levels were dropped on this side: beyond the worst level held the depth is unknown. */
  thinned(side: BookSide): boolean {
    return (side === BID ? this.#bids : this.#asks).thinned;
  }

  reset(): void {
    this.#revision += 1;
    this.#bids.clear();
    this.#asks.clear();
    this.#inSnapshot = true;
    this.#valid = false;
    this.#levelOutOfRange = false;
    this.#crossedSinceMonoMs = Number.NaN;
  }

  set(side: BookSide, price: number, size: number): void {
    const one = this.#one;
    one.sides[0] = side;
    one.prices[0] = price;
    one.sizes[0] = size;
    this.#take(one);
  }

  commit(venueTimeMs: number, sequence: number, monoMs: number): void {
    const stamps = this.#ownStamps;
    stamps[VENUE_TIME_MS] = venueTimeMs;
    stamps[SEQUENCE] = sequence;
    stamps[MONO_MS] = monoMs;
    this.#end(stamps);
  }

  write(update: BookUpdate): void {
    this.#take(update);
  }

  seal(update: BookUpdate): void {
    this.#end(update.stamps);
  }

  truncate(levels: number): void {
    if (!this.#valid && !this.#inSnapshot) return;
    const bids = this.#bids.truncate(levels);
    const asks = this.#asks.truncate(levels);
    if (bids || asks) this.#revision += 1;
  }

  invalidate(cause: string): void {
    this.#drop(cause, false);
  }

  /** {@link invalidate} for a fault that only the engine saw: the feed is asked for a new snapshot. */
  rejectContent(cause: string): void {
    this.#drop(cause, true);
  }

  /** A level out of range is left out, and the end of the frame rejects the book for it. */
  #take(changes: LevelChanges): void {
    // A change to a book that waits for its snapshot changes nothing: the snapshot will hold it.
    if (!this.#valid && !this.#inSnapshot) return;
    const { count, sides } = changes;
    if (count === 0) return;
    let at = 0;
    while (at < count) {
      const side = sides[at];
      at = (side === BID ? this.#bids : this.#asks).write(changes, at);
      if (at === count || sides[at] !== side) continue;
      this.#levelOutOfRange = true;
      at += 1;
    }
    this.#touched = true;
    this.#revision += count;
  }

  /** Ends a frame. The stamps stay in their array: as arguments each would be an object wherever this is not inlined. */
  #end(stamps: Float64Array): void {
    if (!this.#valid && !this.#inSnapshot) return;
    const kind = this.#inSnapshot ? 'snapshot' : this.#touched ? 'update' : 'unchanged';
    this.#inSnapshot = false;
    this.#touched = false;
    if (!this.#valid) this.#revision += 1;
    this.#valid = true;
    this.#venueTimeMs = stamps[VENUE_TIME_MS] as number;
    this.#sequence = stamps[SEQUENCE] as number;
    this.#committedMonoMs = stamps[MONO_MS] as number;
    const fault = this.#levelOutOfRange ? 'a level out of range' : (this.#crossing() ?? this.#exhausted());
    if (fault === undefined) this.#listener.committed(this, kind);
    else this.rejectContent(fault);
  }

  #drop(cause: string, ownVerdict: boolean): void {
    if (!this.#valid && !this.#inSnapshot) return;
    this.#revision += 1;
    this.#valid = false;
    this.#inSnapshot = false;
    this.#touched = false;
    this.#levelOutOfRange = false;
    this.#crossedSinceMonoMs = Number.NaN;
    this.#listener.invalidated(this, cause, ownVerdict);
  }

  /** MD-3: crossed or locked is borne for one update, not for a second one. */
  #crossing(): string | undefined {
    if (!this.#bids.meets(this.#asks)) {
      this.#crossedSinceMonoMs = Number.NaN;
      return undefined;
    }
    if (!Number.isNaN(this.#crossedSinceMonoMs)) return 'crossed or locked for more than one update';
    this.#crossedSinceMonoMs = this.#committedMonoMs;
    return undefined;
  }

  #exhausted(): string | undefined {
    return tooThin(this.#bids) || tooThin(this.#asks) ? 'too few levels are left of a thinned book' : undefined;
  }
}

const tooThin = (side: PriceLevels): boolean => side.thinned && side.count < LEAST_LEVELS;

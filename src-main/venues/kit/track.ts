import { ASK, BID, type Book } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';

/**
 * `idle`: not asked for. `awaiting`: asked for, no snapshot yet; deltas are dropped or buffered. `live`: snapshot
 * applied and in sequence. `refused`: the venue will not send it on this connection.
 */
export type TrackPhase = 'idle' | 'awaiting' | 'live' | 'refused';

/** Deltas older than the book in a row after which a quiet renumbering is assumed and the book is rebuilt. */
const MAX_STRAYS = 8;

/** What a delta's sequence number means for a book. */
export type Step = 'next' | 'stale' | 'gap';

/** One book on one connection: its place in the venue's sequence, and what the catalogue says of its digits. */
export class Track {
  /** The listing the book is announced under; its owner where a venue shows one book under two names (ID-3). */
  readonly listing: ListingId;
  /** The instrument's name in frames. */
  readonly symbol: string;
  readonly book: Book;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  phase: TrackPhase = 'idle';
  /** The venue's last sequence number in the book. */
  sequence = Number.NaN;
  /** Id of the last trade passed on; trades at or before it are repeats. */
  lastTradeId = '';
  #strays = 0;
  #crossed = false;

  constructor(terms: {
    listing: ListingId;
    symbol: string;
    book: Book;
    priceDecimals: number;
    sizeDecimals: number;
  }) {
    this.listing = terms.listing;
    this.symbol = terms.symbol;
    this.book = terms.book;
    this.priceDecimals = terms.priceDecimals;
    this.sizeDecimals = terms.sizeDecimals;
  }

  /** A snapshot starts: the sequence begins anew. */
  restart(sequence: number): void {
    this.sequence = sequence;
    this.#strays = 0;
    this.#crossed = false;
  }

  /**
   * Where a delta stands that needs `previous` to be the book's sequence and leaves it at `next`. Repeats and late
   * deltas are `stale` and ignored, but only a few in a row: a venue that renumbered would otherwise freeze the book.
   */
  step(previous: number, next: number): Step {
    if (previous === this.sequence) {
      this.sequence = next;
      this.#strays = 0;
      return 'next';
    }
    if (next > this.sequence) return 'gap';
    this.#strays += 1;
    return this.#strays > MAX_STRAYS ? 'gap' : 'stale';
  }

  /** MD-3: true when the book was crossed or locked after this commit and after the one before. */
  staysCrossed(): boolean {
    const { book } = this;
    const crossed = book.depth(BID) > 0 && book.depth(ASK) > 0 && book.price(BID, 0) >= book.price(ASK, 0);
    const stays = crossed && this.#crossed;
    this.#crossed = crossed;
    return stays;
  }

  /** True for a trade not passed on yet. Ids that are numbers grow; others are compared with the last one only. */
  takeTrade(id: string): boolean {
    const last = this.lastTradeId;
    if (id === last) return false;
    if (isDigits(id) && isDigits(last) && (id.length < last.length || (id.length === last.length && id < last))) {
      return false;
    }
    this.lastTradeId = id;
    return true;
  }
}

const isDigits = (text: string): boolean => /^[0-9]+$/.test(text);

/** The books of one connection by the name frames use. */
export class TrackTable {
  readonly #bySymbol = new Map<string, Track>();
  /**
   * A busy instrument outside the scope, listened to only so that the socket is never silent (MD-2); `null` where the
   * scope has one of its own. Its frames belong to no book.
   */
  canary: string | null = null;

  add(track: Track): void {
    this.#bySymbol.set(track.symbol, track);
  }

  remove(track: Track): void {
    this.#bySymbol.delete(track.symbol);
  }

  get(symbol: unknown): Track | undefined {
    return typeof symbol === 'string' ? this.#bySymbol.get(symbol) : undefined;
  }

  all(): IterableIterator<Track> {
    return this.#bySymbol.values();
  }
}

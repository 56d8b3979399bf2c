import { type Book, SEQUENCE } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import { literal } from './scan.ts';

/**
 * `idle`: not asked for. `awaiting`: asked for, no snapshot yet; deltas are dropped or buffered. `live`: snapshot
 * applied and in sequence. `refused`: the venue will not send it on this connection.
 */
export type TrackPhase = 'idle' | 'awaiting' | 'live' | 'refused';

/** Deltas older than the book in a row after which a quiet renumbering is assumed and the book is rebuilt. */
const MAX_STRAYS = 8;

/** What a delta's sequence number means for a book. */
export type Step = 'next' | 'stale' | 'gap';

/** Longest trade id that is compared; venues use numbers and UUIDs. */
const MAX_TRADE_ID = 64;
const ZERO = 48;
const NINE = 57;

const encoder = new TextEncoder();

export interface TrackTerms {
  readonly listing: ListingId;
  readonly symbol: string;
  readonly book: Book;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  /** Base units in one unit of the frames' sizes (ID-6); 1 when left out. */
  readonly contractSize?: number;
}

/** One book on one connection: its place in the venue's sequence, and what the catalogue says of its digits. */
export class Track {
  /** The listing the book is announced under; its owner where a venue shows one book under two names (ID-3). */
  readonly listing: ListingId;
  /** The instrument's name in frames, and its bytes. */
  readonly symbol: string;
  readonly symbolBytes: Uint8Array;
  readonly book: Book;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  readonly contractSize: number;
  phase: TrackPhase = 'idle';
  /** The venue's last sequence number in the book. */
  sequence = Number.NaN;
  /** A delta followed the last snapshot. */
  moved = false;
  /** What its decoder keeps of it, of a class of its own: a look-up for each frame would cost more. */
  own: object | null = null;
  #strays = 0;
  #crossed = false;
  readonly #lastTradeId = new Uint8Array(MAX_TRADE_ID);
  #lastTradeIdLength = 0;

  constructor(terms: TrackTerms) {
    this.listing = terms.listing;
    this.symbol = terms.symbol;
    this.symbolBytes = literal(terms.symbol);
    this.book = terms.book;
    this.priceDecimals = terms.priceDecimals;
    this.sizeDecimals = terms.sizeDecimals;
    this.contractSize = terms.contractSize ?? 1;
  }

  /** A snapshot starts: the sequence begins anew. */
  restart(sequence: number): void {
    this.sequence = sequence;
    this.moved = false;
    this.#strays = 0;
    this.#crossed = false;
  }

  /**
   * Where a delta stands that needs `previous[place]` to be the book's sequence and leaves it at that of `stamps`. Repeats
   * and late deltas are `stale` and ignored, but only a few in a row: a venue that renumbered would otherwise freeze the
   * book. Both numbers stay in their arrays: as arguments they would be objects wherever this is not inlined.
   */
  step(previous: Float64Array, place: number, stamps: Float64Array): Step {
    const next = stamps[SEQUENCE] as number;
    if (previous[place] === this.sequence) {
      this.sequence = next;
      this.moved = true;
      this.#strays = 0;
      return 'next';
    }
    if (next > this.sequence) return 'gap';
    this.#strays += 1;
    return this.#strays > MAX_STRAYS ? 'gap' : 'stale';
  }

  /** MD-3: true when the book was crossed or locked after this commit and after the one before. */
  staysCrossed(): boolean {
    const { crossed } = this.book;
    const stays = crossed && this.#crossed;
    this.#crossed = crossed;
    return stays;
  }

  /** {@link takeTradeAt} for an id that is already a text. */
  takeTrade(id: string): boolean {
    const bytes = encoder.encode(id);
    return this.takeTradeAt(bytes, 0, bytes.length);
  }

  /** True for a trade not passed on yet. Ids that are numbers grow; others are compared with the last one only. */
  takeTradeAt(bytes: Uint8Array, from: number, to: number): boolean {
    const last = this.#lastTradeId;
    const length = Math.min(to - from, MAX_TRADE_ID);
    const lastLength = this.#lastTradeIdLength;
    let order = length - lastLength;
    let numbers = lastLength > 0;
    for (let index = 0; index < length && numbers; index += 1) numbers = isDigit(bytes[from + index] as number);
    for (let index = 0; index < lastLength && numbers; index += 1) numbers = isDigit(last[index] as number);
    for (let index = 0; index < length && order === 0; index += 1) {
      order = (bytes[from + index] as number) - (last[index] as number);
    }
    if (order === 0 && lastLength > 0) return false;
    if (numbers && order < 0) return false;
    for (let index = 0; index < length; index += 1) last[index] = bytes[from + index] as number;
    this.#lastTradeIdLength = length;
    return true;
  }
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

const FIRST_SLOTS = 64;

/** The books of one connection by the name frames use, found by text or by the bytes of a frame. */
export class TrackTable {
  readonly #bySymbol = new Map<string, Track>();
  /** Open addressing by the hash of the symbol's bytes; at most half full. */
  #slots: (Track | undefined)[] = new Array<Track | undefined>(FIRST_SLOTS).fill(undefined);
  /**
   * A busy instrument outside the scope, listened to only so that the socket is never silent (MD-2); `null` where the
   * scope has one of its own. Its frames belong to no book.
   */
  canary: string | null = null;
  /** Grows with every track that comes or goes. */
  version = 0;

  add(track: Track): void {
    this.#bySymbol.set(track.symbol, track);
    this.#index();
  }

  remove(track: Track): void {
    this.#bySymbol.delete(track.symbol);
    this.#index();
  }

  get(symbol: unknown): Track | undefined {
    return typeof symbol === 'string' ? this.#bySymbol.get(symbol) : undefined;
  }

  /** The track whose symbol is `bytes[from … to − 1]`; makes no string. */
  find(bytes: Uint8Array, from: number, to: number): Track | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hashOf(bytes, from, to) & mask; ; slot = (slot + 1) & mask) {
      const track = slots[slot];
      if (track === undefined || isAt(bytes, from, to, track.symbolBytes)) return track;
    }
  }

  all(): IterableIterator<Track> {
    return this.#bySymbol.values();
  }

  get size(): number {
    return this.#bySymbol.size;
  }

  #index(): void {
    this.version += 1;
    let size = FIRST_SLOTS;
    while (size < this.#bySymbol.size * 2) size *= 2;
    const slots = new Array<Track | undefined>(size).fill(undefined);
    for (const track of this.#bySymbol.values()) {
      const { symbolBytes } = track;
      let slot = hashOf(symbolBytes, 0, symbolBytes.length) & (size - 1);
      while (slots[slot] !== undefined) slot = (slot + 1) & (size - 1);
      slots[slot] = track;
    }
    this.#slots = slots;
  }
}

/** Names that begin alike this far share a slot's neighbourhood; few do. */
const HASHED_BYTES = 12;

/** Of the length and the first bytes, four at a time; within 30 bits, so that it never leaves the small integers. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  const last = to - from > HASHED_BYTES ? from + HASHED_BYTES : to;
  let hash = to - from;
  let at = from;
  for (; at + 4 <= last; at += 4) {
    const four =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    hash = Math.imul(hash ^ four, 0x01000193);
    hash ^= hash >>> 15;
  }
  for (; at < last; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

function isAt(bytes: Uint8Array, from: number, to: number, expected: Uint8Array): boolean {
  if (to - from !== expected.length) return false;
  for (let index = 0; index < expected.length; index += 1) if (bytes[from + index] !== expected[index]) return false;
  return true;
}

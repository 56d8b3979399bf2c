import { ASK, BID, type Book, type BookUpdate } from '#engine/ports';
import type { Verifier } from '../../kit/apply.ts';
import type { Track } from '../../kit/track.ts';
import { DigitsCrc } from './digits-crc.ts';
import { TopLevels } from './top-levels.ts';

/** Levels a side asked for; the venue never deletes what falls below it, we do. */
export const KRAKEN_DEPTH = 100;

/**
 * The checksum of one book: unsigned CRC-32 over the ten best asks, then the ten best bids, each price then size at the
 * pair's precision, without the point and leading zeros. Only what an update changed is worked out anew, without garbage.
 * https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2
 */
export class TopTenChecksum {
  readonly #asks: TopLevels;
  readonly #bids: TopLevels;
  /** The register after the asks; the bids go on from it. */
  #afterAsks = 0;
  #value = 0;

  constructor(priceDecimals: number, sizeDecimals: number) {
    const digits = new DigitsCrc(priceDecimals, sizeDecimals);
    this.#asks = new TopLevels(ASK, digits);
    this.#bids = new TopLevels(BID, digits);
  }

  /** As a signed 32-bit number: what `| 0` makes of the venue's. */
  get value(): number {
    return this.#value;
  }

  /** Everything in the book may be new. */
  rebuild(book: Book): void {
    this.#asks.rebuild(book);
    this.#bids.rebuild(book);
    this.#afterAsks = this.#asks.append(-1);
    this.#value = ~this.#bids.append(this.#afterAsks);
  }

  /** `update` was written to the book since the last call, and nothing else was. */
  follow(book: Book, update: BookUpdate): void {
    const asks = this.#asks.follow(book, update);
    const bids = this.#bids.follow(book, update);
    if (asks) this.#afterAsks = this.#asks.append(-1);
    if (asks || bids) this.#value = ~this.#bids.append(this.#afterAsks);
  }
}

/** Cuts a written book to the depth subscribed to and compares it with the checksum of its frame. */
export class ChecksumVerifier implements Verifier {
  /** The frame's checksum, at place 0. */
  readonly expected = new Float64Array(1);
  /** The frame holds the whole book. */
  snapshot = false;
  readonly #update: BookUpdate;

  /** `update` is what every frame's levels are written from. */
  constructor(update: BookUpdate) {
    this.#update = update;
  }

  holds(track: Track): boolean {
    const { book } = track;
    book.truncate(KRAKEN_DEPTH);
    const checksum = this.#of(track);
    if (this.snapshot) checksum.rebuild(book);
    else checksum.follow(book, this.#update);
    return checksum.value === ((this.expected[0] as number) | 0);
  }

  #of(track: Track): TopTenChecksum {
    const { own } = track;
    if (own instanceof TopTenChecksum) return own;
    const made = new TopTenChecksum(track.priceDecimals, track.sizeDecimals);
    track.own = made;
    return made;
  }
}

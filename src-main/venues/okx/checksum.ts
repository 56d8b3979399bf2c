import { ASK, BID, type BookSide } from '#engine/ports';
import type { Verifier } from '../kit/apply.ts';
import { crc32 } from '../kit/crc32.ts';
import { plainDigits } from '../kit/numbers.ts';
import type { Track } from '../kit/track.ts';

const LEVELS = 25;
/** A double holds every decimal number of so many digits, whatever was multiplied and divided to get it. */
const EXACT_DIGITS = 15;

/**
 * Signed CRC-32 over the best 25 levels, `bid:size:ask:size:…`; the longer side goes on alone. Digits as sent: OKX writes
 * plain numbers without trailing zeros, and sizes in its own unit.
 * https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel
 */
export function okxChecksum({ book, contractSize }: Track): number {
  const parts: string[] = [];
  const level = (side: BookSide, index: number) => {
    if (index >= book.depth(side)) return;
    parts.push(plainDigits(book.price(side, index)), sizeDigits(book.size(side, index), contractSize));
  };
  for (let index = 0; index < LEVELS; index += 1) {
    level(BID, index);
    level(ASK, index);
  }
  return crc32(parts.join(':')) | 0;
}

/** A book holds base units; the venue counted in contracts of so many of them. */
function sizeDigits(size: number, contractSize: number): string {
  return plainDigits(contractSize === 1 ? size : Number((size / contractSize).toPrecision(EXACT_DIGITS)));
}

/** Holds a book to the checksum that came with its frame. */
export class OkxVerifier implements Verifier {
  #expected = 0;

  /** `null` for a frame without a checksum: none, or 0. */
  for(checksum: number | undefined): Verifier | null {
    if (checksum === undefined || checksum === 0) return null;
    this.#expected = checksum;
    return this;
  }

  holds(track: Track): boolean {
    return okxChecksum(track) === this.#expected;
  }
}

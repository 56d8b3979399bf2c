import { ASK, BID, type Book, type BookSide } from '#engine/ports';
import { crc32 } from '../kit/crc32.ts';

const LEVELS = 10;

/**
 * The checksum of one book: unsigned CRC-32 over the ten best asks, then the ten best bids, each price then size at the
 * pair's precision, without the point and leading zeros. Most of the twenty levels are the same from frame to frame,
 * and writing digits costs more than all the rest, so each level's text is kept until it changes.
 * https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2
 */
export class TopTenChecksum {
  readonly #priceDecimals: number;
  readonly #sizeDecimals: number;
  readonly #prices = new Float64Array(2 * LEVELS);
  readonly #sizes = new Float64Array(2 * LEVELS);
  readonly #texts: string[] = Array.from({ length: 2 * LEVELS }, () => '');

  constructor(priceDecimals: number, sizeDecimals: number) {
    this.#priceDecimals = priceDecimals;
    this.#sizeDecimals = sizeDecimals;
  }

  of(book: Book): number {
    return crc32(this.#side(book, ASK, 0) + this.#side(book, BID, LEVELS));
  }

  #side(book: Book, side: BookSide, offset: number): string {
    const depth = Math.min(LEVELS, book.depth(side));
    let text = '';
    for (let index = 0; index < depth; index += 1) {
      const at = offset + index;
      const price = book.price(side, index);
      const size = book.size(side, index);
      if (this.#prices[at] !== price || this.#sizes[at] !== size) {
        this.#prices[at] = price;
        this.#sizes[at] = size;
        this.#texts[at] = bareDigits(price, this.#priceDecimals) + bareDigits(size, this.#sizeDecimals);
      }
      text += this.#texts[at];
    }
    return text;
  }
}

/** `0.00100000` gives `100000`. */
function bareDigits(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  const point = text.length - decimals - 1;
  const digits = decimals === 0 ? text : text.slice(0, point) + text.slice(point + 1);
  let zeros = 0;
  while (digits.charCodeAt(zeros) === 48) zeros += 1;
  return zeros === 0 ? digits : digits.slice(zeros);
}

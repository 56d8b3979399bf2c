import type { Level } from '../../world/book.ts';

const LEVELS = 10;

const TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** CRC-32 (ISO 3309) of ASCII text, unsigned. The platform's own is missing in older Electron runtimes. */
export function crc32(ascii: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < ascii.length; i += 1) crc = (crc >>> 8) ^ (TABLE[(crc ^ ascii.charCodeAt(i)) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * The text Kraken's checksum is taken of (https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2): price
 * and size of the ten best asks, then of the ten best bids, each at the pair's precision without point and leading
 * zeros. Those are the digits of ticks and lots.
 */
export function checksumText(asks: readonly Level[], bids: readonly Level[]): string {
  let text = '';
  for (const levels of [asks, bids]) {
    for (let i = 0; i < LEVELS; i += 1) {
      const level = levels[i];
      if (level === undefined) break;
      text += `${level.price}${level.size}`;
    }
  }
  return text;
}

export const bookChecksum = (asks: readonly Level[], bids: readonly Level[]): number => crc32(checksumText(asks, bids));

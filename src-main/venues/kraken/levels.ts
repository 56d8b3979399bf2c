import type { BookSide } from '#engine/ports';
import { readNumber } from '../kit/json-number.ts';
import { unsignedNumber } from '../kit/numbers.ts';
import { readShort, ShortName } from '../kit/short-name.ts';
import type { FrameUpdate } from '../kit/update.ts';
import { type FrameBytes, Name, readName } from './frame-bytes.ts';

const SIZE = new ShortName(',"qty":');
const PRICE = new Name('{"price":');
const OPEN = 91;
const CLOSE = 93;
const CLOSING_BRACE = 125;
const COMMA = 44;

/** Reads `[{"price":1.5,"qty":2},…]`; gives the place after it, or -1 for what the slow path must read. */
export function readLevels({ bytes, view }: FrameBytes, from: number, update: FrameUpdate, side: BookSide): number {
  if (bytes[from] !== OPEN) return -1;
  if (bytes[from + 1] === CLOSE) return from + 2;
  let at = from;
  do {
    update.reserve();
    const { prices, sizes, count } = update;
    at = readName(view, at + 1, PRICE);
    if (at >= 0) at = readNumber(bytes, at, prices, count);
    if (at >= 0) at = readShort(view, at, SIZE);
    if (at >= 0) at = readNumber(bytes, at, sizes, count);
    if (at < 0 || bytes[at] !== CLOSING_BRACE || !update.take(side)) return -1;
    at += 1;
  } while (bytes[at] === COMMA);
  return bytes[at] === CLOSE ? at + 1 : -1;
}

/** What {@link readLevels} reads, parsed already; false when a level is none. */
export function addLevels(
  update: FrameUpdate,
  side: BookSide,
  levels: readonly { readonly price: number; readonly qty: number }[],
): boolean {
  for (const { price, qty } of levels) if (!update.add(side, unsignedNumber(price), unsignedNumber(qty))) return false;
  return true;
}

import type { BookSide } from '#engine/ports';
import { readNumber } from '../kit/json-number.ts';
import { literal, type Scan } from '../kit/scan.ts';
import type { FrameUpdate } from '../kit/update.ts';

const COMMA = 44;
const CLOSE = 93;

/** `["new",`, `["change",` and `["delete",` as whole numbers of two to four bytes. */
const word = (text: string): number => new DataView(literal(`${text}\0\0\0\0`).buffer).getInt32(0, true);
const NEW = word('["ne');
const END_OF_NEW = word('w",');
const NEW_BYTES = 7;
const CHANGE = word('["ch');
const CHANGE_ON = word('ange');
const DELETE = word('["de');
const DELETE_ON = word('lete');
const END = word('",');
const LONGER_BYTES = 10;

/**
 * The rest of a side, `["new",91752.1,0.0577],["delete",91747.2,0.0],["change",91736.7,2.2e3]]`, from behind its opening
 * bracket. One loop, for nearly all bytes that arrive are these. False, for the slow path, at anything unusual.
 */
export function scanLevels(scan: Scan, update: FrameUpdate, side: BookSide): boolean {
  const { bytes, view } = scan;
  let { at } = scan;
  if (bytes[at] === CLOSE) {
    scan.at = at + 1;
    return true;
  }
  let { prices, sizes, sides, count } = update;
  at -= 1;
  do {
    at += 1;
    if (count === prices.length) {
      update.count = count;
      update.reserve();
      ({ prices, sizes, sides } = update);
    }
    const head = view.getInt32(at, true);
    const next = view.getInt32(at + 4, true);
    if (head === NEW) {
      if ((next & 0xffffff) !== END_OF_NEW) return false;
      at += NEW_BYTES;
    } else {
      const usual = (head === CHANGE && next === CHANGE_ON) || (head === DELETE && next === DELETE_ON);
      if (!usual || view.getInt16(at + 8, true) !== END) return false;
      at += LONGER_BYTES;
    }
    at = readNumber(bytes, at, prices, count);
    if (at < 0 || bytes[at] !== COMMA || prices[count] === 0) return false;
    at = readNumber(bytes, at + 1, sizes, count);
    if (at < 0 || bytes[at] !== CLOSE) return false;
    if (head === DELETE) sizes[count] = 0;
    sides[count] = side;
    count += 1;
    at += 1;
  } while (bytes[at] === COMMA);
  if (bytes[at] !== CLOSE) return false;
  scan.at = at + 1;
  update.count = count;
  return true;
}

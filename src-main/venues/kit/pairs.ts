import type { BookSide } from '#engine/ports';
import { readDecimal } from './digits.ts';
import type { Scan } from './scan.ts';
import type { FrameUpdate } from './update.ts';

const QUOTE = 34;
const COMMA = 44;
const ZERO = 48;
const OPEN = 91;
const CLOSE = 93;
/** `["` and `,"` as whole numbers of two bytes. */
const OPEN_QUOTE = OPEN | (QUOTE << 8);
const COMMA_QUOTE = COMMA | (QUOTE << 8);

/**
 * Takes `[["price","size"],…]`, each pair with exactly `extras` more texts, as levels of one side; what
 * {@link FrameUpdate.addPairs} takes of it parsed. One loop: nine of ten bytes that arrive are these. False, for the slow
 * path, at anything unusual.
 */
export function scanPairs(scan: Scan, update: FrameUpdate, side: BookSide, extras: number): boolean {
  const { bytes, view } = scan;
  let { at } = scan;
  let { prices, sizes, sides, count } = update;
  if (bytes[at] !== OPEN) return false;
  if (bytes[at + 1] === CLOSE) {
    scan.at = at + 2;
    return true;
  }
  do {
    if (count === prices.length) {
      update.count = count;
      update.reserve();
      ({ prices, sizes, sides } = update);
    }
    // `[[`, or `,[` from the second pair on: only the first byte of each pair differs, and it was checked.
    if (view.getInt16(at + 1, true) !== OPEN_QUOTE) return false;
    at = readDecimal(view, at + 3, prices, count);
    if (at < 0 || bytes[at] !== QUOTE || view.getInt16(at + 1, true) !== COMMA_QUOTE || prices[count] === 0)
      return false;
    at = readDecimal(view, at + 3, sizes, count);
    if (at < 0 || bytes[at] !== QUOTE) return false;
    at += 1;
    sides[count] = side;
    count += 1;
    for (let extra = 0; extra < extras; extra += 1) {
      if (bytes[at] !== COMMA || bytes[at + 1] !== QUOTE) return false;
      at += 2;
      // Counts of orders: a few digits need no call.
      while (((bytes[at] as number) - ZERO) >>> 0 <= 9) at += 1;
      if (bytes[at] === QUOTE) at += 1;
      else {
        scan.at = at;
        if (!scan.text()) return false;
        at = scan.at;
      }
    }
    if (bytes[at] !== CLOSE) return false;
    at += 1;
  } while (bytes[at] === COMMA);
  if (bytes[at] !== CLOSE) return false;
  scan.at = at + 1;
  update.count = count;
  return true;
}

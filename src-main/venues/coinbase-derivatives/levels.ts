import type { BookSide } from '#engine/ports';
import type { Scan } from '../kit/scan.ts';
import type { FrameUpdate } from '../kit/update.ts';

/** Exact powers of ten: a whole number up to 2^53 times or by one of them is rounded only once. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const LARGEST_POWER = 22;
const QUOTE = 34;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const OPEN = 91;
const CLOSE = 93;
const LETTER_A = 97;
const LETTER_C = 99;
const LETTER_D = 100;
const LETTER_E = 101;
const LETTER_G = 103;
const LETTER_H = 104;
const LETTER_L = 108;
const LETTER_N = 110;
const LETTER_T = 116;
const LETTER_W = 119;
const NEW_BYTES = 7;
const LONGER_BYTES = 10;

/** What {@link actionBytes} adds for a level that is deleted. */
const DELETED = 16;

/**
 * The rest of a side, `["new",91752.1,0.0577],["delete",91747.2,0.0],["change",91736.7,2.2e3]]`, from behind its opening
 * bracket. One loop, for nearly all bytes that arrive are these. False, for the slow path, at anything unusual.
 */
export function scanLevels(scan: Scan, update: FrameUpdate, side: BookSide): boolean {
  const { bytes, end } = scan;
  let { at } = scan;
  if (at < end && bytes[at] === CLOSE) {
    scan.at = at + 1;
    return true;
  }
  let { prices, sizes, sides, count } = update;
  for (;;) {
    const action = at + LONGER_BYTES < end ? actionBytes(bytes, at) : 0;
    if (action === 0) return false;
    at += action & (DELETED - 1);
    if (count === prices.length) {
      update.count = count;
      update.reserve();
      ({ prices, sizes, sides } = update);
    }
    for (let part = 0; part < 2; part += 1) {
      const first = at;
      let mantissa = 0;
      let point = -1;
      let code = 0;
      for (; at < end; at += 1) {
        code = bytes[at] as number;
        const digit = code - ZERO;
        if (digit >>> 0 <= 9) mantissa = mantissa * 10 + digit;
        else if (code === POINT && point < 0) point = at;
        else break;
      }
      const whole = (point < 0 ? at : point) - first;
      // No digit before the point, a zero before other digits, more digits than a double holds.
      if (whole === 0 || (whole > 1 && bytes[first] === ZERO) || mantissa > Number.MAX_SAFE_INTEGER) return false;
      let power = 0;
      if (point >= 0) {
        power = point + 1 - at;
        if (power === 0) return false;
      }
      if (code === LETTER_E) {
        const sign = bytes[at + 1];
        at += sign === MINUS || sign === PLUS ? 2 : 1;
        const exponentAt = at;
        let exponent = 0;
        for (; at < end; at += 1) {
          code = bytes[at] as number;
          const digit = code - ZERO;
          if (digit >>> 0 > 9) break;
          exponent = exponent * 10 + digit;
        }
        if (at === exponentAt || at - exponentAt > 2) return false;
        power += sign === MINUS ? -exponent : exponent;
      }
      if (power < -LARGEST_POWER || power > LARGEST_POWER) return false;
      if (power < 0) mantissa /= POWERS_OF_TEN[-power] as number;
      else if (power > 0) mantissa *= POWERS_OF_TEN[power] as number;
      if (at >= end || code !== (part === 0 ? COMMA : CLOSE)) return false;
      at += 1;
      if (part === 1) sizes[count] = action >= DELETED ? 0 : mantissa;
      else if (mantissa > 0) prices[count] = mantissa;
      else return false;
    }
    sides[count] = side;
    count += 1;
    if (at >= end) return false;
    const next = bytes[at];
    at += 1;
    if (next === COMMA) continue;
    if (next !== CLOSE) return false;
    update.count = count;
    scan.at = at;
    return true;
  }
}

/** How many bytes `["new",`, `["change",` or `["delete",` takes, and {@link DELETED} for the last; 0 for anything else. */
function actionBytes(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== OPEN || bytes[at + 1] !== QUOTE) return 0;
  const letter = bytes[at + 2];
  if (letter === LETTER_N) {
    const is = bytes[at + 3] === LETTER_E && bytes[at + 4] === LETTER_W && isEnd(bytes, at + 5);
    return is ? NEW_BYTES : 0;
  }
  if (letter === LETTER_C) {
    const change =
      bytes[at + 3] === LETTER_H &&
      bytes[at + 4] === LETTER_A &&
      bytes[at + 5] === LETTER_N &&
      bytes[at + 6] === LETTER_G &&
      bytes[at + 7] === LETTER_E;
    return change && isEnd(bytes, at + 8) ? LONGER_BYTES : 0;
  }
  const remove =
    letter === LETTER_D &&
    bytes[at + 3] === LETTER_E &&
    bytes[at + 4] === LETTER_L &&
    bytes[at + 5] === LETTER_E &&
    bytes[at + 6] === LETTER_T &&
    bytes[at + 7] === LETTER_E;
  return remove && isEnd(bytes, at + 8) ? LONGER_BYTES + DELETED : 0;
}

const isEnd = (bytes: Uint8Array, at: number): boolean => bytes[at] === QUOTE && bytes[at + 1] === COMMA;

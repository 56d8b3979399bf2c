/**
 * Reads numbers from the bytes of a frame, which a byte that is no digit must follow. Readers take a place and give the one
 * after what they read, or -1; the value goes into an array, for a double that crosses a call is a heap object in V8.
 */

/** Exact powers of ten: a whole number up to 2^53 divided by one of them is the correctly rounded double. */
export const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
export const LARGEST_POWER = 22;
/** Digits that a 32-bit integer takes in whatever they are. */
const SMALL = 9;
const LARGEST_EXACT = Number.MAX_SAFE_INTEGER;
/** Four zeros as text. */
const ZEROS = 0x30303030;
/** Added to four bytes that are at most 127: the high bit of each shows that it is above 9. */
const TO_HIGH_BIT = 0x76767676;
const HIGH_BITS = 0x80808080 | 0;
const PAIRS = 0x00ff00ff;
const ZERO = 48;
const POINT = 46;
/** The point among digits less the zero. */
const POINT_DIGIT = POINT - ZERO;

/** 0 for four digits, anything else for others. `four` are bytes xor 48: a digit becomes its value. */
const oddOnes = (four: number): number => (four | ((four + TO_HIGH_BIT) | 0)) & HIGH_BITS;

/** The number of four digits' values, the first in the lowest byte: tens and ones are joined, then hundreds and those. */
function joined(four: number): number {
  const pairs = (Math.imul(four & PAIRS, 10) + ((four >>> 8) & PAIRS)) | 0;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}

/**
 * An unsigned plain decimal as texts hold it (`007.50` is one), into `into[index]`. Digits one by one, for the processor
 * foretells well how many there are and need not wait for them; the eight decimals that some venues always write at once.
 */
export function readDecimal(view: DataView, from: number, into: Float64Array, index: number): number {
  let at = from;
  let mantissa = 0;
  let digit = view.getUint8(at) - ZERO;
  while (digit >>> 0 <= 9) {
    mantissa = (Math.imul(mantissa, 10) + digit) | 0;
    at += 1;
    digit = view.getUint8(at) - ZERO;
  }
  const whole = at - from;
  if (whole === 0) return -1;
  if (whole > SMALL) return readLong(view, from, into, index);
  if (digit !== POINT_DIGIT) {
    into[index] = mantissa;
    return at;
  }
  at += 1;
  const four = view.getInt32(at, true) ^ ZEROS;
  const next = view.getInt32(at + 4, true) ^ ZEROS;
  if ((oddOnes(four) | oddOnes(next)) === 0) {
    const behind = view.getUint8(at + 8) - ZERO;
    if (behind >>> 0 <= 9) return readLong(view, from, into, index);
    const all = mantissa * 100_000_000 + (Math.imul(joined(four), 10_000) + joined(next));
    if (all > LARGEST_EXACT) return -1;
    into[index] = all / 100_000_000;
    return at + 8;
  }
  const point = at;
  digit = view.getUint8(at) - ZERO;
  while (digit >>> 0 <= 9) {
    mantissa = (Math.imul(mantissa, 10) + digit) | 0;
    at += 1;
    digit = view.getUint8(at) - ZERO;
  }
  const decimals = at - point;
  if (decimals === 0) return -1;
  if (whole + decimals > SMALL) return readLong(view, from, into, index);
  into[index] = mantissa / (POWERS_OF_TEN[decimals] as number);
  return at;
}

/** {@link readDecimal} of any length; a digit is known to come first. */
function readLong(view: DataView, from: number, into: Float64Array, index: number): number {
  let at = from;
  let mantissa = 0;
  let point = -1;
  for (; ; at += 1) {
    const digit = view.getUint8(at) - ZERO;
    if (digit >>> 0 <= 9) mantissa = mantissa * 10 + digit;
    else if (digit === POINT_DIGIT && point < 0) point = at;
    else break;
  }
  const decimals = point < 0 ? 0 : at - point - 1;
  // Above the largest exact number digits may have been lost on the way; below it none were, for it only grows.
  if (point === at - 1 || decimals > LARGEST_POWER || mantissa > LARGEST_EXACT) return -1;
  into[index] = mantissa / (POWERS_OF_TEN[decimals] as number);
  return at;
}

/** An unsigned whole JSON number that a double holds exactly, into `into[index]`. What follows it is the caller's to check. */
export function readWhole(view: DataView, from: number, into: Float64Array, index: number): number {
  let at = from;
  let head = 0;
  const four = view.getInt32(at, true) ^ ZEROS;
  const next = view.getInt32(at + 4, true) ^ ZEROS;
  if ((oddOnes(four) | oddOnes(next)) === 0) {
    head = Math.imul(joined(four), 10_000) + joined(next);
    at += 8;
  }
  const rest = at;
  let tail = 0;
  let digit = view.getUint8(at) - ZERO;
  while (digit >>> 0 <= 9) {
    tail = (Math.imul(tail, 10) + digit) | 0;
    at += 1;
    digit = view.getUint8(at) - ZERO;
  }
  if (at === from || at - rest > SMALL) return -1;
  const value = head * (POWERS_OF_TEN[at - rest] as number) + tail;
  // `007` is no JSON number.
  if (value > LARGEST_EXACT || (at > from + 1 && view.getUint8(from) === ZERO)) return -1;
  into[index] = value;
  return at;
}

/** Digits of today's epoch ms. */
const EPOCH_DIGITS = 13;

/** Epoch milliseconds of this age: exactly thirteen digits, the first not 0, and no more, into `into[index]`. */
export function readEpochMs(view: DataView, from: number, into: Float64Array, index: number): number {
  const first = view.getInt32(from, true) ^ ZEROS;
  const second = view.getInt32(from + 4, true) ^ ZEROS;
  const third = view.getInt32(from + 8, true) ^ ZEROS;
  const last = view.getUint8(from + 12) - ZERO;
  const next = view.getUint8(from + EPOCH_DIGITS);
  if ((oddOnes(first) | oddOnes(second) | oddOnes(third)) !== 0 || last >>> 0 > 9 || (first & 0xff) === 0) return -1;
  if ((next - ZERO) >>> 0 <= 9 || next === POINT) return -1;
  into[index] = joined(first) * 1_000_000_000 + (joined(second) * 100_000 + joined(third) * 10 + last);
  return from + EPOCH_DIGITS;
}

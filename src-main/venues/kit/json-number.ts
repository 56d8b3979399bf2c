import { LARGEST_POWER, POWERS_OF_TEN } from './digits.ts';

const LARGEST_EXACT = Number.MAX_SAFE_INTEGER;
/** Digits that a 32-bit integer takes in whatever they are. */
const SMALL = 9;
const MOST_EXPONENT_DIGITS = 3;
const ZERO = 48;
const POINT = 46;
const PLUS = 43;
const MINUS = 45;
const LOWER_E = 101;
const UPPER_E = 69;

/**
 * An unsigned JSON number that may have an exponent, into `into[index]`: prices of cheap coins come as `5.494e-6`. Gives the
 * place after it, or -1 for what the slow path must read. A byte that is part of no number must follow.
 */
export function readNumber(bytes: Uint8Array, from: number, into: Float64Array, index: number): number {
  let at = from;
  let mantissa = 0;
  let code = bytes[at] as number;
  for (let digit = code - ZERO; digit >>> 0 <= 9; digit = code - ZERO) {
    mantissa = (Math.imul(mantissa, 10) + digit) | 0;
    at += 1;
    code = bytes[at] as number;
  }
  const whole = at - from;
  // `007` is no JSON number, nor is `.5`.
  if (whole === 0 || (whole > 1 && bytes[from] === ZERO)) return -1;
  if (code === POINT) {
    at += 1;
    code = bytes[at] as number;
    for (let digit = code - ZERO; digit >>> 0 <= 9; digit = code - ZERO) {
      mantissa = (Math.imul(mantissa, 10) + digit) | 0;
      at += 1;
      code = bytes[at] as number;
    }
    const decimals = at - from - whole - 1;
    if (decimals === 0) return -1;
    if (whole + decimals > SMALL || code === LOWER_E || code === UPPER_E) return readLong(bytes, from, into, index);
    into[index] = mantissa / (POWERS_OF_TEN[decimals] as number);
    return at;
  }
  if (whole > SMALL || code === LOWER_E || code === UPPER_E) return readLong(bytes, from, into, index);
  into[index] = mantissa;
  return at;
}

/** {@link readNumber} of more than nine digits or with an exponent; its first character is known to be right. */
function readLong(bytes: Uint8Array, from: number, into: Float64Array, index: number): number {
  let at = from;
  let mantissa = 0;
  let point = -1;
  let code = 0;
  for (; ; at += 1) {
    code = bytes[at] as number;
    const digit = code - ZERO;
    if (digit >>> 0 <= 9) mantissa = mantissa * 10 + digit;
    else if (code === POINT && point < 0) point = at;
    else break;
  }
  let decimals = point < 0 ? 0 : at - point - 1;
  if (code === LOWER_E || code === UPPER_E) {
    at += 1;
    const negative = bytes[at] === MINUS;
    if (negative || bytes[at] === PLUS) at += 1;
    const first = at;
    let exponent = 0;
    for (; at - first < MOST_EXPONENT_DIGITS; at += 1) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit >>> 0 > 9) break;
      exponent = exponent * 10 + digit;
    }
    if (at === first || at - first === MOST_EXPONENT_DIGITS) return -1;
    decimals += negative ? exponent : -exponent;
  }
  // Above it digits were lost on the way; below it none ever were, because the mantissa only grows.
  if (mantissa > LARGEST_EXACT || decimals > LARGEST_POWER || decimals < -LARGEST_POWER) return -1;
  into[index] =
    decimals < 0 ? mantissa * (POWERS_OF_TEN[-decimals] as number) : mantissa / (POWERS_OF_TEN[decimals] as number);
  return at;
}

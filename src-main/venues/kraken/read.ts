/**
 * Readers of JSON bytes that take a place in them and give the place after what they read, or -1 for what is not of the
 * usual shape and belongs to the slow path. The place stays in a local of the caller: kept in an object it is stored and
 * loaded again at each step. They accept only what they get exactly as `JSON.parse` would, and stop at the zero byte that
 * closes a frame.
 */

/** Exact powers of ten: a whole number up to 2^53 times or over one of them is the correctly rounded double. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const LARGEST_POWER = 22;
const LARGEST_EXACT = Number.MAX_SAFE_INTEGER;
/** Digits that a 32-bit integer takes in whatever they are. */
const HALF = 9;
const MOST_EXPONENT_DIGITS = 3;

const ZERO = 48;
const POINT = 46;
const PLUS = 43;
const MINUS = 45;
const LOWER_E = 101;
const UPPER_E = 69;
const QUOTE = 34;
const BACKSLASH = 92;

/** Exactly these bytes. */
export function readBytes(bytes: Uint8Array, from: number, expected: Uint8Array): number {
  const { length } = expected;
  for (let index = 0; index < length; index += 1) if (bytes[from + index] !== expected[index]) return -1;
  return from + length;
}

/** The rest of a text after its opening quote, and its closing quote. Escapes and other than ASCII are not usual. */
export function readText(bytes: Uint8Array, from: number): number {
  for (let at = from; ; at += 1) {
    const code = bytes[at] as number;
    if (code === QUOTE) return at + 1;
    if (code < 32 || code > 126 || code === BACKSLASH) return -1;
  }
}

/** An unsigned number that may have an exponent, into `into[index]`: prices of cheap coins come as `5.494e-6`. */
export function readNumber(bytes: Uint8Array, from: number, into: Float64Array, index: number): number {
  let at = from;
  let high = 0;
  let low = 0;
  let point = -1;
  let code = 0;
  for (; ; at += 1) {
    code = bytes[at] as number;
    const digit = code - ZERO;
    if (digit >>> 0 <= 9) {
      if (at - from < HALF) high = (Math.imul(high, 10) + digit) | 0;
      else low = (Math.imul(low, 10) + digit) | 0;
    } else if (code === POINT && point < 0) point = at;
    else break;
  }
  const whole = (point < 0 ? at : point) - from;
  let decimals = point < 0 ? 0 : at - point - 1;
  // `007` is no JSON number, nor are `.5` and `5.`.
  if (whole === 0 || at - from > 2 * HALF || (point >= 0 && decimals === 0)) return -1;
  if (whole > 1 && bytes[from] === ZERO) return -1;
  // A point among the first nine bytes leaves eight digits to the one half, one among the others to the other.
  const lows = at - from - HALF - (point - from >= HALF ? 1 : 0);
  const mantissa = lows > 0 ? high * (POWERS_OF_TEN[lows] as number) + low : high;
  if (mantissa > LARGEST_EXACT) return -1;
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
  if (decimals > LARGEST_POWER || decimals < -LARGEST_POWER) return -1;
  into[index] =
    decimals < 0 ? mantissa * (POWERS_OF_TEN[-decimals] as number) : mantissa / (POWERS_OF_TEN[decimals] as number);
  return at;
}

/** An unsigned whole number that a double holds exactly, into `into[index]`. */
export function readWhole(bytes: Uint8Array, from: number, into: Float64Array, index: number): number {
  let at = from;
  let high = 0;
  let low = 0;
  let code = 0;
  for (; ; at += 1) {
    code = bytes[at] as number;
    const digit = code - ZERO;
    if (digit >>> 0 > 9) break;
    if (at - from < HALF) high = (Math.imul(high, 10) + digit) | 0;
    else low = (Math.imul(low, 10) + digit) | 0;
  }
  const digits = at - from;
  if (digits === 0 || digits > 2 * HALF || (digits > 1 && bytes[from] === ZERO)) return -1;
  // `7.0` and `7e3` are not written as whole numbers; what follows a number is no letter in any frame.
  if (code === POINT || code === LOWER_E || code === UPPER_E) return -1;
  const value = digits > HALF ? high * (POWERS_OF_TEN[digits - HALF] as number) + low : high;
  if (value > LARGEST_EXACT) return -1;
  into[index] = value;
  return at;
}

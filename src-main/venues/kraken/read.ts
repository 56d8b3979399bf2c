import type { FrameBytes } from './frame-bytes.ts';

/**
 * Readers of JSON bytes that take a place in them and give the place after what they read, or -1 for what is not of the
 * usual shape and belongs to the slow path. The place stays in a local of the caller: kept in an object it is stored and
 * loaded again at each step. They accept only what they get exactly as `JSON.parse` would, and stop at the zero byte that
 * closes a frame.
 */

const LARGEST_EXACT = Number.MAX_SAFE_INTEGER;
/** Digits of the largest whole number, and a few. */
const MOST_DIGITS = 20;
/** Four zeros; what lifts a byte above 9 to the high bit; the high bits of four bytes. */
const ZEROS = 0x30303030;
const TO_HIGH_BIT = 0x76767676;
const HIGH_BITS = 0x80808080 | 0;

const ZERO = 48;
const POINT = 46;
const LOWER_E = 101;
const UPPER_E = 69;
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const CLOSING_BRACE = 125;

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

/** Four digits as a number below 10000; -1 for what is none: tens and ones are joined first, then hundreds and those. */
function fourDigits(view: DataView, at: number): number {
  const four = (view.getInt32(at, true) - ZEROS) | 0;
  if (((four | ((four + TO_HIGH_BIT) | 0)) & HIGH_BITS) !== 0) return -1;
  const pairs = (Math.imul(four & 0x000f000f, 10) + ((four >>> 8) & 0x000f000f)) | 0;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}

/** An unsigned whole number that a double holds exactly, into `into[index]`. */
export function readWhole({ bytes, view }: FrameBytes, from: number, into: Float64Array, index: number): number {
  let at = from;
  let value = 0;
  for (;;) {
    const four = fourDigits(view, at);
    if (four < 0) break;
    value = value * 10_000 + four;
    at += 4;
    if (at - from > MOST_DIGITS) return -1;
  }
  let code = bytes[at] as number;
  for (let digit = code - ZERO; digit >>> 0 <= 9; digit = code - ZERO) {
    value = value * 10 + digit;
    at += 1;
    code = bytes[at] as number;
  }
  const digits = at - from;
  if (digits === 0 || value > LARGEST_EXACT || (digits > 1 && bytes[from] === ZERO)) return -1;
  // `7.0` and `7e3` are not written as whole numbers; what follows a number is no letter in any frame.
  if (code === POINT || code === LOWER_E || code === UPPER_E) return -1;
  into[index] = value;
  return at;
}

/** Digits of today's epoch ms, and those that stay the same for 100 s. */
const EPOCH_DIGITS = 13;
const EPOCH_HEAD = 8;
/** Places in what is kept of the time read last: its head as a double, and its ms. */
const HEAD = 0;
const HEAD_MS = 1;

/** Reads epoch ms, which nearly always begin as the ones before did: their head is compared instead of read. */
export class EpochReader {
  readonly #head = new Float64Array(2).fill(Number.NaN);

  /** What {@link readWhole} gives. */
  read(frame: FrameBytes, from: number, into: Float64Array, index: number): number {
    const { bytes, view } = frame;
    const head = this.#head;
    const first = view.getFloat64(from, true);
    const four = fourDigits(view, from + EPOCH_HEAD);
    const last = (bytes[from + EPOCH_DIGITS - 1] as number) - ZERO;
    const next = (bytes[from + EPOCH_DIGITS] as number) | 0;
    const plain = four >= 0 && last >>> 0 <= 9 && (next === COMMA || next === CLOSING_BRACE);
    if (plain && first === head[HEAD]) {
      into[index] = (head[HEAD_MS] as number) + four * 10 + last;
      return from + EPOCH_DIGITS;
    }
    const end = readWhole(frame, from, into, index);
    if (plain && end === from + EPOCH_DIGITS) {
      head[HEAD] = first;
      head[HEAD_MS] = (into[index] as number) - four * 10 - last;
    }
    return end;
  }
}

import { POWERS_OF_TEN, readDecimal, readEpochMs, readWhole } from './digits.ts';
import { readShort, type ShortName } from './short-name.ts';

const FIRST_BYTES = 64 * 1024;
/** What may be read behind the end of a frame: words begin at its last byte. */
const SPARE_BYTES = 16;
const ZERO = 48;
const QUOTE = 34;
const BACKSLASH = 92;
const POINT = 46;

const encoder = new TextEncoder();

/** The bytes of a text that a frame is compared with. */
export const literal = (text: string): Uint8Array => encoder.encode(text);

/**
 * Reads a frame's bytes from left to right without making strings, objects or boxed numbers: everything it returns is a
 * boolean, and numbers go straight into typed arrays. Each reader checks what it reads; the first `false` means that the
 * frame is not of the usual shape and belongs to the slow path. It accepts only texts whose value it gets exactly as
 * `Number` would: seventeen digits and more, exponents and signs are left to the slow path too.
 *
 * It reads from a copy, which costs next to nothing and can be read a word at a time; places in it are places in the frame.
 * A zero byte closes it. No reader takes that for anything, so none needs to ask where the frame ends.
 */
export class Scan {
  bytes = new Uint8Array(FIRST_BYTES);
  view = new DataView(this.bytes.buffer);
  /** The next byte to read. */
  at = 0;
  end = 0;

  open(frame: Uint8Array): void {
    const { length } = frame;
    if (length + SPARE_BYTES > this.bytes.length) {
      this.bytes = new Uint8Array((length + SPARE_BYTES) * 2);
      this.view = new DataView(this.bytes.buffer);
    }
    this.bytes.set(frame);
    this.bytes[length] = 0;
    this.at = 0;
    this.end = length;
  }

  /** Everything was read. */
  get done(): boolean {
    return this.at === this.end;
  }

  /** The next byte, or -1 at the end. */
  get next(): number {
    return this.at < this.end ? (this.bytes[this.at] as number) : -1;
  }

  /** Takes exactly these bytes. */
  literal(expected: Uint8Array): boolean {
    const { bytes, at } = this;
    const { length } = expected;
    for (let index = 0; index < length; index += 1) if (bytes[at + index] !== expected[index]) return false;
    this.at = at + length;
    return true;
  }

  /** {@link literal} of four to eight bytes. */
  short(expected: ShortName): boolean {
    return this.#to(readShort(this.view, this.at, expected));
  }

  /** Takes this one byte. */
  byte(code: number): boolean {
    if (this.bytes[this.at] !== code) return false;
    this.at += 1;
    return true;
  }

  /** An unsigned plain decimal as texts hold it (`007.50` is one), into `into[index]`. */
  decimal(into: Float64Array, index: number): boolean {
    return this.#to(readDecimal(this.view, this.at, into, index));
  }

  /** An unsigned JSON number without exponent, into `into[index]`: unlike in texts a leading zero is no number. */
  number(into: Float64Array, index: number): boolean {
    const { bytes, at } = this;
    const second = bytes[at + 1] as number;
    if (bytes[at] === ZERO && (second - ZERO) >>> 0 <= 9) return false;
    return this.decimal(into, index);
  }

  /** An unsigned whole JSON number that a double holds exactly, into `into[index]`; `7.0` is not written as one. */
  whole(into: Float64Array, index: number): boolean {
    const to = readWhole(this.view, this.at, into, index);
    return to >= 0 && this.bytes[to] !== POINT && this.#to(to);
  }

  /** A whole JSON number whose value nobody needs. */
  skipWhole(): boolean {
    const { bytes, at: first } = this;
    let at = first;
    while (((bytes[at] as number) - ZERO) >>> 0 <= 9) at += 1;
    if (at === first || (bytes[first] === ZERO && at > first + 1) || bytes[at] === POINT) return false;
    this.at = at;
    return true;
  }

  /** Epoch milliseconds of this age: exactly thirteen digits, the first not 0, and no more. */
  epochMs(into: Float64Array, index: number): boolean {
    return this.#to(readEpochMs(this.view, this.at, into, index));
  }

  /** The rest of a text after its opening quote, and its closing quote. Escapes and other than ASCII are not usual. */
  text(): boolean {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end) {
      const code = bytes[at] as number;
      if (code === QUOTE) {
        this.at = at + 1;
        return true;
      }
      if (code < 32 || code > 126 || code === BACKSLASH) return false;
      at += 1;
    }
    return false;
  }

  /** Epoch ms of `2024-10-04T07:04:40.825062Z` (0 to 9 decimals, kept to the microsecond) without quotes. */
  rfc3339(into: Float64Array, index: number): boolean {
    const start = this.at;
    const year = this.#digits(start, 4);
    const month = this.#digits(start + 5, 2);
    const day = this.#digits(start + 8, 2);
    const hour = this.#digits(start + 11, 2);
    const minute = this.#digits(start + 14, 2);
    const second = this.#digits(start + 17, 2);
    const { bytes } = this;
    if (start + 20 > this.end || (year | month | day | hour | minute | second) < 0) return false;
    if (bytes[start + 4] !== 45 || bytes[start + 7] !== 45 || bytes[start + 10] !== 84) return false;
    if (bytes[start + 13] !== 58 || bytes[start + 16] !== 58) return false;
    // Days beyond the month's last are left to the slow path, which knows the calendar.
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 28 + (month === 2 ? 0 : 2)) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    let at = start + 19;
    let micros = 0;
    if (bytes[at] === POINT) {
      at += 1;
      const point = at;
      let nanos = 0;
      while (at < this.end && at - point < 10) {
        const digit = (bytes[at] as number) - ZERO;
        if (digit < 0 || digit > 9) break;
        nanos = nanos * 10 + digit;
        at += 1;
      }
      const decimals = at - point;
      if (decimals === 0 || decimals > 9) return false;
      micros = Math.round((nanos / (POWERS_OF_TEN[decimals] as number)) * 1_000_000);
    }
    if (at >= this.end || bytes[at] !== 90) return false;
    const seconds = ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    into[index] = seconds * 1000 + micros / 1000;
    this.at = at + 1;
    return true;
  }

  /** Goes on from there; false, and it stays, for -1. */
  #to(place: number): boolean {
    if (place < 0) return false;
    this.at = place;
    return true;
  }

  /** Digits as a small whole number; -1 when a byte is none. */
  #digits(from: number, count: number): number {
    const { bytes } = this;
    let value = 0;
    for (let at = from; at < from + count; at += 1) {
      const digit = (bytes[at] as number) - ZERO;
      if (!(digit >= 0 && digit <= 9)) return -1;
      value = value * 10 + digit;
    }
    return value;
  }
}

/** Of the proleptic Gregorian calendar; years begin in March so that the leap day comes last (H. Hinnant's algorithm). */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Exact powers of ten: a whole number up to 2^53 divided by one of them is the correctly rounded double. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const MOST_DECIMALS = 22;
/** As many digits fit in 31 bits … */
const SMALL_DIGITS = 9;
/** … and as many, with or without a point, in the 53 of a double. */
const EXACT_DIGITS = 15;
const LARGEST_EXACT = Number.MAX_SAFE_INTEGER;

const NOTHING = new Uint8Array(0);
const ZERO = 48;
const NINE = 57;
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN = 91;
const CLOSE = 93;
const POINT = 46;
/** The point as {@link Scan.pairs} meets it: taken for a digit, unsigned. */
const POINT_DIGIT = (POINT - ZERO) >>> 0;

const encoder = new TextEncoder();

/** The bytes of a text that a frame is compared with. */
export const literal = (text: string): Uint8Array => encoder.encode(text);

/**
 * Reads a frame's bytes from left to right without making strings, objects or boxed numbers: everything it returns is a
 * boolean, and numbers go straight into typed arrays. Each reader checks what it reads; the first `false` means that the
 * frame is not of the usual shape and belongs to the slow path. It accepts only texts whose value it gets exactly as
 * `Number` would: seventeen digits and more, exponents and signs are left to the slow path too.
 */
export class Scan {
  bytes: Uint8Array = NOTHING;
  /** The next byte to read. */
  at = 0;
  end = 0;
  /** {@link pairs} gave up for want of room. */
  full = false;

  open(frame: Uint8Array): void {
    this.bytes = frame;
    this.at = 0;
    this.end = frame.length;
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
    if (at + length > this.end) return false;
    for (let index = 0; index < length; index += 1) if (bytes[at + index] !== expected[index]) return false;
    this.at = at + length;
    return true;
  }

  /** Takes this one byte. */
  byte(code: number): boolean {
    if (this.at >= this.end || this.bytes[this.at] !== code) return false;
    this.at += 1;
    return true;
  }

  /** An unsigned plain decimal as texts hold it (`007.50` is one), into `into[index]`. */
  decimal(into: Float64Array, index: number): boolean {
    const { bytes, end } = this;
    let at = this.at;
    let mantissa = 0;
    const first = at;
    let digit = 0;
    while (at < end) {
      digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
      at += 1;
    }
    if (at === first) return false;
    let decimals = 0;
    if (at < end && bytes[at] === POINT) {
      at += 1;
      const point = at;
      while (at < end) {
        digit = (bytes[at] as number) - ZERO;
        if (digit < 0 || digit > 9) break;
        mantissa = mantissa * 10 + digit;
        at += 1;
      }
      decimals = at - point;
      if (decimals === 0 || decimals > MOST_DECIMALS) return false;
    }
    // Above it digits were lost on the way; below it none ever were, because the mantissa only grows.
    if (mantissa > LARGEST_EXACT) return false;
    into[index] = mantissa / (POWERS_OF_TEN[decimals] as number);
    this.at = at;
    return true;
  }

  /**
   * `[["price","size"],…]`, each pair with exactly `extras` more texts, into the arrays from `count` on, which must have
   * room. Gives the count after the last pair, or -1. The reads of {@link decimal} in one loop: nine of ten bytes that
   * arrive are these.
   */
  pairs(prices: Float64Array, sizes: Float64Array, count: number, extras: number): number {
    const { bytes, end } = this;
    let at = this.at;
    this.full = false;
    if (at + 1 >= end || bytes[at] !== OPEN) return -1;
    if (bytes[at + 1] === CLOSE) {
      this.at = at + 2;
      return count;
    }
    for (;;) {
      if (count === prices.length) {
        this.full = true;
        return -1;
      }
      // `[[`, or `,[` from the second pair on: only the first byte of each pair differs, and it was checked.
      if (at + 2 >= end || bytes[at + 1] !== OPEN || bytes[at + 2] !== QUOTE) return -1;
      at += 3;
      for (let part = 0; part < 2; part += 1) {
        const first = at;
        let whole = 0;
        let digit = 0;
        for (; at < end; at += 1) {
          digit = ((bytes[at] as number) - ZERO) >>> 0;
          if (digit > 9) break;
          whole = (Math.imul(whole, 10) + digit) | 0;
        }
        const digits = at - first;
        let value = whole;
        let decimals = 0;
        if (digit === POINT_DIGIT) {
          at += 1;
          const point = at;
          let rest = 0;
          for (; at < end; at += 1) {
            digit = ((bytes[at] as number) - ZERO) >>> 0;
            if (digit > 9) break;
            rest = (Math.imul(rest, 10) + digit) | 0;
          }
          decimals = at - point;
          if (decimals === 0) return -1;
          // Both halves are exact, and so is their sum below 2^53: one division rounds once.
          if (decimals <= SMALL_DIGITS) {
            const scale = POWERS_OF_TEN[decimals] as number;
            value = (whole * scale + rest) / scale;
          }
        }
        if (digits === 0 || at >= end || bytes[at] !== QUOTE) return -1;
        (part === 0 ? prices : sizes)[count] = value;
        if (digits > SMALL_DIGITS || decimals > SMALL_DIGITS || digits + decimals > EXACT_DIGITS) {
          this.at = first;
          if (!this.decimal(part === 0 ? prices : sizes, count) || this.at !== at) return -1;
        }
        at += 1;
        if (part === 0) {
          if (prices[count] === 0 || at + 1 >= end || bytes[at] !== COMMA || bytes[at + 1] !== QUOTE) return -1;
          at += 2;
        }
      }
      count += 1;
      for (let extra = 0; extra < extras; extra += 1) {
        if (at + 1 >= end || bytes[at] !== COMMA || bytes[at + 1] !== QUOTE) return -1;
        at += 2;
        // Counts of orders: a few digits need no call.
        while (at < end && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at += 1;
        if (at < end && bytes[at] === QUOTE) at += 1;
        else {
          this.at = at;
          if (!this.text()) return -1;
          at = this.at;
        }
      }
      if (at + 1 >= end || bytes[at] !== CLOSE) return -1;
      at += 1;
      if (bytes[at] !== COMMA) break;
    }
    if (bytes[at] !== CLOSE) return -1;
    this.at = at + 1;
    return count;
  }

  /** An unsigned JSON number without exponent, into `into[index]`: unlike in texts a leading zero is no number. */
  number(into: Float64Array, index: number): boolean {
    const { bytes, at } = this;
    if (bytes[at] === ZERO && at + 1 < this.end) {
      const second = bytes[at + 1] as number;
      if (second >= ZERO && second <= NINE) return false;
    }
    return this.decimal(into, index);
  }

  /** An unsigned whole JSON number that a double holds exactly, into `into[index]`. */
  whole(into: Float64Array, index: number): boolean {
    const { bytes, end } = this;
    const first = this.at;
    let at = first;
    let value = 0;
    for (; at < end; at += 1) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    // `007` is no JSON number, and `7.0` is not written as a whole one.
    if (at === first || value > LARGEST_EXACT || (bytes[first] === ZERO && at > first + 1)) return false;
    if (at < end && bytes[at] === POINT) return false;
    into[index] = value;
    this.at = at;
    return true;
  }

  /** A whole JSON number whose value nobody needs. */
  skipWhole(): boolean {
    const { bytes, end, at: first } = this;
    let at = first;
    for (; at < end; at += 1) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
    }
    if (at === first || (bytes[first] === ZERO && at > first + 1) || (at < end && bytes[at] === POINT)) return false;
    this.at = at;
    return true;
  }

  /** Epoch milliseconds of this age: exactly thirteen digits, the first not 0, and no more. */
  epochMs(into: Float64Array, index: number): boolean {
    const { bytes, at } = this;
    if (at + 13 >= this.end || bytes[at] === ZERO) return false;
    let head = 0;
    let odd = 0;
    for (let place = 0; place < 4; place += 1) {
      const digit = (bytes[at + place] as number) - ZERO;
      odd |= digit | (digit + 6);
      head = head * 10 + digit;
    }
    const a = (bytes[at + 4] as number) - ZERO;
    const b = (bytes[at + 5] as number) - ZERO;
    const c = (bytes[at + 6] as number) - ZERO;
    const d = (bytes[at + 7] as number) - ZERO;
    const e = (bytes[at + 8] as number) - ZERO;
    const f = (bytes[at + 9] as number) - ZERO;
    const g = (bytes[at + 10] as number) - ZERO;
    const h = (bytes[at + 11] as number) - ZERO;
    const i = (bytes[at + 12] as number) - ZERO;
    odd |= a | (a + 6) | b | (b + 6) | c | (c + 6) | d | (d + 6) | e | (e + 6);
    odd |= f | (f + 6) | g | (g + 6) | h | (h + 6) | i | (i + 6);
    // A digit and the digit plus six both fit in four bits; nothing else does.
    if ((odd & ~15) !== 0) return false;
    const next = (bytes[at + 13] as number) - ZERO;
    if ((next >= 0 && next <= 9) || next === POINT - ZERO) return false;
    const tail = (a * 10 + b) * 10_000_000 + (c * 10 + d) * 100_000 + (e * 10 + f) * 1_000 + (g * 100 + h * 10 + i);
    into[index] = head * 1_000_000_000 + tail;
    this.at = at + 13;
    return true;
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

import { POWERS_OF_TEN } from './digits.ts';
import { readNumber } from './json-number.ts';
import { literal, Scan } from './scan.ts';
import type { Track, TrackTable } from './track.ts';

const WORD = 8;
const QUOTE = 34;
const ZERO = 48;
const COLON = 58;
const POINT = 46;
const LETTER_Z = 90;
/** `2024-10-04T07:04`: the part of a time that most frames have in common with the one before. */
const MINUTE_BYTES = 16;
const MINUTE_MS = 60_000;
/** Places in what is kept of the last minute read. */
const FIRST_HALF = 0;
const SECOND_HALF = 1;
const MINUTE_AT_MS = 2;
/** The letters of a time are `-` to `Z`: digits, points, colons, capitals; none of them means anything in JSON. */
const FIRST_LETTER = 45;
const LETTERS = 46;
/** Added to four ASCII bytes at once: the high bit of each byte shows that it is at least `-`, or beyond `Z`. */
const TO_FIRST = 0x53535353;
const BEYOND_LAST = 0x25252525;
const HIGH_BITS = 0x80808080 | 0;

/**
 * A text of at least eight bytes that frames are compared with, eight at a time. They are held as doubles: of ASCII none
 * is NaN or zero, so two are equal only when their bytes are.
 */
export class Words {
  readonly length: number;
  /** One for each eight bytes; the last is that of the last eight, and may repeat some of the one before. */
  readonly words: Float64Array;

  /** @throws {RangeError} for a text that is shorter, or not ASCII. */
  constructor(text: string) {
    const bytes = literal(text);
    if (bytes.length < WORD || bytes.some((code) => code < 32 || code > 126)) throw new RangeError(`no words: ${text}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.length = bytes.length;
    this.words = Float64Array.from({ length: Math.ceil(bytes.length / WORD) }, (_, index) =>
      view.getFloat64(Math.min(index * WORD, bytes.length - WORD), true),
    );
  }
}

/** Names that were looked up; two that fall into one slot are looked up each time. */
const NAME_SLOTS = 256;
const NAME_SHIFT = 24;
const NAME_HASH = 0x9e3779b1 | 0;

interface Named {
  readonly track: Track;
  /** Its symbol and the byte that ends it. */
  readonly words: Words;
}

/** A {@link Scan} for frames that are mostly names, which it compares a word at a time. */
export class WideScan extends Scan {
  readonly #names: (Named | undefined)[] = new Array<Named | undefined>(NAME_SLOTS).fill(undefined);
  #namesOf: TrackTable | null = null;
  #namesVersion = 0;
  readonly #minute = new Float64Array(3).fill(Number.NaN);

  /** Takes exactly these bytes. */
  words(expected: Words): boolean {
    const { at, view } = this;
    const { words, length } = expected;
    const last = words.length - 1;
    for (let index = 0; index < last; index += 1) {
      if (view.getFloat64(at + index * WORD, true) !== words[index]) return false;
    }
    if (view.getFloat64(at + length - WORD, true) !== words[last]) return false;
    this.at = at + length;
    return true;
  }

  /**
   * The track whose name stands next, and the byte `terminator` that ends it; `undefined` for a name that has none. Each
   * name is looked up in the table once; after that it is recognised by its words.
   */
  named(tracks: TrackTable, terminator: number): Track | undefined {
    const { at: from, bytes, end } = this;
    const names = this.#names;
    if (tracks !== this.#namesOf || tracks.version !== this.#namesVersion) {
      names.fill(undefined);
      this.#namesOf = tracks;
      this.#namesVersion = tracks.version;
    }
    const view = this.view;
    // Whatever lies behind the end of a short frame names nothing: the words would not fit either.
    const slot = Math.imul(view.getInt32(from, true) ^ (view.getInt32(from + 4, true) << 3), NAME_HASH) >>> NAME_SHIFT;
    const known = names[slot];
    if (known !== undefined && this.words(known.words)) return known.track;
    let at = from;
    while (at < end && bytes[at] !== terminator) at += 1;
    if (at >= end) return undefined;
    const track = tracks.find(bytes, from, at);
    if (track === undefined) return undefined;
    if (known === undefined && at + 1 - from >= WORD) {
      names[slot] = { track, words: new Words(`${track.symbol}${String.fromCharCode(terminator)}`) };
    }
    this.at = at + 1;
    return track;
  }

  /** Takes what stands in the frame from `from` to `to` − 1 once more. */
  again(from: number, to: number): boolean {
    const view = this.view;
    const { at, bytes } = this;
    const length = to - from;
    if (at + length > this.end) return false;
    let place = 0;
    for (; place + WORD <= length; place += WORD) {
      // NaN, which no name is, would not equal itself.
      if (view.getFloat64(at + place, true) !== view.getFloat64(from + place, true)) return false;
    }
    for (; place < length; place += 1) if (bytes[at + place] !== bytes[from + place]) return false;
    this.at = at + length;
    return true;
  }

  /** Reads the calendar once a minute. */
  override rfc3339(into: Float64Array, index: number): boolean {
    const { at: start, bytes, end } = this;
    const view = this.view;
    const minute = this.#minute;
    if (start + MINUTE_BYTES + 4 > end) return false;
    const first = view.getFloat64(start, true);
    const second = view.getFloat64(start + WORD, true);
    if (first !== minute[FIRST_HALF] || second !== minute[SECOND_HALF]) {
      if (!super.rfc3339(into, index)) return false;
      minute[FIRST_HALF] = first;
      minute[SECOND_HALF] = second;
      minute[MINUTE_AT_MS] = Math.floor((into[index] as number) / MINUTE_MS) * MINUTE_MS;
      return true;
    }
    const tens = (bytes[start + 17] as number) - ZERO;
    const ones = (bytes[start + 18] as number) - ZERO;
    if (bytes[start + 16] !== COLON || tens >>> 0 > 5 || ones >>> 0 > 9) return false;
    let at = start + 19;
    let micros = 0;
    if (bytes[at] === POINT) {
      at += 1;
      const point = at;
      let fraction = 0;
      for (; at < end && at - point < 10; at += 1) {
        const digit = (bytes[at] as number) - ZERO;
        if (digit >>> 0 > 9) break;
        fraction = fraction * 10 + digit;
      }
      const decimals = at - point;
      if (decimals === 0 || decimals > 9) return false;
      micros = Math.round((fraction / (POWERS_OF_TEN[decimals] as number)) * 1_000_000);
    }
    if (at >= end || bytes[at] !== LETTER_Z) return false;
    const seconds = (minute[MINUTE_AT_MS] as number) + (tens * 10 + ones) * 1000;
    into[index] = seconds + micros / 1000;
    this.at = at + 1;
    return true;
  }

  /** An unsigned JSON number, `2.2e3` and `1.5e-7` too, into `into[index]`. */
  real(into: Float64Array, index: number): boolean {
    const to = readNumber(this.bytes, this.at, into, index);
    if (to < 0) return false;
    this.at = to;
    return true;
  }

  /** The rest of a text in the letters of a time after its opening quote, and its closing quote; its value is not read. */
  skipTime(): boolean {
    const view = this.view;
    const { bytes, end } = this;
    let { at } = this;
    while (at + 4 <= end) {
      const four = view.getInt32(at, true);
      // Bytes beyond ASCII would carry into their neighbours: they are looked at first.
      if ((four & HIGH_BITS) !== 0 || (((four + TO_FIRST) | 0) & HIGH_BITS) !== HIGH_BITS) break;
      if ((((four + BEYOND_LAST) | 0) & HIGH_BITS) !== 0) break;
      at += 4;
    }
    while (at < end && ((bytes[at] as number) - FIRST_LETTER) >>> 0 < LETTERS) at += 1;
    if (at >= end || bytes[at] !== QUOTE) return false;
    this.at = at + 1;
    return true;
  }
}

import { Scan } from '../../kit/scan.ts';
import type { FrameBytes } from '../frame-bytes.ts';

/** Places in `2024-10-04T07:04:40.825062Z`. */
const MINUTE_END = 16;
const SECONDS = 17;
const FRACTION_POINT = 19;
const FRACTION = 20;
const LETTER_Z = 26;
const WHOLE = 27;
const COLON = 58;
const POINT = 46;
const ZULU = 90;
const ZERO = 48;
const MINUTE_MS = 60_000;
/** Places in what is kept of the minute read last: its bytes as two doubles, its epoch ms. */
const FIRST_HALF = 0;
const SECOND_HALF = 1;
const MINUTE_AT_MS = 2;

/**
 * Reads times that nearly always fall into the minute of the one before: its bytes are compared instead of read. Gives
 * what {@link Scan.rfc3339} gives, which reads the others.
 */
export class InstantReader {
  readonly #scan = new Scan();
  readonly #minute = new Float64Array(3).fill(Number.NaN);

  /** Epoch ms, kept to the microsecond, without quotes, into `into[index]`; gives the place after it, or -1. */
  read(frame: FrameBytes, from: number, into: Float64Array, index: number): number {
    const { bytes, view } = frame;
    const usual =
      bytes[from + MINUTE_END] === COLON &&
      bytes[from + FRACTION_POINT] === POINT &&
      bytes[from + LETTER_Z] === ZULU &&
      from + WHOLE <= frame.length;
    if (!usual) return this.#readWhole(frame, from, into, index);
    const minute = this.#minute;
    const first = view.getFloat64(from, true);
    const second = view.getFloat64(from + 8, true);
    if (first !== minute[FIRST_HALF] || second !== minute[SECOND_HALF]) {
      const end = this.#readWhole(frame, from, into, index);
      if (end < 0) return -1;
      minute[FIRST_HALF] = first;
      minute[SECOND_HALF] = second;
      minute[MINUTE_AT_MS] = Math.floor((into[index] as number) / MINUTE_MS) * MINUTE_MS;
      return end;
    }
    const tens = (bytes[from + SECONDS] as number) - ZERO;
    const ones = (bytes[from + SECONDS + 1] as number) - ZERO;
    if (tens >>> 0 > 5 || ones >>> 0 > 9) return -1;
    let micros = 0;
    for (let at = from + FRACTION; at < from + LETTER_Z; at += 1) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit >>> 0 > 9) return -1;
      micros = (Math.imul(micros, 10) + digit) | 0;
    }
    into[index] = (minute[MINUTE_AT_MS] as number) + (tens * 10 + ones) * 1000 + micros / 1000;
    return from + WHOLE;
  }

  #readWhole({ bytes, length }: FrameBytes, from: number, into: Float64Array, index: number): number {
    const scan = this.#scan;
    scan.open(bytes.subarray(from, length));
    return scan.rfc3339(into, index) ? from + scan.at : -1;
  }
}

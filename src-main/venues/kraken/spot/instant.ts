import { Scan } from '../../kit/scan.ts';
import { readLiteral } from '../read.ts';

/** Bytes of `2024-10-04T07:04:40`, and of `2024-10-04T07:04:40.825062Z`. */
const SECOND = 19;
const WHOLE = 27;
const POINT = 46;
const ZULU = 90;
const ZERO = 48;

/**
 * Reads times that nearly always fall into the second of the one before: its bytes are compared instead of read. Gives
 * what {@link Scan.rfc3339} gives, which reads the others.
 */
export class InstantReader {
  readonly #scan = new Scan();
  readonly #second = new Uint8Array(SECOND);
  /** Epoch ms of that second, at place 0. */
  readonly #secondMs = new Float64Array(1);

  /** Epoch ms, kept to the microsecond, without quotes, into `into[index]`; gives the place after it, or -1. */
  read(bytes: Uint8Array, from: number, into: Float64Array, index: number): number {
    const usual = from + WHOLE <= bytes.length && bytes[from + SECOND] === POINT && bytes[from + WHOLE - 1] === ZULU;
    if (!usual) return this.#readWhole(bytes, from, into, index);
    let micros = 0;
    for (let at = from + SECOND + 1; at < from + WHOLE - 1; at += 1) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) return -1;
      micros = (Math.imul(micros, 10) + digit) | 0;
    }
    const second = this.#second;
    if (readLiteral(bytes, from, second) >= 0) {
      into[index] = (this.#secondMs[0] as number) + micros / 1000;
      return from + WHOLE;
    }
    const end = this.#readWhole(bytes, from, into, index);
    if (end < 0) return -1;
    this.#secondMs[0] = Math.round((into[index] as number) - micros / 1000);
    for (let place = 0; place < SECOND; place += 1) second[place] = bytes[from + place] as number;
    return end;
  }

  #readWhole(bytes: Uint8Array, from: number, into: Float64Array, index: number): number {
    const scan = this.#scan;
    scan.open(bytes);
    scan.at = from;
    return scan.rfc3339(into, index) ? scan.at : -1;
  }
}

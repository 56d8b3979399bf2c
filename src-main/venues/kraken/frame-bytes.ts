import { printable } from '../kit/short-name.ts';

const FIRST_BYTES = 64 * 1024;
/** A word may be read at the last byte of a frame. */
const SPARE_BYTES = 16;
const WORD = 8;

/**
 * A frame as it is read: a copy, which costs next to nothing, so that names can be compared many bytes at a time, closed
 * by a zero byte. No reader takes a zero byte for anything, so none needs to ask where the frame ends.
 */
export class FrameBytes {
  bytes = new Uint8Array(FIRST_BYTES);
  view = new DataView(this.bytes.buffer);
  length = 0;

  open(frame: Uint8Array): void {
    const { length } = frame;
    if (length + SPARE_BYTES > this.bytes.length) {
      this.bytes = new Uint8Array((length + SPARE_BYTES) * 2);
      this.view = new DataView(this.bytes.buffer);
    }
    this.bytes.set(frame);
    this.bytes[length] = 0;
    this.length = length;
  }
}

/**
 * A name of at least eight bytes as doubles, one for each eight and one for the last eight. Of printable ASCII none is
 * NaN or zero: two are equal only when their bytes are.
 */
export class Name {
  readonly length: number;
  readonly words: Float64Array;
  /** Place of the last word. */
  readonly last: number;

  /** @throws {RangeError} for a name that is shorter, or not printable ASCII. */
  constructor(text: string) {
    const bytes = printable(text, WORD);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.length = bytes.length;
    this.last = bytes.length - WORD;
    const starts = Array.from({ length: Math.ceil(this.last / WORD) }, (_, index) => index * WORD);
    this.words = Float64Array.from([...starts, this.last], (at) => view.getFloat64(at, true));
  }
}

/** The place after the name, or -1 when it is another. */
export function readName(view: DataView, from: number, { words, last, length }: Name): number {
  const count = words.length - 1;
  for (let index = 0; index < count; index += 1) {
    if (view.getFloat64(from + index * WORD, true) !== words[index]) return -1;
  }
  return view.getFloat64(from + last, true) === words[count] ? from + length : -1;
}

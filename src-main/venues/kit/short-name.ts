const HALF = 4;
const WORD = 8;

/** The bytes of a text that {@link ShortName} and its like may hold: printable ASCII of at least that many bytes. */
export function printable(text: string, least: number): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length < least || bytes.some((code) => code < 32 || code > 126)) throw new RangeError(`no name: ${text}`);
  return bytes;
}

/** A name of four to eight bytes as two whole numbers: its first four and its last four. */
export class ShortName {
  readonly length: number;
  readonly first: number;
  readonly second: number;

  /** @throws {RangeError} for a name of another length, or not printable ASCII. */
  constructor(text: string) {
    const bytes = printable(text, HALF);
    if (bytes.length > WORD) throw new RangeError(`too long: ${text}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.length = bytes.length;
    this.first = view.getInt32(0, true);
    this.second = view.getInt32(bytes.length - HALF, true);
  }
}

/** The place after the name, or -1 when something else stands there. */
export function readShort(view: DataView, from: number, { first, second, length }: ShortName): number {
  const same = view.getInt32(from, true) === first && view.getInt32(from + length - HALF, true) === second;
  return same ? from + length : -1;
}

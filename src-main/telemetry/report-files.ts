import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Where one report's line lies in its file, bytes. */
interface Span {
  readonly start: number;
  readonly length: number;
}

const NEWLINE = 0x0a;
/** Keys are sorted and nothing before this one holds a quoted `cycle`, so the first match is the report's own. */
const CYCLE = /"cycle":(\d+)/;

/** Which cycles a file of JSON lines holds and where, so that one report is read without the others. */
export class ReportIndex {
  readonly #path: string;
  readonly #spans = new Map<number, Span>();
  #end = 0;

  private constructor(path: string) {
    this.#path = path;
  }

  /** The index of a new file, extended by {@link added}. */
  static empty(path: string): ReportIndex {
    return new ReportIndex(path);
  }

  /** Reads a file through once. A line cut off by a crash, or that is no report, is left out. @throws on I/O errors. */
  static of(path: string): ReportIndex {
    const index = new ReportIndex(path);
    const bytes = readFileSync(path);
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      if (newline < 0) break;
      const cycle = CYCLE.exec(bytes.toString('utf8', start, newline));
      if (cycle !== null) index.#spans.set(Number(cycle[1]), { start, length: newline - start });
      start = newline + 1;
    }
    index.#end = bytes.length;
    return index;
  }

  /** Bytes in the file. */
  get size(): number {
    return this.#end;
  }

  /** Cycles held, in the order they were written. */
  cycles(): readonly number[] {
    return [...this.#spans.keys()];
  }

  /** `length` bytes were appended, newline included, holding `cycle`. */
  added(cycle: number, length: number): void {
    this.#spans.set(cycle, { start: this.#end, length: length - 1 });
    this.#end += length;
  }

  /** The line of `cycle`, or `undefined`. @throws on I/O errors. */
  read(cycle: number): string | undefined {
    const span = this.#spans.get(cycle);
    if (span === undefined) return undefined;
    const descriptor = openSync(this.#path, 'r');
    try {
      const line = Buffer.alloc(span.length);
      const read = readSync(descriptor, line, 0, span.length, span.start);
      return line.toString('utf8', 0, read);
    } finally {
      closeSync(descriptor);
    }
  }
}

import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { err, ok, type Result } from '#shared/kernel/result';

/** Longer lines are told of, not kept: the largest frame a venue may send is half of it. */
const MAX_LINE_CHARS = 64 * 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];

/** `text`: a line without its end. `too-long`: it was skipped. `cut`: what was read of a line whose end is missing. */
export type TextLine =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'cut'; readonly text: string };

/** Lines of a file in order, and after the last one what was wrong with the file's end, `null` if nothing. */
export interface LineSource {
  lines(): AsyncIterable<readonly TextLine[]>;
  readonly problem: () => string | null;
}

/** Opens a file of lines, plain or gzip (told by its first bytes), or `-` for standard input. The error is one line. */
export async function openLines(path: string, stdin: NodeJS.ReadableStream): Promise<Result<LineSource, string>> {
  if (path === '-') return ok(new Lines(stdin, null));
  try {
    const info = await stat(path);
    if (info.isDirectory()) return err(`${path} is a folder; name one of its files.`);
    const handle = await open(path, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    await handle.close();
    const zipped = bytesRead === 2 && GZIP_MAGIC.every((byte, index) => buffer[index] === byte);
    return ok(new Lines(createReadStream(path), zipped ? path : null));
  } catch (error) {
    return err(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** The files of lines in a folder, in the order of their names; the error is one line. */
export async function filesOfLines(folder: string): Promise<Result<readonly string[], string>> {
  try {
    const names = (await readdir(folder)).filter((name) => /\.jsonl(\.gz)?$/.test(name)).sort();
    return ok(names.map((name) => join(folder, name)));
  } catch (error) {
    return err(`${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

class Lines implements LineSource {
  readonly #input: NodeJS.ReadableStream;
  readonly #zipped: string | null;
  #problem: string | null = null;

  /** `zipped`: the file's name when it is compressed. */
  constructor(input: NodeJS.ReadableStream, zipped: string | null) {
    this.#input = input;
    this.#zipped = zipped;
  }

  readonly problem = (): string | null => this.#problem;

  async *lines(): AsyncIterable<readonly TextLine[]> {
    const splitter = new LineSplitter();
    try {
      for await (const chunk of this.#bytes()) yield splitter.take(chunk);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      this.#problem =
        said === 'unexpected end of file'
          ? `${this.#zipped ?? 'the input'} ends in the middle of a compressed block; everything before it was read.`
          : `${this.#zipped ?? 'the input'} could not be read to its end: ${said}.`;
    }
    yield splitter.end(this.#problem !== null);
  }

  #bytes(): AsyncIterable<Buffer> {
    if (this.#zipped === null) return this.#input as AsyncIterable<Buffer>;
    const plain = createGunzip();
    this.#input.on('error', (error) => plain.destroy(error));
    return this.#input.pipe(plain) as AsyncIterable<Buffer>;
  }
}

/** Splits bytes into lines without ever holding more than one line that is within bounds. */
class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest: string[] = [];
  #restChars = 0;
  #skipping = false;

  take(chunk: Buffer | string): TextLine[] {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk);
    const lines: TextLine[] = [];
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#keep(text.slice(from, end));
      lines.push(this.#line());
      from = end + 1;
    }
    this.#keep(text.slice(from));
    return lines;
  }

  /** What is left when the input ends; `cut` says that its end is not where a line ends. */
  end(cut: boolean): TextLine[] {
    this.#keep(this.#decoder.end());
    if (this.#restChars === 0 && !this.#skipping) return [];
    const last = this.#line();
    return [cut && last.kind === 'text' ? { kind: 'cut', text: last.text } : last];
  }

  #keep(text: string): void {
    if (this.#skipping || text === '') return;
    this.#rest.push(text);
    this.#restChars += text.length;
    if (this.#restChars <= MAX_LINE_CHARS) return;
    this.#skipping = true;
    this.#rest = [];
  }

  #line(): TextLine {
    const line: TextLine = this.#skipping ? { kind: 'too-long' } : { kind: 'text', text: withoutReturn(this.#rest) };
    this.#rest = [];
    this.#restChars = 0;
    this.#skipping = false;
    return line;
  }
}

function withoutReturn(parts: readonly string[]): string {
  const text = parts.length === 1 ? (parts[0] ?? '') : parts.join('');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

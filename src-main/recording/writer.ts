import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { err, ok, type Result } from '#shared/kernel/result';
import { type Cancel, type Clock, every } from '#shared/kernel/time';
import type { RecordedLine } from './line.ts';
import { MANIFEST, type Manifest, type RecordedFile, writeManifest } from './manifest.ts';

export interface RotationLimits {
  /** What was received is on its way to the disk after this at the latest. */
  readonly flushMs: number;
  /** Text that is compressed and written at once. */
  readonly flushChars: number;
  /** Compressed size after which a file is finished. */
  readonly fileBytes: number;
  /** Text that may wait for a slow disk. */
  readonly backlogChars: number;
}

export const DEFAULT_ROTATION: RotationLimits = {
  flushMs: 1_000,
  flushChars: 512 * 1024,
  fileBytes: 64 * 1024 * 1024,
  backlogChars: 256 * 1024 * 1024,
};

export interface RecordingTotals {
  readonly lines: number;
  readonly files: number;
  readonly bytes: number;
}

/** A file of the recording; it exists from its first chunk on. */
interface OutFile {
  readonly name: string;
  readonly hour: string;
  /** Sockets whose URL it already holds. */
  readonly sockets: Set<number>;
  handle: FileHandle | null;
  record: RecordedFile;
}

interface Chunk {
  readonly text: string;
  readonly lines: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly file: OutFile;
}

const compress = promisify<string, Buffer>(gzip);

/**
 * Writes a recording: files of JSON lines, rotated by hour (UTC) and size. Each flush is a gzip member of its own, so a file
 * is readable up to its last flush at any time, also after the recorder was killed.
 */
export class RecordingWriter {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #limits: RotationLimits;
  readonly #failed: (message: string) => void;
  readonly #cancelFlush: Cancel;
  #manifest: Manifest;
  #file: OutFile | null = null;
  #filesBegun = 0;
  #current: string[] = [];
  #currentChars = 0;
  #fromMs = 0;
  #toMs = 0;
  #waitingChars = 0;
  #writing: Promise<void> = Promise.resolve();
  #problem: string | null = null;
  #ended = false;
  #lines = 0;

  private constructor(options: {
    folder: string;
    clock: Clock;
    limits: RotationLimits;
    manifest: Manifest;
    failed: (message: string) => void;
  }) {
    this.#folder = options.folder;
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#manifest = options.manifest;
    this.#failed = options.failed;
    this.#cancelFlush = every(options.clock, options.limits.flushMs, () => this.#flush());
  }

  /**
   * Begins a recording in a folder that is there and holds none yet. `failed` is told once, in one line, when writing
   * has become impossible: what was written until then stays readable.
   */
  static async begin(options: {
    readonly folder: string;
    readonly clock: Clock;
    readonly manifest: Omit<Manifest, 'format' | 'version' | 'startedAtMs' | 'endedAtMs' | 'files'>;
    readonly failed: (message: string) => void;
    readonly limits?: RotationLimits;
  }): Promise<Result<RecordingWriter, string>> {
    const { folder, clock, failed, limits = DEFAULT_ROTATION } = options;
    try {
      const held = (await readdir(folder)).filter((name) => name === MANIFEST || /\.jsonl(\.gz)?$/.test(name));
      if (held.length > 0) {
        return err(`${folder} already holds a recording (${held[0]}); name another folder, nothing was changed.`);
      }
      const startedAtMs = clock.wallMs();
      const manifest: Manifest = {
        format: 'crossbook-frames',
        version: 1,
        ...options.manifest,
        startedAtMs,
        endedAtMs: null,
        files: [],
      };
      writeManifest(folder, manifest);
      return ok(new RecordingWriter({ folder, clock, limits, manifest, failed }));
    } catch (error) {
      return err(`${folder} cannot be recorded to: ${said(error)}.`);
    }
  }

  /** Takes one line; it is on the disk within about a second. After a failure or the end lines are dropped. */
  take(line: RecordedLine): void {
    if (this.#ended || this.#problem !== null) return;
    const { sockets } = this.#fileFor(line.at);
    const text = `${JSON.stringify(withUrlOnce(line, sockets))}\n`;
    if (this.#current.length === 0) this.#fromMs = line.at;
    this.#toMs = line.at;
    this.#current.push(text);
    this.#currentChars += text.length;
    this.#lines += 1;
    if (this.#currentChars >= this.#limits.flushChars) this.#flush();
  }

  totals(): RecordingTotals {
    const { files } = this.#manifest;
    const open = this.#file?.handle == null ? [] : [this.#file.record];
    const bytes = [...files, ...open].reduce((sum, file) => sum + file.bytes, 0);
    return { lines: this.#lines, files: files.length + open.length, bytes };
  }

  /** Writes what is left and finishes the manifest. The error is one line. */
  async close(): Promise<Result<RecordingTotals, string>> {
    this.#ended = true;
    this.#cancelFlush();
    this.#flush();
    const file = this.#file;
    this.#enqueue(async () => {
      if (file !== null) await this.#finish(file);
      this.#manifest = { ...this.#manifest, endedAtMs: this.#clock.wallMs() };
      writeManifest(this.#folder, this.#manifest);
    });
    await this.#writing;
    this.#file = null;
    return this.#problem === null ? ok(this.totals()) : err(this.#problem);
  }

  #fileFor(atMs: number): OutFile {
    const hour = new Date(atMs).toISOString().slice(0, 13);
    const file = this.#file;
    if (file !== null && file.hour === hour && file.record.bytes < this.#limits.fileBytes) return file;
    if (file !== null) {
      this.#flush();
      this.#enqueue(() => this.#finish(file));
    }
    this.#filesBegun += 1;
    const name = `frames-${String(this.#filesBegun).padStart(6, '0')}-${hour}.jsonl.gz`;
    const record: RecordedFile = { name, fromMs: atMs, toMs: atMs, lines: 0, bytes: 0 };
    this.#file = { name, hour, sockets: new Set(), handle: null, record };
    return this.#file;
  }

  #flush(): void {
    const file = this.#file;
    if (this.#current.length === 0 || file === null) return;
    const text = this.#current.join('');
    const chunk: Chunk = { text, lines: this.#current.length, fromMs: this.#fromMs, toMs: this.#toMs, file };
    this.#current = [];
    this.#currentChars = 0;
    this.#waitingChars += text.length;
    if (this.#waitingChars > this.#limits.backlogChars) {
      this.#fail('the disk is too slow for what comes in');
      return;
    }
    this.#enqueue(() => this.#write(chunk));
  }

  /** One after the other; after a failure nothing more is tried. */
  #enqueue(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(async () => {
      if (this.#problem !== null) return;
      try {
        await work();
      } catch (error) {
        this.#fail(said(error));
      }
    });
  }

  async #write({ text, lines, fromMs, toMs, file }: Chunk): Promise<void> {
    file.handle ??= await open(join(this.#folder, file.name), 'wx');
    const { handle, record } = file;
    const member = await compress(text);
    try {
      for (let written = 0; written < member.length; ) {
        const { bytesWritten } = await handle.write(member, written, member.length - written, record.bytes + written);
        written += bytesWritten;
      }
    } catch (error) {
      // A disk that filled up in the middle: the file ends where it was whole.
      await handle.truncate(record.bytes);
      throw error;
    }
    this.#waitingChars -= text.length;
    const from = record.lines === 0 ? fromMs : record.fromMs;
    file.record = { ...record, fromMs: from, toMs, lines: record.lines + lines, bytes: record.bytes + member.length };
  }

  async #finish(file: OutFile): Promise<void> {
    const { handle, record } = file;
    if (handle === null) return;
    await handle.sync();
    await handle.close();
    file.handle = null;
    this.#manifest = { ...this.#manifest, files: [...this.#manifest.files, record] };
    writeManifest(this.#folder, this.#manifest);
  }

  #fail(cause: string): void {
    if (this.#problem !== null) return;
    this.#problem = `The recording in ${this.#folder} stopped: ${cause}. What was written until then is readable.`;
    this.#cancelFlush();
    this.#failed(this.#problem);
  }
}

/** A socket's URL is worth one line a file, not every one. */
function withUrlOnce(line: RecordedLine, sockets: Set<number>): RecordedLine {
  if (!('url' in line) || line.url === undefined || line.socket === undefined) return line;
  if (!sockets.has(line.socket)) {
    sockets.add(line.socket);
    return line;
  }
  const { url: _known, ...rest } = line;
  return rest;
}

function said(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC') return 'the disk is full';
  if (code === 'EDQUOT') return 'the disk quota is used up';
  return error.message;
}

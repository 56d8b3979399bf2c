import { closeSync, mkdirSync, openSync, readdirSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type CycleReport, cycleReportSchema } from '#shared/domain/report';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { canonical } from './canonical.ts';
import { ReportIndex } from './report-files.ts';

export interface ReportStoreOptions {
  readonly directory: string;
  readonly clock: Clock;
  /** Told once when reports stop reaching the disk, in a sentence, and again when the reason changes. */
  readonly onProblem: (message: string) => void;
  readonly maxBytes?: number;
  readonly maxAgeDays?: number;
  readonly maxFileBytes?: number;
}

const MEGABYTE = 1024 * 1024;
const DAY_MS = 86_400_000;
const REPORTS_MAX_BYTES = 1024 * MEGABYTE;
const REPORTS_MAX_AGE_DAYS = 14;
const REPORTS_FILE_BYTES = 16 * MEGABYTE;

/** `cycles-20230304T165900000Z-17.jsonl`: when it was begun and the first cycle in it; sorts by time. */
const FILE_NAME = /^cycles-(\d{4})(\d{2})(\d{2})T\d{9}Z-\d+\.jsonl$/;

interface OpenFile {
  readonly descriptor: number;
  readonly name: string;
  readonly index: ReportIndex;
  readonly day: number;
}

/**
 * Cycle reports as JSON lines on disk, a new file each UTC day, each run, and whenever one is full; bounded by age and
 * by size, oldest removed first. Trouble with the disk is told through `onProblem` and {@link problem} and never thrown:
 * what a missing report means is the engine's to decide (PR-2, FCL).
 */
export class ReportStore {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #onProblem: (message: string) => void;
  readonly #maxBytes: number;
  readonly #maxAgeMs: number;
  readonly #maxFileBytes: number;
  /** Files read through so far, by name. */
  readonly #indexes = new Map<string, ReportIndex>();
  #open: OpenFile | undefined;
  #problem: string | undefined;
  #cause: string | undefined;

  constructor(options: ReportStoreOptions) {
    this.#directory = options.directory;
    this.#clock = options.clock;
    this.#onProblem = options.onProblem;
    this.#maxBytes = options.maxBytes ?? REPORTS_MAX_BYTES;
    this.#maxAgeMs = (options.maxAgeDays ?? REPORTS_MAX_AGE_DAYS) * DAY_MS;
    this.#maxFileBytes = options.maxFileBytes ?? REPORTS_FILE_BYTES;
  }

  /** Why the last report was not kept, or `undefined` when it was. */
  problem(): string | undefined {
    return this.#problem;
  }

  append(report: CycleReport): void {
    const line = Buffer.from(`${canonical(report)}\n`);
    try {
      const file = this.#fileFor(report, line.length);
      const written = writeSync(file.descriptor, line);
      if (written !== line.length) throw new Error('the disk took only part of it');
      file.index.added(report.cycle, line.length);
      this.#problem = undefined;
    } catch (error) {
      // A line may have been half written: the next one begins a new file, so it is never appended to a torn one.
      this.#closeFile();
      this.#fail(`report of cycle ${report.cycle} was not kept`, error);
    }
  }

  /** The newest report of that cycle number. Errors: there is none, or it cannot be read, in a sentence. */
  read(cycle: number): Result<CycleReport, string> {
    try {
      for (const name of this.#names().reverse()) {
        const line = this.#index(name).read(cycle);
        if (line !== undefined) return parse(line, cycle);
      }
      return err(`there is no report of cycle ${cycle}; reports are kept for ${this.#maxAgeMs / DAY_MS} days`);
    } catch (error) {
      return err(`reports cannot be read from ${this.#directory}: ${reasonOf(error)}`);
    }
  }

  /** The last `count` reports that can be read, newest first. Errors: the folder cannot be read. */
  latest(count: number): Result<readonly CycleReport[], string> {
    const reports: CycleReport[] = [];
    try {
      for (const name of this.#names().reverse()) {
        const index = this.#index(name);
        for (const cycle of [...index.cycles()].reverse()) {
          if (reports.length >= count) return ok(reports);
          const report = parse(index.read(cycle) ?? '', cycle);
          if (report.ok) reports.push(report.value);
        }
      }
      return ok(reports);
    } catch (error) {
      return err(`reports cannot be read from ${this.#directory}: ${reasonOf(error)}`);
    }
  }

  close(): void {
    this.#closeFile();
  }

  #fileFor(report: CycleReport, length: number): OpenFile {
    const day = Math.floor(report.toMs / DAY_MS);
    const open = this.#open;
    if (open !== undefined && open.day === day && open.index.size + length <= this.#maxFileBytes) return open;
    this.#closeFile();
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const stamp = new Date(report.toMs).toISOString().replace(/[-:.]/g, '');
    const name = `cycles-${stamp}-${report.cycle}.jsonl`;
    const path = join(this.#directory, name);
    // `wx`: a file of an earlier run is never written over, even when a clock was set back.
    const opened: OpenFile = { descriptor: openSync(path, 'wx', 0o600), name, index: ReportIndex.empty(path), day };
    this.#open = opened;
    this.#indexes.set(name, opened.index);
    this.#retain(length);
    return opened;
  }

  /** Removes the oldest files until age and size are within bounds with a whole new file on top. */
  #retain(incoming: number): void {
    const sizes = this.#names().map((name) => ({ name, bytes: statSync(join(this.#directory, name)).size }));
    let total = sizes.reduce((sum, { bytes }) => sum + bytes, Math.max(incoming, this.#maxFileBytes));
    for (const { name, bytes } of sizes) {
      const expired = this.#clock.wallMs() - dayOf(name) - DAY_MS > this.#maxAgeMs;
      if (name === this.#open?.name || (!expired && total <= this.#maxBytes)) continue;
      unlinkSync(join(this.#directory, name));
      this.#indexes.delete(name);
      total -= bytes;
    }
  }

  /** Names of report files, oldest first; none when the folder is not there yet. */
  #names(): string[] {
    try {
      return readdirSync(this.#directory)
        .filter((name) => FILE_NAME.test(name))
        .sort();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  }

  #index(name: string): ReportIndex {
    const known = this.#indexes.get(name) ?? ReportIndex.of(join(this.#directory, name));
    this.#indexes.set(name, known);
    return known;
  }

  #closeFile(): void {
    if (this.#open === undefined) return;
    const { descriptor } = this.#open;
    this.#open = undefined;
    try {
      closeSync(descriptor);
    } catch (error) {
      this.#fail('a report file was not closed', error);
    }
  }

  #fail(what: string, error: unknown): void {
    const cause = causeOf(error);
    const told = this.#problem !== undefined && this.#cause === cause;
    this.#cause = cause;
    this.#problem = `${what}: ${reasonOf(error)} (${this.#directory})`;
    if (!told) this.#onProblem(this.#problem);
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
/** The same trouble each cycle is told once: messages name files, codes do not. */
const causeOf = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : reasonOf(error);

/** UTC midnight of the day in a file's name, epoch ms. */
function dayOf(name: string): number {
  const [, year, month, day] = FILE_NAME.exec(name) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day));
}

function parse(line: string, cycle: number): Result<CycleReport, string> {
  try {
    const report = cycleReportSchema.safeParse(JSON.parse(line));
    if (report.success) return ok(report.data);
    return err(`the report of cycle ${cycle} is of another version or damaged`);
  } catch {
    return err(`the report of cycle ${cycle} is damaged`);
  }
}

/// <reference path="./pino-roll.d.ts" />
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DestinationStream, type Logger, pino } from 'pino';
import openRolling from 'pino-roll';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { LineBudget, type LineBudgetOptions } from './line-budget.ts';
import { redact, redactText } from './redaction.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * One line per call. `key` names the kind of message for good (`feed.reconnect`): it is what floods are bounded by and
 * what people filter on, so it holds no values; those go in `fields`. Everything is redacted (SE-1). Never throws.
 */
export interface Log {
  write(level: LogLevel, key: string, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface RollingLog extends Log {
  /** Why lines are being lost now, or `undefined`. */
  problem(): string | undefined;
  /** Writes what is buffered and closes the file. */
  close(): Promise<void>;
}

export interface RollingLogOptions {
  readonly directory: string;
  readonly level: LogLevel;
  readonly clock: Clock;
  /** Size of one file and how many older ones are kept: together the most the log may take. */
  readonly fileMegabytes: number;
  readonly keepFiles: number;
  readonly budget?: LineBudgetOptions;
  /** Takes out what is known to be secret, beside what looks like it. */
  readonly clean?: Clean;
}

type Clean = (text: string) => string;
const AS_IT_IS: Clean = (text) => text;

/** A single line is cut here, so that one huge message cannot defeat the bound on files. */
const MAX_TEXT = 4000;

const cut = (text: string) =>
  text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;

/** A log over any stream of lines. `stream` must not throw. */
export function createLog(
  stream: DestinationStream,
  level: LogLevel,
  clock: Clock,
  { budget, clean = AS_IT_IS }: Pick<RollingLogOptions, 'budget' | 'clean'> = {},
): Log {
  // What is known goes first: what is left of it would not look like a secret any more.
  const hide: Clean = (text) => redactText(clean(text));
  const timestamp = () => `,"time":"${new Date(clock.wallMs()).toISOString()}"`;
  const lines: Logger = pino({ level, base: null, timestamp }, stream);
  const allowance = new LineBudget(clock, budget);
  return {
    write(at, key, message, fields = {}) {
      if (!lines.isLevelEnabled(at)) return;
      const admission = allowance.admit(key);
      if (!admission.admitted) return;
      const dropped = admission.dropped > 0 ? { dropped: admission.dropped } : {};
      lines[at]({ key, ...dropped, ...detail(fields, hide) }, cut(hide(message)));
    },
  };
}

/** `fields` redacted, or cut to their beginning when they are too long for a line. */
function detail(fields: Readonly<Record<string, unknown>>, hide: Clean): Readonly<Record<string, unknown>> {
  const safe = redact(fields, hide);
  const text = JSON.stringify(safe);
  if (text === '{}') return {};
  return text.length > MAX_TEXT ? { detail: cut(text) } : { detail: safe };
}

/**
 * Opens `<directory>/crossbook.<n>.log`, rolling by size, oldest removed. Lines are written synchronously, without a
 * worker: a crash loses none. Errors: the folder or file cannot be written, in one line.
 */
export async function openRollingLog(options: RollingLogOptions): Promise<Result<RollingLog, string>> {
  const { directory, fileMegabytes, keepFiles } = options;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const file = await openRolling({
      file: join(directory, 'crossbook'),
      extension: '.log',
      size: `${fileMegabytes}m`,
      limit: { count: keepFiles, removeOtherLogFiles: true },
      sync: true,
      mode: 0o600,
    });
    let problem: string | undefined;
    file.on('error', (error: Error) => {
      problem = `the log cannot be written: ${error.message}`;
    });
    file.on('write', () => {
      problem = undefined;
    });
    const log = createLog(file, options.level, options.clock, options);
    return ok({
      ...log,
      problem: () => problem,
      close: () =>
        new Promise((resolve) => {
          file.once('close', () => resolve());
          file.end();
        }),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(`the log folder ${directory} cannot be written: ${reason}`);
  }
}

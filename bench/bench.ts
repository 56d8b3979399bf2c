/**
 * `npm run bench`: what Crossbook costs, as ratios in one run, so that they mean the same on any machine. Takes about a
 * minute.
 */
import { arch, cpus, platform } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchFrames, type FrameResult } from './frames.ts';
import { benchJournal, type JournalResult } from './journal.ts';
import { benchReplay, type ReplayResult } from './replay.ts';
import type { WindowReport } from './window.ts';
import { benchWindow } from './window-process.ts';

interface BenchReport {
  readonly machine: { readonly node: string; readonly platform: string; readonly cpu: string; readonly cpus: number };
  /** Bytes in to verdict out against `JSON.parse` of the same frame. */
  readonly frameToDecision: readonly FrameResult[];
  /** Durable append against a bare write and `fdatasync` of the same bytes. */
  readonly journalAppend: readonly JournalResult[];
  readonly replay: ReplayResult;
  /** The page's own thread while everything changes all the time, in Chromium. */
  readonly window: WindowReport;
}

const USAGE = `usage: npm run bench -- [--json] [--folder FOLDER] [--data-dir DIR]
  --json        print one JSON object
  --folder      recording to replay; a made-up one of a few hours when left out
  --data-dir    folder on the disk whose journal is measured; the system's temporary one when left out`;

interface Flags {
  readonly json: boolean;
  readonly folder: string | undefined;
  readonly dataDir: string | undefined;
}

const flags = readFlags();
if (flags !== undefined) {
  main(flags).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}

/** `undefined` when they are wrong: usage was shown and the exit code set. */
function readFlags(): Flags | undefined {
  try {
    const { values } = parseArgs({
      options: { json: { type: 'boolean' }, folder: { type: 'string' }, 'data-dir': { type: 'string' } },
    });
    return { json: values.json ?? false, folder: values.folder, dataDir: values['data-dir'] };
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function main({ json, folder, dataDir }: Flags): Promise<void> {
  const [cpu] = cpus();
  const report: BenchReport = {
    machine: {
      node: process.version,
      platform: `${platform()} ${arch()}`,
      cpu: cpu?.model ?? 'unknown',
      cpus: cpus().length,
    },
    frameToDecision: await benchFrames(),
    journalAppend: benchJournal(dataDir === undefined ? undefined : resolve(dataDir)),
    replay: await benchReplay(folder === undefined ? undefined : resolve(folder)),
    window: benchWindow(),
  };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : text(report));
}

function text({ machine, frameToDecision, journalAppend, replay, window }: BenchReport): string {
  const range = ([low, high]: readonly [number, number]) => `${low} to ${high}`;
  const frames = frameToDecision.map(
    ({ feed, ratio, spread, micros, baselineMicros, medianBytes, p99Bytes, frames: count }) =>
      `  ${feed.padEnd(14)}${String(ratio).padStart(6)} times JSON.parse (rounds ${range(spread)}): ${micros} µs against ` +
      `${baselineMicros} µs, ${count} frames of ${medianBytes} bytes (p99 ${p99Bytes})`,
  );
  const appends = journalAppend.map(
    ({ rows, ratio, spread, micros, baselineMicros, bytes }) =>
      `  ${`${rows} row${rows === 1 ? '' : 's'}`.padEnd(10)}${String(ratio).padStart(6)} times fdatasync (rounds ` +
      `${range(spread)}): ${micros} µs against ${baselineMicros} µs, ${bytes} bytes`,
  );
  return [
    `${machine.cpu}, ${machine.cpus} cores, ${machine.platform}, Node ${machine.node}`,
    'Frame to decision',
    ...frames,
    'Durable journal append',
    ...appends,
    'Replay',
    `  ${replay.simulatedSecondsPerSecond} simulated seconds per second: ${replay.hours} h, ${replay.bars} bars in ` +
      `${replay.seconds} s (${replay.source})`,
    'Window, everything changing all the time, no engine',
    ...windowText(window),
    '',
  ].join('\n');
}

function windowText(window: WindowReport): readonly string[] {
  if ('skipped' in window) return [`  not measured: ${window.skipped}`];
  return window.map(
    (row) =>
      `  ${`${row.panel} ${row.widthPx} px`.padEnd(17)} busiest second ${row.messages} messages, ${row.bytes} bytes; commit p50 ` +
      `${row.commitP50Ms}, p95 ${row.commitP95Ms}, max ${row.commitMaxMs} ms; ${row.longTasks} tasks over 50 ms`,
  );
}

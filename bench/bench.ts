/**
 * `npm run bench`: what Crossbook costs, as ratios in one run, so that they mean the same on any machine. Takes about a
 * minute.
 */
import { arch, cpus, platform } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchDecode, type DecodeResult } from './decode.ts';
import { benchEngineChanges, type EngineChangesResult } from './engine-changes.ts';
import { benchFirehose } from './firehose.ts';
import { type EngineOrder, FIREHOSE_ENGINE, type FirehoseResult, firehoseEngine } from './firehose-engine.ts';
import { FIREHOSE_VENUES, type FirehoseOrder, firehoseVenues } from './firehose-venues.ts';
import { benchFrames, type FrameResult } from './frames.ts';
import { benchJournal, type JournalResult } from './journal.ts';
import { benchReplay, type ReplayResult } from './replay.ts';
import { reportText } from './report.ts';
import type { WindowReport } from './window.ts';
import { benchWindow } from './window-process.ts';

const SECTIONS = ['decode', 'frames', 'engine', 'firehose', 'journal', 'replay', 'window'] as const;
type Section = (typeof SECTIONS)[number];

export interface BenchReport {
  readonly machine: { readonly node: string; readonly platform: string; readonly cpu: string; readonly cpus: number };
  /** Decoding and writing a book, against `JSON.parse` and ccxt.pro; what it leaves on the heap. */
  readonly decode?: readonly DecodeResult[];
  /** Bytes in to verdict out against `JSON.parse` of the same frame. */
  readonly frameToDecision?: readonly FrameResult[];
  /** A change of a book through the engine, five hundred instruments. */
  readonly engineChange?: EngineChangesResult;
  /** Ten feeds at full rate over real sockets. */
  readonly firehose?: FirehoseResult;
  /** Durable append against a bare write and `fdatasync` of the same bytes. */
  readonly journalAppend?: readonly JournalResult[];
  readonly replay?: ReplayResult;
  /** The page's own thread while everything changes all the time, in Chromium. */
  readonly window?: WindowReport;
}

const USAGE = `usage: npm run bench -- [--json] [--only SECTIONS] [--seconds N] [--rate N]
                              [--node-flags FLAGS] [--folder FOLDER] [--data-dir DIR]
  --json        print one JSON object
  --only        some of decode,frames,engine,firehose,journal,replay,window; all when left out
  --seconds     how long the firehose is measured; 30 when left out
  --rate        changes of each practice book a second in the firehose; 36 when left out
  --node-flags  flags of the Node the firehose's engine runs in; npm run bench gives those of npm run headless
  --folder      recording to replay; a made-up one of a few hours when left out
  --data-dir    folder on the disk whose journal is measured; the system's temporary one when left out`;

interface Flags {
  readonly json: boolean;
  readonly only: readonly Section[];
  readonly seconds: number;
  readonly rate: number;
  readonly nodeFlags: readonly string[];
  readonly folder: string | undefined;
  readonly dataDir: string | undefined;
}

const [mode, order] = process.argv.slice(2);
if (mode === FIREHOSE_VENUES) run(firehoseVenues(JSON.parse(order ?? '') as FirehoseOrder));
else if (mode === FIREHOSE_ENGINE) run(engineProcess(JSON.parse(order ?? '') as EngineOrder));
else {
  const flags = readFlags();
  if (flags !== undefined) run(main(flags));
}

function run(part: Promise<void>): void {
  part.catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}

/** The firehose's engine: its parent is told the result, and it ends with its parent. */
async function engineProcess(engineOrder: EngineOrder): Promise<void> {
  process.on('disconnect', () => process.exit());
  process.send?.(await firehoseEngine(engineOrder));
}

/** `undefined` when they are wrong: usage was shown and the exit code set. */
function readFlags(): Flags | undefined {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean' },
        only: { type: 'string' },
        seconds: { type: 'string' },
        rate: { type: 'string' },
        'node-flags': { type: 'string' },
        folder: { type: 'string' },
        'data-dir': { type: 'string' },
      },
    });
    return {
      json: values.json ?? false,
      only: values.only === undefined ? SECTIONS : values.only.split(',').map(section),
      seconds: number('--seconds', values.seconds ?? '30'),
      rate: number('--rate', values.rate ?? '36'),
      nodeFlags: (values['node-flags'] ?? '').split(' ').filter((flag) => flag !== ''),
      folder: values.folder,
      dataDir: values['data-dir'],
    };
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

function section(name: string): Section {
  const known = SECTIONS.find((one) => one === name.trim());
  if (known === undefined) throw new Error(`no section is called ${name}`);
  return known;
}

function number(flag: string, text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0) throw new Error(`${flag} must be a number above 0`);
  return value;
}

async function main({ json, only, seconds, rate, nodeFlags, folder, dataDir }: Flags): Promise<void> {
  const [cpu] = cpus();
  const asked = (name: Section) => only.includes(name);
  const report: BenchReport = {
    machine: {
      node: process.version,
      platform: `${platform()} ${arch()}`,
      cpu: cpu?.model ?? 'unknown',
      cpus: cpus().length,
    },
    ...(asked('decode') ? { decode: await benchDecode() } : {}),
    ...(asked('frames') ? { frameToDecision: await benchFrames() } : {}),
    ...(asked('engine') ? { engineChange: await benchEngineChanges() } : {}),
    ...(asked('firehose') ? { firehose: await benchFirehose(seconds, rate, nodeFlags) } : {}),
    ...(asked('journal') ? { journalAppend: benchJournal(dataDir === undefined ? undefined : resolve(dataDir)) } : {}),
    ...(asked('replay') ? { replay: await benchReplay(folder === undefined ? undefined : resolve(folder)) } : {}),
    ...(asked('window') ? { window: benchWindow() } : {}),
  };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
}

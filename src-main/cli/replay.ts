import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Result } from '#shared/kernel/result';
import { type CandleReplayOptions, replayCandles, replayPractice } from '../app/replay.ts';
import { holdsFrames, replayRecording } from '../app/replay-recording.ts';
import { EXIT, type StartProblem } from '../app/start-problem.ts';
import { replayJson, replayText } from '../replay/report.ts';
import type { ReplaySummary } from '../replay/summary.ts';
import { hoursText, parseFlags, seedOption } from './flags.ts';
import { type ProgressDisplay, replayProgress } from './replay-progress.ts';

interface ReplayFlags {
  readonly folder: string | undefined;
  readonly practice: boolean;
  readonly hours: number;
  readonly seed: number;
  readonly fees: string | undefined;
  readonly json: boolean;
}

export const replayCommand = () =>
  new Command('npm run replay --')
    .description('Run the whole engine over recorded candles or frames, or over the practice venues in virtual time.')
    .argument('[folder]', 'folder with candles.csv.gz, or a recording of frames')
    .option('--practice', 'run the practice venues instead of a folder', false)
    .addOption(new Option('--hours <number>', 'virtual hours, with --practice').argParser(hoursText).default(1))
    .addOption(seedOption())
    .option('--fees <file>', 'JSON file of fee tiers to show what they would have done, with a folder')
    .option('--json', 'print exactly one JSON object', false)
    .allowExcessArguments(false);

/** `replay`: prints the report; resolves to the exit code. */
export async function replay(args: readonly string[]): Promise<number> {
  const parsed = parseFlags(replayCommand(), args, (command): ReplayFlags => {
    const flags = command.opts<Omit<ReplayFlags, 'folder'>>();
    const [folder] = command.args;
    if (flags.practice && folder !== undefined) command.error('error: give a folder or --practice, not both');
    if (!flags.practice && folder === undefined)
      command.error('error: name a folder of recorded candles or frames, or --practice');
    if (flags.practice && flags.fees !== undefined) command.error('error: --fees applies to recorded candles only');
    return { ...flags, folder };
  });
  if (parsed.kind === 'exit') return parsed.exitCode;
  const { flags } = parsed;
  const progress = replayProgress(process.stderr);
  const summary = await run(flags, progress);
  progress.end();
  if (typeof summary === 'number') return summary;
  process.stdout.write(flags.json ? `${JSON.stringify(replayJson(summary))}\n` : `${replayText(summary)}\n`);
  return EXIT.ok;
}

async function run(flags: ReplayFlags, progress: ProgressDisplay): Promise<ReplaySummary | number> {
  const { seed, hours, folder } = flags;
  const onProgress: CandleReplayOptions['onProgress'] = ({ barsDone, barsTotal, simulatedMs }) =>
    progress.show(barsDone, barsTotal, simulatedMs);
  if (folder === undefined) return replayPractice({ seed, hours, onProgress });
  if (await holdsFrames(resolve(folder))) {
    if (flags.fees !== undefined) {
      progress.end();
      console.error('error: --fees applies to recorded candles only');
      return EXIT.usage;
    }
    return finished(await replayRecording({ folder: resolve(folder), seed, onProgress }), progress);
  }
  const fees = flags.fees === undefined ? null : resolve(flags.fees);
  return finished(await replayCandles({ folder: resolve(folder), seed, fees, onProgress }), progress);
}

function finished(result: Result<ReplaySummary, StartProblem>, progress: ProgressDisplay): ReplaySummary | number {
  if (result.ok) return result.value;
  progress.end();
  console.error(result.error.message);
  return result.error.exitCode;
}

import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { FeedId } from '#shared/domain/ids';
import { type Cancel, delay, every } from '#shared/kernel/time';
import { DEFAULT_BASES } from '../app/built-feeds.ts';
import { type Recording, type RecordingTotals, startRecording } from '../app/record.ts';
import { EXIT } from '../app/start-problem.ts';
import { SystemClock } from '../app/system-clock.ts';
import { basesText, feedsOption, folderText, parseFlags, seedOption, wholeNumber } from './flags.ts';
import { untilAskedToStop } from './signals.ts';

interface RecordFlags {
  readonly out: string;
  readonly feeds: readonly FeedId[] | undefined;
  readonly venues: 'live' | 'practice';
  readonly seconds: number | undefined;
  readonly bases: readonly string[];
  readonly seed: number;
}

const MOST_SECONDS = 30 * 86_400;
const STATUS_EVERY_MS = 1_000;

export const recordCommand = () =>
  new Command('npm run record --')
    .description('Write down the raw frames and answers of the feeds as they are received, until Ctrl+C.')
    .addOption(
      new Option('--out <folder>', 'a folder that holds no recording yet').argParser(folderText).makeOptionMandatory(),
    )
    .addOption(feedsOption())
    .addOption(
      new Option('--venues <kind>', 'the live public feeds, or practice venues on this machine')
        .choices(['live', 'practice'])
        .default('live'),
    )
    .addOption(new Option('--seconds <number>', 'end by itself after so long').argParser(wholeNumber(1, MOST_SECONDS)))
    .addOption(
      new Option('--bases <list>', 'coins whose books are recorded')
        .argParser(basesText)
        .default(DEFAULT_BASES, DEFAULT_BASES.join(',')),
    )
    .addOption(seedOption())
    .allowExcessArguments(false);

/** `record`: resolves to the exit code when it was asked to stop, its time is over, or nothing more can be written. */
export async function record(args: readonly string[]): Promise<number> {
  const parsed = parseFlags(recordCommand(), args, (command) => command.opts<RecordFlags>());
  if (parsed.kind === 'exit') return parsed.exitCode;
  const { flags } = parsed;
  const clock = new SystemClock((error) => console.error(error));
  const askedToStop = untilAskedToStop(clock);
  const folder = resolve(flags.out);
  const started = await startRecording({
    folder,
    venues: flags.venues,
    seed: flags.seed,
    feeds: flags.feeds ?? null,
    bases: flags.bases,
    clock,
    say: (line) => console.error(line),
  });
  if (!started.ok) {
    console.error(started.error.message);
    return started.error.exitCode;
  }
  const hideStatus = showStatus(started.value, clock);
  const over =
    flags.seconds === undefined ? askedToStop : Promise.race([askedToStop, delay(clock, flags.seconds * 1000)]);
  await Promise.race([over, started.value.broken]);
  hideStatus();
  const ended = await started.value.stop();
  if (!ended.ok) {
    console.error(ended.error);
    return EXIT.file;
  }
  console.log(`Recorded ${totalsText(ended.value)} in ${folder}`);
  if (ended.value.lines > 0) return EXIT.ok;
  console.error('Nothing was received: no feed could be reached.');
  return EXIT.notReached;
}

const totalsText = ({ lines, files, bytes }: RecordingTotals): string =>
  `${lines} lines, ${files} ${files === 1 ? 'file' : 'files'}, ${(bytes / 1_000_000).toFixed(2)} MB`;

/** A line that counts on a terminal, nothing elsewhere. */
function showStatus(recording: Recording, clock: SystemClock): Cancel {
  const { stderr } = process;
  if (!stderr.isTTY) return () => undefined;
  const stop = every(clock, STATUS_EVERY_MS, () => stderr.write(`\r\x1b[K${totalsText(recording.totals())}`));
  return () => {
    stop();
    stderr.write('\r\x1b[K');
  };
}

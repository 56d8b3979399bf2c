import { Command, Option } from 'commander';
import { soak as runSoak, type SoakReport } from '../app/soak/soak.ts';
import { EXIT } from '../app/start-problem.ts';
import { SystemClock } from '../app/system-clock.ts';
import { basesText, hoursText, parseFlags, seedOption, wholeNumber } from './flags.ts';
import { replayProgress } from './replay-progress.ts';
import { untilAskedToStop } from './signals.ts';

interface SoakFlags {
  readonly hours: number;
  readonly seed: number;
  readonly bases: readonly string[];
  readonly updates: number;
  readonly twice: boolean;
  readonly json: boolean;
}

/** One coin on ten feeds with their stablecoin books: just under 200 frames a second in all. */
const DEFAULT_SOAK_BASES = ['BTC'];
const DEFAULT_UPDATES = 2;
const MOST_UPDATES = 50;

export const soakCommand = () =>
  new Command('npm run soak --')
    .description('Run the whole engine over the practice venues in virtual time while things go wrong at random.')
    .addOption(new Option('--hours <number>', 'virtual hours').argParser(hoursText).default(24))
    .addOption(seedOption())
    .addOption(
      new Option('--bases <list>', 'coins whose books are read')
        .argParser(basesText)
        .default(DEFAULT_SOAK_BASES, DEFAULT_SOAK_BASES.join(',')),
    )
    .addOption(
      new Option('--updates <number>', 'mean changes of each book a second')
        .argParser(wholeNumber(1, MOST_UPDATES))
        .default(DEFAULT_UPDATES),
    )
    .option('--twice', 'run it twice and compare the decisions', false)
    .option('--json', 'print exactly one JSON object', false)
    .allowExcessArguments(false);

/** `soak`: prints what came of it; resolves to the exit code, 0 only when nothing leaked, stuck or differed. */
export async function soak(args: readonly string[]): Promise<number> {
  const parsed = parseFlags(soakCommand(), args, (command) => command.opts<SoakFlags>());
  if (parsed.kind === 'exit') return parsed.exitCode;
  const { flags } = parsed;
  const clock = new SystemClock((error) => console.error(error));
  let cancelled = false;
  void untilAskedToStop(clock).then(() => {
    cancelled = true;
  });
  const reports: SoakReport[] = [];
  for (let run = 0; run < (flags.twice ? 2 : 1) && !cancelled; run += 1) {
    const progress = replayProgress(process.stderr, 'virtual seconds');
    const options = {
      seed: flags.seed,
      hours: flags.hours,
      bases: flags.bases,
      updatesPerSecond: flags.updates,
      onProgress: (doneMs: number, totalMs: number) => progress.show(doneMs / 1000, totalMs / 1000, doneMs),
      cancelled: () => cancelled,
    };
    reports.push(await runSoak(options, () => clock.monoMs()));
    progress.end();
  }
  const same = reports.every(({ decisionsHash }) => decisionsHash === reports[0]?.decisionsHash);
  const [report] = reports;
  if (report === undefined || cancelled) {
    console.error('Cancelled before the end; there is no verdict.');
    return EXIT.notReached;
  }
  const verdict = same && reports.every((one) => one.verdict === 'PASS') ? 'PASS' : 'FAIL';
  const text = flags.json
    ? JSON.stringify({ ...report, verdict, ...(flags.twice ? { sameDecisionsTwice: same } : {}) })
    : soakText({ ...report, verdict }, flags.twice ? same : null);
  process.stdout.write(`${text}\n`);
  return verdict === 'PASS' ? EXIT.ok : EXIT.notReached;
}

function soakText(report: SoakReport, same: boolean | null): string {
  const line = (label: string, text: string) => `  ${label.padEnd(18)}${text}`;
  const { heap } = report;
  const [first] = heap.samples;
  const last = heap.samples.at(-1);
  const heapText =
    first === undefined || last === undefined || heap.slopeMbPerHour === null
      ? 'not measured'
      : `${first.usedMb.toFixed(1)} MB at first, ${last.usedMb.toFixed(1)} MB at last, ` +
        `${heap.slopeMbPerHour} MB per virtual hour${heap.leak ? ': a leak' : ''}`;
  return [
    `Soak of ${report.virtualHours.toFixed(2)} virtual hours, seed ${report.seed}`,
    line('feeds', report.feeds.join(', ')),
    line('frames', `${report.frames}, ${report.framesPerSecond} a second`),
    line('faults', `${report.faultCount}`),
    ...Object.entries(report.faults).map(([fault, count]) => line('', `${fault} ${count}`)),
    line('slowest recovery', `${(report.worstRecoveryMs / 1000).toFixed(0)} s`),
    line('stuck feeds', `${report.stuck.length}`),
    ...report.stuck.map((text) => line('', text)),
    line('heap', heapText),
    line('candidates', `${report.candidates}`),
    line('deals', `${report.deals}`),
    line('took', `${report.realSeconds} s, ${report.virtualHoursPerMinute} virtual hours a minute`),
    ...(same === null ? [] : [line('twice', same ? 'the same decisions' : 'different decisions')]),
    '',
    `decisions ${report.decisionsHash}`,
    '',
    report.verdict,
  ].join('\n');
}

import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { certificationText } from '#main/certification/matrix';
import { CERTIFICATION_CHECKS } from '#shared/domain/certification';
import type { FeedId } from '#shared/domain/ids';
import { builtFeeds, DEFAULT_BASES } from '../app/built-feeds.ts';
import { keepReport, certify as runCertification } from '../app/certify.ts';
import { EXIT } from '../app/start-problem.ts';
import { SystemClock } from '../app/system-clock.ts';
import { basesText, dataDirOption, feedsOption, parseFlags, seedOption } from './flags.ts';
import { untilAskedToStop } from './signals.ts';

interface CertifyFlags {
  readonly venues: 'practice' | 'live';
  readonly feeds: readonly FeedId[] | undefined;
  readonly bases: readonly string[];
  readonly seed: number;
  readonly dataDir: string;
  readonly json: boolean;
}

export const certifyCommand = () =>
  new Command('npm run certify --')
    .description(
      'Put every feed through its checks and print what passed, what failed and what the venue does not have.',
    )
    .addOption(
      new Option('--venues <kind>', 'practice venues on this machine, or the live public feeds')
        .choices(['practice', 'live'])
        .default('practice'),
    )
    .addOption(feedsOption())
    .addOption(
      new Option('--bases <list>', 'coins whose books are read')
        .argParser(basesText)
        .default(DEFAULT_BASES, DEFAULT_BASES.join(',')),
    )
    .addOption(seedOption())
    .addOption(dataDirOption('where the report is kept for the window'))
    .option('--json', 'print exactly one JSON object', false)
    .allowExcessArguments(false);

/** `certify`: prints the matrix; resolves to the exit code, 0 only when every feed passed. */
export async function certify(args: readonly string[]): Promise<number> {
  const parsed = parseFlags(certifyCommand(), args, (command) => command.opts<CertifyFlags>());
  if (parsed.kind === 'exit') return parsed.exitCode;
  const { flags } = parsed;
  const clock = new SystemClock((error) => console.error(error));
  let cancelled = false;
  const askedToStop = untilAskedToStop(clock).then(() => {
    cancelled = true;
    return null;
  });
  const total = (flags.feeds ?? builtFeeds()).length * CERTIFICATION_CHECKS.length;
  const progress = progressLine(total);
  const running = runCertification({
    venues: flags.venues,
    seed: flags.seed,
    feeds: flags.feeds ?? null,
    bases: flags.bases,
    clock,
    cancelled: () => cancelled,
    done: (feed, check, result) => progress.show(`${feed} ${check} ${result.status}`),
  });
  // A person who stops it does not wait for the check at hand.
  const report = await Promise.race([running, askedToStop]);
  progress.end();
  if (report === null) {
    console.error('Cancelled; no report was made.');
    return EXIT.notReached;
  }
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : `${certificationText(report)}\n`);
  const kept = keepReport(resolve(flags.dataDir), report);
  if (!kept.ok) {
    console.error(kept.error);
    return EXIT.dataDirectory;
  }
  return report.verdict === 'PASS' ? EXIT.ok : EXIT.notReached;
}

/** One line that counts on a terminal, nothing elsewhere. */
function progressLine(total: number): { show(text: string): void; end(): void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { show: () => undefined, end: () => undefined };
  let done = 0;
  return {
    show: (text) => {
      done += 1;
      stderr.write(`\r\x1b[K${done}/${total} ${text}`);
    },
    end: () => stderr.write('\r\x1b[K'),
  };
}

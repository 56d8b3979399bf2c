import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { certificationText } from '#main/certification/matrix';
import { CERTIFICATION_HALVES, type CertificationHalf, checksOf } from '#shared/domain/certification';
import type { FeedId } from '#shared/domain/ids';
import { err, ok, type Result } from '#shared/kernel/result';
import { builtFeeds, DEFAULT_BASES } from '../app/built-feeds.ts';
import { type CertifyOptions, keepReport, certify as runCertification } from '../app/certify.ts';
import { openCertifiedAccount } from '../app/certify-account.ts';
import { EXIT, type StartProblem } from '../app/start-problem.ts';
import { SystemClock } from '../app/system-clock.ts';
import { consentOn } from './consent.ts';
import { basesText, dataDirOption, feedsOption, parseFlags, seedOption } from './flags.ts';
import { askPassphrase, takePassphrase } from './passphrase.ts';
import { untilAskedToStop } from './signals.ts';

interface CertifyFlags {
  readonly venues: 'practice' | 'live';
  readonly public: boolean;
  readonly private: boolean;
  readonly account: string | undefined;
  readonly testnet: boolean;
  readonly feeds: readonly FeedId[] | undefined;
  readonly bases: readonly string[];
  readonly seed: number;
  readonly dataDir: string;
  readonly json: boolean;
}

const NO_TESTNET =
  'error: there are no test networks: an account’s entity names the hosts of its key, and none of them is one. ' +
  'Coinbase’s sandbox answers with fixed data and Kraken spot has none. Use --venues practice, ' +
  'or the smallest orders with --private --venues live --account ID.';
const NO_TERMINAL =
  'Orders on real venues are confirmed one by one by a person at a terminal. There is none: nothing was opened and nothing sent.';

export const certifyCommand = () =>
  new Command('npm run certify --')
    .description(
      'Put every feed through its checks and print what passed, what failed and what the venue does not have.',
    )
    .addOption(
      new Option('--venues <kind>', 'practice venues on this machine, or the live ones')
        .choices(['practice', 'live'])
        .default('practice'),
    )
    .option('--public', 'only what needs no key', false)
    .option('--private', 'only orders and accounts; on live venues real orders of the smallest size', false)
    .option('--account <id>', 'live account whose orders are certified; each is confirmed by typing yes')
    .option('--testnet', 'not available; says why', false)
    .addOption(feedsOption())
    .addOption(
      new Option('--bases <list>', 'coins whose books are read; orders are for the first')
        .argParser(basesText)
        .default(DEFAULT_BASES, DEFAULT_BASES.join(',')),
    )
    .addOption(seedOption())
    .addOption(dataDirOption('where the report is kept for the window, and accounts and keys are read from'))
    .option('--json', 'print exactly one JSON object', false)
    .allowExcessArguments(false);

/** Without a wish both halves on practice venues, and the public one on live venues: nothing is sent there unasked. */
function halvesOf(flags: CertifyFlags): readonly CertificationHalf[] {
  const wished = CERTIFICATION_HALVES.filter((half) => flags[half]);
  if (wished.length > 0) return wished;
  return flags.venues === 'practice' ? CERTIFICATION_HALVES : ['public'];
}

function refuseContradictions(command: Command): void {
  const flags = command.opts<CertifyFlags>();
  const real = flags.venues === 'live' && flags.private;
  if (flags.testnet) command.error(NO_TESTNET);
  if (real && flags.account === undefined) {
    command.error('error: --private --venues live sends real orders and needs --account ID');
  }
  if (!real && flags.account !== undefined) command.error('error: --account applies to --private --venues live only');
}

/** `certify`: prints the matrix; resolves to the exit code, 0 only when every feed passed. */
export async function certify(args: readonly string[]): Promise<number> {
  const parsed = parseFlags(certifyCommand(), args, (command) => {
    refuseContradictions(command);
    return command.opts<CertifyFlags>();
  });
  if (parsed.kind === 'exit') return parsed.exitCode;
  const { flags } = parsed;
  const clock = new SystemClock((error) => console.error(error));
  let cancelled = false;
  const stop = untilAskedToStop(clock).then(() => {
    cancelled = true;
    return null;
  });
  const live = await liveOf(flags, clock, () => process.kill(process.pid, 'SIGINT'));
  if (!live.ok) {
    console.error(live.error.message);
    return live.error.exitCode;
  }
  const halves = halvesOf(flags);
  const feeds = flags.feeds ?? live.value?.account.feeds ?? builtFeeds();
  const progress = progressLine(feeds.length * halves.flatMap(checksOf).length, live.value !== null);
  const running = runCertification({
    venues: flags.venues,
    halves,
    seed: flags.seed,
    feeds,
    bases: flags.bases,
    clock,
    cancelled: () => cancelled,
    done: (feed, check, result) => progress.show(`${feed} ${check} ${result.status}`),
    live: live.value,
  });
  // A person who stops it does not wait for the check at hand, unless orders are to be cancelled and closed first.
  const closing = stop.then(() => {
    if (!halves.includes('private')) return null;
    console.error('\nStopping: what the checks opened is cancelled and closed first.');
    return running;
  });
  const report = await Promise.race([running, closing]);
  live.value?.account.close();
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

/** The account and the person behind real orders; `null` when none are sent. */
async function liveOf(
  flags: CertifyFlags,
  clock: SystemClock,
  interrupted: () => void,
): Promise<Result<CertifyOptions['live'], StartProblem>> {
  const { account: id } = flags;
  if (id === undefined) return ok(null);
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return err({ exitCode: EXIT.usage, message: NO_TERMINAL });
  const given = takePassphrase(process.env);
  const account = await openCertifiedAccount({
    dataDir: resolve(flags.dataDir),
    id,
    nowMs: () => clock.wallMs(),
    passphrase: async () => {
      if (given !== undefined) return given;
      const typed = await askPassphrase(stdin, (text) => stderr.write(text), 'Passphrase of the vault: ');
      return typed.ok ? typed.value : undefined;
    },
  });
  if (!account.ok) return account;
  const strange = (flags.feeds ?? []).filter((feed) => !account.value.feeds.includes(feed));
  if (strange.length > 0) {
    account.value.close();
    return err({ exitCode: EXIT.usage, message: `The account “${id}” does not trade on ${strange.join(', ')}.` });
  }
  return ok({ account: account.value, consent: consentOn({ input: stdin, output: stderr, interrupted }) });
}

/** One line that counts on a terminal, a line a check where a person is asked between them, nothing elsewhere. */
function progressLine(total: number, asked: boolean): { show(text: string): void; end(): void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { show: () => undefined, end: () => undefined };
  let done = 0;
  return {
    show: (text) => {
      done += 1;
      stderr.write(asked ? `${done}/${total} ${text}\n` : `\r\x1b[K${done}/${total} ${text}`);
    },
    end: () => {
      if (!asked) stderr.write('\r\x1b[K');
    },
  };
}

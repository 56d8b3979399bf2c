import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { certificationText } from '#main/certification/matrix';
import {
  CERTIFICATION_HALVES,
  type CertificationHalf,
  type CertificationReport,
  checksOf,
} from '#shared/domain/certification';
import { ENTITIES, entityOf, testEntitiesOf, whyNotTested } from '#shared/domain/entities';
import { type FeedId, VENUES } from '#shared/domain/ids';
import { err, ok, type Result } from '#shared/kernel/result';
import { builtFeeds, DEFAULT_BASES } from '../app/built-feeds.ts';
import { type CertifyOptions, keepReport, certify as runCertification } from '../app/certify.ts';
import { type CertifiedAccount, openCertifiedAccount } from '../app/certify-account.ts';
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
  readonly yes: boolean;
  readonly feeds: readonly FeedId[] | undefined;
  readonly bases: readonly string[];
  readonly seed: number;
  readonly dataDir: string;
  readonly json: boolean;
}

/** Every test network there is, by name. */
const TEST_NETWORKS = VENUES.flatMap((venue) => ENTITIES[venue].filter(({ test }) => test).map(({ name }) => name));
const NO_TERMINAL =
  'Orders on real venues are confirmed one by one by a person at a terminal. There is none: nothing was opened and nothing sent.';
const NO_TERMINAL_FOR_PLAY =
  'Orders of play money are confirmed once, by a person at a terminal or by --yes. Nothing was opened and nothing sent.';

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
    .option('--account <id>', 'whose orders are certified: a live account, each order confirmed by typing yes')
    .option('--testnet', 'the test network of the account’s entity, with orders of play money; needs --account', false)
    .option('--yes', 'with --testnet: its orders are confirmed with this, and no terminal is needed', false)
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

const placeOf = ({ testnet, venues }: CertifyFlags): CertificationReport['venues'] => (testnet ? 'testnet' : venues);

/** Without a wish both halves where nothing is at stake, and the public one on live venues: nothing is sent there unasked. */
function halvesOf(flags: CertifyFlags): readonly CertificationHalf[] {
  const wished = CERTIFICATION_HALVES.filter((half) => flags[half]);
  if (wished.length > 0) return wished;
  return placeOf(flags) === 'live' ? ['public'] : CERTIFICATION_HALVES;
}

function refuseContradictions(command: Command): void {
  const flags = command.opts<CertifyFlags>();
  if (flags.yes && !flags.testnet) {
    command.error('error: --yes applies to --testnet only: orders on real venues are confirmed one by one');
  }
  if (flags.testnet) {
    refuseWithoutNetwork(command, flags);
    return;
  }
  const real = flags.venues === 'live' && flags.private;
  if (real && flags.account === undefined) {
    command.error('error: --private --venues live sends real orders and needs --account ID');
  }
  if (!real && flags.account !== undefined) command.error('error: --account applies to --private --venues live only');
}

/** A test network is that of an account's entity; some feeds have none. */
function refuseWithoutNetwork(command: Command, { account, feeds }: CertifyFlags): void {
  if (command.getOptionValueSource('venues') === 'cli') {
    command.error('error: --testnet says which venues: leave --venues out');
  }
  const nowhere = (feeds ?? []).filter((feed) => testEntitiesOf(feed).length === 0);
  const why = nowhere.flatMap((feed) => whyNotTested(feed, 'global') ?? []);
  if (why.length > 0) command.error(`error: ${why.join('; ')}`);
  if (account === undefined) {
    command.error(
      `error: --testnet needs --account ID of an account at a test network: ${TEST_NETWORKS.join(', ')}. ` +
        'Kraken and Coinbase have none: use --venues practice, or the smallest orders with --private --venues live',
    );
  }
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
  const progress = progressLine(feeds.length * halves.flatMap(checksOf).length, live.value?.consent != null);
  const running = runCertification({
    venues: placeOf(flags),
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
  const ordering = halvesOf(flags).includes('private');
  // Without orders nobody is asked for anything: what is public needs no key and no confirmation.
  const alone = ordering && !(stdin.isTTY && stderr.isTTY);
  if (alone && !flags.testnet) return err({ exitCode: EXIT.usage, message: NO_TERMINAL });
  if (alone && !flags.yes) return err({ exitCode: EXIT.usage, message: NO_TERMINAL_FOR_PLAY });
  const given = takePassphrase(process.env);
  const account = await openCertifiedAccount({
    dataDir: resolve(flags.dataDir),
    id,
    venues: flags.testnet ? 'testnet' : 'live',
    nowMs: () => clock.wallMs(),
    keys: ordering
      ? {
          passphrase: async () => {
            if (given !== undefined) return given;
            if (alone) return undefined;
            const typed = await askPassphrase(stdin, (text) => stderr.write(text), 'Passphrase of the vault: ');
            return typed.ok ? typed.value : undefined;
          },
        }
      : null,
  });
  if (!account.ok) return account;
  const strange = (flags.feeds ?? []).filter((feed) => !account.value.feeds.includes(feed));
  if (strange.length > 0) {
    account.value.close();
    return err({ exitCode: EXIT.usage, message: `The account “${id}” does not trade on ${strange.join(', ')}.` });
  }
  const consent = consentOn({ input: stdin, output: stderr, interrupted });
  if (!flags.testnet) return ok({ account: account.value, consent });
  const lacking = (flags.feeds ?? []).flatMap((feed) => whyNotTested(feed, account.value.account.entity) ?? []);
  if (lacking.length > 0) {
    account.value.close();
    return err({ exitCode: EXIT.usage, message: `${lacking.join('; ')}. Nothing was sent.` });
  }
  if (!flags.yes && ordering && !(await consent.plan([playText(account.value)]))) {
    account.value.close();
    return err({ exitCode: EXIT.notReached, message: 'Not confirmed: nothing was sent.' });
  }
  return ok({ account: account.value, consent: null });
}

/** What is confirmed once. */
const playText = ({ account: { label, venue, entity } }: CertifiedAccount): string =>
  `Orders of play money are sent to the TEST network ${entityOf(venue, entity)?.name ?? entity} on the account “${label}”, and undone at the end.`;

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

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { FEEDS, type FeedId } from '#shared/domain/ids';
import { builtFeeds } from '../app/built-feeds.ts';
import { defaultDataDir } from '../app/data-dir.ts';
import { type BaseChoice, DEFAULT_BASE_CHOICE, type WorldChoice } from '../app/sources.ts';
import { EXIT } from '../app/start-problem.ts';
import { BROKER_CHOICES, type BrokerChoice } from '../app/trading-accounts.ts';

/** Flags of every command that runs a workstation. */
export interface WorkstationFlags {
  readonly dataDir: string;
  readonly venues: 'practice' | 'live';
  readonly seed: number;
  readonly world: WorldChoice;
  readonly bases: BaseChoice;
  readonly broker: BrokerChoice;
}

export interface HeadlessFlags extends WorkstationFlags {
  /** `null`: the usual port, or any free one when that is taken. */
  readonly port: number | null;
}

export type Parsed<T> =
  | { readonly kind: 'run'; readonly flags: T }
  /** Nothing to run: help was asked for, or a flag was wrong and usage was shown. */
  | { readonly kind: 'exit'; readonly exitCode: number };

/** Whole number of a range, as typed; commander prints the error beside the flag's name. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,16}$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

export const seedOption = (): Option =>
  new Option('--seed <number>', 'seed of everything random in practice and paper')
    .argParser(wholeNumber(0, 2 ** 32 - 1))
    .default(1);

const MOST_HOURS = 168;

/** Virtual hours, as typed. */
export function hoursText(text: string): number {
  const hours = Number(text);
  if (!/^\d{1,3}(\.\d{1,4})?$/.test(text) || hours <= 0 || hours > MOST_HOURS) {
    throw new InvalidArgumentError(`It must be a number of hours above 0 and at most ${MOST_HOURS}.`);
  }
  return hours;
}

/** `kraken:perp`, as typed. */
export function feedText(text: string): FeedId {
  const feed = FEEDS.find((one) => one === text);
  if (feed === undefined) throw new InvalidArgumentError(`It must be one of ${FEEDS.join(', ')}.`);
  if (!builtFeeds().includes(feed)) throw new InvalidArgumentError(`${feed} is not part of this version.`);
  return feed;
}

/** `kraken:perp,okx:spot`, in the order of every table. */
export function feedsText(text: string): readonly FeedId[] {
  const named = new Set(text.split(',').map((part) => feedText(part.trim())));
  return FEEDS.filter((feed) => named.has(feed));
}

/** Feeds a command works on; all of them when left out. */
export const feedsOption = (): Option =>
  new Option('--feeds <list>', 'feeds, e.g. kraken:perp,okx:spot; all of them when left out').argParser(feedsText);

/** `BTC,ETH,1000PEPE`. */
export function basesText(text: string): readonly string[] {
  const bases = text.split(',').map((part) => part.trim().toUpperCase());
  if (!bases.every((base) => /^[A-Z0-9]{1,20}$/.test(base))) {
    throw new InvalidArgumentError('It must be a list of coins such as BTC,ETH.');
  }
  return [...new Set(bases)];
}

/** `BTC,ETH`, `common` or `common:40`. */
export function baseChoiceText(text: string): BaseChoice {
  const common = /^common(?::(\d{1,4}))?$/.exec(text.trim());
  if (common === null) return { kind: 'listed', bases: basesText(text) };
  const most = common[1] === undefined ? Number.POSITIVE_INFINITY : Number(common[1]);
  if (!(most > 0)) throw new InvalidArgumentError('It must read at least one coin.');
  return { kind: 'common', most };
}

export function folderText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must name a folder.');
  return text;
}

function worldText(text: string): WorldChoice {
  if (text === 'synthetic') return { kind: 'synthetic' };
  if (text.startsWith('recorded:') && text.length > 'recorded:'.length) {
    return { kind: 'recorded', folder: text.slice('recorded:'.length) };
  }
  throw new InvalidArgumentError('It must be synthetic or recorded:FOLDER.');
}

export const dataDirOption = (description: string): Option =>
  new Option('--data-dir <folder>', description)
    .argParser(folderText)
    .default(defaultDataDir(process.platform, process.env));

/** A command with the flags of {@link WorkstationFlags}. */
export function workstationCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(dataDirOption('where the journal, settings and logs live'))
    .addOption(
      new Option('--venues <kind>', 'practice venues on this machine, or the live public feeds (paper trading)')
        .choices(['practice', 'live'])
        .default('practice'),
    )
    .addOption(seedOption())
    .addOption(
      new Option('--world <world>', 'prices of the practice venues: synthetic or recorded:FOLDER')
        .argParser(worldText)
        .default({ kind: 'synthetic' }, 'synthetic'),
    )
    .addOption(
      new Option('--bases <coins>', 'coins to read: a list, common (quoted by two feeds or more), or common:N')
        .argParser(baseChoiceText)
        .default(DEFAULT_BASE_CHOICE, 'BTC,ETH,SOL'),
    )
    .addOption(
      new Option(
        '--broker <kind>',
        'who fills paper orders: the simulated broker, or real brokers on practice accounts',
      )
        .choices(BROKER_CHOICES)
        .default('simulated'),
    )
    .allowExcessArguments(false);
}

export const portOption = (): Option =>
  new Option('--port <number>', 'port on 127.0.0.1; 0 takes any free one').argParser(wholeNumber(0, 65_535));

/** Parses without ending the process: usage and the error are on stderr (help on stdout) when there is nothing to run. */
export function parseFlags<T>(command: Command, args: readonly string[], read: (command: Command) => T): Parsed<T> {
  command.exitOverride().showHelpAfterError();
  try {
    command.parse([...args], { from: 'user' });
    return { kind: 'run', flags: read(command) };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'exit', exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.usage };
  }
}

/** A recorded world without practice venues to play it is a contradiction, said as a usage error. */
export function refuseContradiction(command: Command): void {
  const { venues, world, broker } = command.opts<WorkstationFlags>();
  if (venues === 'live' && world.kind === 'recorded') {
    command.error('error: --world applies to --venues practice only');
  }
  if (venues === 'live' && broker === 'practice') {
    command.error('error: --broker practice applies to --venues practice only');
  }
}

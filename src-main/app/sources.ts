import type { MarketFeed } from '#engine/ports';
import { createPracticeWorld, RecordedFolderError } from '#main/practice/practice';
import { PracticeServers } from '#main/practice/servers';
import {
  BUILT_FEEDS,
  CommonScope,
  createFeed,
  DEFAULT_BASES,
  hostsOf,
  listedScope,
  type PairScope,
} from '#main/venues/feeds';
import { type LocalAddress, NetworkTransport } from '#main/venues/kit/network-transport';
import { type FeedId, VENUES, type Venue } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import { type PracticeControl, practiceControl } from './practice-control.ts';
import { practicedFeeds } from './practiced-feeds.ts';
import { EXIT, type StartProblem } from './start-problem.ts';

export type WorldChoice = { readonly kind: 'synthetic' } | { readonly kind: 'recorded'; readonly folder: string };

export interface SourceOptions {
  readonly venues: 'practice' | 'live';
  readonly seed: number;
  readonly world: WorldChoice;
  readonly clock: Clock;
  /** {@link DEFAULT_BASE_CHOICE} when left out. */
  readonly bases?: BaseChoice;
}

/**
 * Which coins are read: the named ones, or every coin at least two feeds quote, the most widely quoted `most` of them.
 */
export type BaseChoice =
  | { readonly kind: 'listed'; readonly bases: readonly string[] }
  | { readonly kind: 'common'; readonly most: number };

export const DEFAULT_BASE_CHOICE: BaseChoice = { kind: 'listed', bases: DEFAULT_BASES };

/** Where the feeds get their prices from. */
export interface Sources {
  readonly mode: 'PRACTICE' | 'PAPER';
  /** One sentence for the screen. */
  readonly note: string;
  readonly feeds: readonly MarketFeed[];
  /** Venues that take part: a recording may lack some. */
  readonly venues: readonly Venue[];
  /** The practice venues' faults; `null` where the venues are the real ones. */
  readonly practice: PracticeControl | null;
  /** What was found wrong with recorded data and how it is handled. */
  readonly warnings: readonly string[];
  /** After the feeds were stopped. */
  stop(): Promise<void>;
}

const LIVE_NOTE = 'Live public prices; every fill is simulated. No key is used and no order leaves this machine.';

/** The real public sockets, or the practice venues on this machine reached through the same code. */
export async function openSources(options: SourceOptions): Promise<Result<Sources, StartProblem>> {
  return options.venues === 'live' ? ok(liveSources(options)) : practiceSources(options);
}

function liveSources(options: SourceOptions): Sources {
  const transport = new NetworkTransport();
  return {
    mode: 'PAPER',
    note: LIVE_NOTE,
    feeds: feedsOver(BUILT_FEEDS, transport, options),
    venues: VENUES,
    practice: null,
    warnings: [],
    stop: async () => transport.close(),
  };
}

async function practiceSources(options: SourceOptions): Promise<Result<Sources, StartProblem>> {
  const { seed, clock, world: choice } = options;
  let world: ReturnType<typeof createPracticeWorld>;
  try {
    world = createPracticeWorld({
      seed,
      clock,
      world: choice.kind === 'synthetic' ? 'synthetic' : { recorded: choice.folder },
    });
  } catch (error) {
    if (!(error instanceof RecordedFolderError)) throw error;
    return err({ exitCode: EXIT.recordedData, message: error.message });
  }
  const servers = new PracticeServers(world.servers, clock);
  const { port } = await servers.start();
  const local: LocalAddress = { address: '127.0.0.1', port };
  const hosts = BUILT_FEEDS.flatMap(hostsOf);
  const transport = new NetworkTransport({ redirect: new Map(hosts.map((host) => [host, local])) });
  world.start();
  const venues = VENUES.filter((venue) => world.instruments.some((market) => market.venue === venue));
  return ok({
    mode: 'PRACTICE',
    note: world.note,
    feeds: feedsOver(practicedFeeds(world), transport, options),
    venues,
    practice: practiceControl(world),
    warnings: world.warnings.map(({ kind, where, count, handled }) => `${where}: ${count} × ${kind}; ${handled}`),
    stop: async () => {
      transport.close();
      world.stop();
      await servers.stop();
    },
  });
}

function feedsOver(
  feeds: readonly FeedId[],
  transport: NetworkTransport,
  { seed, clock, bases = DEFAULT_BASE_CHOICE }: SourceOptions,
): readonly MarketFeed[] {
  const random = new SeededRandom(seed).fork('feeds');
  const scope: PairScope = bases.kind === 'listed' ? listedScope(bases.bases) : new CommonScope(bases.most);
  return feeds.map((feed) => createFeed(feed, { transport, clock, random, scope }));
}

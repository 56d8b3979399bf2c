import type { MarketFeed } from '#engine/ports';
import { type PracticeWorld, RecordedFolderError } from '#main/practice/practice';
import {
  type CatalogueCache,
  CommonScope,
  createFeed,
  DEFAULT_BASES,
  listedScope,
  type PairScope,
} from '#main/venues/feeds';
import { VENUES, type Venue } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { err, ok, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';
import { type PracticeControl, practiceControl } from './practice-control.ts';
import { EXIT, type StartProblem } from './start-problem.ts';
import { liveAccess, type PracticeAccess, practiceAccess, type VenueAccess } from './venue-access.ts';

export type WorldChoice = { readonly kind: 'synthetic' } | { readonly kind: 'recorded'; readonly folder: string };

export interface SourceOptions {
  readonly venues: 'practice' | 'live';
  readonly seed: number;
  readonly world: WorldChoice;
  readonly clock: Clock;
  /** {@link DEFAULT_BASE_CHOICE} when left out. */
  readonly bases?: BaseChoice;
  /** Keeps the catalogues of live venues; those of practice venues change with the seed and are never far. */
  readonly cache?: CatalogueCache;
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
  /** What the feeds are reached over; brokers are reached over the same. */
  readonly transport: Transport;
  /** Venues that take part: a recording may lack some. */
  readonly venues: readonly Venue[];
  /** The practice venues' faults; `null` where the venues are the real ones. */
  readonly practice: PracticeControl | null;
  /** The practice venues themselves; `null` where the venues are the real ones. */
  readonly world: PracticeWorld | null;
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
  const access = liveAccess();
  return {
    mode: 'PAPER',
    note: LIVE_NOTE,
    feeds: feedsOver(access, options, options.cache),
    transport: access.transport,
    venues: VENUES,
    practice: null,
    world: null,
    warnings: [],
    stop: access.stop,
  };
}

async function practiceSources(options: SourceOptions): Promise<Result<Sources, StartProblem>> {
  const { seed, clock, world: choice } = options;
  let access: PracticeAccess;
  try {
    access = await practiceAccess(seed, clock, choice.kind === 'synthetic' ? 'synthetic' : { recorded: choice.folder });
  } catch (error) {
    if (!(error instanceof RecordedFolderError)) throw error;
    return err({ exitCode: EXIT.recordedData, message: error.message });
  }
  const { world } = access;
  return ok({
    mode: 'PRACTICE',
    note: world.note,
    feeds: feedsOver(access, options),
    transport: access.transport,
    venues: VENUES.filter((venue) => world.instruments.some((market) => market.venue === venue)),
    practice: practiceControl(world),
    world,
    warnings: world.warnings.map(({ kind, where, count, handled }) => `${where}: ${count} × ${kind}; ${handled}`),
    stop: access.stop,
  });
}

function feedsOver(
  { feeds, transport }: VenueAccess,
  { seed, clock, bases = DEFAULT_BASE_CHOICE }: SourceOptions,
  cache?: CatalogueCache,
): readonly MarketFeed[] {
  const random = new SeededRandom(seed).fork('feeds');
  const scope: PairScope = bases.kind === 'listed' ? listedScope(bases.bases) : new CommonScope(bases.most);
  const kept = cache === undefined ? {} : { cache };
  return feeds.map((feed) => createFeed(feed, { transport, clock, random, scope, ...kept }));
}

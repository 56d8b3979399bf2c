import { join } from 'node:path';
import { certifyFeed, type FeedResults } from '#main/certification/certify-feed';
import { certifyOrders } from '#main/certification/orders/certify-orders';
import type { Consent, OrderSubject } from '#main/certification/orders/order-subject';
import { unsupported } from '#main/certification/outcome';
import type { CertificationTimes, Subject } from '#main/certification/subject';
import { CertificationFile, certificationName } from '#main/storage/certification-file';
import { makeFolder } from '#main/storage/make-folder';
import { protocolOf } from '#main/venues/feeds';
import { onRealVenues, onTestNetwork } from '#main/venues/network-guards';
import { ORDER_PROTOCOLS } from '#main/venues/orders/order-protocols';
import {
  type CertificationCheck,
  type CertificationHalf,
  type CertificationReport,
  type CheckResult,
  checksOf,
  verdictOf,
} from '#shared/domain/certification';
import { entityOf, whyNotTested } from '#shared/domain/entities';
import type { FeedId } from '#shared/domain/ids';
import { invariant } from '#shared/kernel/invariant';
import { SeededRandom } from '#shared/kernel/random';
import { err, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import type { CertifiedAccount } from './certify-account.ts';
import { practiceOrders } from './certify-practice.ts';
import { orderBook } from './decode.ts';
import { liveAccess, type PracticeAccess, practiceAccess, type VenueAccess } from './venue-access.ts';
import { VERSION } from './version.ts';

export const PRACTICE_TIMES: CertificationTimes = {
  booksMs: 20_000,
  streamMs: 6_000,
  patienceMs: 20_000,
  recoveryMs: 20_000,
};
export const LIVE_TIMES: CertificationTimes = {
  booksMs: 20_000,
  streamMs: 15_000,
  patienceMs: 30_000,
  recoveryMs: 20_000,
};

export interface CertifyOptions {
  readonly venues: CertificationReport['venues'];
  readonly halves: readonly CertificationHalf[];
  readonly seed: number;
  /** All that can be read when `null`; with an account, all of its own. */
  readonly feeds: readonly FeedId[] | null;
  readonly bases: readonly string[];
  readonly clock: Clock;
  readonly cancelled: () => boolean;
  readonly done: (feed: FeedId, check: CertificationCheck, result: CheckResult) => void;
  /**
   * Whose orders are looked at on real venues, and who allows each; nobody is asked about play money. Practice venues bring
   * their own. A test network is always looked at with an account of it.
   */
  readonly live: { readonly account: CertifiedAccount; readonly consent: Consent | null } | null;
  /** How real venues and test networks are reached; over this machine's network when left out. */
  readonly network?: VenueAccess;
}

type Entry = readonly [FeedId, FeedResults];

/**
 * Puts the feeds through their checks, all at the same time; the orders of a real account one feed after the other, since a
 * person is asked about each. Resolves when everything the checks opened is closed again, also when they were cancelled.
 */
export async function certify(options: CertifyOptions): Promise<CertificationReport> {
  const { venues, seed, clock, halves, live } = options;
  const startedAtMs = clock.wallMs();
  const practice = venues === 'practice' ? await practiceAccess(seed, clock, 'synthetic') : null;
  const access = practice ?? apart(options, options.network ?? liveAccess());
  const feeds = options.feeds ?? live?.account.feeds ?? access.feeds;
  const subjectOf = (feed: FeedId): Subject => ({
    protocol: protocolOf(feed),
    transport: access.transport,
    clock,
    random: new SeededRandom(seed).fork(`certify/${feed}`),
    bases: options.bases,
    makeBook: orderBook,
    provoke: practice === null ? null : provokeOn(practice, feed),
    times: practice === null ? LIVE_TIMES : PRACTICE_TIMES,
    cancelled: options.cancelled,
  });
  const publicHalf = async (feed: FeedId): Promise<FeedResults> =>
    halves.includes('public') ? certifyFeed(subjectOf(feed), (check, result) => options.done(feed, check, result)) : {};
  const privateHalf = async (feed: FeedId): Promise<FeedResults> => {
    const orders = ORDER_PROTOCOLS[feed];
    if (!halves.includes('private') || orders === undefined) return {};
    const who =
      practice !== null ? practiceOrders(practice.world, feed) : live === null ? null : liveOrders(live, feed);
    if (who === null) return {};
    const subject: OrderSubject = { ...subjectOf(feed), orders, ...who };
    return certifyOrders(subject, (check, result) => options.done(feed, check, result));
  };
  const lacking = (feed: FeedId): string | undefined =>
    venues === 'testnet' && live !== null ? whyNotTested(feed, live.account.account.entity) : undefined;
  const inTurn = inTurns();
  const results = await Promise.all(
    feeds.map(async (feed): Promise<Entry> => {
      const why = lacking(feed);
      if (why !== undefined) return [feed, notThere(halves, why, (check, result) => options.done(feed, check, result))];
      const looked = await publicHalf(feed);
      const ordered = practice === null ? await inTurn(() => privateHalf(feed)) : await privateHalf(feed);
      return [feed, { ...looked, ...ordered }];
    }),
  );
  await access.stop();
  const byFeed = Object.fromEntries(results);
  return {
    verdict: verdictOf(
      byFeed,
      feeds.filter((feed) => lacking(feed) === undefined),
    ),
    venues,
    ...(venues === 'testnet' ? { network: networkOf(options) } : {}),
    halves: [...halves],
    startedAtMs,
    tookMs: Math.round(clock.wallMs() - startedAtMs),
    version: VERSION,
    feeds: byFeed,
  };
}

/** Real venues and test networks never mix: a run reaches one kind of host alone, whatever is asked of it. */
function apart({ venues, live }: CertifyOptions, access: VenueAccess): VenueAccess {
  if (venues !== 'testnet') return { ...access, transport: onRealVenues(access.transport) };
  invariant(live !== null, 'a test network is looked at with an account of it');
  const { venue, entity } = live.account.account;
  return { ...access, transport: onTestNetwork(access.transport, venue, entity) };
}

function networkOf({ live }: CertifyOptions): string {
  invariant(live !== null, 'a test network is looked at with an account of it');
  const { venue, entity } = live.account.account;
  return entityOf(venue, entity)?.name ?? entity;
}

/** Every check of a feed that the test network does not have. */
function notThere(
  halves: readonly CertificationHalf[],
  why: string,
  done: (check: CertificationCheck, result: CheckResult) => void,
): FeedResults {
  const rows = halves.flatMap(checksOf).map((check) => [check, unsupported(why)] as const);
  for (const [check, result] of rows) done(check, result);
  return Object.fromEntries(rows);
}

/** One after the other, in the order in which they were asked for. */
function inTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const next = last.then(run);
    last = next.catch(() => undefined);
    return next;
  };
}

function liveOrders(
  { account, consent }: NonNullable<CertifyOptions['live']>,
  feed: FeedId,
): Pick<OrderSubject, 'entity' | 'credentials' | 'witness' | 'consent'> {
  return {
    entity: account.account.entity,
    credentials: (key) => (key === 'own' ? account.credentials(feed) : undefined),
    witness: null,
    consent,
  };
}

/** Keeps the report where the window finds it. The error is one line. */
export function keepReport(dataDir: string, report: CertificationReport): Result<void, string> {
  try {
    makeFolder(dataDir);
  } catch (error) {
    return err(
      `The data directory ${dataDir} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  return new CertificationFile(join(dataDir, certificationName(report.venues))).save(report);
}

function provokeOn({ world }: PracticeAccess, feed: FeedId): NonNullable<Subject['provoke']> {
  return (fault, on) => {
    const applied = world.faults.apply({ feed, fault, on });
    return applied.ok ? null : applied.error;
  };
}

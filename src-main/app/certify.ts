import { join } from 'node:path';
import { certifyFeed, type FeedResults } from '#main/certification/certify-feed';
import { certifyOrders } from '#main/certification/orders/certify-orders';
import type { Consent, OrderSubject } from '#main/certification/orders/order-subject';
import type { CertificationTimes, Subject } from '#main/certification/subject';
import { CertificationFile } from '#main/storage/certification-file';
import { makeFolder } from '#main/storage/make-folder';
import { protocolOf } from '#main/venues/feeds';
import { ORDER_PROTOCOLS } from '#main/venues/orders/order-protocols';
import {
  type CertificationCheck,
  type CertificationHalf,
  type CertificationReport,
  type CheckResult,
  verdictOf,
} from '#shared/domain/certification';
import type { FeedId } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { err, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
import type { CertifiedAccount } from './certify-account.ts';
import { practiceOrders } from './certify-practice.ts';
import { orderBook } from './decode.ts';
import { liveAccess, type PracticeAccess, practiceAccess } from './venue-access.ts';
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
  readonly venues: 'practice' | 'live';
  readonly halves: readonly CertificationHalf[];
  readonly seed: number;
  /** All that can be read when `null`; with an account, all of its own. */
  readonly feeds: readonly FeedId[] | null;
  readonly bases: readonly string[];
  readonly clock: Clock;
  readonly cancelled: () => boolean;
  readonly done: (feed: FeedId, check: CertificationCheck, result: CheckResult) => void;
  /** Whose orders are looked at on real venues, and who allows each; practice venues bring their own. */
  readonly live: { readonly account: CertifiedAccount; readonly consent: Consent } | null;
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
  const access = practice ?? liveAccess();
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
  const inTurn = inTurns();
  const results = await Promise.all(
    feeds.map(async (feed): Promise<Entry> => {
      const looked = await publicHalf(feed);
      const ordered = practice === null ? await inTurn(() => privateHalf(feed)) : await privateHalf(feed);
      return [feed, { ...looked, ...ordered }];
    }),
  );
  await access.stop();
  const byFeed = Object.fromEntries(results);
  return {
    verdict: verdictOf(byFeed, feeds),
    venues,
    halves: [...halves],
    startedAtMs,
    tookMs: Math.round(clock.wallMs() - startedAtMs),
    version: VERSION,
    feeds: byFeed,
  };
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
  return new CertificationFile(join(dataDir, 'certification.json')).save(report);
}

function provokeOn({ world }: PracticeAccess, feed: FeedId): NonNullable<Subject['provoke']> {
  return (fault, on) => {
    const applied = world.faults.apply({ feed, fault, on });
    return applied.ok ? null : applied.error;
  };
}

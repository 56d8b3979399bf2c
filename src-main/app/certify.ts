import { join } from 'node:path';
import { certifyFeed, type FeedResults } from '#main/certification/certify-feed';
import type { CertificationTimes, Subject } from '#main/certification/subject';
import { CertificationFile } from '#main/storage/certification-file';
import { makeFolder } from '#main/storage/make-folder';
import { protocolOf } from '#main/venues/feeds';
import {
  type CertificationCheck,
  type CertificationReport,
  type CheckResult,
  verdictOf,
} from '#shared/domain/certification';
import type { FeedId } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { err, type Result } from '#shared/kernel/result';
import type { Clock } from '#shared/kernel/time';
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
  readonly seed: number;
  /** All that can be read when `null`. */
  readonly feeds: readonly FeedId[] | null;
  readonly bases: readonly string[];
  readonly clock: Clock;
  readonly cancelled: () => boolean;
  readonly done: (feed: FeedId, check: CertificationCheck, result: CheckResult) => void;
}

/** Puts the feeds through their checks, all at the same time. */
export async function certify(options: CertifyOptions): Promise<CertificationReport> {
  const { venues, seed, clock } = options;
  const startedAtMs = clock.wallMs();
  const practice = venues === 'practice' ? await practiceAccess(seed, clock, 'synthetic') : null;
  const access = practice ?? liveAccess();
  const feeds = options.feeds ?? access.feeds;
  const results = await Promise.all(
    feeds.map(async (feed): Promise<readonly [FeedId, FeedResults]> => {
      const subject: Subject = {
        protocol: protocolOf(feed),
        transport: access.transport,
        clock,
        random: new SeededRandom(seed).fork(`certify/${feed}`),
        bases: options.bases,
        makeBook: orderBook,
        provoke: practice === null ? null : provokeOn(practice, feed),
        times: practice === null ? LIVE_TIMES : PRACTICE_TIMES,
        cancelled: options.cancelled,
      };
      return [feed, await certifyFeed(subject, (check, result) => options.done(feed, check, result))];
    }),
  );
  await access.stop();
  const byFeed = Object.fromEntries(results);
  return {
    verdict: verdictOf(byFeed, feeds),
    venues,
    startedAtMs,
    tookMs: Math.round(clock.wallMs() - startedAtMs),
    version: VERSION,
    feeds: byFeed,
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

import type { MaintenanceStanding } from '#shared/domain/maintenance';
import type { FeedState } from '#shared/domain/market';
import type { FeedRecord } from './feed-record.ts';
import type { FreshnessJudge } from './freshness.ts';

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** A feed's counters and readings at one moment, for reports, the status bar and `/healthz`. */
export function feedState(
  feed: FeedRecord,
  judge: FreshnessJudge,
  maintenance: MaintenanceStanding,
  nowMs: number,
  wallMs: number,
): FeedState {
  const listed = feed.listed.filter(({ listing }) => listing.status !== 'delisted');
  return {
    feed: feed.feed,
    venue: feed.venue,
    connection: feed.connection,
    epoch: feed.epoch,
    instruments: listed.length,
    fresh: listed.filter((one) => judge.cause(one.channel, nowMs) === undefined).length,
    lastHeardAtMs: orNull(wallMs - (nowMs - feed.lastHeardMonoMs)),
    skewMs: orNull(feed.skewMs),
    roundTripMs: orNull(feed.roundTripMs),
    lagP50Ms: orNull(feed.lag.quantile(0.5)),
    lagP99Ms: orNull(feed.lag.quantile(0.99)),
    frames: feed.frames,
    decodeErrors: feed.decodeErrors,
    gaps: feed.gaps,
    checksumErrors: feed.checksumErrors,
    reconnects: feed.reconnects,
    reason: feed.reason,
    maintenance,
  };
}

import { type FeedId, type Venue, venueOf } from '#shared/domain/ids';
import type { FrameFault } from '../ports.ts';
import type { BookChannel } from './book-channel.ts';
import { DecayingHistogram } from './decaying-histogram.ts';
import type { Listed } from './listed.ts';
import { SilenceNorm } from './silence.ts';

const LAG_HALF_LIFE_MS = 60_000;
const RECENT = 8;

export type Connection = 'connecting' | 'connected' | 'disconnected' | 'stopped';

/** Everything measured about one feed. */
export class FeedRecord {
  readonly feed: FeedId;
  readonly venue: Venue;
  /** In order of listing id; delisted ones stay, for open deals. */
  listed: readonly Listed[] = [];
  /** Its books, one under several names once. */
  channels: readonly BookChannel[] = [];
  connection: Connection = 'connecting';
  epoch = 0;
  everConnected = false;
  /** NaN until the feed was first heard. */
  lastHeardMonoMs = Number.NaN;
  /** Positive when the venue's clock is ahead; NaN until measured (MD-6). */
  skewMs = Number.NaN;
  roundTripMs = Number.NaN;
  frames = 0;
  decodeErrors = 0;
  gaps = 0;
  checksumErrors = 0;
  reconnects = 0;
  reason: string | null = null;
  inspectedMonoMs = Number.NEGATIVE_INFINITY;
  /** The feed's data stopped while it is still heard; kept to report the change once. */
  dataStopped = false;
  readonly lag = new DecayingHistogram(LAG_HALF_LIFE_MS);
  /** Live data of any instrument: the busiest one is the canary (MD-2). */
  readonly silence = new SilenceNorm();
  readonly #recentLagMs = new Float64Array(RECENT).fill(Number.NaN);
  #recentIndex = 0;

  constructor(feed: FeedId) {
    this.feed = feed;
    this.venue = venueOf(feed);
  }

  /** Lag of one update, ms, skew taken off; its size counts either way, because a negative one is a wrong clock. */
  recordUpdateLag(lagMs: number): void {
    this.#recentLagMs[this.#recentIndex] = Math.abs(lagMs);
    this.#recentIndex = (this.#recentIndex + 1) % RECENT;
  }

  /** The best of the last eight updates' lags: one late update is an accident, eight are a late feed. NaN: no update. */
  pipeLagMs(): number {
    let best = Number.NaN;
    for (let index = 0; index < RECENT; index += 1) {
      const lag = this.#recentLagMs[index] as number;
      if (!(lag >= best)) best = Number.isNaN(lag) ? best : lag;
    }
    return best;
  }

  /** A new connection has no lag yet. */
  forgetLag(): void {
    this.#recentLagMs.fill(Number.NaN);
  }

  /** A book that stays crossed missed something, like a gap; a refused subscription is no frame: it is the feed's reason. */
  countFault(fault: FrameFault): void {
    if (fault === 'gap' || fault === 'crossed') this.gaps += 1;
    else if (fault === 'checksum') this.checksumErrors += 1;
    else if (fault !== 'subscription-error') this.decodeErrors += 1;
  }
}

import { type FeedId, type Venue, venueOf } from '#shared/domain/ids';
import type { FrameFault } from '../ports.ts';
import type { BookChannel } from './book-channel.ts';
import { DecayingHistogram } from './decaying-histogram.ts';
import { Line } from './line.ts';
import type { Listed } from './listed.ts';

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
  /** The latest of all its sockets; NaN until one was first heard. */
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
  readonly lag = new DecayingHistogram(LAG_HALF_LIFE_MS);
  /** Its sockets that carry books; the first is always there. */
  readonly lines: Line[] = [new Line(0)];
  readonly #recentLagMs = new Float64Array(RECENT).fill(Number.NaN);
  #recentIndex = 0;

  constructor(feed: FeedId) {
    this.feed = feed;
    this.venue = venueOf(feed);
  }

  /** Share of its listed instruments that do not trade normally; 0 while it lists none. */
  stoppedShare(): number {
    const listed = this.listed.filter(({ listing }) => listing.status !== 'delisted');
    const stopped = listed.filter(({ listing }) => listing.status !== 'normal');
    return listed.length === 0 ? 0 : stopped.length / listed.length;
  }

  /** Socket `index`, from 0, made on first mention. */
  line(index: number): Line {
    const { lines } = this;
    while (lines.length <= index) lines.push(new Line(lines.length));
    return lines[index] as Line;
  }

  /** A socket is back: the silence of what it carries counts from here, and its absence is not learned as one (MD-2). */
  resumeSilence(line: Line, monoMs: number): void {
    line.silence.restart(monoMs);
    for (const channel of this.channels) if (channel.line === line) channel.silence.restart(monoMs);
  }

  /** Bytes of any kind came over a socket of it (MD-2). */
  heard(line: Line, monoMs: number): void {
    line.heard(monoMs);
    if (!(monoMs <= this.lastHeardMonoMs)) this.lastHeardMonoMs = monoMs;
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

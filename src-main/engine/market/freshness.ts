import type { StaleCause } from '#shared/domain/market';
import type { Limits } from '#shared/settings/limits';
import { ASK, BID } from '../ports.ts';
import type { BookChannel } from './book-channel.ts';
import { limitReader } from './limit-reader.ts';
import type { Line } from './line.ts';
import { INSTRUMENT_FLOOR_MS, VOUCHED_FACTOR } from './silence.ts';
import type { Freshness } from './view.ts';

/**
 * What a source of data other than live sockets changes about MD-2. Candles arrive once a bar, so their replay states
 * its own ages; whatever is left out is judged by the limits.
 */
export interface AgePolicy {
  /** Replaces the limit on the age of the connection's last sign of life, ms. */
  readonly maxHeardAgeMs?: number;
  /** Replaces the limit on event lag, ms; `Infinity` means that lag is not judged. */
  readonly maxLagMs?: number;
  /** Silence of an instrument, or of a feed's data, says nothing. */
  readonly quietIsFresh?: boolean;
  /** Whether lag may be judged only with a measured clock skew; by default so, unless `maxLagMs` is replaced. */
  readonly skewRequired?: boolean;
}

const FRESH: Freshness = { fresh: true };
/** A stale answer is worded again at most this often while its cause stands. */
const REWORD_MS = 250;

/** MD-2, without the trading status, which is judged on its own (MD-8). Every missing reading is a cause (FCL). */
export class FreshnessJudge {
  readonly maxHeardAgeMs: () => number;
  readonly #maxLagMs: () => number;
  readonly #quietIsFresh: boolean;
  readonly #skewRequired: boolean;

  constructor(limits: () => Limits, policy: AgePolicy) {
    const { maxHeardAgeMs, maxLagMs } = policy;
    this.maxHeardAgeMs = maxHeardAgeMs === undefined ? limitReader(limits, 'maxQuoteAgeMs') : () => maxHeardAgeMs;
    this.#maxLagMs = maxLagMs === undefined ? limitReader(limits, 'maxFeedLagMs') : () => maxLagMs;
    this.#quietIsFresh = policy.quietIsFresh ?? false;
    this.#skewRequired = policy.skewRequired ?? maxLagMs === undefined;
  }

  /** Why the book may not be traded on at `nowMs` (monotonic), or `undefined` when it is fresh. Allocates nothing. */
  cause(channel: BookChannel, nowMs: number): StaleCause | undefined {
    const { book, feed } = channel;
    if (feed.connection !== 'connected') return 'disconnected';
    if (!book.valid) return Number.isNaN(book.committedMonoMs) ? 'no-snapshot' : 'invalid-book';
    if (!Number.isNaN(book.crossedSinceMonoMs)) return 'invalid-book';
    if (book.depth(BID) === 0 || book.depth(ASK) === 0) return 'one-sided';
    if (!(nowMs - channel.line.heardMonoMs <= this.maxHeardAgeMs())) return 'not-heard';
    if (this.#lags(channel, nowMs)) return 'feed-lag';
    if (this.dataStopped(channel.line, nowMs) || this.tooQuiet(channel, nowMs)) return 'too-quiet';
    if (this.#unproven(channel, nowMs)) return 'too-quiet';
    return undefined;
  }

  /** The socket of the channel is connected and was heard within the limit. */
  heard(channel: BookChannel, nowMs: number): boolean {
    return channel.feed.connection === 'connected' && nowMs - channel.line.heardMonoMs <= this.maxHeardAgeMs();
  }

  /** {@link cause} with a sentence for people. */
  judge(channel: BookChannel, nowMs: number): Freshness {
    const cause = this.cause(channel, nowMs);
    if (cause === undefined) {
      channel.staleAnswer = undefined;
      return FRESH;
    }
    const last = channel.staleAnswer;
    const sameCause = last !== undefined && !last.fresh && last.cause === cause;
    if (sameCause && nowMs - channel.staleAnswerMonoMs < REWORD_MS) return last;
    const answer: Freshness = { fresh: false, cause, detail: this.#detail(channel, cause, nowMs) };
    channel.staleAnswer = answer;
    channel.staleAnswerMonoMs = nowMs;
    return answer;
  }

  /** The socket is heard but no instrument on it has moved for longer than is normal: heartbeats are not data. */
  dataStopped(line: Line, nowMs: number): boolean {
    if (this.#quietIsFresh) return false;
    return !(nowMs - line.silence.lastMonoMs <= line.silence.limitMs(this.maxHeardAgeMs()));
  }

  /** The instrument is silent beyond its norm, and nothing recent vouches that its book is merely unchanged. */
  tooQuiet(channel: BookChannel, nowMs: number): boolean {
    if (this.#quietIsFresh) return false;
    if (channel.contradicted) return true;
    const limit = channel.silence.limitMs(INSTRUMENT_FLOOR_MS);
    if (!(nowMs - channel.vouchedMonoMs <= limit)) return true;
    return channel.silence.learned && !(nowMs - channel.silence.lastMonoMs <= VOUCHED_FACTOR * limit);
  }

  /** A snapshot alone says nothing of the stream behind it: it stands in for live data no longer than a sign of life. */
  #unproven(channel: BookChannel, nowMs: number): boolean {
    if (this.#quietIsFresh || channel.live) return false;
    return !(nowMs - channel.vouchedMonoMs <= this.maxHeardAgeMs());
  }

  #lags(channel: BookChannel, nowMs: number): boolean {
    const maxLag = this.#maxLagMs();
    if (maxLag === Number.POSITIVE_INFINITY) return false;
    if (this.#skewRequired && Number.isNaN(channel.feed.skewMs)) return true;
    if (!(channel.feed.pipeLagMs() <= maxLag)) return true;
    // An instrument whose last update came late is late until it was silent for longer than it lagged.
    return Math.abs(channel.lagMs) > maxLag && nowMs - channel.book.committedMonoMs <= Math.abs(channel.lagMs);
  }

  #detail(channel: BookChannel, cause: StaleCause, nowMs: number): string {
    const { feed, book, line } = channel;
    const one = feed.lines.length === 1;
    const socket = one ? feed.feed : `socket ${line.index + 1} of ${feed.feed}`;
    const since = (monoMs: number) => (Number.isNaN(monoMs) ? 'never' : `${Math.round(nowMs - monoMs)} ms ago`);
    switch (cause) {
      case 'disconnected':
        return `${feed.feed} is ${feed.connection}${feed.reason === null ? '' : `: ${feed.reason}`}`;
      case 'no-snapshot':
        return 'no snapshot of the book has come yet';
      case 'invalid-book':
        return book.valid ? 'the book is crossed or locked' : `the book waits for a snapshot: ${channel.invalidCause}`;
      case 'one-sided':
        return 'the book has no bids or no asks';
      case 'not-heard':
        return `${one ? '' : `${socket} was `}last heard ${since(line.heardMonoMs)}, limit ${this.maxHeardAgeMs()} ms`;
      case 'feed-lag':
        if (this.#skewRequired && Number.isNaN(feed.skewMs)) return 'the venue’s clock skew is not measured yet';
        if (Number.isNaN(feed.pipeLagMs())) return 'the event lag is not measured yet';
        return `updates arrive ${Math.round(Math.max(feed.pipeLagMs(), Math.abs(channel.lagMs) || 0))} ms off, limit ${this.#maxLagMs()} ms`;
      case 'too-quiet':
        if (channel.contradicted) return 'it moved while its stream was silent; no live data has come since';
        if (this.dataStopped(line, nowMs)) {
          return `${socket} is heard, but its last data came ${since(line.silence.lastMonoMs)}`;
        }
        return this.#unproven(channel, nowMs)
          ? 'no live data of it has come yet, only a snapshot'
          : `last update ${since(channel.silence.lastMonoMs)}, longer than is normal for it`;
    }
  }
}

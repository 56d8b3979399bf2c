import { type FeedId, venueOf } from '#shared/domain/ids';
import type { FeedState } from '#shared/domain/market';

/** A feed counts as fresh with this share of its books. */
const FRESH_SHARE = 0.6;

/** What became of one feed. */
interface Story {
  /** Since when it was neither fresh nor under a fault; `null` while it is. */
  lostSinceMs: number | null;
  stuck: boolean;
  worstMs: number;
}

/** Watches that every feed is fresh again within a bound after its venue's last fault ended. */
export class Watchdog {
  readonly #boundMs: number;
  readonly #stories: ReadonlyMap<FeedId, Story>;
  readonly #stuck: string[] = [];

  constructor(feeds: readonly FeedId[], boundMs: number) {
    this.#boundMs = boundMs;
    this.#stories = new Map(feeds.map((feed) => [feed, { lostSinceMs: null, stuck: false, worstMs: 0 }]));
  }

  /** Feeds that stayed stuck, each in one sentence. */
  get stuck(): readonly string[] {
    return this.#stuck;
  }

  /** The longest that any feed needed to be fresh again, ms. */
  get worstRecoveryMs(): number {
    return Math.max(0, ...[...this.#stories.values()].map(({ worstMs }) => worstMs));
  }

  /** `faulty`: feeds of a venue where something is switched on, or has just happened. */
  look(nowMs: number, states: readonly FeedState[], faulty: (feed: FeedId) => boolean): void {
    for (const [feed, story] of this.#stories) {
      const state = states.find((one) => one.feed === feed);
      const isFresh = state !== undefined && state.fresh > 0 && state.fresh >= state.instruments * FRESH_SHARE;
      if (isFresh || faulty(feed)) {
        if (isFresh && story.lostSinceMs !== null) story.worstMs = Math.max(story.worstMs, nowMs - story.lostSinceMs);
        story.lostSinceMs = null;
        story.stuck = false;
        continue;
      }
      story.lostSinceMs ??= nowMs;
      if (story.stuck || nowMs - story.lostSinceMs <= this.#boundMs) continue;
      story.stuck = true;
      const { connection = 'unknown', fresh = 0, instruments = 0, reason = null } = state ?? {};
      this.#stuck.push(
        `${feed} at ${new Date(nowMs).toISOString()}: ${fresh} of ${instruments} books fresh, ${connection}` +
          `${reason === null ? '' : `, ${reason}`}, ${Math.round(this.#boundMs / 1000)} s after its last fault`,
      );
    }
  }
}

/** Feeds of one venue share hosts and a clock: what goes wrong with one may touch the other. */
export const sameVenue = (a: FeedId, b: FeedId): boolean => venueOf(a) === venueOf(b);

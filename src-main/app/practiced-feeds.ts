import type { PracticeWorld } from '#main/practice/practice';
import { BUILT_FEEDS } from '#main/venues/feeds';
import type { FeedId } from '#shared/domain/ids';

/** The feeds a practice world has instruments for: a recording may lack some. */
export const practicedFeeds = (world: PracticeWorld): readonly FeedId[] =>
  BUILT_FEEDS.filter((feed) => world.instruments.some((market) => market.feed === feed));

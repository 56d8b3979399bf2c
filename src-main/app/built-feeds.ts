import { BUILT_FEEDS } from '#main/venues/feeds';
import type { FeedId } from '#shared/domain/ids';

export { DEFAULT_BASES } from '#main/venues/feeds';

/** Feeds that this version can read, in the order of every table. */
export const builtFeeds = (): readonly FeedId[] => BUILT_FEEDS;

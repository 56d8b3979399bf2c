import { type FeedId, type Product, productOf } from '#shared/domain/ids';

/**
 * Products that orders are sent for; the others are read. Health and breakers of a venue speak of these alone: a feed of
 * perpetuals that fails is no reason to leave the venue's spot side.
 */
const TRADED_PRODUCTS: readonly Product[] = ['spot'];

export const isTraded = (feed: FeedId): boolean => TRADED_PRODUCTS.includes(productOf(feed));

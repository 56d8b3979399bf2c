import { z } from 'zod';

/** ID-1. Order is the order of every table on screen and in reports. */
export const VENUES = ['binance', 'coinbase', 'bybit', 'okx', 'kraken'] as const;
export const venueSchema = z.enum(VENUES);
export type Venue = z.infer<typeof venueSchema>;

export const PRODUCTS = ['spot', 'perp'] as const;
export const productSchema = z.enum(PRODUCTS);
export type Product = z.infer<typeof productSchema>;

/** A venue × product, e.g. `kraken:spot`. */
export type FeedId = `${Venue}:${Product}`;
export const feedId = (venue: Venue, product: Product): FeedId => `${venue}:${product}`;
export const feedSchema = z.templateLiteral([venueSchema, ':', productSchema]);
export const SPOT_FEEDS: readonly FeedId[] = VENUES.map((venue) => feedId(venue, 'spot'));
/** All ten, venue by venue: the order of every table of feeds. */
export const FEEDS: readonly FeedId[] = VENUES.flatMap((venue) => PRODUCTS.map((product) => feedId(venue, product)));
export const venueOf = (feed: FeedId): Venue => feed.slice(0, feed.indexOf(':')) as Venue;
export const productOf = (feed: FeedId): Product => feed.slice(feed.indexOf(':') + 1) as Product;

/** ID-2: `BASE-QUOTE` or `BASE-QUOTE-PERP`, e.g. `BTC-USDT`, `ETH-USDC-PERP`. */
export const instrumentIdSchema = z.string().regex(/^[A-Z0-9]{1,20}-[A-Z0-9]{2,10}(-PERP)?$/);
export type InstrumentId = string;

/** One instrument as one feed lists it: `kraken:spot|BTC-USD`. */
export type ListingId = `${FeedId}|${string}`;
export const listingId = (feed: FeedId, instrument: InstrumentId): ListingId => `${feed}|${instrument}`;
export const feedOfListing = (id: ListingId): FeedId => id.slice(0, id.indexOf('|')) as FeedId;
export const instrumentOfListing = (id: ListingId): InstrumentId => id.slice(id.indexOf('|') + 1);
export const listingIdSchema = z.custom<ListingId>(
  (value) =>
    typeof value === 'string' && /^(binance|coinbase|bybit|okx|kraken):(spot|perp)\|[A-Z0-9-]{3,40}$/.test(value),
  'expected a listing such as kraken:spot|BTC-USD',
);

/** How a venue is named to a person. */
export const VENUE_NAMES: Readonly<Record<Venue, string>> = {
  binance: 'Binance',
  coinbase: 'Coinbase',
  bybit: 'Bybit',
  okx: 'OKX',
  kraken: 'Kraken',
};

/** `Kraken perp`, as a person reads a feed. */
export const feedName = (feed: FeedId): string => `${VENUE_NAMES[venueOf(feed)]} ${productOf(feed)}`;

/** ID-3: these are never aliased to each other. */
export const USD_LIKE = ['USD', 'USDT', 'USDC'] as const;
export const isUsdLike = (currency: string): boolean => (USD_LIKE as readonly string[]).includes(currency);

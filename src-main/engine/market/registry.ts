import { type FeedId, feedOfListing, isUsdLike, type ListingId, PRODUCTS, productOf, VENUES } from '#shared/domain/ids';
import type { Listing, TradingStatus } from '#shared/domain/listing';
import { BookChannel, type ChannelObserver } from './book-channel.ts';
import { FeedRecord } from './feed-record.ts';
import { Listed, stepDigits } from './listed.ts';

const feedOrder = (feed: FeedRecord): number =>
  VENUES.indexOf(feed.venue) * PRODUCTS.length + PRODUCTS.indexOf(productOf(feed.feed));
const byId = (a: Listed, b: Listed): number => (a.listing.id < b.listing.id ? -1 : a.listing.id > b.listing.id ? 1 : 0);

/** A book in which both currencies are dollars: it converts, it is not traded for divergences (ID-3). */
export const isStablecoinBook = (listing: Listing): boolean => isUsdLike(listing.base) && isUsdLike(listing.quote);

/** All feeds, books and listings, in orders that do not depend on who connected first (TE-1). */
export class Registry {
  readonly #observer: ChannelObserver;
  readonly #feeds = new Map<FeedId, FeedRecord>();
  readonly #channels = new Map<ListingId, BookChannel>();
  readonly #byId = new Map<ListingId, Listed>();
  #feedList: readonly FeedRecord[] = [];
  #all: readonly Listed[] = [];
  #byBase = new Map<string, readonly Listed[]>();
  #listings: readonly Listing[] = [];
  #listingsByBase = new Map<string, readonly Listing[]>();
  #bases: readonly string[] = [];
  /** Grows with every change of catalogue or status. */
  version = 0;

  constructor(observer: ChannelObserver) {
    this.#observer = observer;
  }

  /** The record of a feed, made on first mention. */
  feed(feed: FeedId): FeedRecord {
    let record = this.#feeds.get(feed);
    if (record === undefined) {
      record = new FeedRecord(feed);
      this.#feeds.set(feed, record);
      this.#feedList = [...this.#feeds.values()].sort((a, b) => feedOrder(a) - feedOrder(b));
    }
    return record;
  }

  feeds(): readonly FeedRecord[] {
    return this.#feedList;
  }

  get(id: ListingId): Listed | undefined {
    return this.#byId.get(id);
  }

  /** The book a listing trades on, or that has this id without being a listing itself. */
  channel(id: ListingId): BookChannel | undefined {
    return this.#byId.get(id)?.channel ?? this.#channels.get(id);
  }

  /** By feed, then by id; delisted ones included. */
  all(): readonly Listed[] {
    return this.#all;
  }

  listings(): readonly Listing[] {
    return this.#listings;
  }

  /** Tradable listings of a coin: neither stablecoin books nor delisted ones. */
  ofBase(base: string): readonly Listed[] {
    return this.#byBase.get(base) ?? [];
  }

  listingsOf(base: string): readonly Listing[] {
    return this.#listingsByBase.get(base) ?? [];
  }

  bases(): readonly string[] {
    return this.#bases;
  }

  /**
   * Takes a feed's whole catalogue; what left it is delisted, and a book that lost its last name becomes invalid.
   * `refused` are listings that cannot be used (another feed's, steps that are no positive decimals): they are left out
   * (FCL). `changed` is false when a refresh told nothing new.
   */
  catalogue(
    feed: FeedId,
    listings: readonly Listing[],
  ): { readonly refused: readonly Listing[]; readonly changed: boolean } {
    const record = this.feed(feed);
    if (sameListings(record.listed, listings)) return { refused: [], changed: false };
    const refused: Listing[] = [];
    const named = new Set<ListingId>();
    for (const listing of listings) {
      const price = stepDigits(listing.priceTick);
      const size = stepDigits(listing.lotStep);
      const foreign = feedOfListing(listing.id) !== feed || feedOfListing(listing.bookId) !== feed;
      if (price === undefined || size === undefined || foreign) {
        refused.push(listing);
        continue;
      }
      named.add(listing.id);
      const channel = this.#channelOf(listing.bookId, record);
      const known = this.#byId.get(listing.id);
      if (known === undefined) {
        this.#byId.set(listing.id, new Listed(listing, record, channel, { price, size }));
      } else {
        known.listing = listing;
        known.channel = channel;
        known.priceDigits = price;
        known.sizeDigits = size;
      }
    }
    for (const listed of record.listed) {
      if (!named.has(listed.listing.id)) listed.listing = { ...listed.listing, status: 'delisted' };
    }
    record.listed = [...this.#byId.values()].filter((listed) => listed.feed === record).sort(byId);
    record.channels = [...new Set(record.listed.map(({ channel }) => channel))];
    for (const channel of record.channels) {
      channel.names = record.listed.filter((listed) => listed.channel === channel);
      if (!channel.isListed) channel.book.invalidate('the instrument left the catalogue');
    }
    this.#index();
    return { refused, changed: true };
  }

  /** True when the status is new. */
  status(id: ListingId, status: TradingStatus): boolean {
    const listed = this.#byId.get(id);
    if (listed === undefined || listed.listing.status === status) return false;
    listed.listing = { ...listed.listing, status };
    this.#index();
    return true;
  }

  #channelOf(bookId: ListingId, feed: FeedRecord): BookChannel {
    const known = this.#channels.get(bookId);
    if (known !== undefined) return known;
    const channel = new BookChannel(bookId, feed, this.#observer);
    this.#channels.set(bookId, channel);
    return channel;
  }

  #index(): void {
    this.version += 1;
    this.#all = this.#feedList.flatMap((feed) => feed.listed);
    this.#listings = this.#all.map((listed) => listed.listing);
    const coins = this.#all.filter(({ listing }) => listing.status !== 'delisted' && !isUsdLike(listing.base));
    this.#bases = [...new Set(coins.map(({ listing }) => listing.base))].sort();
    this.#byBase = new Map(this.#bases.map((base) => [base, coins.filter(({ listing }) => listing.base === base)]));
    this.#listingsByBase = new Map(this.#bases.map((base) => [base, this.ofBase(base).map(({ listing }) => listing)]));
  }
}

/** The refresh repeats every listing that is known, and everything else known is delisted already. */
function sameListings(known: readonly Listed[], told: readonly Listing[]): boolean {
  const current = known.filter(({ listing }) => listing.status !== 'delisted');
  if (current.length === 0 || current.length !== told.length) return false;
  const texts = new Map(current.map(({ listing }) => [listing.id, JSON.stringify(listing)]));
  return told.every((listing) => texts.get(listing.id) === JSON.stringify(listing));
}

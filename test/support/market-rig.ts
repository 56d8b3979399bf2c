import { Market } from '#engine/market/market';
import type { MarketListener, MarketOptions } from '#engine/market/parts';
import { ASK, BID } from '#engine/ports';
import { type FeedId, feedId, instrumentOfListing, type ListingId, listingId, type Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { DEFAULT_LIMITS, type Limits } from '#shared/settings/limits';

export const START_MS = Date.UTC(2026, 0, 5);

/** A spot listing with ordinary terms; `changes` replace them. */
export function spot(venue: Venue, instrument: string, changes: Partial<Listing> = {}): Listing {
  const id = listingId(feedId(venue, 'spot'), instrument);
  const [base, quote] = instrument.split('-') as [string, string];
  return {
    id,
    venue,
    product: 'spot',
    instrument: instrumentOfListing(id),
    base,
    quote,
    symbol: instrument,
    priceTick: '0.0001',
    lotStep: '0.0001',
    minQuantity: '0.0001',
    minNotional: '1',
    makerFeeBps: '10',
    takerFeeBps: '10',
    feeSource: 'published',
    feeCurrency: 'quote',
    priceBand: null,
    status: 'normal',
    settle: quote,
    contractSize: '1',
    unitsPerBase: '1',
    funding: null,
    bookId: id,
    ...changes,
  };
}

/** A perpetual of BASE-QUOTE with 8 h snapshots; `changes` replace its terms. */
export function perp(venue: Venue, pair: string, changes: Partial<Listing> = {}): Listing {
  const id = listingId(feedId(venue, 'perp'), `${pair}-PERP`);
  return {
    ...spot(venue, pair),
    id,
    bookId: id,
    product: 'perp',
    instrument: `${pair}-PERP`,
    funding: { accrual: 'snapshot', intervalMs: 28_800_000 },
    ...changes,
  };
}

export type Level = readonly [price: number, size: number];

/** A market on a virtual clock, driven by hand. */
export class MarketRig {
  readonly clock = new VirtualClock(START_MS);
  limits: Limits = DEFAULT_LIMITS;
  readonly disabled = new Set<Venue>();
  readonly vetoed = new Set<Venue>();
  readonly changed: ListingId[] = [];
  readonly resyncs: { readonly id: ListingId; readonly reason: string }[] = [];
  readonly feedChanges: string[] = [];
  readonly catalogueChanges: FeedId[] = [];
  readonly trades: ListingId[] = [];
  readonly service: string[] = [];
  readonly fundingNotes: string[] = [];
  readonly market: Market;
  onBook: (listing: Listing) => void = () => undefined;

  constructor(options: Partial<Pick<MarketOptions, 'agePolicy' | 'fundingStore'>> = {}) {
    const listener: MarketListener = {
      bookChanged: (listing) => {
        this.changed.push(listing.id);
        this.onBook(listing);
      },
      trade: (listing) => this.trades.push(listing.id),
      feedChanged: (feed, reason) => this.feedChanges.push(`${feed} ${reason}`),
      catalogueChanged: (feed) => this.catalogueChanges.push(feed),
      funding: {
        intervalChanged: (id, fromMs, toMs) => this.fundingNotes.push(`${id} ${fromMs} > ${toMs}`),
        intervalsMissing: (feed, ids) => this.fundingNotes.push(`${feed} misses ${ids.join(' ') || 'none'}`),
        historyFailed: (message) => this.fundingNotes.push(`history ${message ?? 'works'}`),
      },
      resyncWanted: (listing, reason) => this.resyncs.push({ id: listing.id, reason }),
    };
    this.market = new Market({
      clock: this.clock,
      limits: () => this.limits,
      enabled: (venue) => !this.disabled.has(venue),
      health: (venue) => ({ score: this.vetoed.has(venue) ? 0.1 : 0.9, vetoed: this.vetoed.has(venue) }),
      service: {
        recordApi: (venue, _ms, outcome) => this.service.push(`${venue} api ${outcome}`),
        recordRoundTrip: (venue, ms) => this.service.push(`${venue} trip ${ms}`),
        recordReconnect: (venue) => this.service.push(`${venue} reconnect`),
      },
      listener,
      ...options,
    });
  }

  /** Announces listings, connects their feeds and measures skew 0. */
  connect(...listings: readonly Listing[]): void {
    const feeds = new Map<FeedId, Listing[]>();
    for (const one of listings) {
      const feed = feedId(one.venue, one.product);
      feeds.set(feed, [...(feeds.get(feed) ?? []), one]);
    }
    for (const [feed, its] of feeds) {
      this.market.catalogue(feed, its);
      this.market.connection(feed, 'connected', 1, '');
      this.market.skew(feed, 0, 20);
      this.heard(feed);
    }
  }

  heard(feed: FeedId): void {
    this.market.heard(feed, this.clock.monoMs());
  }

  /** A whole book, best first, and the same again as an update 5 ms old, so that lag is known. */
  quote(id: ListingId, bids: readonly Level[], asks: readonly Level[]): void {
    const book = this.market.book(id);
    book.reset();
    for (const [price, size] of bids) book.set(BID, price, size);
    for (const [price, size] of asks) book.set(ASK, price, size);
    book.commit(this.clock.wallMs() - 5, 1, this.clock.monoMs());
    this.update(id, bids, asks);
  }

  /** A delta that arrives `lagMs` after the venue's event time. */
  update(id: ListingId, bids: readonly Level[], asks: readonly Level[], lagMs = 5): void {
    const book = this.market.book(id);
    for (const [price, size] of bids) book.set(BID, price, size);
    for (const [price, size] of asks) book.set(ASK, price, size);
    book.commit(this.clock.wallMs() - lagMs, book.sequence + 1, this.clock.monoMs());
  }
}

import { OrderBook } from '#engine/market/order-book';
import { ASK, BID, type FeedSink, type FrameFault } from '#engine/ports';
import type { FundingSettlement, TransferState } from '#shared/domain/funding';
import type { FeedId, ListingId } from '#shared/domain/ids';
import { feedOfListing } from '#shared/domain/ids';
import type { Listing, TradingStatus } from '#shared/domain/listing';
import type { MaintenanceReading } from '#shared/domain/maintenance';

export interface ConnectionNote {
  readonly state: 'connecting' | 'connected' | 'disconnected' | 'stopped';
  readonly epoch: number;
  readonly reason: string;
}

export interface ReferenceNote {
  readonly listing: ListingId;
  /** A copy: the feed's own array is only valid during the call. `null`: taken back. */
  readonly values: readonly number[] | null;
  readonly monoMs: number;
}

export interface TransferNote {
  readonly feed: FeedId;
  readonly currency: string;
  readonly deposits: TransferState;
  readonly withdrawals: TransferState;
}

export interface TradeNote {
  readonly listing: ListingId;
  readonly price: number;
  readonly size: number;
  readonly takerSide: 'buy' | 'sell';
  readonly venueTimeMs: number;
}

/** A feed's sink that keeps everything it is told, with the engine's own books. */
export class RecordingSink implements FeedSink {
  readonly listings = new Map<ListingId, Listing>();
  readonly books = new Map<ListingId, OrderBook>();
  readonly connections: ConnectionNote[] = [];
  readonly faults: { readonly fault: FrameFault; readonly listing: ListingId | null; readonly sample: string }[] = [];
  readonly trades: TradeNote[] = [];
  readonly statuses: { readonly listing: ListingId; readonly status: TradingStatus }[] = [];
  readonly skews: { readonly skewMs: number; readonly roundTripMs: number }[] = [];
  readonly apiCalls: { readonly endpoint: string; readonly milliseconds: number; readonly outcome: string }[] = [];
  readonly invalidations: { readonly listing: ListingId; readonly cause: string }[] = [];
  readonly references: ReferenceNote[] = [];
  readonly settled = new Map<ListingId, FundingSettlement[]>();
  readonly transferNotes: TransferNote[] = [];
  readonly maintenanceReadings: MaintenanceReading[] = [];
  /** Which socket carries a listing's book, as last told. */
  readonly lines = new Map<ListingId, number>();
  readonly lags: number[] = [];
  readonly heardAt: number[] = [];
  readonly #latest = new Map<ListingId, TradingStatus>();
  catalogues = 0;
  commits = 0;
  /** Called when a book rejects its own content, as the engine does (MD-3). */
  onOwnVerdict: (listing: ListingId, cause: string) => void = () => undefined;

  catalogue(_feed: FeedId, listings: readonly Listing[]): void {
    this.catalogues += 1;
    this.listings.clear();
    for (const listing of listings) {
      this.listings.set(listing.id, listing);
      this.#latest.set(listing.id, listing.status);
    }
  }

  /** The newest word on a listing's status, the catalogue's or a channel's. */
  statusOf(listing: ListingId): TradingStatus | undefined {
    return this.#latest.get(listing);
  }

  book(listing: ListingId): OrderBook {
    const known = this.books.get(listing);
    if (known !== undefined) return known;
    const book = new OrderBook(listing, {
      committed: () => {
        this.commits += 1;
      },
      invalidated: (_book, cause, ownVerdict) => {
        this.invalidations.push({ listing, cause });
        if (ownVerdict) this.onOwnVerdict(listing, cause);
      },
    });
    this.books.set(listing, book);
    return book;
  }

  connection(feed: FeedId, state: ConnectionNote['state'], epoch: number, reason: string): void {
    this.connections.push({ state, epoch, reason });
    if (state !== 'disconnected') return;
    for (const book of this.books.values()) if (feedOfListing(book.listing) === feed) book.invalidate(reason);
  }

  heard(_feed: FeedId, monoMs: number): void {
    this.heardAt.push(monoMs);
  }

  carried(listing: ListingId, line: number): void {
    this.lines.set(listing, line);
  }

  reference(listing: ListingId, values: Float64Array | null, monoMs: number): void {
    this.references.push({ listing, values: values === null ? null : [...values], monoMs });
  }

  settlements(listing: ListingId, rows: readonly FundingSettlement[]): void {
    this.settled.set(listing, [...(this.settled.get(listing) ?? []), ...rows]);
  }

  transfers(feed: FeedId, currency: string, deposits: TransferState, withdrawals: TransferState): void {
    this.transferNotes.push({ feed, currency, deposits, withdrawals });
  }

  frame(_feed: FeedId, _bytes: number, lagMs: number): void {
    this.lags.push(lagMs);
  }

  trade(listing: ListingId, price: number, size: number, takerSide: 'buy' | 'sell', venueTimeMs: number): void {
    this.trades.push({ listing, price, size, takerSide, venueTimeMs });
  }

  skew(_feed: FeedId, skewMs: number, roundTripMs: number): void {
    this.skews.push({ skewMs, roundTripMs });
  }

  status(listing: ListingId, status: TradingStatus): void {
    this.statuses.push({ listing, status });
    this.#latest.set(listing, status);
  }

  maintenance(_feed: FeedId, reading: MaintenanceReading): void {
    this.maintenanceReadings.push(reading);
  }

  fault(_feed: FeedId, fault: FrameFault, listing: ListingId | null, sample: string): void {
    this.faults.push({ fault, listing, sample });
  }

  apiCall(_feed: FeedId, endpoint: string, milliseconds: number, outcome: string): void {
    this.apiCalls.push({ endpoint, milliseconds, outcome });
  }

  /** Books that are valid now. */
  valid(): OrderBook[] {
    return [...this.books.values()].filter((book) => book.valid);
  }

  faultsOf(fault: FrameFault): number {
    return this.faults.filter((note) => note.fault === fault).length;
  }
}

/** `price x size` of one side, best first. */
export function ladder(book: OrderBook, side: typeof BID | typeof ASK): string[] {
  return Array.from({ length: book.depth(side) }, (_, index) => `${book.price(side, index)}x${book.size(side, index)}`);
}

/** Both ladders of a book, for comparison with another. */
export const ladders = (book: OrderBook) => ({ bids: ladder(book, BID), asks: ladder(book, ASK) });

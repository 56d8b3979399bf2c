import { ASK, BID, type Book, type FeedSink, type FrameFault, REFERENCE_VALUES } from '#engine/ports';
import { VenueFeed } from '#main/venues/kit/feed';
import { listedScope } from '#main/venues/kit/scope';
import type { ListingId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Transport } from '#shared/kernel/transport';
import type { Subject } from './subject.ts';

/** Lags beyond this many are enough to know their quantiles. */
const MOST_LAGS = 50_000;
const CATALOGUE_EVERY_MS = 300_000;

/** A feed that runs for its own sake: its books, and all that it said of them. */
export class FeedWatch {
  readonly #feed: VenueFeed;
  readonly #subject: Subject;
  readonly #books = new Map<ListingId, Book>();
  readonly #lastSequence = new Map<ListingId, number>();
  readonly #references = new Map<ListingId, Float64Array>();
  readonly #settlements = new Map<ListingId, number>();
  readonly #listeners = new Set<(listing: ListingId) => void>();
  listings: readonly Listing[] = [];
  connected = false;
  reason = '';
  commits = 0;
  crossedCommits = 0;
  sequenceSteps = 0;
  sequenceFalls = 0;
  trades = 0;
  invalidations = 0;
  /** Server time minus ours, ms (MD-6); 0 until measured. */
  skewMs = 0;
  readonly lagsMs: number[] = [];
  readonly faults = new Map<FrameFault, number>();

  constructor(
    subject: Subject,
    options: {
      readonly transport: Transport;
      readonly bases: readonly string[];
      /** Names its random stream. */
      readonly name: string;
    },
  ) {
    this.#subject = subject;
    this.#feed = new VenueFeed(subject.protocol, {
      transport: options.transport,
      clock: subject.clock,
      random: subject.random.fork(options.name),
      scope: listedScope(options.bases),
      catalogueEveryMs: CATALOGUE_EVERY_MS,
      cache: null,
    });
  }

  start(): void {
    this.#feed.start(this.#sink());
  }

  async stop(): Promise<void> {
    await this.#feed.stop();
  }

  /** Told of every update of a book; returns the cancel. */
  onCommit(listener: (listing: ListingId) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Listings with a book of their own (ID-3) that may be traded now. */
  get owners(): readonly Listing[] {
    return this.listings.filter(
      ({ id, bookId, status }) => id === bookId && status !== 'delisted' && status !== 'halted',
    );
  }

  book(listing: ListingId): Book | undefined {
    return this.#books.get(listing);
  }

  reference(listing: ListingId): Float64Array | undefined {
    return this.#references.get(listing);
  }

  settled(listing: ListingId): number {
    return this.#settlements.get(listing) ?? 0;
  }

  get booksValid(): number {
    return this.owners.filter(({ id }) => this.#books.get(id)?.valid === true).length;
  }

  /** Every book is whole and there is at least one. */
  get whole(): boolean {
    return this.owners.length > 0 && this.booksValid === this.owners.length;
  }

  faultCount(...kinds: readonly FrameFault[]): number {
    return kinds.reduce((sum, kind) => sum + (this.faults.get(kind) ?? 0), 0);
  }

  #bookOf(listing: ListingId): Book {
    const known = this.#books.get(listing);
    if (known !== undefined) return known;
    const book = this.#subject.makeBook(listing, {
      committed: () => this.#committed(listing),
      invalidated: (cause, ownVerdict) => {
        this.invalidations += 1;
        this.#lastSequence.delete(listing);
        if (ownVerdict) this.#feed.resync(listing, cause);
      },
    });
    this.#books.set(listing, book);
    return book;
  }

  #committed(listing: ListingId): void {
    const book = this.#bookOf(listing);
    this.commits += 1;
    if (book.price(BID, 0) >= book.price(ASK, 0)) this.crossedCommits += 1;
    const last = this.#lastSequence.get(listing);
    if (last !== undefined && book.sequence > last) this.sequenceSteps += 1;
    if (last !== undefined && book.sequence < last) this.sequenceFalls += 1;
    if (!Number.isNaN(book.sequence)) this.#lastSequence.set(listing, book.sequence);
    for (const listener of this.#listeners) listener(listing);
  }

  #sink(): FeedSink {
    const nothing = () => undefined;
    return {
      catalogue: (_feed, listings) => {
        this.listings = listings;
      },
      book: (listing) => this.#bookOf(listing),
      connection: (_feed, state, _epoch, reason) => {
        this.connected = state === 'connected';
        this.reason = reason;
      },
      heard: nothing,
      carried: nothing,
      frame: (_feed, _bytes, lagMs) => {
        if (!Number.isNaN(lagMs) && this.lagsMs.length < MOST_LAGS) this.lagsMs.push(lagMs);
      },
      trade: () => {
        this.trades += 1;
      },
      reference: (listing, values) => this.#refer(listing, values),
      settlements: (listing, rows) => this.#settlements.set(listing, this.settled(listing) + rows.length),
      transfers: nothing,
      skew: (_feed, skewMs) => {
        this.skewMs = skewMs;
      },
      status: nothing,
      maintenance: nothing,
      fault: (_feed, fault) => this.faults.set(fault, this.faultCount(fault) + 1),
      apiCall: nothing,
    };
  }

  /** What a frame does not tell stays as it was. */
  #refer(listing: ListingId, values: Float64Array | null): void {
    if (values === null) {
      this.#references.delete(listing);
      return;
    }
    const known = this.#references.get(listing) ?? new Float64Array(REFERENCE_VALUES).fill(Number.NaN);
    for (let at = 0; at < REFERENCE_VALUES; at += 1) {
      const value = values[at] as number;
      if (!Number.isNaN(value)) known[at] = value;
    }
    this.#references.set(listing, known);
  }
}

import type { Listing } from '#shared/domain/listing';
import { decimalsOf, tryDecimal } from '#shared/money/decimal';
import type { FeedRecord } from './feed-record.ts';
import { type CommitKind, OrderBook } from './order-book.ts';
import { SilenceNorm } from './silence.ts';
import type { Freshness } from './view.ts';

/** Digits after the point that a step has, or `undefined` when the text is no positive decimal. */
export function stepDigits(step: string): number | undefined {
  const value = tryDecimal(step);
  return value === undefined || value.lte('0') ? undefined : decimalsOf(value);
}

/** Told of every change of a listing's book. */
export interface ListedObserver {
  committed(listed: Listed, kind: CommitKind): void;
  /** `ownVerdict`: the feed does not know yet and must be asked to resync. */
  invalidated(listed: Listed, cause: string, ownVerdict: boolean): void;
}

/** One listing with its book and what was measured about its channel. */
export class Listed {
  readonly feed: FeedRecord;
  readonly book: OrderBook;
  /** Replaced whole when the catalogue or its status changes. */
  listing: Listing;
  /** Digits after the point of prices and sizes, from tick and lot (ID-2). */
  priceDigits: number;
  sizeDigits: number;
  readonly silence = new SilenceNorm();
  /** Last commit of any kind: a snapshot or a repetition vouches for a quiet book too. */
  vouchedMonoMs = Number.NaN;
  /** Wall time at which the last commit's bytes arrived. */
  receivedAtMs = Number.NaN;
  /** Event lag of the last update, skew taken off; NaN for snapshots, whose time may be that of the last change. */
  lagMs = Number.NaN;
  invalidCause = '';
  crossCheckedMonoMs = Number.NEGATIVE_INFINITY;
  /** The last stale answer given, so that asking again soon costs nothing. */
  staleAnswer: Freshness | undefined;
  staleAnswerMonoMs = Number.NaN;

  constructor(listing: Listing, feed: FeedRecord, digits: { price: number; size: number }, observer: ListedObserver) {
    this.listing = listing;
    this.feed = feed;
    this.priceDigits = digits.price;
    this.sizeDigits = digits.size;
    this.book = new OrderBook(listing.id, {
      committed: (_book, kind) => observer.committed(this, kind),
      invalidated: (_book, cause, ownVerdict) => observer.invalidated(this, cause, ownVerdict),
    });
  }
}

import type { ListingId } from '#shared/domain/ids';
import { ASK, BID } from '../ports.ts';
import type { FeedRecord } from './feed-record.ts';
import type { Line } from './line.ts';
import type { Listed } from './listed.ts';
import { type CommitKind, OrderBook } from './order-book.ts';
import { SilenceNorm } from './silence.ts';
import type { Freshness } from './view.ts';

/** Told of every change of a book. */
export interface ChannelObserver {
  committed(channel: BookChannel, kind: CommitKind): void;
  /** `ownVerdict`: the feed does not know yet and must be asked to resync. */
  invalidated(channel: BookChannel, cause: string, ownVerdict: boolean): void;
}

/** One book of a feed with what was measured about its stream, and the listings that trade on it. */
export class BookChannel {
  readonly feed: FeedRecord;
  readonly book: OrderBook;
  /** The socket it comes over. */
  line: Line;
  /** Its names: one, or several where a venue shows one book under several quote currencies. */
  names: readonly Listed[] = [];
  readonly silence = new SilenceNorm();
  /** Last commit of any kind: a snapshot or a repetition vouches for a quiet book too. */
  vouchedMonoMs = Number.NaN;
  /** Its stream has told something of it since it was subscribed: before that only a snapshot speaks for it. */
  live = false;
  /** Wall time at which the last commit's bytes arrived. */
  receivedAtMs = Number.NaN;
  /** Event lag of the last update, skew taken off; NaN for snapshots, whose time may be that of the last change. */
  lagMs = Number.NaN;
  invalidCause = '';
  crossCheckedMonoMs = Number.NEGATIVE_INFINITY;
  /** A cross-check showed that the book had moved while its stream was silent: until live data comes the stream is dead. */
  contradicted = false;
  /** A cross-check is under way, and the touch when it was asked for. */
  #questioned = false;
  readonly #touch = new Float64Array(4);
  /** The last stale answer given, so that asking again soon costs nothing. */
  staleAnswer: Freshness | undefined;
  staleAnswerMonoMs = Number.NaN;

  constructor(bookId: ListingId, feed: FeedRecord, observer: ChannelObserver) {
    this.feed = feed;
    this.line = feed.line(0);
    this.book = new OrderBook(bookId, {
      committed: (_book, kind) => observer.committed(this, kind),
      invalidated: (_book, cause, ownVerdict) => observer.invalidated(this, cause, ownVerdict),
    });
  }

  /** A cross-check begins: what it brings is held against the touch of now (MD-2). */
  question(): void {
    this.#questioned = true;
    touchOf(this.book, this.#touch);
  }

  /** A snapshot came. */
  answered(): void {
    if (!this.#questioned) return;
    this.#questioned = false;
    const now = touchOf(this.book, new Float64Array(4));
    if (this.#touch.some((value, index) => value !== now[index])) this.contradicted = true;
  }

  /** Its stream told of it. */
  told(): void {
    this.live = true;
    this.#settle();
  }

  /** The book is rebuilt, or comes over another socket: its stream has yet to prove itself. */
  restart(): void {
    this.live = false;
    this.#settle();
  }

  /** Nothing that was asked before matters. */
  #settle(): void {
    this.contradicted = false;
    this.#questioned = false;
  }

  /** A name of it is still in the catalogue. */
  get isListed(): boolean {
    return this.names.some(({ listing }) => listing.status !== 'delisted');
  }
}

function touchOf(book: OrderBook, into: Float64Array): Float64Array {
  into[0] = book.price(BID, 0);
  into[1] = book.size(BID, 0);
  into[2] = book.price(ASK, 0);
  into[3] = book.size(ASK, 0);
  return into;
}

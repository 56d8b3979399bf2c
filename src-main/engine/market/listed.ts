import type { Listing } from '#shared/domain/listing';
import { decimalsOf, tryDecimal } from '#shared/money/decimal';
import type { BookChannel } from './book-channel.ts';
import type { FeedRecord } from './feed-record.ts';
import { ExactLevels } from './ladders.ts';
import type { OrderBook } from './order-book.ts';

/** Digits after the point that a step has, or `undefined` when the text is no positive decimal. */
export function stepDigits(step: string): number | undefined {
  const value = tryDecimal(step);
  return value === undefined || value.lte('0') ? undefined : decimalsOf(value);
}

/** One listing of a feed, and the channel its book comes from: shared with any other name of that book (ID-3). */
export class Listed {
  readonly feed: FeedRecord;
  /** Replaced whole when the catalogue or its status changes. */
  listing: Listing;
  channel: BookChannel;
  /** Digits after the point of prices and sizes, from tick and lot (ID-2). */
  priceDigits: number;
  sizeDigits: number;
  readonly exact = new ExactLevels();

  constructor(listing: Listing, feed: FeedRecord, channel: BookChannel, digits: { price: number; size: number }) {
    this.listing = listing;
    this.feed = feed;
    this.channel = channel;
    this.priceDigits = digits.price;
    this.sizeDigits = digits.size;
  }

  get book(): OrderBook {
    return this.channel.book;
  }
}

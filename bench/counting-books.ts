import type { FeedSink, MarketFeed } from '#engine/ports';

/** Frames that wrote a book, of all feeds that count into it. */
export interface BookFrames {
  changed: number;
}

/** The same feed, counting its frames but for those that only carry trades. */
export function countingBooks(inner: MarketFeed, into: BookFrames): MarketFeed {
  return {
    feed: inner.feed,
    start: (sink) => inner.start(counting(sink, into)),
    stop: () => inner.stop(),
    resync: (listing, reason) => inner.resync?.(listing, reason),
  };
}

function counting(sink: FeedSink, into: BookFrames): FeedSink {
  let traded = false;
  return {
    catalogue: (feed, listings) => sink.catalogue(feed, listings),
    book: (listing) => sink.book(listing),
    connection: (feed, state, epoch, reason) => sink.connection(feed, state, epoch, reason),
    heard: (feed, monoMs, line) => {
      traded = false;
      sink.heard(feed, monoMs, line);
    },
    carried: (listing, line) => sink.carried(listing, line),
    reference: (listing, values, monoMs) => {
      // Neither trades nor references change a book.
      traded = true;
      sink.reference(listing, values, monoMs);
    },
    settlements: (listing, rows) => sink.settlements(listing, rows),
    transfers: (feed, currency, deposits, withdrawals) => sink.transfers(feed, currency, deposits, withdrawals),
    frame: (feed, bytes, lagMs) => {
      if (!traded) into.changed += 1;
      sink.frame(feed, bytes, lagMs);
    },
    trade: (listing, price, size, takerSide, venueTimeMs) => {
      traded = true;
      sink.trade(listing, price, size, takerSide, venueTimeMs);
    },
    skew: (feed, skewMs, roundTripMs) => sink.skew(feed, skewMs, roundTripMs),
    status: (listing, status) => sink.status(listing, status),
    maintenance: (feed, reading) => sink.maintenance(feed, reading),
    fault: (feed, fault, listing, sample) => sink.fault(feed, fault, listing, sample),
    apiCall: (feed, endpoint, milliseconds, outcome) => sink.apiCall(feed, endpoint, milliseconds, outcome),
  };
}

import { OrderBook } from '#engine/market/order-book';
import type { FeedSink } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';

/** What a command wants to hear of a feed; everything else a feed tells is left unheard. */
export type Heard = Partial<Omit<FeedSink, 'book'>>;

/**
 * A sink with real books and nothing behind them, for commands that run feeds without an engine. `resync` is asked when a
 * book itself found that it cannot be right (MD-3), as the engine would ask.
 */
export function bookSink(heard: Heard, resync: (listing: ListingId, cause: string) => void): FeedSink {
  const books = new Map<ListingId, OrderBook>();
  const nothing = () => undefined;
  return {
    catalogue: heard.catalogue ?? nothing,
    book: (listing) => {
      let book = books.get(listing);
      if (book === undefined) {
        book = new OrderBook(listing, {
          committed: nothing,
          invalidated: (_book, cause, ownVerdict) => {
            if (ownVerdict) resync(listing, cause);
          },
        });
        books.set(listing, book);
      }
      return book;
    },
    connection: heard.connection ?? nothing,
    heard: heard.heard ?? nothing,
    carried: heard.carried ?? nothing,
    frame: heard.frame ?? nothing,
    trade: heard.trade ?? nothing,
    reference: heard.reference ?? nothing,
    settlements: heard.settlements ?? nothing,
    transfers: heard.transfers ?? nothing,
    skew: heard.skew ?? nothing,
    status: heard.status ?? nothing,
    maintenance: heard.maintenance ?? nothing,
    fault: heard.fault ?? nothing,
    apiCall: heard.apiCall ?? nothing,
  };
}

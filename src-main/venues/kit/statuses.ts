import type { FeedSink } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import type { Listing, TradingStatus } from '#shared/domain/listing';

/**
 * MD-8: the trading status of every listing of a feed, from its catalogue, its status channel and the venue's word about
 * itself as a whole. Tells the sink what changed.
 */
export class Statuses {
  readonly #sink: FeedSink;
  #listings: readonly Listing[] = [];
  #own = new Map<ListingId, TradingStatus>();
  #venue: TradingStatus = 'normal';

  constructor(sink: FeedSink) {
    this.#sink = sink;
  }

  /** The catalogue as it was just announced: its word is the newest. */
  adopt(listings: readonly Listing[]): void {
    const before = this.#own;
    this.#listings = listings;
    this.#own = new Map(listings.map(({ id, status }) => [id, status]));
    for (const { id, status } of listings) {
      if (before.has(id) ? before.get(id) !== status : this.#venue !== 'normal') this.#tell(id, status);
    }
  }

  /** The status channel spoke of an instrument by the name it has in frames. */
  instrument(symbol: string, status: TradingStatus): void {
    for (const { id, symbol: own } of this.#listings) {
      if (own !== symbol || this.#own.get(id) === status) continue;
      this.#own.set(id, status);
      this.#tell(id, status);
    }
  }

  /** The venue's trading as a whole; `normal` hands back to each listing's own status. */
  venue(status: TradingStatus): void {
    if (status === this.#venue) return;
    this.#venue = status;
    for (const [id, own] of this.#own) this.#tell(id, own);
  }

  /** The venue as a whole can only take away from what the instrument's own status allows. */
  #tell(id: ListingId, own: TradingStatus): void {
    this.#sink.status(id, this.#venue === 'normal' ? own : this.#venue);
  }
}

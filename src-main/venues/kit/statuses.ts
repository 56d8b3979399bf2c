import type { FeedSink } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import type { Listing, TradingStatus } from '#shared/domain/listing';
import type { Clock } from '#shared/kernel/time';

/** An instrument's own status, and since when it is known to hold. */
interface Told {
  status: TradingStatus;
  monoMs: number;
}

/**
 * MD-8: the trading status of every listing of a feed, from its catalogue, its status channel and the venue's word about
 * itself as a whole. Tells the sink what changed between two catalogues.
 */
export class Statuses {
  readonly #sink: FeedSink;
  readonly #clock: Clock;
  #listings: readonly Listing[] = [];
  #own = new Map<ListingId, Told>();
  #venue: TradingStatus = 'normal';

  constructor(sink: FeedSink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  /**
   * Takes the catalogue that was asked for at `askedMonoMs` and gives it back with the status that each listing has now:
   * what the status channel said since then is newer than the answer, and the venue as a whole may still stand still.
   */
  adopt(listings: readonly Listing[], askedMonoMs: number): readonly Listing[] {
    const before = this.#own;
    this.#listings = listings;
    this.#own = new Map(
      listings.map(({ id, status }) => {
        const told = before.get(id);
        return [id, told !== undefined && told.monoMs >= askedMonoMs ? told : { status, monoMs: askedMonoMs }];
      }),
    );
    return listings.map((listing) => ({ ...listing, status: this.#whole(this.#own.get(listing.id)?.status) }));
  }

  /** The status channel spoke of an instrument by the name it has in frames. */
  instrument(symbol: string, status: TradingStatus): void {
    for (const { id, symbol: named } of this.#listings) {
      const own = named === symbol ? this.#own.get(id) : undefined;
      if (own === undefined) continue;
      const changed = own.status !== status;
      own.status = status;
      own.monoMs = this.#clock.monoMs();
      if (changed) this.#sink.status(id, this.#whole(status));
    }
  }

  /** The venue's trading as a whole; `normal` hands back to each listing's own status. */
  venue(status: TradingStatus): void {
    if (status === this.#venue) return;
    this.#venue = status;
    for (const [id, own] of this.#own) this.#sink.status(id, this.#whole(own.status));
  }

  /** The venue as a whole can only take away from what the instrument's own status allows. */
  #whole(own: TradingStatus = 'unknown'): TradingStatus {
    return own === 'normal' ? this.#venue : own;
  }
}

import type { FeedSink } from '#engine/ports';
import type { ListingId } from '#shared/domain/ids';
import type { Listing, TradingStatus } from '#shared/domain/listing';
import type { Clock } from '#shared/kernel/time';

/** An instrument's own status, and since when it is known to hold. */
interface Own {
  status: TradingStatus;
  monoMs: number;
}

/**
 * MD-8: the trading status of every listing of a feed, from its catalogue, its status channel and the venue's word about
 * itself as a whole. Between two catalogues the sink is told what changed.
 */
export class Statuses {
  readonly #sink: FeedSink;
  readonly #clock: Clock;
  #listings: readonly Listing[] = [];
  #own = new Map<ListingId, Own>();
  #told = new Map<ListingId, TradingStatus>();
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
        const own = before.get(id);
        return [id, own !== undefined && own.monoMs > askedMonoMs ? own : { status, monoMs: askedMonoMs }];
      }),
    );
    const current = listings.map((listing) => ({ ...listing, status: this.#of(listing) }));
    this.#told = new Map(current.map(({ id, status }) => [id, status]));
    return current;
  }

  /** The status channel spoke of an instrument by the name it has in frames. */
  instrument(symbol: string, status: TradingStatus): void {
    let changed = false;
    for (const { id, symbol: named } of this.#listings) {
      const own = named === symbol ? this.#own.get(id) : undefined;
      if (own === undefined) continue;
      changed ||= own.status !== status;
      own.status = status;
      own.monoMs = this.#clock.monoMs();
    }
    if (changed) this.#tell();
  }

  /** The venue's trading as a whole; `normal` hands back to each listing's own status. */
  venue(status: TradingStatus): void {
    if (status === this.#venue) return;
    this.#venue = status;
    this.#tell();
  }

  #tell(): void {
    for (const listing of this.#listings) {
      const status = this.#of(listing);
      if (this.#told.get(listing.id) === status) continue;
      this.#told.set(listing.id, status);
      this.#sink.status(listing.id, status);
    }
  }

  /**
   * The market whose book it shows (ID-3), and the venue as a whole, can only take away from what the instrument's own
   * status allows.
   */
  #of({ id, bookId }: Listing): TradingStatus {
    for (const named of [id, bookId]) {
      const status = this.#own.get(named)?.status ?? 'normal';
      if (status !== 'normal') return status;
    }
    return this.#venue;
  }
}

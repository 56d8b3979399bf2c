import type { Engine } from '#engine/engine';
import type { Broker, PaperStore, StorageError } from '#engine/ports';
import { allocatePaper } from '#main/paper/allocate';
import type { PaperMarket } from '#main/paper/market';
import { PaperBroker } from '#main/paper/paper-broker';
import { isUsdLike, VENUES, type Venue } from '#shared/domain/ids';
import type { JournalEntry } from '#shared/domain/journal';
import type { Listing } from '#shared/domain/listing';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, decimal } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';

type AllocationRow = Extract<JournalEntry, { kind: 'inventory-allocated' }>;

export const PAPER_ACCOUNT = 'paper';
/** A venue that has not listed anything by then gets no inventory (its deals are `no-inventory`). */
const PATIENCE_MS = 20_000;

export interface PaperAccountOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly market: PaperMarket;
  readonly store: PaperStore;
  readonly settings: () => Settings;
  readonly failed: (error: StorageError) => void;
  /** Venues that take part; all five unless a recording has fewer. */
  readonly venues?: readonly Venue[];
}

/** The simulated accounts (PP-1): a broker a venue, and the stated inventory they begin with. */
export class PaperAccount {
  readonly brokers: readonly Broker[];
  readonly #options: PaperAccountOptions;
  readonly #venues: readonly Venue[];
  readonly #askedFromMs: number;
  #engine: Engine | undefined;

  constructor(options: PaperAccountOptions) {
    this.#options = options;
    this.#venues = options.venues ?? VENUES;
    this.#askedFromMs = options.clock.monoMs();
    this.brokers = this.#venues.map(
      (venue) =>
        new PaperBroker({
          venue,
          account: PAPER_ACCOUNT,
          market: options.market,
          store: options.store,
          clock: options.clock,
          random: options.random.fork(venue),
          roundTripMs: () => this.#roundTripMs(venue),
          failed: options.failed,
        }),
    );
  }

  attach(engine: Engine): void {
    this.#engine = engine;
  }

  /**
   * Rows to begin with, once every venue lists something or {@link PATIENCE_MS} passed, and every currency has a price;
   * `undefined` until then. The venues' own books are written first: a crash between the two repeats this.
   */
  allocate(
    catalogue: readonly Listing[],
    priceUsd: (currency: string) => Decimal | undefined,
  ): readonly AllocationRow[] | undefined {
    const { clock, settings, store } = this.#options;
    // Inventory is coins and money: a perpetual is neither.
    const listings = catalogue.filter(({ product }) => product === 'spot');
    const listed = this.#venues.filter((venue) => listings.some((listing) => listing.venue === venue));
    if (listed.length < this.#venues.length && clock.monoMs() - this.#askedFromMs < PATIENCE_MS) return undefined;
    const prices = new Map<string, Decimal>();
    for (const currency of new Set(listings.flatMap(({ base, quote }) => [base, quote]))) {
      const price = priceUsd(currency);
      if (price !== undefined) prices.set(currency, price);
    }
    const { paper } = settings();
    const allocated = allocatePaper({
      account: PAPER_ACCOUNT,
      startingUsd: decimal(paper.startingUsd),
      coinsPct: decimal(paper.coinsPct),
      venues: listed,
      listings: listings.filter((listing) => isUsdLike(listing.quote)),
      prices,
    });
    if (!allocated.ok) return undefined;
    store.commit({ balances: allocated.value.balances });
    return allocated.value.entries.filter((entry) => entry.kind === 'inventory-allocated');
  }

  #roundTripMs(venue: Venue): number {
    const feed = this.#engine?.market.feeds().find((candidate) => candidate.venue === venue);
    return feed?.roundTripMs ?? Number.NaN;
  }
}

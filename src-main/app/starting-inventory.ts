import { type Allocation, allocatePaper } from '#main/paper/allocate';
import { isUsdLike, type Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, decimal } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';

/** The account that simulated deals are booked on, whoever fills them. */
export const PAPER_ACCOUNT = 'paper';
/** A venue that has not listed anything by then gets no inventory (its deals are `no-inventory`). */
const PATIENCE_MS = 20_000;

export interface StartingInventoryOptions {
  readonly clock: Clock;
  readonly venues: readonly Venue[];
  readonly settings: () => Settings;
}

/** PP-1: the stated inventory that simulated accounts begin with. */
export class StartingInventory {
  readonly #options: StartingInventoryOptions;
  readonly #askedFromMs: number;

  constructor(options: StartingInventoryOptions) {
    this.#options = options;
    this.#askedFromMs = options.clock.monoMs();
  }

  /** Once every venue lists something or its patience is over, and every currency has a price; `undefined` until then. */
  allocate(catalogue: readonly Listing[], priceUsd: (currency: string) => Decimal | undefined): Allocation | undefined {
    const { clock, settings, venues } = this.#options;
    // Inventory is coins and money: a perpetual is neither.
    const listings = catalogue.filter(({ product }) => product === 'spot');
    const listed = venues.filter((venue) => listings.some((listing) => listing.venue === venue));
    if (listed.length < venues.length && clock.monoMs() - this.#askedFromMs < PATIENCE_MS) return undefined;
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
    return allocated.ok ? allocated.value : undefined;
  }
}

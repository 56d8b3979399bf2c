import { isUsdLike, type Venue } from '#shared/domain/ids';
import type { JournalEntry } from '#shared/domain/journal';
import type { Listing } from '#shared/domain/listing';
import type { PaperBalance } from '#shared/domain/paper';
import { err, ok, type Result } from '#shared/kernel/result';
import { type Decimal, decimal, floorTo, wire, ZERO } from '#shared/money/decimal';

export interface AllocationRequest {
  readonly account: string;
  /** PP-1: the stated inventory, USD. */
  readonly startingUsd: Decimal;
  /** Share of it held in coins, %; the rest in the venues' quote currencies. */
  readonly coinsPct: Decimal;
  readonly venues: readonly Venue[];
  readonly listings: readonly Listing[];
  /** USD for one unit of a coin or stablecoin; USD itself is 1. */
  readonly prices: ReadonlyMap<string, Decimal>;
}

export interface Allocation {
  readonly entries: readonly JournalEntry[];
  readonly balances: readonly PaperBalance[];
}

const COIN_STEP = decimal('0.00000001');
const QUOTE_STEP = decimal('0.01');
const HUNDRED = decimal('100');

/**
 * Spreads the starting inventory evenly over the venues, then evenly over the coins each lists and over the dollar
 * currencies those are quoted in, rounded down. The same request gives the same rows. A currency without a price is an
 * error that names it: nothing is allocated on a guess (FCL).
 */
export function allocatePaper(request: AllocationRequest): Result<Allocation, string> {
  const { account, startingUsd, coinsPct, venues, listings, prices } = request;
  const trading = venues.filter((venue) => listings.some((listing) => listing.venue === venue));
  if (trading.length === 0) return err('No venue lists anything to allocate inventory for.');
  const perVenue = startingUsd.div(decimal(String(trading.length)));
  const coinsUsd = perVenue.times(coinsPct).div(HUNDRED);
  const entries: JournalEntry[] = [];
  for (const venue of trading) {
    const here = listings.filter((listing) => listing.venue === venue && !isUsdLike(listing.base));
    const coins = sorted(here.map((listing) => listing.base));
    const quotes = sorted(here.map((listing) => listing.quote).filter(isUsdLike));
    if (coins.length === 0 || quotes.length === 0) return err(`${venue} lists no coin against a dollar currency.`);
    const shares = [
      ...coins.map((currency) => ({ currency, usd: share(coinsUsd, coins), step: COIN_STEP })),
      ...quotes.map((currency) => ({ currency, usd: share(perVenue.minus(coinsUsd), quotes), step: QUOTE_STEP })),
    ];
    for (const { currency, usd, step } of shares) {
      const price = currency === 'USD' ? decimal('1') : prices.get(currency);
      if (price === undefined || price.lte(ZERO)) return err(`${currency} has no price yet.`);
      const quantity = wire(floorTo(usd.div(price), step));
      if (quantity === '0') continue;
      entries.push({ kind: 'inventory-allocated', account, venue, currency, quantity, priceUsd: wire(price) });
    }
  }
  return ok({ entries, balances: balancesOf(entries) });
}

/** What the simulated venues must hold for these allocations. */
function balancesOf(entries: readonly JournalEntry[]): readonly PaperBalance[] {
  return entries.flatMap((entry) =>
    entry.kind === 'inventory-allocated'
      ? [
          {
            account: entry.account,
            venue: entry.venue,
            currency: entry.currency,
            total: entry.quantity,
            paidIn: entry.quantity,
          },
        ]
      : [],
  );
}

const sorted = (currencies: readonly string[]): readonly string[] => [...new Set(currencies)].sort();
const share = (usd: Decimal, among: readonly string[]): Decimal => usd.div(decimal(String(among.length)));

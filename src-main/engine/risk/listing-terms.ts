import type { Listing } from '#shared/domain/listing';
import { BPS, ceilTo, type Decimal, decimal, max, ONE, ONE_BP, toDouble } from '#shared/money/decimal';

/** A listing's steps, minimums and fees (ID-2), parsed once. */
export interface ListingTerms {
  readonly tick: Decimal;
  readonly lot: Decimal;
  readonly minQuantity: Decimal;
  /** Quote units. */
  readonly minNotional: Decimal;
  readonly makerFeeBps: Decimal;
  readonly takerFeeBps: Decimal;
  readonly makerFeeBpsDouble: number;
  readonly takerFeeBpsDouble: number;
  readonly minQuantityDouble: number;
  /** Smallest quantity, a whole number of lots, whatever its value. */
  readonly leastQuantity: Decimal;
  readonly minNotionalDouble: number;
  /** Widest accepted distance from the reference, as fractions. */
  readonly band: { readonly below: Decimal; readonly above: Decimal } | undefined;
  /** A buy's fee is taken in the bought coin, so that less arrives than was bought (EX-7). */
  readonly buyFeeInBase: boolean;
}

// A catalogue refresh brings new objects, so identity is a safe key.
const parsed = new WeakMap<Listing, ListingTerms>();

/** The parsed terms of a listing; the same object for the same listing. */
export function termsOf(listing: Listing): ListingTerms {
  const known = parsed.get(listing);
  if (known !== undefined) return known;
  const minQuantity = decimal(listing.minQuantity);
  const minNotional = decimal(listing.minNotional);
  const makerFeeBps = decimal(listing.makerFeeBps);
  const takerFeeBps = decimal(listing.takerFeeBps);
  const lot = decimal(listing.lotStep);
  const terms: ListingTerms = {
    tick: decimal(listing.priceTick),
    lot,
    minQuantity,
    minNotional,
    makerFeeBps,
    takerFeeBps,
    makerFeeBpsDouble: toDouble(makerFeeBps),
    takerFeeBpsDouble: toDouble(takerFeeBps),
    minQuantityDouble: toDouble(minQuantity),
    leastQuantity: ceilTo(max(minQuantity, lot), lot),
    minNotionalDouble: toDouble(minNotional),
    band:
      listing.priceBand === null
        ? undefined
        : { below: decimal(listing.priceBand.below), above: decimal(listing.priceBand.above) },
    buyFeeInBase: listing.feeCurrency === 'received',
  };
  parsed.set(listing, terms);
  return terms;
}

/** Share of a bought quantity that arrives, 0..1: less than one where the fee is taken in the bought coin (EX-7). */
export function arrivingShare(terms: ListingTerms, feeBps: Decimal): Decimal {
  return terms.buyFeeInBase ? BPS.minus(feeBps).times(ONE_BP) : ONE;
}

import type { Listing } from '#shared/domain/listing';
import type { Side } from '#shared/domain/order';
import {
  applyBps,
  ceilTo,
  type Decimal,
  decimal,
  decimalsOf,
  floorTo,
  ONE,
  toDouble,
  wire,
  ZERO,
} from '#shared/money/decimal';
import type { ListingTerms } from './listing-terms.ts';

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

/** Smallest quantity that is a whole number of lots on both venues: what a hedged size must be a multiple of (SD-2). */
export function commonLot(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(decimalsOf(a), decimalsOf(b));
  const scale = decimal(`1e${places}`);
  const left = BigInt(a.times(scale).toFixed(0));
  const right = BigInt(b.times(scale).toFixed(0));
  return decimal(((left * right) / gcd(left, right)).toString()).div(scale);
}

/**
 * The nearest tick that never costs more than `price` (ID-4): a buy goes down, a sell up. The same direction serves a
 * passive price (away from the market) and a crossing one (within its bound).
 */
export function safePrice(side: Side, price: Decimal, tick: Decimal): Decimal {
  return side === 'buy' ? floorTo(price, tick) : ceilTo(price, tick);
}

/** `price` made worse for the one who trades by `bps`: a buy pays more, a sell takes less. */
export function worsened(side: Side, price: Decimal, bps: Decimal): Decimal {
  const shift = applyBps(price, bps);
  return side === 'buy' ? price.plus(shift) : price.minus(shift);
}

/** True when `a` is a worse price than `b` for the one who trades. */
export const isWorse = (side: Side, a: Decimal, b: Decimal): boolean => (side === 'buy' ? a.gt(b) : a.lt(b));

/** More lots than a double counts exactly. */
const COUNTABLE_LOTS = 1e15;

/** Smallest order the venue takes at `price` (> 0), base units, a whole number of lots. */
export function smallestOrder(terms: ListingTerms, price: Decimal): Decimal {
  const { lot, leastQuantity, minNotional } = terms;
  if (leastQuantity.times(price).gte(minNotional)) return leastQuantity;
  const lots = Math.ceil(terms.minNotionalDouble / (toDouble(price) * toDouble(lot)));
  if (!(lots < COUNTABLE_LOTS)) return ceilTo(minNotional.div(price), lot);
  // A guess in doubles, at most a lot off; multiplying decides.
  let quantity = lot.times(decimal(String(lots)));
  while (quantity.times(price).lt(minNotional)) quantity = quantity.plus(lot);
  while (quantity.minus(lot).times(price).gte(minNotional)) quantity = quantity.minus(lot);
  return quantity;
}

/** The venue's band around `reference` (its own mid), or `undefined` where it states none. */
export function bandAround(
  terms: ListingTerms,
  reference: Decimal,
): { readonly low: Decimal; readonly high: Decimal } | undefined {
  if (terms.band === undefined) return undefined;
  return { low: reference.times(ONE.minus(terms.band.below)), high: reference.times(ONE.plus(terms.band.above)) };
}

/** EX-8: a rescue price brought inside the venue's band, on its tick; unchanged where it states none. */
export function clampToBand(side: Side, price: Decimal, terms: ListingTerms, reference: Decimal): Decimal {
  const band = bandAround(terms, reference);
  if (band === undefined) return price;
  if (side === 'buy' && price.gt(band.high)) return floorTo(band.high, terms.tick);
  if (side === 'sell' && price.lt(band.low)) return ceilTo(band.low, terms.tick);
  return price;
}

/** Why a venue would refuse this quantity and price whatever the purpose, or `undefined`. Quantities in base units. */
export function orderProblem(
  listing: Listing,
  terms: ListingTerms,
  quantity: Decimal,
  price: Decimal,
): { readonly reason: 'lot-too-small' | 'unsupported-order'; readonly detail: string } | undefined {
  const name = listing.id;
  const wrong = (detail: string) => ({ reason: 'unsupported-order' as const, detail });
  if (price.lte(ZERO)) return wrong(`The price ${wire(price)} on ${name} is not positive.`);
  if (quantity.lte(ZERO)) return wrong(`The quantity ${wire(quantity)} on ${name} is not positive.`);
  if (!price.mod(terms.tick).eq(ZERO)) {
    return wrong(`The price ${wire(price)} on ${name} is not a multiple of its tick ${listing.priceTick}.`);
  }
  if (!quantity.mod(terms.lot).eq(ZERO)) {
    return wrong(`The quantity ${wire(quantity)} on ${name} is not a multiple of its lot ${listing.lotStep}.`);
  }
  const small = (detail: string) => ({ reason: 'lot-too-small' as const, detail });
  if (quantity.lt(terms.minQuantity)) {
    return small(`${wire(quantity)} ${listing.base} is below the smallest order of ${listing.minQuantity} on ${name}.`);
  }
  const notional = quantity.times(price);
  if (notional.lt(terms.minNotional)) {
    return small(
      `${wire(notional)} ${listing.quote} is below the smallest value of ${listing.minNotional} on ${name}.`,
    );
  }
  return undefined;
}

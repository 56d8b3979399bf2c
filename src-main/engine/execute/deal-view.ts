import type { ListingId, Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { isFinal, type OrderIntent } from '#shared/domain/order';
import type { KillLevel } from '#shared/domain/safety';
import { type Decimal, decimal, ONE, ZERO } from '#shared/money/decimal';
import { type DealRecord, entryLeg, type OrderRecord, positionOf } from '../journal/records.ts';
import { arrivingShare, termsOf } from '../risk/listing-terms.ts';

/** What this run knows of an order beyond its rows; gone after a crash, and then the venue is asked. */
export interface OrderMemo {
  /** Executed by the venue's cumulative word, its single fills not seen yet (EX-5). */
  readonly unbooked: Decimal;
  /** A cancel was sent and its end is not known. */
  readonly cancelling: boolean;
  /** The cancel was for a new price: what the rest is to be worked at. */
  readonly replaceAt: Decimal | null;
}
export const NO_MEMO: OrderMemo = { unbooked: ZERO, cancelling: false, replaceAt: null };

export interface OrderView extends OrderMemo {
  readonly record: OrderRecord;
  readonly live: boolean;
  /** EX-3, EX-6: nobody knows what became of it. */
  readonly doubt: boolean;
  /** Base units it may still execute. */
  readonly remaining: Decimal;
}

/** RO-6: what a resting entry is to do now that its hedge book, its own book or the time changed. */
export type RestingDecision =
  | { readonly do: 'keep' }
  | { readonly do: 'reprice'; readonly price: Decimal; readonly reason: string }
  | { readonly do: 'cancel'; readonly reason: string };

/** All that {@link nextStep} may look at besides the deal. */
export interface Surroundings {
  readonly nowMs: number;
  readonly kill: KillLevel | null;
  listing(id: ListingId): Listing | undefined;
  /** What a hedge may use of a currency now (EX-7). */
  free(account: string, venue: Venue, currency: string): Decimal;
  /** Leftovers of the deal's base that nobody took over, signed base units. */
  readonly residue: Decimal;
  /** Exposure × time is over its budget (EX-8). */
  readonly overBudget: boolean;
  /** The breach was reported. */
  readonly breached: boolean;
  /** Something changed since the deal was put on hold: try again. */
  readonly retryHeld: boolean;
  readonly amendsPerMinute: number;
  /** Why its entry would not be allowed now; `null` when it would. */
  readonly withdrawn: string | null;
  resting(order: OrderRecord): RestingDecision;
}

export interface DealView {
  readonly deal: DealRecord;
  readonly orders: readonly OrderView[];
  /** Base units long (+) or short by everything known to be executed, fees taken in the base off (EX-7). */
  readonly position: Decimal;
}

export type Send = Pick<
  OrderIntent,
  'leg' | 'account' | 'venue' | 'listing' | 'side' | 'kind' | 'purpose' | 'expiresAtMs'
> & { readonly quantity: Decimal; readonly price: Decimal };

/** Joins a deal's rows with what this run knows of its orders. */
export function viewOf(
  deal: DealRecord,
  memo: (clientOrderId: string) => OrderMemo,
  listing: (id: ListingId) => Listing | undefined,
): DealView {
  let position = positionOf(deal);
  const orders = deal.orders.map((record): OrderView => {
    const known = memo(record.intent.clientOrderId);
    const live = !isFinal(record.state);
    const left = decimal(record.intent.quantity).minus(record.filled).minus(known.unbooked);
    position = position.plus(netOf(record.intent, known.unbooked, listing(record.intent.listing)));
    return {
      ...known,
      record,
      live,
      doubt: live && (record.inDoubt || record.state === 'quarantined'),
      remaining: live && left.gt(ZERO) ? left : ZERO,
    };
  });
  return { deal, orders, position };
}

/** What executing `quantity` would change the position by, signed, the expected fee in the base off. */
export function netOf(intent: OrderIntent, quantity: Decimal, listing: Listing | undefined): Decimal {
  if (intent.side === 'sell') return ZERO.minus(quantity);
  if (listing === undefined) return quantity;
  const terms = termsOf(listing);
  return quantity.times(arrivingShare(terms, intent.kind === 'ioc' ? terms.takerFeeBps : terms.makerFeeBps));
}

/** The position turned so that what the entry builds up is positive. */
export const exposureOf = (view: DealView): Decimal =>
  entryLeg(view.deal.plan).side === 'buy' ? view.position : ZERO.minus(view.position);

/** Price at which the entry really filled over the planned one: moves hedge bounds along with a re-priced entry. */
export function entryPriceScale(deal: DealRecord): Decimal {
  const entry = entryLeg(deal.plan);
  if (entry.kind !== 'post-only') return ONE;
  let filled = ZERO;
  let notional = ZERO;
  for (const order of deal.orders) {
    if (order.intent.purpose !== 'entry') continue;
    filled = filled.plus(order.filled);
    notional = notional.plus(order.notional);
  }
  return filled.gt(ZERO) ? notional.div(filled).div(decimal(entry.price)) : ONE;
}

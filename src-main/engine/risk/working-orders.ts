import type { ListingId, Venue } from '#shared/domain/ids';
import type { OrderPurpose, Side } from '#shared/domain/order';
import type { Decimal } from '#shared/money/decimal';

/** One order of ours that may still execute: pending, accepted, partly filled or in doubt. */
export interface WorkingOrder {
  readonly clientOrderId: string;
  readonly dealId: string;
  readonly account: string;
  readonly venue: Venue;
  readonly listing: ListingId;
  readonly side: Side;
  readonly purpose: OrderPurpose;
  readonly price: Decimal;
  /** Base units not yet executed. */
  readonly remaining: Decimal;
}

/** What the gate and the kill switch may ask of the order registry. */
export interface WorkingOrdersView {
  working(): readonly WorkingOrder[];
}

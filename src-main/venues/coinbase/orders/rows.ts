import type { Listing } from '#shared/domain/listing';
import { decimal, wire } from '#shared/money/decimal';
import { rfc3339Ms } from '../../kit/numbers.ts';
import type { VenueFill, VenueOrder } from '../../orders/adapter.ts';
import type { FillRow, OrderRow, UserOrder } from './messages.ts';

type BySymbol = (symbol: string) => Listing | undefined;

const STATES: Readonly<Record<string, VenueOrder['state']>> = {
  PENDING: 'open',
  QUEUED: 'open',
  OPEN: 'open',
  CANCEL_QUEUED: 'open',
  EDIT_QUEUED: 'open',
  FILLED: 'filled',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  FAILED: 'rejected',
};
/** EX-6: a word that is not listed stays unknown. */
const stateOf = (status: string): VenueOrder['state'] => STATES[status] ?? 'unknown';

const named = (id: string): string | null => (id === '' ? null : id);
const orNull = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

/** An order as lists show it. Orders sized in the quote are somebody else's: their quantity is what was filled. */
export function venueOrder(row: OrderRow, bySymbol: BySymbol): VenueOrder {
  const terms = Object.values(row.order_configuration)[0];
  return {
    venueOrderId: row.order_id,
    clientOrderId: named(row.client_order_id),
    listing: bySymbol(row.product_id)?.id ?? null,
    symbol: row.product_id,
    side: row.side === 'BUY' ? 'buy' : 'sell',
    quantity: orNull(terms?.base_size) ?? row.filled_size,
    price: orNull(terms?.limit_price),
    filled: row.filled_size,
    state: stateOf(row.status),
    status: row.status,
    atMs: rfc3339Ms(row.created_time),
  };
}

/** An order as the stream tells it: with totals, without its size. */
export function streamedOrder(row: UserOrder, bySymbol: BySymbol): VenueOrder {
  return {
    venueOrderId: row.order_id,
    clientOrderId: named(row.client_order_id),
    listing: bySymbol(row.product_id)?.id ?? null,
    symbol: row.product_id,
    side: row.order_side === 'BUY' ? 'buy' : 'sell',
    quantity: wire(decimal(row.cumulative_quantity).plus(decimal(row.leaves_quantity))),
    price: orNull(row.limit_price),
    filled: row.cumulative_quantity,
    state: stateOf(row.status),
    status: row.status,
    atMs: rfc3339Ms(row.creation_time),
  };
}

/** Commissions are in the quote, whichever side the order was on. */
export function venueFill(row: FillRow, bySymbol: BySymbol): VenueFill {
  const price = decimal(row.price);
  const size = decimal(row.size);
  return {
    tradeId: row.trade_id,
    venueOrderId: row.order_id,
    clientOrderId: null,
    listing: bySymbol(row.product_id)?.id ?? null,
    symbol: row.product_id,
    side: row.side === 'BUY' ? 'buy' : 'sell',
    quantity: row.size_in_quote ? wire(size.div(price)) : row.size,
    price: row.price,
    fee: row.commission,
    feeCurrency: row.product_id.slice(row.product_id.indexOf('-') + 1),
    // The commission is known either way; without the flag it counts as the dearer.
    liquidity: row.liquidity_indicator === 'MAKER' ? 'maker' : 'taker',
    atMs: rfc3339Ms(row.trade_time),
  };
}

import type { Listing } from '#shared/domain/listing';
import { decimal, wire, ZERO } from '#shared/money/decimal';
import type { VenueFill, VenueOrder } from '../../orders/adapter.ts';
import type { OrderRow, TradeRow } from './messages.ts';

type BySymbol = (symbol: string) => Listing | undefined;

/** A stop that went off is not over: what it became is another order, told under the same label. */
const STATES: Readonly<Record<string, VenueOrder['state']>> = {
  open: 'open',
  untriggered: 'open',
  triggered: 'open',
  filled: 'filled',
  cancelled: 'cancelled',
  rejected: 'rejected',
};

const digits = (text: string): string => wire(decimal(text));
const named = (label: string | undefined): string | null => (label === undefined || label === '' ? null : label);

/** Amounts are in base coin. */
export function venueOrder(row: OrderRow, bySymbol: BySymbol): VenueOrder {
  const price = row.price === undefined || row.price === 'market_price' ? null : digits(row.price);
  return {
    venueOrderId: row.order_id,
    clientOrderId: named(row.label),
    listing: bySymbol(row.instrument_name)?.id ?? null,
    symbol: row.instrument_name,
    side: row.direction,
    quantity: digits(row.amount),
    price,
    filled: digits(row.filled_amount ?? '0'),
    // EX-6: `rejected:reduce_direction` and the like are rejections with their reason.
    state: STATES[row.order_state.split(':')[0] ?? ''] ?? 'unknown',
    status: row.order_state,
    atMs: row.creation_timestamp,
  };
}

/** True for one of a pair that ended because the other one did: the other tells how. */
export const endedByOther = ({ cancel_reason }: OrderRow): boolean => cancel_reason === 'oco_other_closed';

/**
 * What several orders of one label come to: a stop and what it became, a pair of which one cancels the other. Open while any
 * of them is; filled is what all of them filled; else the word of the one that was not ended by another.
 */
export function combined(rows: readonly OrderRow[], bySymbol: BySymbol): VenueOrder | null {
  const told = rows.filter((row) => !endedByOther(row));
  const orders = (told.length === 0 ? rows : told).map((row) => venueOrder(row, bySymbol));
  const executed = rows.map((row) => venueOrder(row, bySymbol));
  const filled = wire(executed.reduce((sum, order) => sum.plus(decimal(order.filled)), ZERO));
  const children = new Set(rows.flatMap(({ trigger_order_id: id }) => (id == null ? [] : [id])));
  // A stop whose order is among them has no more to say.
  const last = orders.filter(({ venueOrderId, status }) => status !== 'triggered' || !children.has(venueOrderId));
  const speaks =
    last.find(({ state }) => state === 'unknown') ??
    last.find(({ state }) => state === 'open') ??
    last.find(({ state }) => state === 'filled') ??
    last[0] ??
    orders[0];
  return speaks === undefined ? null : { ...speaks, filled };
}

export function venueFill(row: TradeRow, bySymbol: BySymbol): VenueFill {
  return {
    tradeId: row.trade_id,
    venueOrderId: row.order_id,
    clientOrderId: named(row.label),
    listing: bySymbol(row.instrument_name)?.id ?? null,
    symbol: row.instrument_name,
    side: row.direction,
    quantity: digits(row.amount),
    price: digits(row.price),
    fee: digits(row.fee),
    feeCurrency: row.fee_currency,
    liquidity: row.liquidity === 'M' ? 'maker' : 'taker',
    atMs: row.timestamp,
  };
}

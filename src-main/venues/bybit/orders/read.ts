import type { z } from 'zod';
import type { Listing } from '#shared/domain/listing';
import { decimal, ZERO } from '#shared/money/decimal';
import type { VenueFill, VenueOrder } from '../../orders/adapter.ts';
import type { executionSchema, orderSchema } from './messages.ts';

type BySymbol = (symbol: string) => Listing | undefined;

/** https://bybit-exchange.github.io/docs/v5/enum#orderstatus */
const STATES: Readonly<Record<string, VenueOrder['state']>> = {
  New: 'open',
  PartiallyFilled: 'open',
  Untriggered: 'open',
  Triggered: 'open',
  Filled: 'filled',
  Cancelled: 'cancelled',
  PartiallyFilledCanceled: 'cancelled',
  Deactivated: 'cancelled',
  Rejected: 'rejected',
};

export function venueOrder(row: z.infer<typeof orderSchema>, bySymbol: BySymbol): VenueOrder {
  return {
    venueOrderId: row.orderId,
    clientOrderId: row.orderLinkId,
    listing: bySymbol(row.symbol)?.id ?? null,
    symbol: row.symbol,
    side: row.side,
    quantity: row.qty,
    price: row.price,
    filled: row.cumExecQty,
    state: STATES[row.orderStatus] ?? 'unknown',
    status: row.orderStatus,
    atMs: row.updatedTime,
  };
}

/** @throws TypeError when the currency of the fee cannot be told. */
export function venueFill(row: z.infer<typeof executionSchema>, bySymbol: BySymbol): VenueFill {
  const listing = bySymbol(row.symbol);
  return {
    tradeId: row.execId,
    venueOrderId: row.orderId,
    clientOrderId: row.orderLinkId,
    listing: listing?.id ?? null,
    symbol: row.symbol,
    side: row.side,
    quantity: row.execQty,
    price: row.execPrice,
    fee: row.execFee,
    feeCurrency: feeCurrency(row, listing),
    liquidity: row.isMaker ? 'maker' : 'taker',
    atMs: row.execTime,
  };
}

/**
 * Named by the row, else by Bybit's rule: perpetuals pay in what they settle in; on spot a fee is taken from what is
 * received, a maker's rebate is paid in the other currency.
 * https://bybit-exchange.github.io/docs/v5/enum#spot-fee-currency-instruction
 */
function feeCurrency(row: z.infer<typeof executionSchema>, listing: Listing | undefined): string {
  if (row.feeCurrency) return row.feeCurrency;
  if (listing === undefined) throw new TypeError(`no fee currency for ${row.symbol}`);
  if (listing.product === 'perp') return listing.settle;
  const rebate = row.isMaker && decimal(row.execFee).lt(ZERO);
  return (row.side === 'buy') !== rebate ? listing.base : listing.quote;
}

import type { Listing } from '#shared/domain/listing';
import { decimal, ZERO } from '#shared/money/decimal';
import type { VenueFill, VenueOrder } from '../../orders/adapter.ts';
import type { AlgoRow, OrderRow, TradeRow } from './messages.ts';
import { algoId, orderOf } from './names.ts';

export type BySymbol = (symbol: string) => Listing | undefined;

/** https://developers.binance.com/docs/binance-spot-api-docs/enums#order-status-status */
const STATES: Readonly<Record<string, VenueOrder['state']>> = {
  NEW: 'open',
  PENDING_NEW: 'open',
  PARTIALLY_FILLED: 'open',
  PENDING_CANCEL: 'open',
  FILLED: 'filled',
  CANCELED: 'cancelled',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'cancelled',
};
/** What an IOC or FOK leaves, and what would have met an order of one's own, the venue calls expired: it was cancelled. */
export function stateOf(status: string, timeInForce: string): VenueOrder['state'] {
  const atOnce = timeInForce === 'IOC' || timeInForce === 'FOK';
  return status === 'EXPIRED' && atOnce ? 'cancelled' : (STATES[status] ?? 'unknown');
}

/**
 * A conditional order that never came to the matching engine; one that did is told by its order there.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Algo-Order-Update
 */
const ALGO_STATES: Readonly<Record<string, VenueOrder['state']>> = {
  NEW: 'open',
  TRIGGERING: 'open',
  TRIGGERED: 'open',
  CANCELED: 'cancelled',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
};
export const algoStateOf = (status: string): VenueOrder['state'] => ALGO_STATES[status] ?? 'unknown';

export const priceOrNull = (text: string): string | null => (decimal(text).eq(ZERO) ? null : text);

/** `name`: its client's name where that is known better than the row tells it. */
export function venueOrder(row: OrderRow, bySymbol: BySymbol, name = row.clientOrderId): VenueOrder {
  return {
    venueOrderId: row.orderId,
    clientOrderId: name === '' ? null : orderOf(name),
    listing: bySymbol(row.symbol)?.id ?? null,
    symbol: row.symbol,
    side: row.side,
    quantity: row.origQty,
    price: priceOrNull(row.price),
    filled: row.executedQty,
    state: stateOf(row.status, row.timeInForce),
    status: row.status,
    atMs: row.updateTime,
  };
}

export function algoOrder(row: AlgoRow, bySymbol: BySymbol): VenueOrder {
  return {
    venueOrderId: algoId(row.algoId),
    clientOrderId: row.clientAlgoId === '' ? null : row.clientAlgoId,
    listing: bySymbol(row.symbol)?.id ?? null,
    symbol: row.symbol,
    side: row.side,
    quantity: row.quantity,
    price: priceOrNull(row.price),
    filled: '0',
    state: algoStateOf(row.algoStatus),
    status: row.algoStatus,
    atMs: row.updateTime,
  };
}

/** The number of the order that a triggered conditional order became; `null` before. */
export const actualOf = ({ actualOrderId }: Pick<AlgoRow, 'actualOrderId'>): string | null =>
  actualOrderId === undefined || actualOrderId === null || !/^[1-9]\d*$/.test(actualOrderId) ? null : actualOrderId;

/** Executions carry the order's number alone; `name`: its client's name where it is known. */
export function venueFill(row: TradeRow, bySymbol: BySymbol, name: string | null): VenueFill {
  return {
    tradeId: row.id,
    venueOrderId: row.orderId,
    clientOrderId: name,
    listing: bySymbol(row.symbol)?.id ?? null,
    symbol: row.symbol,
    side: row.buyer ? 'buy' : 'sell',
    quantity: row.qty,
    price: row.price,
    fee: row.commission,
    feeCurrency: row.commissionAsset,
    liquidity: row.maker ? 'maker' : 'taker',
    atMs: row.time,
  };
}

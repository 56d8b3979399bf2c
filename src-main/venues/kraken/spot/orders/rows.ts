import type { Listing } from '#shared/domain/listing';
import { decimal } from '#shared/money/decimal';
import type { VenueFill, VenueOrder } from '../../../orders/adapter.ts';
import type { OrderRow, TradeRow } from './messages.ts';

/** https://docs.kraken.com/api-reference/account-data/get-closed-orders */
const STATES: Readonly<Record<string, VenueOrder['state']>> = {
  pending: 'open',
  open: 'open',
  closed: 'filled',
  canceled: 'cancelled',
  expired: 'expired',
};

/** One that is closed before it was filled whole was ended. */
const stateOf = ({ status, vol, vol_exec }: OrderRow): VenueOrder['state'] =>
  status === 'closed' && decimal(vol_exec).lt(decimal(vol)) ? 'cancelled' : (STATES[status] ?? 'unknown');

type ByPair = (name: string) => Listing | undefined;

/** An order as lists show it. One that waits for its trigger is open; its limit is the second price. */
export function venueOrder(txid: string, row: OrderRow, byPair: ByPair): VenueOrder {
  const { pair, type, ordertype, price, price2 } = row.descr;
  const listing = byPair(pair);
  const limit = ordertype === 'limit' ? price : ordertype.endsWith('-limit') ? price2 : null;
  return {
    venueOrderId: txid,
    clientOrderId: row.cl_ord_id ?? null,
    listing: listing?.id ?? null,
    symbol: listing?.symbol ?? pair,
    side: type,
    quantity: row.vol,
    price: limit === '0' ? null : limit,
    filled: row.vol_exec,
    state: stateOf(row),
    status: row.status,
    atMs: Number(row.opentm) * 1000,
  };
}

/** An execution as the history shows it: costs and fees are told in the quote. */
export function venueFill(txid: string, row: TradeRow, byPair: ByPair): VenueFill {
  const listing = byPair(row.pair);
  return {
    tradeId: txid,
    venueOrderId: row.ordertxid,
    clientOrderId: null,
    listing: listing?.id ?? null,
    symbol: listing?.symbol ?? row.pair,
    side: row.type,
    quantity: row.vol,
    price: row.price,
    fee: row.fee,
    // Of a pair that the catalogue has no more nobody asks for the currency: such executions are not ours.
    feeCurrency: listing?.quote ?? row.pair,
    liquidity: row.maker ? 'maker' : 'taker',
    atMs: Number(row.time) * 1000,
  };
}

import type { VenueAction } from '#engine/ports';
import type { Listing } from '#shared/domain/listing';
import { decimal, tryDecimal, wire, ZERO } from '#shared/money/decimal';
import type { VenueFill, VenueOrder } from '../../../orders/adapter.ts';
import { currencyOf } from '../../names.ts';
import type { FillRow, HistoryOrder, OpenOrderRow, StatusRow } from './messages.ts';
import type { StreamedFill, StreamedOrder } from './stream-messages.ts';
import { baseUnits } from './units.ts';

type BySymbol = (symbol: string) => Listing | undefined;

const OPEN: readonly string[] = ['untouched', 'partiallyFilled'];
const STATUSES: Readonly<Record<string, VenueOrder['state']>> = {
  ENTERED_BOOK: 'open',
  TRIGGER_PLACED: 'open',
  FULLY_EXECUTED: 'filled',
  CANCELLED: 'cancelled',
  REJECTED: 'rejected',
  TRIGGER_ACTIVATION_FAILURE: 'rejected',
};
/** Why an order left the book (https://docs.kraken.com/api/docs/futures-api/websocket/open_orders_verbose). */
const ENDS: Readonly<Record<string, VenueOrder['state']>> = {
  full_fill: 'filled',
  cancelled_by_user: 'cancelled',
  cancelled_by_admin: 'cancelled',
  contract_expired: 'cancelled',
  dead_man_switch: 'cancelled',
  liquidation: 'cancelled',
  market_inactive: 'cancelled',
  not_enough_margin: 'cancelled',
  ioc_order_failed_because_it_would_not_be_executed: 'cancelled',
  post_order_failed_because_it_would_filled: 'cancelled',
  post_order_failed_because_it_would_be_filled: 'cancelled',
  would_execute_self: 'cancelled',
  would_not_reduce_position: 'cancelled',
};
/** Why an order that is still there is told of. */
const GOES_ON: readonly string[] = [
  'new_placed_order_by_user',
  'limit_order_from_stop',
  'partial_fill',
  'edited_by_user',
];

/** EX-6: a word that is not listed stays unknown. */
export const stateOfDelta = (isCancel: boolean, reason: string): VenueOrder['state'] =>
  isCancel ? (ENDS[reason] ?? 'unknown') : GOES_ON.includes(reason) ? 'open' : 'unknown';

interface Fields {
  readonly id: string;
  readonly clientId: string | null;
  readonly symbol: string;
  readonly side: VenueOrder['side'];
  /** Quantities in the venue's own units. */
  readonly quantity: string;
  readonly filled: string;
  readonly price: string | null;
  readonly state: VenueOrder['state'];
  readonly status: string;
  readonly atMs: number;
}

function orderOf(fields: Fields, bySymbol: BySymbol): VenueOrder {
  const listing = bySymbol(fields.symbol.toUpperCase());
  const price = fields.price === null ? undefined : tryDecimal(fields.price);
  return {
    venueOrderId: fields.id,
    clientOrderId: fields.clientId === '' ? null : fields.clientId,
    listing: listing?.id ?? null,
    symbol: listing?.symbol ?? fields.symbol,
    side: fields.side,
    quantity: baseUnits(fields.quantity, listing),
    price: price === undefined || price.eq(ZERO) ? null : wire(price),
    filled: baseUnits(fields.filled, listing),
    state: fields.state,
    status: fields.status,
    atMs: fields.atMs,
  };
}

const sum = (a: string, b: string): string => wire(decimal(a).plus(decimal(b)));

/** An open order; one that waits for its trigger is among them. */
export const openOrder = (row: OpenOrderRow, bySymbol: BySymbol): VenueOrder =>
  orderOf(
    {
      id: row.order_id,
      clientId: row.cliOrdId ?? null,
      symbol: row.symbol,
      side: row.side,
      quantity: sum(row.filledSize, row.unfilledSize),
      filled: row.filledSize,
      price: row.limitPrice ?? null,
      state: OPEN.includes(row.status) ? 'open' : 'unknown',
      status: row.status,
      atMs: Date.parse(row.receivedTime),
    },
    bySymbol,
  );

/** An order by its status. One that waits for its trigger has executed nothing. */
export function statusOrder({ order, status }: StatusRow, bySymbol: BySymbol): VenueOrder | null {
  const state = STATUSES[status] ?? 'unknown';
  const filled = order.filled ?? (status === 'TRIGGER_PLACED' ? '0' : null);
  if (filled === null || order.quantity === null) return null;
  const { orderId: id, cliOrdId, symbol, side, quantity, limitPrice, timestamp } = order;
  return orderOf(
    {
      id,
      clientId: cliOrdId ?? null,
      symbol,
      side,
      quantity,
      filled,
      price: limitPrice ?? null,
      state,
      status,
      atMs: Date.parse(timestamp),
    },
    bySymbol,
  );
}

/** An order of the history, with what its events came to. */
export const endedOrder = (
  row: HistoryOrder,
  end: { readonly state: VenueOrder['state']; readonly status: string; readonly filled: string },
  bySymbol: BySymbol,
): VenueOrder =>
  orderOf(
    {
      id: row.uid,
      clientId: row.clientId,
      symbol: row.tradeable,
      side: row.direction === 'Buy' ? 'buy' : 'sell',
      quantity: row.quantity,
      price: row.limitPrice,
      ...end,
      atMs: Number(row.timestamp),
    },
    bySymbol,
  );

export const streamedOrder = (
  row: StreamedOrder,
  state: VenueOrder['state'],
  status: string,
  bySymbol: BySymbol,
): VenueOrder =>
  orderOf(
    {
      id: row.order_id,
      clientId: row.cli_ord_id ?? null,
      symbol: row.instrument,
      side: row.direction === '0' ? 'buy' : 'sell',
      quantity: sum(row.qty, row.filled),
      filled: row.filled,
      price: row.limit_price,
      state,
      status,
      atMs: Number(row.time),
    },
    bySymbol,
  );

/** What a fill is: an execution of an order, something that the venue did (EX-15), or a word nobody knows. */
export type FillMeaning = 'maker' | 'taker' | VenueAction['kind'] | 'unknown';
const MEANINGS: Readonly<Record<string, FillMeaning>> = {
  maker: 'maker',
  taker: 'taker',
  takerAfterEdit: 'taker',
  liquidation: 'liquidation',
  partialLiquidation: 'liquidation',
  assignor: 'liquidation',
  unwindBankrupt: 'liquidation',
  unwindCounterparty: 'auto-deleveraging',
};
export const meaningOf = (fillType: string): FillMeaning => MEANINGS[fillType] ?? 'unknown';

export const streamedFill = (row: StreamedFill, liquidity: 'maker' | 'taker', bySymbol: BySymbol): VenueFill => {
  const listing = bySymbol(row.instrument.toUpperCase());
  return {
    tradeId: row.fill_id,
    venueOrderId: row.order_id,
    clientOrderId: row.cli_ord_id ?? null,
    listing: listing?.id ?? null,
    symbol: row.instrument,
    side: row.buy ? 'buy' : 'sell',
    quantity: baseUnits(row.qty, listing),
    price: row.price,
    fee: row.fee_paid,
    feeCurrency: currencyOf(row.fee_currency),
    liquidity,
    atMs: Number(row.time),
  };
};

/** `fee`: from the history; the list of fills does not tell it. Fees of these perpetuals are counted in what they settle in. */
export const listedFill = (row: FillRow, fee: string, liquidity: 'maker' | 'taker', bySymbol: BySymbol): VenueFill => {
  const listing = bySymbol(row.symbol.toUpperCase());
  return {
    tradeId: row.fill_id,
    venueOrderId: row.order_id,
    clientOrderId: row.cliOrdId ?? null,
    listing: listing?.id ?? null,
    symbol: row.symbol,
    side: row.side,
    quantity: baseUnits(row.size, listing),
    price: row.price,
    fee,
    feeCurrency: listing?.settle ?? 'USD',
    liquidity,
    atMs: Date.parse(row.fillTime),
  };
};

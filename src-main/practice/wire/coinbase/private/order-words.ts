import type { ExchangeFill, ExchangeOrder } from '../../../exchange/types.ts';
import { isoMicros } from '../../instants.ts';
import type { Message } from '../../message.ts';
import { entryIdOf, orderIdOf, tradeIdOf } from './ids.ts';

/** What the venue remembers of an order beside what happened to it. */
export interface OrderNote {
  /** Under which name it was placed: a book may have two. */
  readonly product: string;
  readonly configuration: Message;
  readonly portfolio: string;
}

const NEVER = '0001-01-01T00:00:00Z';

/** `QUEUED` while a resting one has not been seen by the engine, which here is never. */
export function statusOf(order: ExchangeOrder): string {
  switch (order.state) {
    case 'waiting':
    case 'open':
      return 'OPEN';
    case 'filled':
      return 'FILLED';
    case 'cancelled':
      return 'CANCELLED';
    case 'expired':
      return 'EXPIRED';
    case 'rejected':
      return 'FAILED';
  }
}

const timeInForceOf = ({ request }: ExchangeOrder): string => {
  if (request.timeInForce === 'ioc') return 'IMMEDIATE_OR_CANCEL';
  if (request.timeInForce === 'fok') return 'FILL_OR_KILL';
  return request.expiresAtMs === null ? 'GOOD_UNTIL_CANCELLED' : 'GOOD_UNTIL_DATE_TIME';
};

const triggerStatusOf = (order: ExchangeOrder): string => {
  if (order.request.trigger === null) return 'INVALID_ORDER_TYPE';
  return order.triggered ? 'STOP_TRIGGERED' : 'STOP_PENDING';
};

const averageOf = (order: ExchangeOrder): string =>
  order.filled.eq('0') ? '0' : order.filledValue.div(order.filled).toFixed();

const completionOf = (order: ExchangeOrder): string =>
  order.quantity.eq('0') ? '0' : order.filled.div(order.quantity).times('100').round(2, 0).toFixed();

const sideOf = ({ request }: ExchangeOrder): string => (request.side === 'buy' ? 'BUY' : 'SELL');

const afterFees = (order: ExchangeOrder): string =>
  (order.request.side === 'buy'
    ? order.filledValue.plus(order.feePaid)
    : order.filledValue.minus(order.feePaid)
  ).toFixed();

const cancelWords = ({ endedBy }: ExchangeOrder): string => {
  if (endedBy === 'client') return 'User requested cancel';
  if (endedBy === 'ioc') return 'IOC order had remaining quantity';
  if (endedBy === 'fok') return 'FOK order could not be filled';
  return endedBy === null ? '' : 'Cancelled by the venue';
};

/** One order of `GET /orders/historical/…`. `status`: another word than its own, for the fault of unknown ones. */
export function orderRow(order: ExchangeOrder, note: OrderNote, userId: string, status = statusOf(order)): object {
  const { request } = order;
  const last = order.fills[order.fills.length - 1];
  return {
    order_id: orderIdOf(order.number),
    product_id: note.product,
    user_id: userId,
    order_configuration: note.configuration,
    side: sideOf(order),
    client_order_id: request.clientOrderId ?? '',
    status,
    time_in_force: timeInForceOf(order),
    created_time: isoMicros(order.createdAtMs),
    completion_percentage: completionOf(order),
    filled_size: order.filled.toFixed(),
    average_filled_price: averageOf(order),
    fee: '',
    number_of_fills: String(order.fills.length),
    filled_value: order.filledValue.toFixed(),
    pending_cancel: false,
    size_in_quote: request.quoteAmount !== null,
    total_fees: order.feePaid.toFixed(),
    size_inclusive_of_fees: request.quoteAmount !== null,
    total_value_after_fees: afterFees(order),
    trigger_status: triggerStatusOf(order),
    order_type: request.type === 'market' ? 'MARKET' : request.trigger === null ? 'LIMIT' : 'STOP_LIMIT',
    reject_reason: 'REJECT_REASON_UNSPECIFIED',
    settled: order.state === 'filled',
    product_type: 'SPOT',
    reject_message: '',
    cancel_message: cancelWords(order),
    order_placement_source: 'RETAIL_ADVANCED',
    outstanding_hold_amount: '0',
    is_liquidation: false,
    last_fill_time: last === undefined ? null : isoMicros(last.atMs),
    edit_history: [],
    leverage: '',
    margin_type: 'UNKNOWN_MARGIN_TYPE',
    retail_portfolio_id: note.portfolio,
    originating_order_id: '',
    attached_order_id: '',
  };
}

/** One order in an event of the `user` channel: totals, no executions. */
export function orderEvent(order: ExchangeOrder, note: OrderNote, status = statusOf(order)): object {
  const { request } = order;
  const over = order.state !== 'open' && order.state !== 'waiting';
  return {
    avg_price: averageOf(order),
    cancel_reason: over ? cancelWords(order) : '',
    client_order_id: request.clientOrderId ?? '',
    completion_percentage: completionOf(order),
    contract_expiry_type: 'UNKNOWN_CONTRACT_EXPIRY_TYPE',
    cumulative_quantity: order.filled.toFixed(),
    filled_value: order.filledValue.toFixed(),
    leaves_quantity: over ? '0' : order.quantity.minus(order.filled).toFixed(),
    limit_price: request.price?.toFixed() ?? '',
    number_of_fills: String(order.fills.length),
    order_id: orderIdOf(order.number),
    order_side: sideOf(order),
    order_type: request.type === 'market' ? 'Market' : request.trigger === null ? 'Limit' : 'Stop Limit',
    outstanding_hold_amount: '0',
    post_only: String(request.timeInForce === 'post-only'),
    product_id: note.product,
    product_type: 'SPOT',
    reject_reason: '',
    retail_portfolio_id: note.portfolio,
    risk_managed_by: 'UNKNOWN_RISK_MANAGEMENT_TYPE',
    status,
    stop_price: request.trigger?.price.toFixed() ?? '',
    time_in_force: timeInForceOf(order),
    total_fees: order.feePaid.toFixed(),
    total_value_after_fees: afterFees(order),
    trigger_status: triggerStatusOf(order),
    creation_time: isoMicros(order.createdAtMs),
    end_time: request.expiresAtMs === null ? NEVER : isoMicros(request.expiresAtMs),
    start_time: NEVER,
  };
}

/** One execution of `GET /orders/historical/fills`; its commission is in the quote. */
export function fillRow(fill: ExchangeFill, note: OrderNote, userId: string): object {
  return {
    entry_id: entryIdOf(fill.tradeNumber),
    trade_id: tradeIdOf(fill.tradeNumber),
    order_id: orderIdOf(fill.order.number),
    trade_time: isoMicros(fill.atMs),
    trade_type: 'FILL',
    price: fill.price.toFixed(),
    size: fill.quantity.toFixed(),
    commission: fill.fee.toFixed(),
    product_id: note.product,
    sequence_timestamp: isoMicros(fill.atMs),
    liquidity_indicator: fill.maker ? 'MAKER' : 'TAKER',
    size_in_quote: false,
    user_id: userId,
    side: fill.order.request.side === 'buy' ? 'BUY' : 'SELL',
    retail_portfolio_id: note.portfolio,
  };
}

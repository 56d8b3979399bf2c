import { decimal } from '#shared/money/decimal';
import type { ExchangeFill, ExchangeOrder, ExchangePosition } from '../../../exchange/types.ts';
import { nameOf } from '../instruments.ts';
import { num } from './wire-text.ts';

/** What the gateway remembers of an order beside what happened to it. */
export interface OrderNote {
  readonly label: string;
  readonly rejectPostOnly: boolean;
  /** Of one-cancels-other pairs. */
  readonly ocoRef: string | null;
  /** `stop` or `take`; `null` for orders without a trigger. */
  readonly trigger: 'stop' | 'take' | null;
}

export const NO_NOTE: OrderNote = { label: '', rejectPostOnly: false, ocoRef: null, trigger: null };

/** A triggered order is a new one: the stop keeps its id and the order that it became gets another. */
export const orderIdOf = ({ number }: ExchangeOrder): string => `USDC-${number}`;
export const triggerIdOf = ({ number }: ExchangeOrder, { trigger }: OrderNote): string =>
  `USDC-${trigger === 'take' ? 'TPTS' : 'SLTS'}-${number}`;
export const tradeIdOf = ({ tradeNumber }: ExchangeFill): string => `USDC-${tradeNumber}`;

/** `undefined` for an id that this venue never gave out. */
export function numberOf(id: string): { readonly number: number; readonly before: boolean } | undefined {
  const [, kind, digits] = /^USDC-(?:(SLTS|TPTS)-)?(\d{1,12})$/.exec(id) ?? [];
  return digits === undefined ? undefined : { number: Number(digits), before: kind !== undefined };
}

const TRIGGERS = { last: 'last_price', mark: 'mark_price', index: 'index_price' } as const;
const IN_FORCE = {
  gtc: 'good_til_cancelled',
  'post-only': 'good_til_cancelled',
  ioc: 'immediate_or_cancel',
  fok: 'fill_or_kill',
} as const;

const cancelReason = ({ endedBy }: ExchangeOrder): string | undefined => {
  switch (endedBy) {
    case 'client':
      return 'user_request';
    case 'oco':
      return 'oco_other_closed';
    case 'dead-man':
      return 'cancel_on_disconnect';
    case 'expiry':
      return 'settlement';
    case 'venue':
      return 'autoliquidation';
    default:
      return undefined;
  }
};

const common = (order: ExchangeOrder, note: OrderNote): object => {
  const { request } = order;
  return {
    web: false,
    api: true,
    mmp: false,
    replaced: false,
    risk_reducing: false,
    instrument_name: nameOf(request.market.spec),
    direction: request.side,
    label: note.label,
    creation_timestamp: Math.floor(order.createdAtMs),
    last_update_timestamp: Math.floor(order.updatedAtMs),
    reduce_only: request.reduceOnly,
    post_only: request.timeInForce === 'post-only',
    ...(request.timeInForce === 'post-only' ? { reject_post_only: note.rejectPostOnly } : {}),
    time_in_force: request.expiresAtMs === null ? IN_FORCE[request.timeInForce] : 'good_til_day',
    price: request.price === null ? 'market_price' : num(request.price),
    amount: num(order.quantity),
    contracts: num(order.quantity.div(decimal(stepOf(order)))),
    ...(note.ocoRef === null ? {} : { oco_ref: note.ocoRef }),
  };
};

const stepOf = ({ request }: ExchangeOrder): string =>
  (1 / 10 ** request.market.spec.sizeDecimals).toFixed(request.market.spec.sizeDecimals);

/** The stop or take order as it lies, or as it ended: it fills nothing itself. */
export function triggerRow(order: ExchangeOrder, note: OrderNote, unknownState?: string): object {
  const { trigger } = order.request;
  const state = order.triggered ? 'triggered' : order.state === 'waiting' ? 'untriggered' : endWord(order);
  return {
    ...common(order, note),
    order_id: triggerIdOf(order, note),
    order_type: note.trigger === 'take' ? 'take_limit' : 'stop_limit',
    order_state: unknownState ?? state,
    triggered: order.triggered,
    filled_amount: num(decimal('0')),
    average_price: num(decimal('0')),
    ...(trigger === null ? {} : { trigger: TRIGGERS[trigger.by], trigger_price: num(trigger.price) }),
    ...(state === 'cancelled' ? { cancel_reason: cancelReason(order) } : {}),
  };
}

const endWord = ({ state }: ExchangeOrder): string =>
  state === 'filled' || state === 'rejected' || state === 'open' ? state : 'cancelled';

/** An order that may execute. */
export function orderRow(order: ExchangeOrder, note: OrderNote, unknownState?: string): object {
  const state = endWord(order);
  const average = order.filled.eq('0') ? order.filled : order.filledValue.div(order.filled);
  const liquidation = order.fills.some(({ cause }) => cause === 'liquidation');
  return {
    ...common(order, note),
    order_id: orderIdOf(order),
    order_type: order.request.type,
    order_state: unknownState ?? state,
    filled_amount: num(order.filled),
    average_price: num(average),
    is_liquidation: liquidation,
    ...(order.triggered ? { trigger_order_id: triggerIdOf(order, note), triggered: true } : {}),
    ...(state === 'cancelled' ? { cancel_reason: cancelReason(order) } : {}),
  };
}

/** What stands for an order now: the stop until it is triggered, then the order that it became. */
export const currentRow = (order: ExchangeOrder, note: OrderNote, unknownState?: string): object =>
  order.request.trigger !== null && !order.triggered
    ? triggerRow(order, note, unknownState)
    : orderRow(order, note, unknownState);

export function tradeRow(fill: ExchangeFill, note: OrderNote): object {
  const { order } = fill;
  const { market } = order.request;
  const mark = decimal((market.perp?.markPrice ?? 0).toFixed(market.spec.priceDecimals + 1));
  const index = decimal((market.perp?.indexPrice ?? 0).toFixed(market.spec.priceDecimals + 1));
  return {
    trade_id: tradeIdOf(fill),
    trade_seq: fill.tradeNumber,
    order_id: orderIdOf(order),
    instrument_name: nameOf(market.spec),
    direction: order.request.side,
    amount: num(fill.quantity),
    contracts: num(fill.quantity.div(decimal(stepOf(order)))),
    price: num(fill.price),
    fee: num(fill.fee),
    fee_currency: fill.feeCurrency,
    profit_loss: num(fill.realised),
    liquidity: fill.maker ? 'M' : 'T',
    mark_price: num(mark),
    index_price: num(index),
    matching_id: null,
    order_type: fill.cause === 'liquidation' ? 'liquidation' : order.request.type,
    ...(fill.cause === 'liquidation' ? { liquidation: 'T' } : {}),
    ...(note.label === '' ? {} : { label: note.label }),
    api: true,
    mmp: false,
    risk_reducing: false,
    post_only: order.request.timeInForce === 'post-only',
    reduce_only: order.request.reduceOnly,
    state: endWord(order),
    tick_direction: 0,
    timestamp: Math.floor(fill.atMs),
  };
}

export function positionRow(position: ExchangePosition): object {
  const { market, quantity } = position;
  const { spec, perp } = market;
  const digits = spec.priceDecimals + 1;
  const zero = decimal('0');
  return {
    instrument_name: nameOf(spec),
    kind: 'future',
    direction: quantity.eq('0') ? 'zero' : quantity.gt('0') ? 'buy' : 'sell',
    size: num(quantity),
    size_currency: num(quantity),
    average_price: num(position.entryPrice),
    mark_price: num(decimal((perp?.markPrice ?? 0).toFixed(digits))),
    index_price: num(decimal((perp?.indexPrice ?? 0).toFixed(digits))),
    settlement_price: num(zero),
    estimated_liquidation_price: null,
    leverage: Math.trunc(Number(position.leverage.toString())),
    initial_margin: num(position.margin),
    maintenance_margin: num(zero),
    open_orders_margin: num(zero),
    delta: num(quantity),
    floating_profit_loss: num(position.unrealised),
    total_profit_loss: num(position.unrealised),
    realized_profit_loss: num(zero),
    realized_funding: num(zero),
    interest_value: num(zero),
  };
}

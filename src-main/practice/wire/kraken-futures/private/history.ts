import { ZERO } from '#shared/money/decimal';
import type { ExchangeAccount, ExchangeFill, ExchangeOrder } from '../../../exchange/types.ts';
import { wholeMs } from '../../instants.ts';
import { symbolOf } from '../symbols.ts';
import { ACCOUNT_UID, fillUid, orderUid } from './ids.ts';
import { endReason, isClosed, isoMs } from './order-rows.ts';

const FEED = 'kraken:perp';
const MOST_ROWS = 100;

interface Element {
  readonly uid: string;
  readonly timestamp: number;
  readonly event: object;
}

/** One page of a list of events, `null` when the question cannot be read. */
function page(elements: readonly Element[], params: URLSearchParams, nowMs: number): object | null {
  const [since, before] = [numberOf(params, 'since'), numberOf(params, 'before')];
  const [count, token] = [numberOf(params, 'count'), params.get('continuation_token')];
  const sort = params.get('sort') ?? 'desc';
  const from = token === null ? 0 : Number(Buffer.from(token, 'base64').toString('latin1'));
  if (Number.isNaN(since) || Number.isNaN(before) || Number.isNaN(count) || !Number.isInteger(from)) return null;
  if (sort !== 'asc' && sort !== 'desc') return null;
  const within = elements.filter(
    ({ timestamp }) => (since === null || timestamp >= since) && (before === null || timestamp < before),
  );
  const sorted = within.sort((a, b) => (sort === 'asc' ? a.timestamp - b.timestamp : b.timestamp - a.timestamp));
  const until = from + Math.min(MOST_ROWS, count ?? MOST_ROWS);
  const rows = sorted.slice(from, until);
  const next = until < sorted.length ? { continuationToken: Buffer.from(String(until)).toString('base64') } : {};
  return { accountUid: ACCOUNT_UID, len: rows.length, serverTime: isoMs(nowMs), elements: rows, ...next };
}

function numberOf(params: URLSearchParams, name: string): number | null {
  const text = params.get(name);
  if (text === null || text === '') return null;
  return /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

const ofTradeable = (order: ExchangeOrder, params: URLSearchParams): boolean => {
  const wanted = params.get('tradeable');
  return wanted === null || symbolOf(order.request.market.spec) === wanted.toUpperCase();
};

/** `history/v3/orders`: what happened to orders, once they were in the book. */
export function orderEvents(account: ExchangeAccount, params: URLSearchParams, nowMs: number): object | null {
  const elements = account
    .orders(FEED)
    .filter((order) => ofTradeable(order, params) && (order.request.trigger === null || order.triggered))
    .flatMap((order) => eventsOf(order));
  return page(elements, params, nowMs);
}

function eventsOf(order: ExchangeOrder): Element[] {
  const uid = orderUid(order.number);
  const placed = { order: orderAt(order, '0'), reason: 'new_user_order', reducedQuantity: '' };
  const elements: Element[] = [
    { uid: `${uid}-p`, timestamp: wholeMs(order.createdAtMs), event: { OrderPlaced: placed } },
  ];
  let filled = ZERO;
  for (const fill of order.fills) {
    const oldOrder = orderAt(order, filled.toFixed());
    filled = filled.plus(fill.quantity);
    const reason = filled.gte(order.quantity) ? 'full_fill' : 'partial_fill';
    const update = { oldOrder, newOrder: orderAt(order, filled.toFixed()), reason, reducedQuantity: '0' };
    elements.push({
      uid: `${uid}-${fill.tradeNumber}`,
      timestamp: wholeMs(fill.atMs),
      event: { OrderUpdated: update },
    });
  }
  if (isClosed(order) && order.state !== 'filled') {
    const cancelled = { order: orderAt(order, filled.toFixed()), reason: endReason(order) };
    elements.push({ uid: `${uid}-c`, timestamp: wholeMs(order.updatedAtMs), event: { OrderCancelled: cancelled } });
  }
  return elements;
}

const ORDER_TYPES = { gtc: 'Limit', ioc: 'IoC', fok: 'IoC', 'post-only': 'Post' } as const;

function orderAt(order: ExchangeOrder, filled: string): object {
  const { request } = order;
  return {
    uid: orderUid(order.number),
    accountUid: ACCOUNT_UID,
    tradeable: symbolOf(request.market.spec),
    direction: request.side === 'buy' ? 'Buy' : 'Sell',
    quantity: order.quantity.toFixed(),
    filled,
    timestamp: wholeMs(order.createdAtMs),
    limitPrice: request.price?.toFixed() ?? '',
    orderType: request.type === 'market' ? 'Market' : ORDER_TYPES[request.timeInForce],
    clientId: request.clientOrderId ?? '',
    reduceOnly: request.reduceOnly,
    lastUpdateTimestamp: wholeMs(order.updatedAtMs),
    spotData: null,
  };
}

/** `history/v3/triggers`: what happened to orders while they waited. */
export function triggerEvents(account: ExchangeAccount, params: URLSearchParams, nowMs: number): object | null {
  const elements: Element[] = [];
  for (const order of account.orders(FEED)) {
    if (order.request.trigger === null || !ofTradeable(order, params)) continue;
    const uid = orderUid(order.number);
    const trigger = triggerAt(order);
    const at = wholeMs(order.updatedAtMs);
    elements.push({
      uid: `${uid}-p`,
      timestamp: wholeMs(order.createdAtMs),
      event: { OrderTriggerPlaced: { order: trigger, reason: 'new_user_order' } },
    });
    if (order.triggered) {
      elements.push({ uid: `${uid}-a`, timestamp: at, event: { OrderTriggerActivated: { order: trigger } } });
    } else if (isClosed(order)) {
      const cancelled = { order: trigger, reason: endReason(order) };
      elements.push({ uid: `${uid}-c`, timestamp: at, event: { OrderTriggerCancelled: cancelled } });
    }
  }
  return page(elements, params, nowMs);
}

function triggerAt(order: ExchangeOrder): object {
  const { request } = order;
  const { trigger } = request;
  return {
    uid: orderUid(order.number),
    accountUid: ACCOUNT_UID,
    tradeable: symbolOf(request.market.spec),
    direction: request.side === 'buy' ? 'Buy' : 'Sell',
    quantity: order.quantity.toFixed(),
    timestamp: wholeMs(order.createdAtMs),
    limitPrice: request.price?.toFixed() ?? '',
    orderType: 'Limit',
    clientId: request.clientOrderId ?? '',
    reduceOnly: request.reduceOnly,
    lastUpdateTimestamp: wholeMs(order.updatedAtMs),
    triggerOptions: {
      triggerPrice: trigger?.price.toFixed() ?? '',
      triggerSignal: { last: 'LastPrice', mark: 'MarkPrice', index: 'SpotPrice' }[trigger?.by ?? 'last'],
      triggerSide: trigger?.when === 'rises-to' ? 'Above' : 'Below',
    },
  };
}

/** `history/v3/executions`: with fees, which the list of fills lacks. */
export function executionEvents(account: ExchangeAccount, params: URLSearchParams, nowMs: number): object | null {
  const elements = account
    .fills(FEED)
    .filter(({ order }) => ofTradeable(order, params))
    .map((fill) => ({
      uid: fillUid(fill.tradeNumber),
      timestamp: wholeMs(fill.atMs),
      event: { Execution: { execution: executionOf(fill), takerReducedQuantity: '' } },
    }));
  return page(elements, params, nowMs);
}

function executionOf(fill: ExchangeFill): object {
  return {
    uid: fillUid(fill.tradeNumber),
    order: orderAt(fill.order, fill.order.filled.toFixed()),
    timestamp: wholeMs(fill.atMs),
    quantity: fill.quantity.toFixed(),
    price: fill.price.toFixed(),
    markPrice: fill.price.toFixed(),
    executionType: fill.maker ? 'maker' : 'taker',
    limitFilled: false,
    usdValue: fill.price.times(fill.quantity).toFixed(),
    orderData: { fee: fill.fee.toFixed(), positionSize: '0', feeCalculationInfo: [] },
  };
}

import type { ExchangeOrder, PracticeKey } from '../../../exchange/types.ts';
import type { Message } from '../../message.ts';
import type { Category } from '../rest.ts';
import { symbolOf } from '../symbols.ts';
import { Refused, refusalOf } from './answers.ts';
import { mayTrade } from './gatekeeper.ts';
import { numberOf, orderIdOf } from './ids.ts';
import { readOrder } from './order-form.ts';
import type { Shelves } from './parameters.ts';
import { amountOf, categoryOf, marketOf, required, textOf } from './parameters.ts';

const productOf = (category: Category): 'spot' | 'perp' => (category === 'spot' ? 'spot' : 'perp');

/** The order of a key's account that an id names, by the venue's own id first; `undefined` when there is none. */
export function findOrder({ account }: PracticeKey, params: Message, category: Category): ExchangeOrder | undefined {
  const orderId = textOf(params, 'orderId');
  const linkId = textOf(params, 'orderLinkId');
  if (orderId === null && linkId === null) return undefined;
  const number = orderId === null ? null : numberOf(orderId);
  const found = orderId === null ? account.orderByClientId(linkId ?? '') : account.orderByNumber(number ?? -1);
  if (found === undefined || (orderId !== null && orderIdOf(found) !== orderId)) return undefined;
  return found.request.market.spec.product === productOf(category) ? found : undefined;
}

const idsOf = (order: ExchangeOrder): object => ({
  orderId: orderIdOf(order),
  orderLinkId: order.request.clientOrderId ?? '',
});

/** Calls that change orders and positions. Each gives its result. */
export class OrderDesk {
  readonly #shelves: Shelves;

  constructor(shelves: Shelves) {
    this.#shelves = shelves;
  }

  create(key: PracticeKey, params: Message): object {
    const category = categoryOf(params);
    mayTrade(key, productOf(category));
    const request = readOrder(params, category, marketOf(params, category, this.#shelves));
    const placed = key.account.place(request);
    if (placed.ok) return idsOf(placed.value);
    const { retCode, retMsg } = refusalOf(placed.error, request);
    throw new Refused(retCode, retMsg);
  }

  cancel(key: PracticeKey, params: Message): object {
    const category = categoryOf(params);
    mayTrade(key, productOf(category));
    marketOf(params, category, this.#shelves);
    if (textOf(params, 'orderId') === null && textOf(params, 'orderLinkId') === null) {
      throw new Refused(10001, 'params error: orderId or orderLinkId is required');
    }
    const order = findOrder(key, params, category);
    if (order !== undefined && key.account.cancel(order)) return idsOf(order);
    throw category === 'spot'
      ? new Refused(170213, 'Order does not exist.')
      : new Refused(110001, 'order not exists or too late to cancel');
  }

  /** https://bybit-exchange.github.io/docs/v5/order/cancel-all */
  cancelAll(key: PracticeKey, params: Message): object {
    const category = categoryOf(params);
    mayTrade(key, productOf(category));
    const chosen = scopeOf(params, category, this.#shelves);
    const filter = textOf(params, 'orderFilter') ?? (category === 'spot' ? 'Order' : null);
    const cancelled = key.account.cancelAll((order) => chosen(order) && isOfFilter(order, filter));
    return { list: cancelled.map(idsOf), success: '1' };
  }

  /** https://bybit-exchange.github.io/docs/v5/position/leverage */
  setLeverage(key: PracticeKey, params: Message): object {
    const category = categoryOf(params);
    if (category !== 'linear') throw new Refused(10001, 'Illegal category');
    mayTrade(key, 'perp');
    const market = marketOf(params, category, this.#shelves);
    const buy = amountOf(params, 'buyLeverage', category);
    if (buy === null || required(params, 'sellLeverage') !== required(params, 'buyLeverage')) {
      throw new Refused(10001, 'buy leverage invalid');
    }
    if (key.account.leverage(market).eq(buy)) throw new Refused(110043, 'leverage not modified');
    const set = key.account.setLeverage(market, buy);
    if (set.ok) return {};
    throw set.error === 'leverage'
      ? new Refused(10001, 'buy leverage invalid')
      : new Refused(110044, 'Insufficient available margin');
  }
}

/** Orders that wait for a trigger are of the filter `StopOrder`. */
export const isOfFilter = ({ request, triggered }: ExchangeOrder, filter: string | null): boolean => {
  if (filter === null) return true;
  const isStop = request.trigger !== null && !triggered;
  return filter === (isStop ? 'StopOrder' : 'Order') || (filter === 'tpslOrder' && isStop);
};

/** Which orders a symbol, a base coin or a settle coin means. @throws {Refused} where contracts are named by none. */
export function scopeOf(params: Message, category: Category, shelves: Shelves): (order: ExchangeOrder) => boolean {
  const symbol = textOf(params, 'symbol');
  const base = textOf(params, 'baseCoin');
  const settle = category === 'linear' ? textOf(params, 'settleCoin') : null;
  if (symbol !== null) marketOf(params, category, shelves);
  if (category === 'linear' && symbol === null && base === null && settle === null) {
    throw new Refused(
      10001,
      'Missing some parameters that must be filled in, symbol or settleCoin or baseCoin of parameter error',
    );
  }
  return ({ request: { market } }) => {
    const { spec } = market;
    if (spec.product !== productOf(category)) return false;
    if (symbol !== null) return symbolOf(spec) === symbol;
    if (base !== null) return spec.base === base;
    return settle === null || spec.settle === settle;
  };
}

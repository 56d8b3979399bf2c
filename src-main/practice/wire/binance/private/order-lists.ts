import type { ExchangeAccount, ExchangeOrder } from '../../../exchange/types.ts';
import { wholeMs } from '../../instants.ts';
import { symbolOf } from '../symbols.ts';
import { isLive } from './statuses.ts';

const GROUP = /^list\/(\d+)\/(.+)$/;

/** The exchange's name for both halves of one list: its number and its client's name for it. */
export const groupOf = (number: number, clientId: string): string => `list/${number}/${clientId}`;

/** -1 for an order of no list. */
export const listNumberOf = ({ request }: ExchangeOrder): number => Number(partsOf(request.ocoGroup)?.[1] ?? -1);
const partsOf = (group: string | null): RegExpExecArray | null => (group === null ? null : GROUP.exec(group));

export interface OrderList {
  readonly number: number;
  readonly symbol: string;
  readonly clientId: string;
  readonly orders: readonly ExchangeOrder[];
}

/** Every list of the account, oldest first. */
export function listsOf(account: ExchangeAccount): readonly OrderList[] {
  const lists = new Map<number, { number: number; symbol: string; clientId: string; orders: ExchangeOrder[] }>();
  for (const order of account.orders('binance:spot')) {
    const parts = partsOf(order.request.ocoGroup);
    if (parts === null) continue;
    const number = Number(parts[1]);
    const symbol = symbolOf(order.request.market.spec);
    const list = lists.get(number) ?? { number, symbol, clientId: parts[2] ?? '', orders: [] };
    list.orders.push(order);
    lists.set(number, list);
  }
  return [...lists.values()];
}

export const listOf = (account: ExchangeAccount, order: ExchangeOrder): OrderList | undefined => {
  const number = listNumberOf(order);
  return number < 0 ? undefined : listsOf(account).find((list) => list.number === number);
};

export const isListLive = ({ orders }: OrderList): boolean => orders.some(isLive);
export const listStatus = (list: OrderList): { readonly type: string; readonly order: string } =>
  isListLive(list) ? { type: 'EXEC_STARTED', order: 'EXECUTING' } : { type: 'ALL_DONE', order: 'ALL_DONE' };

/** The list as REST tells it. */
export function listRow(list: OrderList, clientIdOf: (order: ExchangeOrder) => string): object {
  const { type, order } = listStatus(list);
  return {
    orderListId: list.number,
    contingencyType: 'OCO',
    listStatusType: type,
    listOrderStatus: order,
    listClientOrderId: list.clientId,
    transactionTime: wholeMs(Math.max(...list.orders.map(({ updatedAtMs }) => updatedAtMs))),
    symbol: list.symbol,
    orders: list.orders.map((one) => ({
      symbol: list.symbol,
      orderId: one.number,
      clientOrderId: clientIdOf(one),
    })),
  };
}

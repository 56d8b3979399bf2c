import type { ExchangeFill, ExchangeOrder } from '../../../exchange/types.ts';

const isSpot = ({ request }: ExchangeOrder): boolean => request.market.perp === null;

/** Contracts have UUIDs, spot has numbers of 19 digits. */
const uuid = (kind: string, number: number): string =>
  `${kind}${(number * 40_503).toString(16).padStart(12, '0').slice(-6)}-c0de-4b1d-8f${kind}-${number.toString(16).padStart(12, '0')}`;
const long = (head: string, number: number): string => `${head}${String(number).padStart(19 - head.length, '0')}`;

export const orderIdOf = (order: ExchangeOrder): string =>
  isSpot(order) ? long('19', order.number) : uuid('0a', order.number);

export const executionIdOf = ({ order, tradeNumber }: ExchangeFill): string =>
  isSpot(order) ? long('22', tradeNumber) : uuid('0e', tradeNumber);

/** The number in an order id; `null` for what no id of the venue looks like. */
export function numberOf(orderId: string): number | null {
  if (/^19\d{17}$/.test(orderId)) return Number(orderId.slice(2));
  const tail = /-([0-9a-f]{12})$/.exec(orderId)?.[1];
  return tail === undefined ? null : Number.parseInt(tail, 16);
}

import type { Listing } from '#shared/domain/listing';
import type { OrderIntent, OrderKind } from '#shared/domain/order';
import { selfTradeEnds } from '../../orders/adapter.ts';
import { profitName, stopName } from './names.ts';

type Fields = Record<string, string | number>;

const MODES = { taker: 'EXPIRE_TAKER', maker: 'EXPIRE_MAKER' } as const;
/** AC-2. https://developers.binance.com/docs/binance-spot-api-docs/faqs/stp_faq */
export const selfTradeMode = ({ purpose }: OrderIntent): string => MODES[selfTradeEnds(purpose)];

/** Type and time in force of every kind that is one order. */
const TYPES: Readonly<Record<Exclude<OrderKind, 'oco'>, Fields>> = {
  'post-only': { type: 'LIMIT_MAKER' },
  ioc: { type: 'LIMIT', timeInForce: 'IOC' },
  limit: { type: 'LIMIT', timeInForce: 'GTC' },
  fok: { type: 'LIMIT', timeInForce: 'FOK' },
  'stop-loss': { type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC' },
  'take-profit': { type: 'TAKE_PROFIT_LIMIT', timeInForce: 'GTC' },
};

const side = (order: OrderIntent): 'BUY' | 'SELL' => (order.side === 'buy' ? 'BUY' : 'SELL');

/**
 * The fields of a new order; spot triggers watch the last price and nothing else.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#new-order-trade
 */
export function spotFields(order: OrderIntent, kind: Exclude<OrderKind, 'oco'>, { symbol }: Listing): Fields {
  return {
    symbol,
    side: side(order),
    ...TYPES[kind],
    quantity: order.quantity,
    price: order.price,
    ...(order.trigger === undefined ? {} : { stopPrice: order.trigger.price }),
    newClientOrderId: order.clientOrderId,
    newOrderRespType: 'ACK',
    selfTradePreventionMode: selfTradeMode(order),
  };
}

/**
 * The fields of a new OCO: a stop-limit on the losing side of the price, a resting order that takes the profit on the other.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#new-order-list---oco-trade
 */
export function ocoFields(order: OrderIntent, trigger: string, takeProfitPrice: string, { symbol }: Listing): Fields {
  const [stop, profit] = order.side === 'sell' ? ['below', 'above'] : ['above', 'below'];
  return {
    symbol,
    listClientOrderId: order.clientOrderId,
    side: side(order),
    quantity: order.quantity,
    [`${stop}Type`]: 'STOP_LOSS_LIMIT',
    [`${stop}ClientOrderId`]: stopName(order.clientOrderId),
    [`${stop}StopPrice`]: trigger,
    [`${stop}Price`]: order.price,
    [`${stop}TimeInForce`]: 'GTC',
    [`${profit}Type`]: 'LIMIT_MAKER',
    [`${profit}ClientOrderId`]: profitName(order.clientOrderId),
    [`${profit}Price`]: takeProfitPrice,
    newOrderRespType: 'ACK',
    selfTradePreventionMode: selfTradeMode(order),
  };
}

import type { Listing } from '#shared/domain/listing';
import type { OrderIntent, OrderKind, TriggerBy } from '#shared/domain/order';
import { selfTradeEnds } from '../../orders/adapter.ts';

export type Category = 'spot' | 'linear';

const TIME_IN_FORCE: Readonly<Record<OrderKind, string>> = {
  'post-only': 'PostOnly',
  ioc: 'IOC',
  limit: 'GTC',
  fok: 'FOK',
  'stop-loss': 'GTC',
  'take-profit': 'GTC',
  oco: 'GTC',
};
/** AC-2. https://bybit-exchange.github.io/docs/v5/smp */
const SELF_TRADE = { taker: 'CancelTaker', maker: 'CancelMaker' } as const;
const TRIGGER_BY: Readonly<Record<TriggerBy, string>> = { last: 'LastPrice', mark: 'MarkPrice', index: 'IndexPrice' };

/**
 * The fields of a create, in base units: Bybit's linear contracts count in them.
 * https://bybit-exchange.github.io/docs/v5/order/create-order
 */
export function createFields(category: Category, order: OrderIntent, listing: Listing): Record<string, unknown> {
  return {
    category,
    symbol: listing.symbol,
    side: order.side === 'buy' ? 'Buy' : 'Sell',
    orderType: 'Limit',
    qty: order.quantity,
    price: order.price,
    timeInForce: TIME_IN_FORCE[order.kind],
    orderLinkId: order.clientOrderId,
    smpType: SELF_TRADE[selfTradeEnds(order.purpose)],
    // Spot: never on borrowed money. Perpetuals: one-way mode, any other refuses it.
    ...(category === 'spot' ? { isLeverage: 0 } : { positionIdx: 0, reduceOnly: order.reduceOnly === true }),
    ...(order.trigger === undefined
      ? {}
      : {
          triggerPrice: order.trigger.price,
          triggerBy: TRIGGER_BY[order.trigger.by],
          triggerDirection: risesTo(order) ? 1 : 2,
        }),
  };
}

/** A stop of a sell and a profit of a buy wait for the price to fall, the others for it to rise. */
const risesTo = ({ kind, side }: OrderIntent): boolean => (kind === 'stop-loss') === (side === 'buy');

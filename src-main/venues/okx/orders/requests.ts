import type { Product } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent, OrderKind } from '#shared/domain/order';
import { isResident } from '#shared/domain/order';
import { decimal, wire } from '#shared/money/decimal';
import type { SignedCall } from '../../orders/adapter.ts';
import { selfTradeEnds, urgencyOf } from '../../orders/adapter.ts';

const TIMEOUT_MS = 5_000;

/** `cancel_both` would forbid fill-or-kill (54036). */
const SELF_TRADE = { taker: 'cancel_taker', maker: 'cancel_maker' } as const;

/**
 * Marks what rests as this product's: the dead-man takes orders that carry its mark and no others (EX-14). Waiting orders
 * carry none. "A combination of case-sensitive alphanumerics" of up to 16 characters.
 */
export const restingTag = (product: Product): string => `crossbook${product}`;

const ORD_TYPES: Readonly<Partial<Record<OrderKind, string>>> = {
  limit: 'limit',
  'post-only': 'post_only',
  ioc: 'ioc',
  fok: 'fok',
};

/** Base units as the venue counts them. @throws {RangeError} when they are no whole step of a contract. */
export function sizeText(quantity: string, { contractSize, symbol }: Listing): string {
  const size = decimal(quantity).div(decimal(contractSize));
  if (!size.times(decimal(contractSize)).eq(decimal(quantity))) {
    throw new RangeError(`${quantity} is no number of contracts of ${contractSize} (${symbol})`);
  }
  return wire(size);
}

/**
 * A new order in the venue's own fields. Spot goes without margin (`cash`), swaps with cross margin; `posSide: net` makes
 * an account in long/short mode refuse it. Every size is in base units or contracts: `tgtCcy` is for market orders only.
 * https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-place-order
 */
export function createCall(order: OrderIntent, listing: Listing, skewMs: number): SignedCall {
  const swap = listing.product === 'perp';
  const common = {
    instId: listing.symbol,
    tdMode: swap ? 'cross' : 'cash',
    side: order.side,
    ...(swap ? { posSide: 'net' } : {}),
    sz: sizeText(order.quantity, listing),
    ...(order.reduceOnly === true ? { reduceOnly: true } : {}),
  };
  const sent = {
    urgency: urgencyOf(order.purpose),
    weight: 1,
    timeoutMs: TIMEOUT_MS,
    kind: 'create',
    createBeforeMs: order.createBeforeMs,
  } as const;
  if (isResident(order.kind)) {
    const params = { ...common, algoClOrdId: order.clientOrderId, ...triggerFields(order) };
    return { ...sent, endpoint: 'algo-create', method: 'privatePostTradeOrderAlgo', params };
  }
  const ordType = ORD_TYPES[order.kind];
  if (ordType === undefined) throw new RangeError(`OKX has no ${order.kind} orders`);
  return {
    ...sent,
    endpoint: 'order-create',
    method: 'privatePostTradeOrder',
    params: {
      ...common,
      clOrdId: order.clientOrderId,
      ordType,
      px: order.price,
      stpMode: SELF_TRADE[selfTradeEnds(order.purpose)],
      ...(order.kind === 'limit' || order.kind === 'post-only' ? { tag: restingTag(listing.product) } : {}),
    },
    // By the venue's clock (EX-4).
    headers: { expTime: String(Math.floor(order.createBeforeMs + skewMs)) },
  };
}

/**
 * Stops become a limit order at their bound, never a market order (`-1`). The profit half of a pair triggers where it
 * wants to trade. https://www.okx.com/docs-v5/en/#order-book-trading-algo-trading-post-place-algo-order
 */
function triggerFields({ kind, trigger, price, takeProfitPrice }: OrderIntent): Readonly<Record<string, string>> {
  if (trigger === undefined) throw new RangeError(`a ${kind} order without a trigger`);
  const stop = { slTriggerPx: trigger.price, slTriggerPxType: trigger.by, slOrdPx: price };
  if (kind === 'stop-loss') return { ordType: 'conditional', ...stop };
  if (kind === 'take-profit') {
    return { ordType: 'conditional', tpTriggerPx: trigger.price, tpTriggerPxType: trigger.by, tpOrdPx: price };
  }
  if (takeProfitPrice === undefined) throw new RangeError('a pair without a price to take the profit');
  return {
    ordType: 'oco',
    ...stop,
    tpTriggerPx: takeProfitPrice,
    tpTriggerPxType: trigger.by,
    tpOrdPx: takeProfitPrice,
  };
}

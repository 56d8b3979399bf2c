import type { Capabilities } from '#shared/domain/capabilities';
import type { Listing, TradingStatus } from '#shared/domain/listing';
import { isResident, type OrderIntent, type OrderKind } from '#shared/domain/order';
import { type Decimal, decimal, ONE, tryDecimal, ZERO } from '#shared/money/decimal';

/** Why an order does not leave. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

const refuse = (code: string, message: string): Refusal => ({ code, message });

/** What is taken in each phase of trading (MD-8); a phase that is not here takes no new order. */
const TAKEN: Partial<Record<TradingStatus, (kind: OrderKind) => boolean>> = {
  normal: () => true,
  'limit-only': () => true,
  'post-only': (kind) => kind === 'post-only',
};

/**
 * The last look before an order leaves: what its venue lacks is refused, never approximated, and what its catalogue would
 * refuse stays here. `mid`: quote per base, where the book is known; `nowMs`: our wall time. `null`: it may be sent.
 */
export function refusalOf(
  order: OrderIntent,
  listing: Listing | undefined,
  capabilities: Capabilities,
  mid: Decimal | undefined,
  nowMs: number,
): Refusal | null {
  if (listing === undefined) return refuse('CATALOGUE_UNKNOWN', `${order.listing} is not in the catalogue`);
  return (
    unsupported(order, listing, capabilities) ??
    late(order, nowMs) ??
    againstCatalogue(order, listing) ??
    outsideBand(order, listing, mid)
  );
}

function unsupported(order: OrderIntent, listing: Listing, can: Capabilities): Refusal | null {
  const no = (message: string) => refuse('UNSUPPORTED_ORDER', message);
  const { kind, trigger, takeProfitPrice, clientOrderId } = order;
  if (!can.orderKinds.includes(kind)) return no(`${listing.venue} ${listing.product} has no ${kind} orders`);
  if (order.reduceOnly === true && (listing.product === 'spot' || !can.reduceOnly)) {
    return no(`${listing.venue} ${listing.product} has no reduce-only orders`);
  }
  if (isResident(kind) !== (trigger !== undefined))
    return no(`a ${kind} order ${trigger ? 'has no' : 'needs a'} trigger`);
  if (trigger !== undefined && !can.stopTriggers.includes(trigger.by)) {
    return no(`${listing.venue} ${listing.product} cannot watch the ${trigger.by} price`);
  }
  if ((kind === 'oco') !== (takeProfitPrice !== undefined)) {
    return no(`a ${kind} order ${takeProfitPrice === undefined ? 'needs a' : 'has no'} price to take the profit`);
  }
  const { maxLength, pattern } = can.clientOrderId;
  if (clientOrderId.length > maxLength || !new RegExp(pattern).test(clientOrderId)) {
    return refuse('CLIENT_ORDER_ID', `${clientOrderId} is no client order id of ${listing.venue}`);
  }
  return null;
}

/** EX-4. */
function late({ createBeforeMs, expiresAtMs }: OrderIntent, nowMs: number): Refusal | null {
  if (!(nowMs < createBeforeMs)) return refuse('DEADLINE', 'its deadline has passed');
  if (expiresAtMs !== null && !(nowMs < expiresAtMs)) return refuse('EXPIRED', 'its expiry has passed');
  return null;
}

function againstCatalogue(order: OrderIntent, listing: Listing): Refusal | null {
  if (TAKEN[listing.status]?.(order.kind) !== true) {
    return refuse('CATALOGUE_STATUS', `${listing.symbol} is ${listing.status}`);
  }
  const quantity = tryDecimal(order.quantity);
  if (quantity === undefined || quantity.lte(ZERO))
    return refuse('CATALOGUE_QUANTITY', `no quantity: ${order.quantity}`);
  if (!quantity.mod(decimal(listing.lotStep)).eq(ZERO)) {
    return refuse('CATALOGUE_LOT', `${order.quantity} is not a multiple of ${listing.lotStep}`);
  }
  const contract = decimal(listing.contractSize);
  if (!quantity.div(contract).times(contract).eq(quantity)) {
    return refuse('CATALOGUE_LOT', `${order.quantity} is no number of contracts of ${listing.contractSize}`);
  }
  if (quantity.lt(decimal(listing.minQuantity))) {
    return refuse('CATALOGUE_MIN_QUANTITY', `${order.quantity} is below ${listing.minQuantity}`);
  }
  const prices = [order.price, order.trigger?.price, order.takeProfitPrice].filter((text) => text !== undefined);
  for (const text of prices) {
    const price = tryDecimal(text);
    if (price === undefined || price.lte(ZERO) || !price.mod(decimal(listing.priceTick)).eq(ZERO)) {
      return refuse('CATALOGUE_TICK', `${text} is not a multiple of ${listing.priceTick}`);
    }
    if (quantity.times(price).lt(decimal(listing.minNotional))) {
      return refuse('CATALOGUE_MIN_NOTIONAL', `${quantity.times(price).toFixed()} is below ${listing.minNotional}`);
    }
  }
  return wrongWay(order);
}

/** A stop whose limit lies before its trigger would rest where it was meant to leave (EX-9). */
function wrongWay({ kind, side, price, trigger, takeProfitPrice }: OrderIntent): Refusal | null {
  if (trigger === undefined) return null;
  const [limit, stop] = [decimal(price), decimal(trigger.price)];
  const sell = side === 'sell';
  if (sell ? limit.gt(stop) : limit.lt(stop)) {
    return refuse('STOP_LIMIT', `a ${side} at ${price} could rest unfilled once ${trigger.price} is met`);
  }
  if (kind !== 'oco' || takeProfitPrice === undefined) return null;
  const profit = decimal(takeProfitPrice);
  if (sell ? profit.gt(stop) : profit.lt(stop)) return null;
  return refuse('STOP_LIMIT', `taking the profit at ${takeProfitPrice} lies beyond the stop at ${trigger.price}`);
}

/** What lies until a trigger is held against the band when it is triggered. */
function outsideBand(order: OrderIntent, listing: Listing, mid: Decimal | undefined): Refusal | null {
  if (listing.priceBand === null || mid === undefined || isResident(order.kind)) return null;
  const price = decimal(order.price);
  const low = mid.times(ONE.minus(decimal(listing.priceBand.below)));
  const high = mid.times(ONE.plus(decimal(listing.priceBand.above)));
  if (price.gte(low) && price.lte(high)) return null;
  return refuse('CATALOGUE_PRICE_BAND', `${order.price} is outside ${low.toFixed(8)} to ${high.toFixed(8)}`);
}

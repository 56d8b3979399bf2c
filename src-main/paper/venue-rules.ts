import type { VenueCapabilities } from '#engine/ports';
import type { Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { OrderIntent } from '#shared/domain/order';
import { type Decimal, decimal, ONE, ZERO } from '#shared/money/decimal';

/** Why a venue definitely refused an order (EX-3). */
export interface Rejection {
  readonly code: string;
  readonly message: string;
}
export const rejection = (code: string, message: string): Rejection => ({ code, message });

/** What each venue accepts as a client order id, as its documentation states it. */
const CLIENT_ORDER_IDS: Readonly<Record<Venue, VenueCapabilities['clientOrderId']>> = {
  binance: { maxLength: 36, pattern: '^[.A-Z:/a-z0-9_-]{1,36}$' },
  coinbase: { maxLength: 128, pattern: '^[\\x21-\\x7e]{1,128}$' },
  bybit: { maxLength: 36, pattern: '^[A-Za-z0-9_-]{1,36}$' },
  okx: { maxLength: 32, pattern: '^[A-Za-z0-9]{1,32}$' },
  kraken: { maxLength: 18, pattern: '^[A-Za-z0-9-]{1,18}$' },
};

/** The simulated venue takes what Crossbook's spot deals send; every one of them can be asked for a client order id. */
export const paperCapabilities = (venue: Venue): VenueCapabilities => ({
  orderKinds: ['post-only', 'ioc'],
  clientOrderId: CLIENT_ORDER_IDS[venue],
  resolvesByClientId: true,
  createDeadline: true,
  venueExpiry: true,
  reduceOnly: false,
  stopTriggers: [],
  deadMan: null,
  selfTradePrevention: false,
  fillStream: 'each',
  historyDays: 3650,
  sources: {},
});

/** Of a venue's abilities those that the simulation has too. */
export const simulated = (capabilities: VenueCapabilities): VenueCapabilities => ({
  ...capabilities,
  orderKinds: capabilities.orderKinds.filter((kind) => kind === 'post-only' || kind === 'ioc'),
  reduceOnly: false,
  stopTriggers: [],
});

/** The catalogue's rules, in the order a matching engine tests them; `undefined` when it may be matched. */
export function ruleBroken(order: OrderIntent, listing: Listing, mid: Decimal | undefined): Rejection | undefined {
  const { maxLength, pattern } = CLIENT_ORDER_IDS[listing.venue];
  if (order.clientOrderId.length > maxLength || !new RegExp(pattern).test(order.clientOrderId)) {
    return rejection('CLIENT_ORDER_ID', `${order.clientOrderId} is not a valid client order id`);
  }
  if (listing.status !== 'normal') return rejection('NOT_TRADING', `${listing.symbol} is ${listing.status}`);
  const quantity = decimal(order.quantity);
  const price = decimal(order.price);
  if (quantity.lte(ZERO) || !quantity.mod(decimal(listing.lotStep)).eq(ZERO)) {
    return rejection('LOT_STEP', `${order.quantity} is not a multiple of ${listing.lotStep}`);
  }
  if (price.lte(ZERO) || !price.mod(decimal(listing.priceTick)).eq(ZERO)) {
    return rejection('PRICE_TICK', `${order.price} is not a multiple of ${listing.priceTick}`);
  }
  if (quantity.lt(decimal(listing.minQuantity))) {
    return rejection('MIN_QUANTITY', `${order.quantity} is below ${listing.minQuantity}`);
  }
  if (quantity.times(price).lt(decimal(listing.minNotional))) {
    return rejection('MIN_NOTIONAL', `${quantity.times(price).toFixed()} is below ${listing.minNotional}`);
  }
  return mid === undefined ? undefined : outsideBand(price, listing, mid);
}

function outsideBand(price: Decimal, listing: Listing, mid: Decimal): Rejection | undefined {
  if (listing.priceBand === null) return undefined;
  const low = mid.times(ONE.minus(decimal(listing.priceBand.below)));
  const high = mid.times(ONE.plus(decimal(listing.priceBand.above)));
  if (price.gte(low) && price.lte(high)) return undefined;
  return rejection('PRICE_BAND', `${price.toFixed()} is outside ${low.toFixed(8)} to ${high.toFixed(8)}`);
}

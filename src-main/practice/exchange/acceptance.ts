import type { Decimal } from '#shared/money/decimal';
import { decimal, ONE, ZERO } from '#shared/money/decimal';
import { ASK, BID } from '../world/book.ts';
import type { MarketFloor } from './floor.ts';
import { lotOf, midOf, priceOf, tickOf } from './measures.ts';
import type { OrderOwner } from './order.ts';
import { type FeedTerms, feedTerms } from './terms.ts';
import type { AccountModes, ExchangeRefusal, PlaceRequest } from './types.ts';

export interface Arrival {
  readonly request: PlaceRequest;
  readonly owner: OrderOwner;
  readonly floor: MarketFloor;
  readonly modes: AccountModes;
  /** The venue's own time. */
  readonly nowMs: number;
  /** Orders of the account on this feed that are open or waiting. */
  readonly openOrders: number;
  readonly clientIdUsed: boolean;
  /** Base units by which this side may still make the position smaller. */
  readonly reducible: Decimal;
}

/** Why an order that has just arrived is refused, money aside; `null`: it may go to the book, or wait for its trigger. */
export function refusal(arrival: Arrival): ExchangeRefusal | null {
  const { request, nowMs } = arrival;
  const terms = feedTerms(request.market.spec);
  if (request.createBeforeMs !== null && nowMs > request.createBeforeMs) return 'deadline';
  if (arrival.clientIdUsed) return 'duplicate-client-id';
  const closed = phaseOf(request);
  if (closed !== null) return closed;
  const broken = ruleBroken(request);
  if (broken !== null) return broken;
  if (request.trigger === null && !withinBand(request, terms)) return 'price-band';
  if (crosses(arrival) && terms.crossingPostOnly === 'refused') return 'would-take';
  if (request.expiresAtMs !== null && request.expiresAtMs <= nowMs) return 'deadline';
  if (request.trigger !== null && terms.metTrigger === 'refused' && arrival.floor.met({ request })) {
    return 'would-trigger';
  }
  if (arrival.openOrders >= terms.mostOpenOrders) return 'too-many-orders';
  if (request.market.perp !== null) {
    if (arrival.modes.positionMode === 'hedge') return 'position-mode';
    if (request.reduceOnly && arrival.reducible.lte(ZERO)) return 'reduce-only';
  }
  return null;
}

/** True for a post-only order that would take from the book or from its own account. */
export function crosses({ request, floor, owner }: Pick<Arrival, 'request' | 'floor' | 'owner'>): boolean {
  const { market, side, price, timeInForce, trigger } = request;
  if (timeInForce !== 'post-only' || trigger !== null || price === null) return false;
  if (floor.metBy(owner, side, price) !== undefined) return true;
  const touch = market.book.best(side === 'buy' ? ASK : BID);
  if (touch === undefined) return false;
  const opposite = priceOf(market.spec, touch.price);
  return side === 'buy' ? price.gte(opposite) : price.lte(opposite);
}

/** Whether a price lies where the venue takes orders now; one without a reference is not tested. */
export function withinBand({ market, side, price }: PlaceRequest, { band }: FeedTerms): boolean {
  const mid = midOf(market);
  if (band === null || price === null || mid === null) return true;
  const below = side === 'buy' ? band.buysBelow : band.sellsBelow;
  const above = side === 'buy' ? band.buysAbove : band.sellsAbove;
  if (below !== null && price.lt(mid.times(ONE.minus(below)))) return false;
  return above === null || price.lte(mid.times(ONE.plus(above)));
}

/** MD-8: what the market's status keeps out. */
function phaseOf({ market: { status }, timeInForce, type }: PlaceRequest): ExchangeRefusal | null {
  if (status === 'normal') return null;
  if (status === 'post-only') return timeInForce === 'post-only' ? null : 'post-only-phase';
  if (status === 'limit-only') return type === 'limit' ? null : 'not-trading';
  return status === 'delisted' ? 'unknown-market' : 'not-trading';
}

/** The catalogue's rules in the order in which a matching engine tests them. */
function ruleBroken({
  market,
  quantity,
  quoteAmount,
  price,
  trigger,
  reduceOnly,
}: PlaceRequest): ExchangeRefusal | null {
  const { spec } = market;
  if (quantity === null) {
    return quoteAmount === null || quoteAmount.lte(ZERO) || quoteAmount.lt(decimal(spec.minNotional))
      ? 'min-notional'
      : null;
  }
  if (quantity.lte(ZERO) || !quantity.mod(lotOf(spec)).eq(ZERO)) return 'lot-step';
  for (const one of [price, trigger?.price ?? null]) {
    if (one !== null && (one.lte(ZERO) || !one.mod(tickOf(spec)).eq(ZERO))) return 'price-tick';
  }
  if (quantity.lt(decimal(spec.minQuantity))) return 'min-quantity';
  // What makes a position smaller may be of any value.
  if (reduceOnly) return null;
  const reference = price ?? midOf(market);
  return reference !== null && quantity.times(reference).lt(decimal(spec.minNotional)) ? 'min-notional' : null;
}

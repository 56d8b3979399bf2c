import type { TransferState } from '#shared/domain/funding';
import type { Listing } from '#shared/domain/listing';
import type { Composite } from '#shared/domain/market';
import type { Side } from '#shared/domain/order';
import type { QuoteSnapshot } from '#shared/domain/plan';
import { err, ok, type Result } from '#shared/kernel/result';
import { type Decimal, decimal, ONE } from '#shared/money/decimal';
import type { ConversionQuote, MarketView } from '../market/view.ts';
import type { HealthView } from '../risk/health-view.ts';
import { type ListingTerms, termsOf } from '../risk/listing-terms.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import { type Levels, PLANNED_LEVELS } from './levels.ts';

/** One side of a deal as its market is now, exact. */
export interface LegMarket {
  readonly listing: Listing;
  readonly terms: ListingTerms;
  readonly snapshot: QuoteSnapshot;
  readonly bid: Decimal;
  readonly ask: Decimal;
  readonly mid: Decimal;
  /** The side this leg would cross: asks where it buys, bids where it sells. */
  readonly levels: Levels;
  readonly latencyMs: number;
  readonly health: number;
  /** USD for one unit of the quote currency, at mid. */
  readonly usd: Decimal;
}

/** Everything a plan is priced from (PL-3), read once so that all its parts speak of the same moment. */
export interface Pair {
  readonly base: string;
  readonly buy: LegMarket;
  readonly sell: LegMarket;
  /** From the sell leg's quote currency to the buy leg's. */
  readonly conversion: ConversionQuote;
  /** Most of the base that the conversion was quoted for. */
  readonly convertible: Decimal;
  /** MD-8: whether the coin can be moved from where it is bought to where it is sold. */
  readonly transfer: TransferState;
  readonly composite: Composite;
  /** Of the composite mid, bps per √second. */
  readonly volatilityBps: number;
}

export const legOf = (pair: Pair, side: Side): LegMarket => (side === 'buy' ? pair.buy : pair.sell);

/** The best price of the side the leg would cross. */
export const touchOf = (leg: LegMarket, side: Side): Decimal => (side === 'buy' ? leg.ask : leg.bid);

/**
 * Reads both legs, the conversion and the composite. `largestUsd` is the most the deal may be worth: the conversion is
 * quoted for that amount, or for a quarter or a sixteenth of it where its book is too thin.
 */
export function readPair(
  market: MarketView,
  health: HealthView,
  buy: Listing,
  sell: Listing,
  largestUsd: Decimal,
): Result<Pair, Refusal> {
  const composite = market.composite(buy.base);
  const volatilityBps = market.volatilityBps(buy.base);
  if (composite === undefined || !Number.isFinite(volatilityBps)) {
    return err(refusal('telemetry-incomplete', `There is no composite mid or volatility of ${buy.base} yet.`));
  }
  const buyLeg = readLeg(market, health, buy, 'ask');
  if (!buyLeg.ok) return buyLeg;
  const sellLeg = readLeg(market, health, sell, 'bid');
  if (!sellLeg.ok) return sellLeg;
  let amount = largestUsd.div(sellLeg.value.usd);
  let conversion = market.convert(sell.quote, buy.quote, amount);
  for (let attempt = 0; attempt < 2 && !conversion.ok && conversion.error === 'insufficient-depth'; attempt += 1) {
    amount = amount.times(decimal('0.25'));
    conversion = market.convert(sell.quote, buy.quote, amount);
  }
  if (!conversion.ok) {
    return err(
      refusal(conversion.error, `${sell.quote} cannot be converted to ${buy.quote} now (${conversion.error}).`),
    );
  }
  return ok({
    base: buy.base,
    buy: buyLeg.value,
    sell: sellLeg.value,
    conversion: conversion.value,
    convertible: amount.div(sellLeg.value.bid),
    transfer: transferOf(market, buy, sell),
    composite,
    volatilityBps,
  });
}

/** MD-8: whether the coin can leave the venue it is bought on and enter the one it is sold on. */
export function transferOf(market: MarketView, buy: Listing, sell: Listing): TransferState {
  if (buy.venue === sell.venue) return 'open';
  const { withdrawals } = market.transfersOf(buy.venue, buy.base);
  const { deposits } = market.transfersOf(sell.venue, sell.base);
  if (withdrawals === 'closed' || deposits === 'closed') return 'closed';
  return withdrawals === 'open' && deposits === 'open' ? 'open' : 'unknown';
}

/** One leg as it is now; `side` is the side of the book it would cross. */
export function readLeg(
  market: MarketView,
  health: HealthView,
  listing: Listing,
  side: 'bid' | 'ask',
): Result<LegMarket, Refusal> {
  const snapshot = market.snapshot(listing.id);
  if (snapshot === undefined) return err(refusal('stale-quote', `${listing.id} has no two-sided book.`));
  const latencyMs = market.latencyMs(listing.id);
  const score = health.score(listing.venue);
  if (!Number.isFinite(latencyMs) || !Number.isFinite(score)) {
    return err(refusal('telemetry-incomplete', `Latency or health of ${listing.venue} is not measured yet.`));
  }
  const usd = market.convert(listing.quote, 'USD', ONE);
  if (!usd.ok) return err(refusal(usd.error, `${listing.quote} cannot be valued in USD now (${usd.error}).`));
  const bid = decimal(snapshot.bid);
  const ask = decimal(snapshot.ask);
  return ok({
    listing,
    terms: termsOf(listing),
    snapshot,
    bid,
    ask,
    mid: bid.plus(ask).times(decimal('0.5')),
    levels: market.ladder(listing.id, side, PLANNED_LEVELS).levels,
    latencyMs,
    health: score,
    usd: usd.value.midRate,
  });
}

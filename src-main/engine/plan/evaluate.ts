import type { Side } from '#shared/domain/order';
import type { Waterfall } from '#shared/domain/waterfall';
import { BPS, type Decimal, fromDouble, ONE_BP, toDouble, ZERO } from '#shared/money/decimal';
import type { Walk } from '../market/view.ts';
import { failureChance, latencyBps, legFailureBps, reliabilityBps } from './costs.ts';
import { take } from './levels.ts';
import { type LegMarket, legOf, type Pair, touchOf } from './pair.ts';
import { type EntryStyle, entryReference, feeBpsOf, liquidityOf } from './style.ts';
import { waterfallOf } from './waterfall.ts';

const MODEL_PLACES = 9;

/** A size priced exactly under one style. Prices in each leg's own quote currency. */
export interface Evaluation {
  readonly style: EntryStyle;
  readonly quantity: Decimal;
  readonly buy: Walk;
  readonly sell: Walk;
  readonly waterfall: Waterfall;
}

/** The costs of a style that do not depend on its size, bps, positive. */
export interface StandingCosts {
  readonly latency: number;
  readonly reliability: number;
  readonly legFailure: number;
}

export function standingCosts(pair: Pair, style: EntryStyle): StandingCosts {
  const entry = legOf(pair, style.side);
  const hedge = legOf(pair, style.side === 'buy' ? 'sell' : 'buy');
  const latency = latencyBps(pair.volatilityBps, entry.latencyMs, hedge.latencyMs);
  const legFailure = legFailureBps(
    failureChance(style.liquidity, hedge.health),
    toDouble(feeBpsOf(entry, style.liquidity)),
    entry.terms.takerFeeBpsDouble,
    (toDouble(entry.ask.minus(entry.bid)) / toDouble(entry.mid)) * 10_000,
    latency,
  );
  return { latency, reliability: reliabilityBps(entry.health, hedge.health), legFailure };
}

/**
 * CO-1: prices `quantity` (base units, > 0) under `style`; `undefined` when a ladder it would take from is too thin.
 * All parts are bps of the buy leg's notional at its reference price. With average prices b and s, conversion rate r
 * (mid m) and references B and S: gross = (S·m − B)/B, slippage = ((b − B) + (S − s)·m)/B, conversion = s·(m − r)/B,
 * so that gross − slippage − conversion = (s·r − b)/B, what is really exchanged.
 * `restoring`: the cost of bringing inventory back, bps, positive.
 */
export function evaluate(pair: Pair, style: EntryStyle, quantity: Decimal, restoring: number): Evaluation | undefined {
  const buy = walk(pair, style, 'buy', quantity);
  const sell = walk(pair, style, 'sell', quantity);
  if (buy === undefined || sell === undefined) return undefined;
  const buyFrom = referenceOf(pair, style, 'buy');
  const sellFrom = referenceOf(pair, style, 'sell');
  const { rate, midRate } = pair.conversion;
  const buyFee = feeBpsOf(pair.buy, liquidityOf(style, 'buy'));
  const sellFee = feeBpsOf(pair.sell, liquidityOf(style, 'sell'));
  const fees = buyFee.times(buy.average).plus(sellFee.times(sell.average).times(rate)).times(ONE_BP);
  // One division for all parts: bps of the reference for one unit of quote.
  const perUnit = BPS.div(buyFrom);
  const slipped = buy.average.minus(buyFrom).plus(sellFrom.minus(sell.average).times(midRate));
  const standing = standingCosts(pair, style);
  const model = (bps: number, note: string) => ({ bps: fromDouble(-bps, MODEL_PLACES), note });
  const waterfall = waterfallOf({
    gross: {
      bps: sellFrom.times(midRate).minus(buyFrom).times(perUnit),
      note: `buy ${buyFrom.toFixed()} ${pair.buy.listing.quote}, sell ${sellFrom.toFixed()} ${pair.sell.listing.quote}`,
    },
    fees: { bps: ZERO.minus(fees.times(perUnit)), note: feeNote(pair, style) },
    slippage: { bps: ZERO.minus(slipped.times(perUnit)), note: `average against touch for ${quantity.toFixed()}` },
    latency: model(
      standing.latency,
      `${pair.volatilityBps.toFixed(3)} bps/√s over ${(pair.buy.latencyMs + pair.sell.latencyMs).toFixed(0)} ms`,
    ),
    reliability: model(standing.reliability, `health ${pair.buy.health.toFixed(2)} and ${pair.sell.health.toFixed(2)}`),
    conversion: {
      bps: sell.average.times(rate.minus(midRate)).times(perUnit),
      note:
        pair.conversion.through.length === 0
          ? 'one currency'
          : `${pair.conversion.from} to ${pair.conversion.to}, carried`,
    },
    legFailure: model(standing.legFailure, 'chance of a failed hedge × cost of undoing the entry'),
    funding: { bps: ZERO, note: 'spot carries no funding' },
    inventory: model(restoring, restoringNote(pair, restoring)),
  });
  return { style, quantity, buy, sell, waterfall };
}

/** The price a leg's gross edge is counted from. */
function referenceOf(pair: Pair, style: EntryStyle, side: Side): Decimal {
  return side === style.side ? entryReference(pair, style) : touchOf(legOf(pair, side), side);
}

function walk(pair: Pair, style: EntryStyle, side: Side, quantity: Decimal): Walk | undefined {
  if (liquidityOf(style, side) === 'taker') return take(legOf(pair, side).levels, quantity);
  const price = entryReference(pair, style);
  return { filled: quantity, average: price, worst: price };
}

function restoringNote({ base, transfer }: Pair, restoring: number): string {
  if (restoring === 0) return 'trading it back costs nothing';
  return transfer === 'open' ? 'share of trading it back' : `share of trading it back; moving ${base}: ${transfer}`;
}

function feeNote(pair: Pair, style: EntryStyle): string {
  const line = (leg: LegMarket, side: Side) => {
    const liquidity = liquidityOf(style, side);
    return `${side} ${feeBpsOf(leg, liquidity).toFixed()} ${liquidity} (${leg.listing.feeSource})`;
  };
  return `${line(pair.buy, 'buy')}, ${line(pair.sell, 'sell')}`;
}

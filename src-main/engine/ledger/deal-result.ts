import type { ListingId } from '#shared/domain/ids';
import type { Fill } from '#shared/domain/order';
import type { PlanLeg } from '#shared/domain/plan';
import { WATERFALL_PARTS, type WaterfallPart } from '#shared/domain/waterfall';
import { applyBps, type Decimal, decimal, ZERO } from '#shared/money/decimal';
import {
  basePriceUsd,
  type DealRecord,
  entryLeg,
  hedgeLeg,
  type OrderRecord,
  positionOf,
  quoteOf,
  usdRateOf,
} from '../journal/records.ts';

export interface PartResult {
  readonly part: WaterfallPart;
  readonly expectedUsd: Decimal;
  readonly realisedUsd: Decimal;
}

export interface DealResult {
  /** What it earned, USD: cash in minus cash out minus fees, the coins still held valued at what the entry paid. */
  readonly netUsd: Decimal;
  /** Coins still held (+) or owed, base units. */
  readonly residueBase: Decimal;
  /** What the coins still held (or owed) are valued at, USD, signed. */
  readonly residueUsd: Decimal;
  /** In waterfall order; the realised column sums to `netUsd` exactly (CO-2, CO-3). */
  readonly parts: readonly PartResult[];
}

/** Price the plan saw for a leg: the touch it would take, or the price it would rest at. */
export function referencePrice(deal: DealRecord, leg: PlanLeg): Decimal {
  if (leg.kind === 'post-only') return decimal(leg.price);
  const input = deal.plan.inputs.find((snapshot) => snapshot.listing === leg.listing);
  if (input === undefined) return decimal(leg.price);
  return decimal(leg.side === 'buy' ? input.ask : input.bid);
}

/**
 * CO-3 from the fills. Slippage: each entry and hedge fill against {@link referencePrice} of its leg. Failed leg: what
 * undoing fills lost against the entry's reference. A currency that is carried was not converted, so nothing is
 * realised there; what moved between plan and fill lies in slippage, so latency, reliability, funding and inventory
 * realise nothing of their own. Gross is the rest, so that the parts sum to the net.
 *
 * `takenCostUsd`: value of the leftovers the deal took over. `feePriceUsd`: USD of a fee currency that is neither the
 * deal's base nor one of its quotes.
 */
export function dealResult(
  deal: DealRecord,
  takenCostUsd: Decimal,
  feePriceUsd: (currency: string) => Decimal,
): DealResult {
  const priceUsd = basePriceUsd(deal);
  const entry = entryLeg(deal.plan);
  const hedge = hedgeLeg(deal.plan);
  const usd = (listing: ListingId) => usdRateOf(deal, quoteOf(listing));
  const entryReference = referencePrice(deal, entry).times(usd(entry.listing));
  const hedgeReference = referencePrice(deal, hedge).times(usd(hedge.listing));

  let cash = ZERO;
  let fees = ZERO;
  let slippage = ZERO;
  let legFailure = ZERO;
  for (const order of deal.orders) {
    const rate = usd(order.intent.listing);
    const sells = order.intent.side === 'sell';
    const valueUsd = order.notional.times(rate);
    cash = sells ? cash.plus(valueUsd) : cash.minus(valueUsd);
    const undoes = order.intent.purpose === 'unwind' || order.intent.purpose === 'flatten';
    const reference = order.intent.purpose === 'hedge' ? hedgeReference : entryReference;
    const better = sells
      ? valueUsd.minus(reference.times(order.filled))
      : reference.times(order.filled).minus(valueUsd);
    if (undoes) legFailure = legFailure.plus(better);
    else slippage = slippage.plus(better);
    fees = fees.minus(feesUsd(deal, order, priceUsd, feePriceUsd));
  }

  // Fees taken in the base already lower the position; valuing it at the entry's price books them there.
  const residueBase = positionOf(deal);
  const residueUsd = rounded(residueBase.times(priceUsd));
  const quoteFees = deal.orders.reduce((sum, order) => sum.plus(feesOutsideBase(deal, order, feePriceUsd)), ZERO);
  const netUsd = rounded(cash.minus(quoteFees).plus(residueUsd).minus(takenCostUsd));
  const [feesPart, slippagePart, failurePart] = [rounded(fees), rounded(slippage), rounded(legFailure)];
  const realised: Readonly<Partial<Record<WaterfallPart, Decimal>>> = {
    gross: netUsd.minus(feesPart).minus(slippagePart).minus(failurePart),
    fees: feesPart,
    slippage: slippagePart,
    legFailure: failurePart,
  };
  return { netUsd, residueBase, residueUsd, parts: partsOf(deal, realised) };
}

/** Averages and rates never end; money is kept to a trillionth of a dollar. */
const USD_PLACES = 12;
const rounded = (usd: Decimal): Decimal => usd.round(USD_PLACES);

function partsOf(deal: DealRecord, realised: Readonly<Partial<Record<WaterfallPart, Decimal>>>): PartResult[] {
  const notional = decimal(deal.plan.notionalUsd);
  const planned = new Map(deal.plan.waterfall.parts.map((part) => [part.part, decimal(part.bps)]));
  return WATERFALL_PARTS.map((part) => ({
    part,
    expectedUsd: applyBps(notional, planned.get(part) ?? ZERO),
    realisedUsd: realised[part] ?? ZERO,
  }));
}

/** What an order's fees were worth, USD. */
function feesUsd(
  deal: DealRecord,
  order: OrderRecord,
  priceUsd: Decimal,
  feePriceUsd: (currency: string) => Decimal,
): Decimal {
  const inBase = order.fills
    .filter((fill) => fill.feeCurrency === deal.plan.base)
    .reduce((sum, fill) => sum.plus(decimal(fill.fee)), ZERO);
  return inBase.times(priceUsd).plus(feesOutsideBase(deal, order, feePriceUsd));
}

function feesOutsideBase(deal: DealRecord, order: OrderRecord, feePriceUsd: (currency: string) => Decimal): Decimal {
  const priceOf = (fill: Fill): Decimal =>
    fill.feeCurrency === quoteOf(fill.listing) ? usdRateOf(deal, fill.feeCurrency) : feePriceUsd(fill.feeCurrency);
  return order.fills
    .filter((fill) => fill.feeCurrency !== deal.plan.base)
    .reduce((sum, fill) => sum.plus(decimal(fill.fee).times(priceOf(fill))), ZERO);
}

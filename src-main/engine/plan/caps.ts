import { opposite } from '#shared/domain/order';
import { BPS, type Decimal, decimal, max, ONE_BP, ZERO } from '#shared/money/decimal';
import type { PortfolioView } from '../ledger/view.ts';
import type { AccountRules } from '../risk/account-rules.ts';
import { type Exposure, tradeRiskUsd } from '../risk/exposure.ts';
import type { LimitValues } from '../risk/limits.ts';
import { worsened } from '../risk/order-rules.ts';
import { type Refusal, refusal } from '../risk/refusal.ts';
import { legOf, type Pair, touchOf } from './pair.ts';
import { RESCUE } from './rescue.ts';
import { type EntryStyle, entryReference, feeBpsOf, liquidityOf } from './style.ts';

/** A plan uses this share of a cap, so that prices which move before the send do not push it over. */
const CAP_SHARE = decimal('0.99');

/** One bound on the size of a deal, base units, and what to say when it leaves less than the smallest order. */
export interface QuantityCap {
  readonly quantity: Decimal;
  readonly refusal: () => Refusal;
}

export interface CapInputs {
  readonly pair: Pair;
  readonly style: EntryStyle;
  readonly account: string;
  readonly equityUsd: Decimal;
  /** Worst price the entry may fill at. */
  readonly entryWorst: Decimal;
  /** USD lost per unit of base at the worst rescue bound. */
  readonly worstLossPerUnitUsd: Decimal;
}

export interface CapDeps {
  readonly portfolio: PortfolioView;
  readonly exposure: Exposure;
  readonly rules: AccountRules;
  readonly limits: LimitValues;
}

/**
 * SD-2: everything that bounds the size besides the ladders: inventory on both venues (IN-1), depth of the conversion,
 * budgets and caps (RK-2), and the loss that a trade may risk, by the global limit and by the terms of the accounts. Worst
 * planned loss: size × what a unit loses when the entry fills at its worst price and is got rid of at the worst bound of
 * the rescue ladder, fees included. The tightest first; a tie keeps this order.
 */
export function quantityCaps(
  inputs: CapInputs,
  { portfolio, exposure, rules, limits }: CapDeps,
): readonly QuantityCap[] {
  const { pair, style, account, equityUsd, entryWorst } = inputs;
  const { base } = pair;
  const hedgeSide = opposite(style.side);
  const hedgeWorst = worsened(hedgeSide, touchOf(legOf(pair, hedgeSide), hedgeSide), RESCUE.hedgeBps);
  const worstBuy = style.side === 'buy' ? entryWorst : hedgeWorst;
  const bestSell = style.side === 'sell' ? entryReference(pair, style) : pair.sell.bid;
  const caps: QuantityCap[] = [];

  const coins = portfolio.available(account, pair.sell.listing.venue, base);
  caps.push({
    quantity: max(coins, ZERO),
    refusal: () => refusal('no-inventory', `${coins.toFixed()} ${base} can be sold on ${pair.sell.listing.venue}.`),
  });
  const { quote, venue } = pair.buy.listing;
  const money = max(portfolio.available(account, venue, quote), ZERO);
  // A fee comes out of the money or out of the coins; dividing by what is left of one covers both.
  const left = BPS.minus(feeBpsOf(pair.buy, liquidityOf(style, 'buy'))).times(ONE_BP);
  caps.push({
    quantity: money.div(worstBuy).times(left),
    refusal: () => refusal('no-inventory', `${money.toFixed(2)} ${quote} can be spent on ${venue}.`),
  });
  if (pair.conversion.through.length > 0) {
    caps.push({
      quantity: pair.convertible,
      refusal: () =>
        refusal(
          'insufficient-depth',
          `${pair.conversion.from} converts for ${pair.convertible.toFixed()} ${base} only.`,
        ),
    });
  }
  const unitUsd = max(worstBuy.times(pair.buy.usd), bestSell.times(pair.sell.usd));
  const perUsd = CAP_SHARE.div(unitUsd);
  for (const row of exposure.headroom(pair.buy.listing, pair.sell.listing)) {
    caps.push({
      quantity: row.usd.times(perUsd),
      refusal: () =>
        refusal(row.reason, `The ${row.name} has ${row.usd.toFixed(2)} of ${row.capUsd.toFixed(2)} USD left.`),
    });
  }
  if (inputs.worstLossPerUnitUsd.gt(ZERO)) {
    const riskUsd = tradeRiskUsd(limits, equityUsd);
    const size = riskUsd.div(inputs.worstLossPerUnitUsd).times(CAP_SHARE);
    caps.push({
      quantity: size,
      refusal: () =>
        refusal(
          'exposure-cap',
          `At most ${riskUsd.toFixed(2)} USD may be risked on a trade: ${size.toFixed(8)} ${base}.`,
        ),
    });
    const allowed = rules.allowance(pair.buy.listing, pair.sell.listing, equityUsd);
    if (allowed !== undefined) {
      const most = allowed.usd.div(inputs.worstLossPerUnitUsd).times(CAP_SHARE);
      caps.push({
        quantity: most,
        refusal: () => refusal('budget-venue', `${allowed.words}: ${most.toFixed(8)} ${base}.`),
      });
    }
  }
  return caps.sort((a, b) => a.quantity.cmp(b.quantity));
}

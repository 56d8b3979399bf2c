import type { Listing } from '#shared/domain/listing';
import { type Decimal, decimal, wire } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';
import type { PortfolioView } from '../ledger/view.ts';
import type { MarketView } from '../market/view.ts';
import type { AccountRules } from './account-rules.ts';
import { collarOf } from './collar.ts';
import { type Exposure, tradeRiskUsd } from './exposure.ts';
import type { LimitValues } from './limits.ts';
import { termsOf } from './listing-terms.ts';
import { bandAround } from './order-rules.ts';
import { type Refusal, refusal } from './refusal.ts';

/** What an entry is counted as while it rests: equity and conversion drift a little under one that used a limit up. */
const COUNTED_WHILE_RESTING = decimal('0.99');
const NONE: ReadonlySet<string> = new Set();

export interface EntryLimitsOptions {
  readonly market: MarketView;
  readonly portfolio: PortfolioView;
  readonly settings: () => Settings;
  readonly limits: LimitValues;
  readonly exposure: Exposure;
  readonly rules: AccountRules;
}

/** An entry that may still execute. */
export interface WorkingEntry {
  readonly dealId: string;
  readonly listing: Listing;
  /** Base units that it may still execute. */
  readonly quantity: Decimal;
  /** Quote per base. */
  readonly price: Decimal;
}

/** RK-3, RO-1: what an entry of an open deal is held against: when it is about to leave, and for as long as it rests. */
export class EntryLimits {
  readonly #options: EntryLimitsOptions;

  constructor(options: EntryLimitsOptions) {
    this.#options = options;
  }

  /** One that is about to leave; why it may not, or `undefined`. */
  leaving(entry: WorkingEntry): Refusal | undefined {
    return this.#pricedPlausibly(entry) ?? this.#withinBudgets(entry, decimal('1'), NONE);
  }

  /** One that rests; `yielding`: deals that are withdrawn before it and are not counted. */
  resting(entry: WorkingEntry, yielding: ReadonlySet<string>): Refusal | undefined {
    return this.#pricedPlausibly(entry) ?? this.#withinBudgets(entry, COUNTED_WHILE_RESTING, yielding);
  }

  #pricedPlausibly({ listing, price }: WorkingEntry): Refusal | undefined {
    const { market, limits } = this.#options;
    const collar = collarOf(market, limits, listing);
    if (!collar.ok) return collar.error;
    const { low, high, mid } = collar.value;
    if (price.lt(low) || price.gt(high)) {
      const bps = limits.double('priceCollarBps');
      return refusal(
        'implausible-edge',
        `${wire(price)} on ${listing.id} is outside the collar of ${bps} bps around ${wire(mid.round(8))}.`,
      );
    }
    const reference = ownMid(market, listing);
    const band = reference === undefined ? undefined : bandAround(termsOf(listing), reference);
    if (band !== undefined && (price.lt(band.low) || price.gt(band.high))) {
      return refusal('unsupported-order', `${wire(price)} is outside the price band of ${listing.id}.`);
    }
    return undefined;
  }

  /** The deal is open already (EX-1), so its own notional is taken out of what is counted as used. */
  #withinBudgets(
    { dealId, listing, quantity, price }: WorkingEntry,
    counted: Decimal,
    yielding: ReadonlySet<string>,
  ): Refusal | undefined {
    const { portfolio, exposure, rules, market, settings } = this.#options;
    const deal = portfolio.openDeals().find((open) => open.dealId === dealId);
    const buy = deal && market.listing(deal.buy);
    const sell = deal && market.listing(deal.sell);
    const profile = deal && settings().profiles.find((candidate) => candidate.id === deal.profile);
    if (deal === undefined || buy === undefined || sell === undefined || profile === undefined) {
      return refusal('telemetry-incomplete', `The deal ${dealId} or its profile is not known.`);
    }
    const stopped = exposure.stops(profile);
    if (stopped !== undefined) return stopped;
    // Limits and terms may be others than those the plan was made under.
    const equityUsd = portfolio.equityUsd();
    const worstLossUsd = deal.worstLossUsd.times(counted);
    const beyond =
      equityUsd &&
      (this.#tooRisky(worstLossUsd, equityUsd) ??
        rules.entry(buy, sell, { dealId, worstLossUsd, yielding }, equityUsd));
    if (beyond !== undefined) return beyond;
    const notional = quantity.times(price);
    const inUsd = market.convert(listing.quote, 'USD', notional);
    if (!inUsd.ok) return refusal(inUsd.error, `${listing.quote} cannot be valued in USD (${inUsd.error}).`);
    const usd = notional.times(inUsd.value.midRate);
    for (const row of exposure.headroom(buy, sell, dealId)) {
      if (usd.times(counted).lte(row.usd)) continue;
      return refusal(
        row.reason,
        `${usd.toFixed(2)} USD is over what is left of the ${row.name}: ${row.usd.toFixed(2)} of ${row.capUsd.toFixed(2)} USD.`,
      );
    }
    return undefined;
  }

  #tooRisky(worstLossUsd: Decimal, equityUsd: Decimal): Refusal | undefined {
    const mostUsd = tradeRiskUsd(this.#options.limits, equityUsd);
    if (worstLossUsd.lte(mostUsd)) return undefined;
    const most = `At most ${mostUsd.toFixed(2)} USD may be risked on a trade`;
    return refusal('exposure-cap', `${most}; the plan may lose ${worstLossUsd.toFixed(2)} USD.`);
  }
}

/** Middle of a listing's own book, quote per base; `undefined` without two sides. */
export function ownMid(market: MarketView, listing: Listing): Decimal | undefined {
  const touch = market.snapshot(listing.id);
  return touch === undefined ? undefined : decimal(touch.bid).plus(decimal(touch.ask)).times(decimal('0.5'));
}

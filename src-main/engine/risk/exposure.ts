import { isUsdLike, VENUE_NAMES, type Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { RejectReason } from '#shared/domain/reject';
import { type Decimal, decimal, max, wire, ZERO } from '#shared/money/decimal';
import type { Profile, Settings } from '#shared/settings/settings';
import type { OpenExposure, PortfolioView } from '../ledger/view.ts';
import type { LimitValues } from './limits.ts';
import { type Refusal, refusal } from './refusal.ts';

const HUNDREDTH = decimal('0.01');
const HALF = decimal('0.5');

/** How much more a cap allows, USD of one leg's notional; never negative. */
export interface Headroom {
  readonly reason: RejectReason;
  /** What binds, for the sentence: `budget of Kraken`. */
  readonly name: string;
  readonly usd: Decimal;
  readonly capUsd: Decimal;
}

export interface ExposureOptions {
  readonly portfolio: PortfolioView;
  readonly limits: LimitValues;
  readonly settings: () => Settings;
}

/** RK-2, RK-3: budgets, caps and stops over the open deals. All of it stops entries only. */
export class Exposure {
  readonly #portfolio: PortfolioView;
  readonly #limits: LimitValues;
  readonly #settings: () => Settings;

  constructor(options: ExposureOptions) {
    this.#portfolio = options.portfolio;
    this.#limits = options.limits;
    this.#settings = options.settings;
  }

  /**
   * What stops every entry of the profile now, or `undefined`. In this order: unknown equity or revaluation
   * (`telemetry-incomplete`), drawdown from peak, drawdown of the day, revaluation, strategy loss, profile's stop,
   * unhedged exposure × time of the hour, residues.
   */
  stops(profile: Profile): Refusal | undefined {
    const portfolio = this.#portfolio;
    const equity = portfolio.equityUsd();
    if (equity === undefined || equity.lte(ZERO)) return withoutEquity(equity);
    const revaluation = portfolio.revaluationTodayPct();
    if (revaluation === undefined) {
      return refusal('telemetry-incomplete', 'The value of the held coins is not known.');
    }
    const over = (reading: Decimal, limit: Decimal, what: string): Refusal | undefined =>
      reading.gte(limit)
        ? refusal('drawdown-stop', `${what} is ${reading.toFixed(2)} %; the limit is ${wire(limit)} %.`)
        : undefined;
    return (
      over(portfolio.drawdownFromPeakPct(), this.#limits.exact('drawdownFromPeakPct'), 'Drawdown from peak') ??
      over(portfolio.drawdownTodayPct(), this.#limits.exact('drawdownPerDayPct'), 'Drawdown of the day') ??
      over(revaluation, this.#limits.exact('inventoryRevaluationPct'), 'Loss of value of the inventory') ??
      this.#losses(profile, equity) ??
      this.#leftovers(equity)
    );
  }

  /**
   * All caps on a further deal that buys on `buy` and sells on `sell`, each with what is left of it. Deals of
   * `exceptDeal` are not counted, so that the gate can check a deal that is open already.
   */
  headroom(buy: Listing, sell: Listing, exceptDeal?: string): readonly Headroom[] {
    const equity = this.#portfolio.equityUsd();
    if (equity === undefined || equity.lte(ZERO)) return [];
    const deals = this.#portfolio.openDeals().filter((deal) => deal.dealId !== exceptDeal);
    const cap = (name: 'maxDealNotionalPct' | 'strategyBudgetPct' | 'venueBudgetPct' | 'crossVenueExposurePct') =>
      share(equity, this.#limits.exact(name));
    const inUse = sum(deals);
    const rows: Headroom[] = [];
    const add = (reason: RejectReason, name: string, capUsd: Decimal, used: Decimal) =>
      rows.push({ reason, name, capUsd, usd: max(capUsd.minus(used), ZERO) });

    add('exposure-cap', 'largest deal', cap('maxDealNotionalPct'), ZERO);
    add('exposure-cap', 'strategy budget', cap('strategyBudgetPct'), inUse);
    if (this.#settings().budgetMode === 'per-venue') {
      const venues: readonly Venue[] = buy.venue === sell.venue ? [buy.venue] : [buy.venue, sell.venue];
      for (const venue of venues) {
        const used = sum(deals.filter((deal) => deal.venues.includes(venue)));
        add('budget-venue', `budget of ${VENUE_NAMES[venue]}`, cap('venueBudgetPct'), used);
      }
    }
    add('budget-global', 'cross-venue exposure', cap('crossVenueExposurePct'), inUse);
    this.#carried(buy, sell, equity, add);
    // Both legs turn the notional over once each.
    const turnoverCap = equity.times(this.#limits.exact('turnoverPerDay'));
    add('turnover', 'turnover of the day', turnoverCap.times(HALF), this.#portfolio.turnoverCountedUsd().times(HALF));
    return rows;
  }

  /** The stop of the strategy's or the profile's own losses of the day alone, or `undefined` (PL-4). */
  dailyStop(profile: Profile): Refusal | undefined {
    const equity = this.#portfolio.equityUsd();
    return equity === undefined ? undefined : this.#losses(profile, equity);
  }

  /** The reading of a turnover over its limit (only rescues get there), or `undefined`. */
  turnoverBreach(): string | undefined {
    const equity = this.#portfolio.equityUsd();
    if (equity === undefined) return undefined;
    const capUsd = equity.times(this.#limits.exact('turnoverPerDay'));
    const counted = this.#portfolio.turnoverCountedUsd();
    if (counted.lte(capUsd)) return undefined;
    const turnover = this.#portfolio.turnoverTodayUsd().toFixed(0);
    return `${turnover} USD today${countingAs(turnover, counted.toFixed(0))}, limit ${capUsd.toFixed(0)} USD`;
  }

  /** The reading of an hour's unhedged exposure × time at or over its limit, or `undefined`. */
  unhedgedBreach(): string | undefined {
    const used = this.#portfolio.unhedgedLastHour();
    const limit = this.#limits.exact('unhedgedPerHour');
    return used.gte(limit) ? `${used.toFixed(1)} of ${wire(limit)} %-of-equity × s in the last hour` : undefined;
  }

  /** Why the peak drawdown must kill trading (KS-1), or `undefined`; unknown equity never kills (RK-3). */
  killReason(): string | undefined {
    if (this.#portfolio.equityUsd() === undefined) return undefined;
    const reading = this.#portfolio.drawdownFromPeakPct();
    const limit = this.#limits.exact('drawdownFromPeakPct');
    return reading.gte(limit)
      ? `drawdown from peak is ${reading.toFixed(2)} %, the limit is ${wire(limit)} %`
      : undefined;
  }

  #losses(profile: Profile, equity: Decimal): Refusal | undefined {
    const budget = share(equity, this.#limits.exact('strategyBudgetPct'));
    const strategyStop = share(budget, this.#limits.exact('strategyLossPerDayPct'));
    const stop = (stopUsd: Decimal, whose: string, profileId?: string): Refusal | undefined => {
      const loss = this.#portfolio.lossTodayUsd(profileId);
      if (loss.gt(stopUsd.times(decimal('-1')))) return undefined;
      const lost = this.#portfolio.resultTodayUsd(profileId).abs().toFixed(2);
      const counting = countingAs(lost, loss.abs().toFixed(2));
      return refusal(
        'daily-stop',
        `${whose} lost ${lost} USD today${counting}; its stop is ${stopUsd.toFixed(2)} USD.`,
      );
    };
    return (
      stop(strategyStop, 'The spread strategy') ??
      stop(share(equity, decimal(profile.dailyStopPct)), `Profile “${profile.name}”`, profile.id)
    );
  }

  #leftovers(equity: Decimal): Refusal | undefined {
    const unhedged = this.unhedgedBreach();
    if (unhedged !== undefined) return refusal('exposure-cap', `Unhedged exposure: ${unhedged}.`);
    const residues = this.#portfolio.residuesUsd();
    const capUsd = share(equity, this.#limits.exact('residuesPct'));
    return residues.gt(capUsd)
      ? refusal('exposure-cap', `Residues are worth ${residues.toFixed(2)} USD; the limit is ${capUsd.toFixed(2)} USD.`)
      : undefined;
  }

  /** ID-3: a deal across two dollar currencies shifts its notional from the one it pays to the one it receives. */
  #carried(
    buy: Listing,
    sell: Listing,
    equity: Decimal,
    add: (reason: RejectReason, name: string, capUsd: Decimal, used: Decimal) => void,
  ): void {
    if (buy.quote === sell.quote) return;
    const capUsd = share(equity, this.#limits.exact('carriedCurrencyPct'));
    for (const [currency, sign] of [
      [sell.quote, '1'],
      [buy.quote, '-1'],
    ] as const) {
      const carried = isUsdLike(currency) ? this.#portfolio.carriedUsd(currency).times(decimal(sign)) : capUsd;
      add('exposure-cap', `carried ${currency}`, capUsd, carried);
    }
  }
}

const countingAs = (real: string, counted: string): string =>
  counted === real ? '' : `, which counts as ${counted} USD since the allocation was changed`;
const share = (whole: Decimal, percent: Decimal): Decimal => whole.times(percent).times(HUNDREDTH);

/** Why nothing is entered where trading equity, USD, is unknown or there is none. */
export const withoutEquity = (equity: Decimal | undefined): Refusal =>
  equity === undefined
    ? refusal('telemetry-incomplete', 'Trading equity is not known.')
    : refusal('no-inventory', `There is nothing to trade with: trading equity is ${equity.toFixed(2)} USD.`);

/** RK-3: most that a trade may be planned to lose, USD. */
export const tradeRiskUsd = (limits: LimitValues, equityUsd: Decimal): Decimal =>
  share(equityUsd, limits.exact('riskPerTradePct'));

const sum = (deals: readonly OpenExposure[]): Decimal =>
  deals.reduce((total, deal) => total.plus(deal.notionalUsd), ZERO);

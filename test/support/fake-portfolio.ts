import type { OpenExposure, PortfolioView } from '#engine/ledger/view';
import type { Venue } from '#shared/domain/ids';
import { type Decimal, decimal, ZERO } from '#shared/money/decimal';

/** Books of account whose every answer is set by the test. */
export class FakePortfolio implements PortfolioView {
  equity: string | undefined = '100000';
  readonly held = new Map<string, string>();
  readonly drifts = new Map<string, { readonly target: string; readonly drift: string }>();
  readonly deals: OpenExposure[] = [];
  readonly results = new Map<string, string>();
  /** Where they differ from the results: the allocation was changed. */
  readonly losses = new Map<string, string>();
  peakPct = '0';
  todayPct = '0';
  revaluationPct: string | undefined = '0';
  turnover = '0';
  /** Where it differs from the turnover: the allocation was changed. */
  turnoverCounted: string | undefined;
  unhedged = '0';
  residues = '0';
  readonly carried = new Map<string, string>();

  hold(venue: Venue, currency: string, quantity: string): void {
    this.held.set(`${venue}/${currency}`, quantity);
  }

  equityUsd(): Decimal | undefined {
    return this.equity === undefined ? undefined : decimal(this.equity);
  }
  available(_account: string, venue: Venue, currency: string): Decimal {
    return decimal(this.held.get(`${venue}/${currency}`) ?? '0');
  }
  drift(_account: string, venue: Venue, currency: string) {
    const stands = this.drifts.get(`${venue}/${currency}`);
    return stands && { target: decimal(stands.target), drift: decimal(stands.drift) };
  }
  openDeals(): readonly OpenExposure[] {
    return this.deals;
  }
  resultTodayUsd(profile = 'all'): Decimal {
    return decimal(this.results.get(profile) ?? '0');
  }
  lossTodayUsd(profile = 'all'): Decimal {
    return decimal(this.losses.get(profile) ?? this.results.get(profile) ?? '0');
  }
  drawdownFromPeakPct(): Decimal {
    return decimal(this.peakPct);
  }
  drawdownTodayPct(): Decimal {
    return decimal(this.todayPct);
  }
  revaluationTodayPct(): Decimal | undefined {
    return this.revaluationPct === undefined ? undefined : decimal(this.revaluationPct);
  }
  turnoverTodayUsd(): Decimal {
    return decimal(this.turnover);
  }
  turnoverCountedUsd(): Decimal {
    return decimal(this.turnoverCounted ?? this.turnover);
  }
  unhedgedLastHour(): Decimal {
    return decimal(this.unhedged);
  }
  residuesUsd(): Decimal {
    return decimal(this.residues);
  }
  carriedUsd(currency: string): Decimal {
    return decimal(this.carried.get(currency) ?? '0');
  }
}

/** An open deal of 1,000 USD between two listings, all of it hedged. */
export function openDeal(changes: Partial<OpenExposure> & Pick<OpenExposure, 'dealId'>): OpenExposure {
  return {
    profile: 'default',
    base: 'BTC',
    buy: 'binance:spot|BTC-USDT',
    sell: 'kraken:spot|BTC-USD',
    venues: ['binance', 'kraken'],
    notionalUsd: decimal('1000'),
    unhedgedUsd: ZERO,
    worstLossUsd: ZERO,
    ...changes,
  };
}

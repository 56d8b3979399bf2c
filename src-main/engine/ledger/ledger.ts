import type { Venue } from '#shared/domain/ids';
import type { Plan } from '#shared/domain/plan';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, decimal, max, min, ONE, ZERO } from '#shared/money/decimal';
import type { JournalObserver } from '../journal/journal.ts';
import { basePriceUsd, type DealRecord, positionOf, quoteOf } from '../journal/records.ts';
import type { JournalState } from '../journal/state.ts';
import type { JournalRow } from '../ports.ts';
import { type BalanceLine, Balances } from './balances.ts';
import { type DealResult, dealResult } from './deal-result.ts';
import { EquityCurve, type EquityPoint } from './equity-curve.ts';
import { ExposureMeter } from './exposure-meter.ts';
import { Growth } from './growth.ts';
import { exposureOf, lockedBy, mayNeed, proposedExposure, reservesOf } from './reserves.ts';
import { ResidueBook } from './residue-book.ts';
import { Revaluation } from './revaluation.ts';
import { Share } from './share.ts';
import type { OpenExposure, PortfolioView } from './view.ts';

/** Results of deals that closed remembered in case a late fill reopens one. */
const BOOKED_KEPT = 1000;

export interface LedgerOptions {
  readonly clock: Clock;
  readonly state: JournalState;
  /** USD for one unit of a currency now, from fresh books; `undefined` when it is not known. */
  readonly priceUsd: (currency: string) => Decimal | undefined;
}

/**
 * The books of account, built from journal rows alone: balances, reserves, results, drawdown, residues, exposure. A
 * restart gives the same. Register it as an observer of the journal after the state it reads.
 */
export class Ledger implements PortfolioView, JournalObserver {
  readonly #clock: Clock;
  readonly #state: JournalState;
  readonly #balances = new Balances();
  readonly #residues = new ResidueBook();
  readonly #meter = new ExposureMeter();
  readonly #growth = new Growth();
  readonly #curve = new EquityCurve();
  readonly #booked = new Map<string, Decimal>();
  readonly #takenCost = new Map<string, Decimal>();
  readonly #left = new Map<string, Decimal>();
  readonly #carried = new Map<string, Decimal>();
  readonly #referencePrices = new Map<string, Decimal>();
  readonly #unhedgedHour = new Share();
  readonly #unhedgedDeal = new Share();
  readonly #revaluation: Revaluation;
  #proposed: OpenExposure | undefined;

  constructor(options: LedgerOptions) {
    this.#clock = options.clock;
    this.#state = options.state;
    this.#revaluation = new Revaluation(options.priceUsd);
  }

  apply({ entry, atMs }: JournalRow): void {
    switch (entry.kind) {
      case 'inventory-allocated': {
        const quantity = decimal(entry.quantity);
        const price = decimal(entry.priceUsd);
        const held = this.#balances.holdings().get(entry.currency) ?? ZERO;
        this.#revaluation.allocated(entry.currency, held, quantity, price);
        const changeUsd = this.#balances.allocate(entry.account, entry.venue, entry.currency, quantity, price);
        // The first price stays: results of deals must not move with what is allocated later.
        if (!this.#referencePrices.has(entry.currency)) this.#referencePrices.set(entry.currency, price);
        this.#growth.allocate(changeUsd);
        // What is not hedged now is another share of equity from now on.
        for (const deal of this.#state.openDeals()) this.#measure(deal, atMs);
        this.#curve.shift(changeUsd);
        this.#curve.step(atMs, this.#growth.equityUsd() ?? ZERO);
        return;
      }
      case 'fill': {
        const deal = this.#state.deal(entry.dealId);
        const order = this.#state.order(entry.fill.clientOrderId)?.order;
        if (deal === undefined || order === undefined) return;
        this.#balances.fill(entry.fill, deal.plan.base, order.intent.venue);
        const rate = deal.usdRates.get(quoteOf(entry.fill.listing)) ?? ONE;
        const valueUsd = decimal(entry.fill.quantity).times(decimal(entry.fill.price)).times(rate);
        this.#growth.trade(atMs, valueUsd);
        if (deal.plan.conversion.handling === 'carried')
          this.#carry(entry.fill.side, quoteOf(entry.fill.listing), valueUsd);
        this.#reclaim(deal);
        this.#measure(deal, atMs);
        return;
      }
      case 'residue-taken': {
        const cost = this.#residues.take(entry.base, decimal(entry.quantity));
        this.#takenCost.set(entry.dealId, cost.plus(this.#takenCost.get(entry.dealId) ?? ZERO));
        const deal = this.#state.deal(entry.dealId);
        if (deal !== undefined) this.#measure(deal, atMs);
        return;
      }
      case 'deal-closed': {
        const deal = this.#state.deal(entry.dealId);
        if (deal !== undefined) this.#close(deal, decimal(entry.realisedNetUsd), atMs);
        return;
      }
      case 'day-opened':
        this.#revaluation.open(entry);
        return;
      default:
        return;
    }
  }

  equityUsd(): Decimal | undefined {
    return this.#growth.equityUsd();
  }

  available(account: string, venue: Venue, currency: string): Decimal {
    let amount = this.#balances.line(account, venue, currency)?.held ?? ZERO;
    for (const deal of this.#state.openDeals()) {
      for (const reserve of reservesOf(deal)) {
        if (reserve.account !== account || reserve.venue !== venue || reserve.currency !== currency) continue;
        amount = amount.minus(reserve.amount);
      }
    }
    return amount.lt(ZERO) ? ZERO : amount;
  }

  /** EX-7: what a hedge may use: the allocation less what working orders hold; other deals' plans do not bind it. */
  free(account: string, venue: Venue, currency: string): Decimal {
    let amount = this.#balances.line(account, venue, currency)?.held ?? ZERO;
    for (const deal of this.#state.openDeals()) {
      for (const order of deal.orders) {
        const leg = deal.plan.legs[order.intent.leg];
        const locked = lockedBy(order, deal.plan.base, leg === undefined ? ZERO : decimal(leg.feeBps));
        if (locked === undefined || locked.venue !== venue || locked.account !== account) continue;
        if (locked.currency === currency) amount = amount.minus(locked.amount);
      }
    }
    return amount.lt(ZERO) ? ZERO : amount;
  }

  /**
   * IN-1: what can be taken out of the allocation of a currency now: what neither working orders nor any step that an open
   * deal may still take need, rescue included.
   */
  withdrawable(account: string, venue: Venue, currency: string): Decimal {
    const is = (row: { readonly account: string; readonly venue: Venue; readonly currency: string }) =>
      row.account === account && row.venue === venue && row.currency === currency;
    let amount = this.#balances.line(account, venue, currency)?.held ?? ZERO;
    for (const deal of this.#state.openDeals()) {
      const needs = [...mayNeed(deal), ...reservesOf(deal)].filter(is);
      amount = amount.minus(needs.reduce((most, need) => max(most, need.amount), ZERO));
    }
    return max(min(amount, this.free(account, venue, currency)), ZERO);
  }

  drift(
    account: string,
    venue: Venue,
    currency: string,
  ): { readonly target: Decimal; readonly drift: Decimal } | undefined {
    const line = this.#balances.line(account, venue, currency);
    return line && { target: line.target, drift: line.held.minus(line.target) };
  }

  /** Every allocated currency of every account, in the order of allocation. */
  balanceLines(): readonly BalanceLine[] {
    return this.#balances.lines();
  }

  openDeals(): readonly OpenExposure[] {
    const rows: OpenExposure[] = [];
    for (const deal of this.#state.openDeals()) {
      const position = positionOf(deal);
      rows.push(exposureOf(deal, position, position.abs().times(basePriceUsd(deal))));
    }
    if (this.#proposed !== undefined) rows.push(this.#proposed);
    return rows;
  }

  /** Runs `judge` while a deal that is not open yet counts among the open ones: how the gate sees a first entry. */
  proposing<T>(dealId: string, plan: Plan, judge: () => T): T {
    this.#proposed = proposedExposure(dealId, plan);
    try {
      return judge();
    } finally {
      this.#proposed = undefined;
    }
  }

  resultTodayUsd(profile?: string): Decimal {
    return this.#growth.resultTodayUsd(this.#clock.wallMs(), profile);
  }

  lossTodayUsd(profile?: string): Decimal {
    return this.#growth.lossTodayUsd(this.#clock.wallMs(), profile);
  }

  drawdownFromPeakPct(): Decimal {
    return this.#growth.drawdownFromPeakPct();
  }

  drawdownTodayPct(): Decimal {
    return this.#growth.drawdownTodayPct(this.#clock.wallMs());
  }

  revaluationTodayPct(): Decimal | undefined {
    return this.#revaluation.percent(this.#clock.wallMs(), this.#balances.holdings());
  }

  /**
   * Prices to open the UTC day with, to be journaled as `day-opened`: `undefined` when it is open already or a price
   * is not known yet (then revaluation is unknown and entries wait).
   */
  dayToOpen(): { readonly dayMs: number; readonly prices: Record<string, string> } | undefined {
    if (this.equityUsd() === undefined) return undefined;
    return this.#revaluation.toOpen(this.#clock.wallMs(), this.#balances.holdings());
  }

  turnoverTodayUsd(): Decimal {
    return this.#growth.turnoverTodayUsd(this.#clock.wallMs());
  }

  turnoverCountedUsd(): Decimal {
    return this.#growth.turnoverCountedUsd(this.#clock.wallMs());
  }

  unhedgedLastHour(): Decimal {
    return this.#ofEquity(this.#meter.lastHour(this.#clock.wallMs()), this.#unhedgedHour);
  }

  /** EX-8: %-of-equity × s an open deal ran without its hedge so far. */
  unhedgedOf(dealId: string): Decimal {
    return this.#ofEquity(this.#meter.spent(dealId, this.#clock.wallMs()), this.#unhedgedDeal);
  }

  residuesUsd(): Decimal {
    return this.#residues.totalUsd();
  }

  /** Leftovers of a base coin that no deal has taken over, signed base units. */
  residue(base: string): Decimal {
    return this.#residues.quantity(base);
  }

  carriedUsd(currency: string): Decimal {
    return this.#carried.get(currency) ?? ZERO;
  }

  /** Expected against realised, by waterfall part, from the fills so far (CO-3). */
  result(deal: DealRecord): DealResult {
    const taken = this.#takenCost.get(deal.id) ?? ZERO;
    return dealResult(deal, taken, (currency) => this.#referencePrices.get(currency) ?? ZERO);
  }

  /** Whether a fee in this currency can be valued: base, quotes and allocated currencies can. */
  knowsPrice(currency: string): boolean {
    return currency === 'USD' || this.#referencePrices.has(currency);
  }

  equityCurve(): readonly EquityPoint[] {
    return this.#curve.points();
  }

  /** Sum of all results since the first row, USD. */
  totalResultUsd(): Decimal {
    return this.#growth.resultUsd();
  }

  #measure(deal: DealRecord, atMs: number): void {
    this.#meter.set(deal.id, atMs, this.#growth.unitsOf(positionOf(deal).abs().times(basePriceUsd(deal))));
  }

  #close(deal: DealRecord, netUsd: Decimal, atMs: number): void {
    this.#meter.close(deal.id, atMs);
    const { residueUsd } = this.result(deal);
    this.#residues.leave(deal.plan.base, deal.residueBase, residueUsd);
    this.#left.set(deal.id, residueUsd);
    const change = netUsd.minus(this.#booked.get(deal.id) ?? ZERO);
    this.#booked.set(deal.id, netUsd);
    for (const old of [this.#booked, this.#takenCost, this.#left]) {
      const [oldest] = old.keys();
      if (old.size > BOOKED_KEPT && oldest !== undefined) old.delete(oldest);
    }
    this.#growth.book(atMs, deal.plan.profile, change);
    const equity = this.#growth.equityUsd();
    if (equity !== undefined) this.#curve.step(atMs, equity);
  }

  /** A late fill reopened the deal: what it left lies in the residue book and is paid for like leftovers it took. */
  #reclaim(deal: DealRecord): void {
    const left = this.#left.get(deal.id);
    if (left === undefined) return;
    this.#left.delete(deal.id);
    this.#takenCost.set(deal.id, (this.#takenCost.get(deal.id) ?? ZERO).minus(left));
  }

  #carry(side: 'buy' | 'sell', currency: string, valueUsd: Decimal): void {
    const before = this.#carried.get(currency) ?? ZERO;
    this.#carried.set(currency, side === 'sell' ? before.plus(valueUsd) : before.minus(valueUsd));
  }

  #ofEquity(metered: Decimal, share: Share): Decimal {
    const equity = this.equityUsd();
    return equity === undefined ? ZERO : share.percent(this.#growth.usdOf(metered), equity);
  }
}

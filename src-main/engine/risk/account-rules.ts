import type { AccountTerms, TermsOf } from '#shared/domain/account-terms';
import { VENUE_NAMES, type Venue } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { type Decimal, decimal, wire } from '#shared/money/decimal';
import type { PortfolioView } from '../ledger/view.ts';
import { type Refusal, refusal } from './refusal.ts';

const HUNDREDTH = decimal('0.01');
const NONE: ReadonlySet<string> = new Set();

/** What a deal over two venues may lose by the terms of one of their accounts. */
export interface RiskAllowance {
  readonly usd: Decimal;
  /** For the sentence: `“Main” on Kraken may risk 0.5 % of equity on a deal, 50.00 USD`. */
  readonly words: string;
}

export interface AccountRulesOptions {
  readonly terms: TermsOf;
  readonly portfolio: PortfolioView;
}

/**
 * RO-1, IN-1: the terms that a person states for an account, held against every entry: by planner, router and failover
 * when they choose, by the gate when an order is about to leave. Terms are read anew each time. They bind entries alone:
 * nothing that reduces risk asks here (RK-1).
 */
export class AccountRules {
  readonly #terms: TermsOf;
  readonly #portfolio: PortfolioView;

  constructor({ terms, portfolio }: AccountRulesOptions) {
    this.#terms = terms;
    this.#portfolio = portfolio;
  }

  /** Why a listing of the product may be no leg of a new deal (`venue-disabled`), or `undefined`. */
  closed({ venue, product }: Pick<Listing, 'venue' | 'product'>): Refusal | undefined {
    const terms = this.#terms(venue);
    if (terms.routing && terms.products.includes(product)) return undefined;
    const whose = named(terms, venue);
    return terms.routing
      ? refusal('venue-disabled', `${whose} is not for ${product}; its products are chosen on Accounts.`)
      : refusal('venue-disabled', `${whose} has routing off; it is switched on again on Accounts.`);
  }

  /** The smaller of what the two accounts may risk on a deal; `undefined` when neither states it. */
  allowance(buy: Listing, sell: Listing, equityUsd: Decimal): RiskAllowance | undefined {
    let least: { readonly percent: Decimal; readonly whose: string } | undefined;
    for (const { venue } of [buy, sell]) {
      const terms = this.#terms(venue);
      const percent = terms.riskPerTradePct;
      if (percent === null || least?.percent.lte(percent) === true) continue;
      least = { percent, whose: named(terms, venue) };
    }
    if (least === undefined) return undefined;
    const usd = equityUsd.times(least.percent).times(HUNDREDTH);
    const words = `${least.whose} may risk ${wire(least.percent)} % of equity on a deal, ${usd.toFixed(2)} USD`;
    return { usd, words };
  }

  /**
   * Why no further deal may touch either venue (`max-concurrent`), or `undefined`. Deals of `except` are not counted, so
   * that it can be asked for a deal that is open already.
   */
  full(buy: Listing, sell: Listing, except: ReadonlySet<string> = NONE): Refusal | undefined {
    for (const venue of new Set<Venue>([buy.venue, sell.venue])) {
      const terms = this.#terms(venue);
      const most = terms.maxConcurrent;
      if (most === null) continue;
      const open = this.#portfolio.openDeals().filter((deal) => deal.venues.includes(venue));
      const others = open.filter(({ dealId }) => !except.has(dealId)).length;
      if (others < most) continue;
      const deals = `${others} open ${others === 1 ? 'deal touches' : 'deals touch'} it`;
      return refusal('max-concurrent', `${named(terms, venue)} may have ${most} at once; ${deals}.`);
    }
    return undefined;
  }

  /**
   * Everything at once, for an entry of an open or proposed deal whose worst planned loss is known. `yielding`: deals that
   * are withdrawn before it.
   */
  entry(
    buy: Listing,
    sell: Listing,
    deal: { readonly dealId: string; readonly worstLossUsd: Decimal; readonly yielding: ReadonlySet<string> },
    equityUsd: Decimal,
  ): Refusal | undefined {
    return (
      this.closed(buy) ??
      this.closed(sell) ??
      this.#tooRisky(buy, sell, deal, equityUsd) ??
      this.full(buy, sell, new Set([deal.dealId, ...deal.yielding]))
    );
  }

  #tooRisky(
    buy: Listing,
    sell: Listing,
    { worstLossUsd }: { readonly worstLossUsd: Decimal },
    equityUsd: Decimal,
  ): Refusal | undefined {
    const allowed = this.allowance(buy, sell, equityUsd);
    if (allowed === undefined || worstLossUsd.lte(allowed.usd)) return undefined;
    return refusal('budget-venue', `${allowed.words}; the plan may lose ${worstLossUsd.toFixed(2)} USD.`);
  }
}

const named = ({ label }: AccountTerms, venue: Venue): string =>
  label === null ? `The account on ${VENUE_NAMES[venue]}` : `The account “${label}” on ${VENUE_NAMES[venue]}`;

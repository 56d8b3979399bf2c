import type { ListingId, Venue } from '#shared/domain/ids';
import type { Decimal } from '#shared/money/decimal';

/** One open deal as risk sees it. */
export interface OpenExposure {
  readonly dealId: string;
  readonly profile: string;
  readonly base: string;
  readonly buy: ListingId;
  readonly sell: ListingId;
  readonly venues: readonly Venue[];
  /** Notional not yet balanced or still working, USD. */
  readonly notionalUsd: Decimal;
  /** Filled without a hedge, USD, absolute. */
  readonly unhedgedUsd: Decimal;
  /** What its plan may lose at worst, all of it, USD (see `AccountTerms`). */
  readonly worstLossUsd: Decimal;
}

/** What risk and planner may ask of the books of account. `undefined` is unknown and stops entries (RK-3, FCL). */
export interface PortfolioView {
  /** Trading equity: reference value of the allocated inventory plus realised trading result, USD (RK-3). */
  equityUsd(): Decimal | undefined;
  /** Working inventory of a currency on a venue's account not reserved by open deals (IN-1). */
  available(account: string, venue: Venue, currency: string): Decimal;
  /** Allocated quantity and what deals changed it by since: positive drift is more than the target. */
  drift(
    account: string,
    venue: Venue,
    currency: string,
  ): { readonly target: Decimal; readonly drift: Decimal } | undefined;
  openDeals(): readonly OpenExposure[];
  /** Worse of the UTC day and the rolling 24 h, USD, negative is a loss; `profile` or every profile. */
  resultTodayUsd(profile?: string): Decimal;
  /**
   * The same in proportion to the allocation of now, where that was changed since: what daily stops are held against, so
   * that paying in or out neither lifts nor sets off one.
   */
  lossTodayUsd(profile?: string): Decimal;
  /** Trading equity now against its best, %, positive is a loss. */
  drawdownFromPeakPct(): Decimal;
  /** Worse of UTC day and rolling 24 h, %, positive is a loss. */
  drawdownTodayPct(): Decimal;
  /** Fall in value of held coins against the start of the day, %, positive is a loss; `undefined` without prices. */
  revaluationTodayPct(): Decimal | undefined;
  /** Value of all fills of the rolling 24 h, USD. */
  turnoverTodayUsd(): Decimal;
  /** The same in proportion to the allocation of now, as for losses: what its limit is held against. */
  turnoverCountedUsd(): Decimal;
  /** Unhedged exposure × time over all deals in the last hour, %-of-equity × s. */
  unhedgedLastHour(): Decimal;
  residuesUsd(): Decimal;
  /** Net shift of a dollar currency by deals without a conversion leg, USD, signed (ID-3). */
  carriedUsd(currency: string): Decimal;
}

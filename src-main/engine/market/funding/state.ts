import type { FundingProblem, FundingState } from '#shared/domain/funding';
import type { Listing } from '#shared/domain/listing';
import { type Decimal, decimal, wire } from '#shared/money/decimal';
import {
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  NEXT_SETTLEMENT_MS,
  PREDICTED_RATE,
} from '../../ports.ts';
import type { Reference } from './reference.ts';

/**
 * A reference that nothing was told of for this long is stale. Every venue repeats some of it far more often: marks each
 * second or three, and OKX, whose funding channel is the slowest of all, its terms every 30 to 90 s.
 */
export const REFERENCE_MAX_AGE_MS = 120_000;
const HOUR_MS = decimal('3600000');
const HOURS_A_YEAR = decimal('8760');
const PERCENT = decimal('100');
/** Places after the point of a rate per hour, and of a percentage. */
const RATE_PLACES = 12;
const PERCENT_PLACES = 6;

/** Bits of what keeps a rate from being used, in the order they are named to people. */
const NO_RATE = 1;
const NO_INTERVAL = 2;
const NO_SETTLEMENT_TIME = 4;
const STALE = 8;
const NOT_FRESH = 16;
const NAMES: readonly (readonly [number, FundingProblem])[] = [
  [NO_RATE, 'no-rate'],
  [NO_INTERVAL, 'no-interval'],
  [NO_SETTLEMENT_TIME, 'no-settlement-time'],
  [STALE, 'stale'],
  [NOT_FRESH, 'not-fresh'],
];

/** The moment a reference is read at, and what is known of its feed then. */
export interface FundingMoment {
  readonly monoMs: number;
  readonly wallMs: number;
  /** Positive when the venue's clock is ahead of ours; NaN until measured. */
  readonly skewMs: number;
  /** The socket that carries it is connected and was heard within the limit (MD-2). */
  readonly heard: boolean;
}

/** MD-7: the interval as told live, else as the catalogue of this instrument tells it; NaN when neither does. */
export const intervalOf = (listing: Listing, reference: Reference): number => {
  const live = reference.at(FUNDING_INTERVAL_MS);
  return Number.isNaN(live) ? (listing.funding?.intervalMs ?? Number.NaN) : live;
};

/** Epoch ms of the next settlement, NaN when it is unknown or, by the venue's clock, over. */
function settlementOf(reference: Reference, { wallMs, skewMs }: FundingMoment): number {
  const next = reference.at(NEXT_SETTLEMENT_MS);
  return next > wallMs + (Number.isNaN(skewMs) ? 0 : skewMs) ? next : Number.NaN;
}

/**
 * What keeps the rate from being used, as bits; 0 when it may be (MD-7, FCL). Stale: nothing was told for
 * {@link REFERENCE_MAX_AGE_MS}; or the terms were not told again for longer than an interval, in which they must have
 * changed; or, where funding accrues continuously, the interval the rate is for has ended.
 */
function problemsOf(listing: Listing, reference: Reference, moment: FundingMoment): number {
  let problems = 0;
  const interval = intervalOf(listing, reference);
  if (Number.isNaN(reference.at(FUNDING_RATE))) problems |= NO_RATE;
  if (Number.isNaN(interval)) problems |= NO_INTERVAL;
  const settles = !Number.isNaN(settlementOf(reference, moment));
  const continuous = listing.funding?.accrual === 'continuous';
  if (!settles && !continuous) problems |= NO_SETTLEMENT_TIME;
  const silent = !(moment.monoMs - reference.lastMonoMs <= REFERENCE_MAX_AGE_MS);
  const outlived = moment.monoMs - reference.termsMonoMs > interval + REFERENCE_MAX_AGE_MS;
  const ended = continuous && !settles && !Number.isNaN(reference.at(NEXT_SETTLEMENT_MS));
  if (silent || outlived || ended) problems |= STALE;
  if (!moment.heard) problems |= NOT_FRESH;
  return problems;
}

/** Fraction of notional for an hour of holding, positive when longs pay; NaN while the rate may not be used. */
export function hourlyRate(listing: Listing, reference: Reference, moment: FundingMoment): number {
  if (problemsOf(listing, reference, moment) !== 0) return Number.NaN;
  return (reference.at(FUNDING_RATE) * 3_600_000) / intervalOf(listing, reference);
}

/** MD-7 for people and plans: exact decimals (ID-4), unknown is `null`. `listing` must have funding terms. */
export function fundingState(
  listing: Listing & { readonly funding: NonNullable<Listing['funding']> },
  reference: Reference,
  moment: FundingMoment,
): FundingState {
  const problems = problemsOf(listing, reference, moment);
  const interval = intervalOf(listing, reference);
  const rate = exactly(reference.at(FUNDING_RATE));
  const perHour =
    problems !== 0 || rate === undefined
      ? undefined
      : rate
          .times(HOUR_MS)
          .div(decimal(String(interval)))
          .round(RATE_PLACES);
  const next = settlementOf(reference, moment);
  const toldMonoMs = reference.toldMonoMs(FUNDING_RATE);
  return {
    listing: listing.id,
    accrual: listing.funding.accrual,
    rate: text(rate),
    predictedRate: text(exactly(reference.at(PREDICTED_RATE))),
    intervalMs: orNull(interval),
    nextSettlementMs: orNull(next),
    markPrice: text(exactly(reference.at(MARK_PRICE))),
    indexPrice: text(exactly(reference.at(INDEX_PRICE))),
    ratePerHour: text(perHour),
    aprPct: text(perHour?.times(HOURS_A_YEAR).times(PERCENT).round(PERCENT_PLACES)),
    atMs: rate === undefined ? null : orNull(moment.wallMs - (moment.monoMs - toldMonoMs)),
    intervalChange: reference.change,
    problems: NAMES.filter(([bit]) => (problems & bit) !== 0).map(([, name]) => name),
  };
}

/** The decimal a double was read from: its shortest form gives back up to fifteen digits as they were sent. */
const exactly = (value: number): Decimal | undefined => (Number.isNaN(value) ? undefined : decimal(String(value)));
const text = (value: Decimal | undefined): string | null => (value === undefined ? null : wire(value));
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

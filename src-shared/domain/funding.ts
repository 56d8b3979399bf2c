import { z } from 'zod';
import { listingIdSchema } from './ids.ts';
import { fundingTermsSchema } from './listing.ts';
import { decimalText } from './wire.ts';

/** One funding payment as the venue's history tells it. `rate`: fraction of notional for the interval that ended. */
export const fundingSettlementSchema = z.object({
  settledAtMs: z.number().int().positive(),
  rate: decimalText,
  /** `null` where neither the venue nor the neighbouring settlements tell it. */
  intervalMs: z.number().positive().nullable(),
});
export type FundingSettlement = z.infer<typeof fundingSettlementSchema>;

/** Why a funding rate may not be used (MD-7, FCL). */
export const fundingProblemSchema = z.enum(['no-rate', 'no-interval', 'no-settlement-time', 'stale', 'not-fresh']);
export type FundingProblem = z.infer<typeof fundingProblemSchema>;

/**
 * MD-7: the funding terms of a perpetual as its venue tells them now. Rates are fractions of notional for one interval,
 * positive when longs pay shorts. Unknown is `null`, never a default.
 */
export const fundingStateSchema = z.object({
  listing: listingIdSchema,
  accrual: fundingTermsSchema.shape.accrual,
  rate: decimalText.nullable(),
  predictedRate: decimalText.nullable(),
  intervalMs: z.number().positive().nullable(),
  nextSettlementMs: z.number().nullable(),
  markPrice: decimalText.nullable(),
  indexPrice: decimalText.nullable(),
  /** Rate per hour of holding and per year (365 days), from `rate` and `intervalMs`; `null` when unusable. */
  ratePerHour: decimalText.nullable(),
  aprPct: decimalText.nullable(),
  /** When the rate was last heard, wall ms. */
  atMs: z.number().nullable(),
  /** The last change of the interval that was seen while running. */
  intervalChange: z.object({ fromMs: z.number().positive(), toMs: z.number().positive(), atMs: z.number() }).nullable(),
  /** Empty when the rate is usable. */
  problems: z.array(fundingProblemSchema),
});
export type FundingState = z.infer<typeof fundingStateSchema>;

/** MD-8: whether a currency can be moved to or from a venue; what no public endpoint tells is `unknown`. */
export const transferStateSchema = z.enum(['open', 'closed', 'unknown']);
export type TransferState = z.infer<typeof transferStateSchema>;

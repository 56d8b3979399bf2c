import { z } from 'zod';
import { listingIdSchema, venueSchema } from './ids.ts';
import { fillSchema, orderIntentSchema, orderStateSchema, sideSchema } from './order.ts';
import { planSchema } from './plan.ts';
import { waterfallPartSchema } from './waterfall.ts';
import { decimalText } from './wire.ts';

/**
 * `entering`: the entry leg works; `hedging`: all entries are final, the hedge converges; `unwinding`: the filled leg
 * is being undone (EX-8); `holding`: nothing can be done now, alarm, retried on each health change; `frozen`: doubt
 * exhausted the exposure budget (EX-4); `closed`: balanced and final.
 */
export const dealStateSchema = z.enum(['entering', 'hedging', 'unwinding', 'holding', 'frozen', 'closed']);
export type DealState = z.infer<typeof dealStateSchema>;

export const orderRowSchema = orderIntentSchema.extend({
  state: orderStateSchema,
  venueOrderId: z.string().nullable(),
  /** Cumulative base units executed. */
  filled: decimalText,
  averagePrice: decimalText.nullable(),
  /** EX-3: the venue's answer is not known. */
  inDoubt: z.boolean(),
  reason: z.string().nullable(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type OrderRow = z.infer<typeof orderRowSchema>;

/** CO-3: what a part was expected to cost and what it did, USD; costs negative. */
export const costLineSchema = z.object({
  part: waterfallPartSchema,
  expectedUsd: decimalText,
  realisedUsd: decimalText,
});

export const dealSchema = z.object({
  id: z.string(),
  profile: z.string(),
  base: z.string(),
  state: dealStateSchema,
  plan: planSchema,
  openedAtMs: z.number(),
  closedAtMs: z.number().nullable(),
  orders: z.array(orderRowSchema),
  fills: z.array(fillSchema),
  legs: z.array(
    z.object({
      venue: venueSchema,
      listing: listingIdSchema,
      side: sideSchema,
      /** Base units this leg executed, net of fees taken in the base (EX-7). */
      netBase: decimalText,
      averagePrice: decimalText.nullable(),
    }),
  ),
  /** Base units long (positive) or short still without a hedge, and their value. */
  unhedgedBase: decimalText,
  unhedgedUsd: decimalText,
  /** Under the venue's minimum: counted, cleared when it can be (EX-7). */
  residueBase: decimalText,
  /** What the engine will do next, in a sentence. */
  next: z.string(),
  outcome: z.enum(['completed', 'unwound', 'no-fill', 'open']),
  expectedNetUsd: decimalText,
  realisedNetUsd: decimalText.nullable(),
  costs: z.array(costLineSchema),
});
export type Deal = z.infer<typeof dealSchema>;

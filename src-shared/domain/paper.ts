import { z } from 'zod';
import { listingIdSchema, venueSchema } from './ids.ts';
import { orderKindSchema, sideSchema } from './order.ts';
import { decimalText } from './wire.ts';

/** An order as the simulated venue holds it: the venue's truth, which outlives a crash of the engine (PP-1). */
export const paperOrderSchema = z.object({
  clientOrderId: z.string(),
  venueOrderId: z.string(),
  account: z.string(),
  venue: venueSchema,
  listing: listingIdSchema,
  side: sideSchema,
  kind: orderKindSchema,
  quantity: decimalText,
  price: decimalText,
  /** Cumulative base units executed. */
  filled: decimalText,
  state: z.enum(['open', 'filled', 'cancelled', 'expired']),
  createdAtMs: z.number(),
  expiresAtMs: z.number().nullable(),
});
export type PaperOrder = z.infer<typeof paperOrderSchema>;

/** Whole holding of one currency, free and locked together. `paidIn`: what was ever paid in, less what was taken out. */
export const paperBalanceSchema = z.object({
  account: z.string(),
  venue: venueSchema,
  currency: z.string(),
  total: decimalText,
  /** Left out in books of older versions, which only had what the journal began with. */
  paidIn: decimalText.optional(),
});
export type PaperBalance = z.infer<typeof paperBalanceSchema>;

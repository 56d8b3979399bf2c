import { z } from 'zod';
import { dealStateSchema } from './deal.ts';
import { venueSchema } from './ids.ts';
import { fillSchema, orderIntentSchema, orderStateSchema } from './order.ts';
import { planSchema } from './plan.ts';
import { autoStateSchema, breakerSchema, killStateSchema } from './safety.ts';
import { decimalText } from './wire.ts';

/** Everything that must survive a crash, in the order it happened. State is what replaying these gives. */
export const journalEntrySchema = z.discriminatedUnion('kind', [
  /** IN-1: working inventory given to the engine, or taken from it (negative), with the USD price it was taken in at. */
  z.object({
    kind: z.literal('inventory-allocated'),
    account: z.string(),
    venue: venueSchema,
    currency: z.string(),
    quantity: decimalText,
    priceUsd: decimalText,
  }),
  z.object({
    kind: z.literal('deal-opened'),
    dealId: z.string(),
    plan: planSchema,
    /** USD for one unit of each quote currency the deal touches, at the middle of the stablecoin books, when it opened. */
    usdRates: z.record(z.string(), decimalText),
  }),
  /** EX-1: before its bytes leave. */
  z.object({ kind: z.literal('order-pending'), order: orderIntentSchema }),
  z.object({
    kind: z.literal('order-state'),
    clientOrderId: z.string(),
    state: orderStateSchema,
    inDoubt: z.boolean(),
    venueOrderId: z.string().nullable(),
    reason: z.string().nullable(),
  }),
  z.object({ kind: z.literal('fill'), dealId: z.string(), fill: fillSchema }),
  z.object({
    kind: z.literal('deal-state'),
    dealId: z.string(),
    state: dealStateSchema,
    /** Index of the rescue step in use, −1 while none is. */
    rescueStep: z.int(),
    reason: z.string(),
  }),
  z.object({
    kind: z.literal('deal-closed'),
    dealId: z.string(),
    outcome: z.enum(['completed', 'unwound', 'no-fill']),
    realisedNetUsd: decimalText,
    residueBase: decimalText,
  }),
  /** EX-7: leftovers of earlier deals that this deal's hedge clears with its own; signed base units. */
  z.object({ kind: z.literal('residue-taken'), dealId: z.string(), base: z.string(), quantity: decimalText }),
  /** RK-3: prices at the first moment of a UTC day they were known, USD; revaluation is measured from them. */
  z.object({ kind: z.literal('day-opened'), dayMs: z.number(), prices: z.record(z.string(), decimalText) }),
  z.object({ kind: z.literal('kill'), state: killStateSchema }),
  z.object({ kind: z.literal('breaker'), breaker: breakerSchema }),
  z.object({ kind: z.literal('auto'), state: autoStateSchema }),
  z.object({ kind: z.literal('quarantine'), pair: z.string(), reason: z.string(), lifted: z.boolean() }),
]);
export type JournalEntry = z.infer<typeof journalEntrySchema>;

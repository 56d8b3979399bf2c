import { z } from 'zod';
import { listingIdSchema, venueSchema } from './ids.ts';
import { orderKindSchema, sideSchema } from './order.ts';
import { rejectReasonSchema } from './reject.ts';
import { waterfallSchema } from './waterfall.ts';
import { decimalText } from './wire.ts';

export const strategySchema = z.enum(['spread']);
export type Strategy = z.infer<typeof strategySchema>;

/** One input as it was when the plan was made (PL-3): enough to judge the decision later. */
export const quoteSnapshotSchema = z.object({
  listing: listingIdSchema,
  bid: decimalText,
  bidSize: decimalText,
  ask: decimalText,
  askSize: decimalText,
  venueTimeMs: z.number().nullable(),
  receivedAtMs: z.number(),
  ageMs: z.number(),
  sequence: z.string().nullable(),
  health: z.number(),
});
export type QuoteSnapshot = z.infer<typeof quoteSnapshotSchema>;

/** ID-3: how prices in two quote currencies were compared, through the side of the book that would really be crossed. */
export const conversionSchema = z.object({
  from: z.string(),
  to: z.string(),
  /** Units of `to` for one unit of `from`, executable for the deal's size. */
  rate: decimalText,
  /** Books crossed, in order; empty when `from` = `to`. */
  through: z.array(listingIdSchema),
  /** `carried`: the proceeds stay in `from` and count against its cap; `none`: one currency. */
  handling: z.enum(['none', 'carried']),
  ageMs: z.number(),
});
export type Conversion = z.infer<typeof conversionSchema>;

export const planLegSchema = z.object({
  index: z.int().min(0),
  role: z.enum(['entry', 'hedge']),
  venue: venueSchema,
  account: z.string(),
  listing: listingIdSchema,
  side: sideSchema,
  kind: orderKindSchema,
  quantity: decimalText,
  /** Price the leg was planned at, and the worst it may be sent at. */
  price: decimalText,
  limitPrice: decimalText,
  feeBps: decimalText,
});
export type PlanLeg = z.infer<typeof planLegSchema>;

/** RO-3: what else could have served, best first. `score` is expected total cost in bps: lower is better. */
export const alternateSchema = z.object({
  venue: venueSchema,
  listing: listingIdSchema,
  leg: z.int().min(0),
  score: z.number(),
  feeBps: decimalText,
  slippageBps: z.number(),
  latencyBps: z.number(),
  reliabilityBps: z.number(),
  eligible: z.boolean(),
  reason: rejectReasonSchema.nullable(),
});
export type Alternate = z.infer<typeof alternateSchema>;

/** RO-2: waiting against taking, as it was judged. */
export const makerTakerSchema = z.object({
  chosen: z.enum(['maker', 'taker']),
  expectedWaitMs: z.number(),
  fillProbability: z.number(),
  decayBps: z.number(),
  extraTakerCostBps: z.number(),
  evidence: z.string(),
});
export type MakerTaker = z.infer<typeof makerTakerSchema>;

/** EX-8: what is done when a leg cannot complete, decided in advance; tried in order. */
export const rescueStepSchema = z.object({
  action: z.enum(['retry-hedge', 'hedge-elsewhere', 'unwind', 'unwind-wide', 'hold']),
  leg: z.int().min(0),
  listing: listingIdSchema.nullable(),
  side: sideSchema.nullable(),
  /** Worst price; `null` for `hold`. */
  bound: decimalText.nullable(),
  attempts: z.int().min(0),
});
export type RescueStep = z.infer<typeof rescueStepSchema>;

export const protectiveExitSchema = z.object({
  kind: z.literal('hedge-with-unwind'),
  sentence: z.string(),
});

/** PL-3. Deterministic: two equal sets of inputs give two equal plans, byte for byte. */
export const planSchema = z.object({
  id: z.string(),
  profile: z.string(),
  strategy: strategySchema,
  base: z.string(),
  atMs: z.number(),
  /** No entry is sent after this wall time. */
  expiresAtMs: z.number(),
  quantity: decimalText,
  /** In USD. */
  notionalUsd: decimalText,
  /** USD the deal is expected to earn: notional × net. */
  expectedNetUsd: decimalText,
  /** Worst planned loss at the last rescue bound, USD (risk per trade). */
  worstLossUsd: decimalText,
  legs: z.array(planLegSchema).min(2),
  waterfall: waterfallSchema,
  conversion: conversionSchema,
  makerTaker: makerTakerSchema,
  alternates: z.array(alternateSchema),
  protectiveExit: protectiveExitSchema,
  rescue: z.array(rescueStepSchema),
  inputs: z.array(quoteSnapshotSchema),
  confidence: z.number(),
});
export type Plan = z.infer<typeof planSchema>;

/** PL-1: exactly one of a plan and a reason. */
export const verdictSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plan'), planId: z.string() }),
  z.object({ kind: z.literal('reject'), reason: rejectReasonSchema, detail: z.string() }),
]);
export type Verdict = z.infer<typeof verdictSchema>;

/** A judged candidate as reports and the Planner show it. One row per ordered pair; a new one when its verdict changes. */
export const candidateSchema = z.object({
  /** `<profile>/<buy listing>><sell listing>` */
  key: z.string(),
  profile: z.string(),
  strategy: strategySchema,
  base: z.string(),
  buy: listingIdSchema,
  sell: listingIdSchema,
  cycle: z.int(),
  atMs: z.number(),
  ageMs: z.number(),
  grossBps: decimalText,
  netBps: decimalText.nullable(),
  quantity: decimalText.nullable(),
  notionalUsd: decimalText.nullable(),
  verdict: verdictSchema,
  waterfall: waterfallSchema.nullable(),
  alternates: z.array(alternateSchema),
  makerTaker: makerTakerSchema.nullable(),
  confidence: z.number().nullable(),
});
export type Candidate = z.infer<typeof candidateSchema>;

import { z } from 'zod';
import { feedSchema, venueSchema } from './ids.ts';
import { candidateSchema } from './plan.ts';
import { breakerSchema } from './safety.ts';
import { decimalText } from './wire.ts';

/** TE-1: one per cycle, deterministic in content and order. */
export const cycleReportSchema = z.object({
  cycle: z.int(),
  fromMs: z.number(),
  toMs: z.number(),
  mode: z.enum(['PRACTICE', 'PAPER', 'LIVE']),
  auto: z.enum(['stopped', 'running', 'paused']),
  feeds: z.array(
    z.object({
      feed: feedSchema,
      fresh: z.int(),
      instruments: z.int(),
      lagP50Ms: z.number().nullable(),
      lagP99Ms: z.number().nullable(),
      roundTripMs: z.number().nullable(),
      frames: z.int(),
      faults: z.int(),
      reconnects: z.int(),
    }),
  ),
  health: z.array(z.object({ venue: venueSchema, score: z.number(), vetoed: z.boolean() })),
  /** Divergences seen in the cycle; each is in exactly one of `plans` and `rejects` at its end (PL-1). */
  candidates: z.int(),
  plans: z.int(),
  /** Verdicts given to each reason in this cycle, changes and flickers included. */
  rejects: z.record(z.string(), z.int()),
  /**
   * The last verdict of each candidate that got one in this cycle, in order of time then key. Those that never came near
   * to paying carry no waterfall, alternates or maker/taker comparison: their reason says it all.
   */
  verdicts: z.array(candidateSchema),
  dealsOpened: z.array(z.string()),
  dealsClosed: z.array(
    z.object({
      dealId: z.string(),
      outcome: z.enum(['completed', 'unwound', 'no-fill']),
      expectedNetUsd: decimalText,
      realisedNetUsd: decimalText,
      expectedSlippageUsd: decimalText,
      realisedSlippageUsd: decimalText,
      makerFills: z.int(),
      takerFills: z.int(),
    }),
  ),
  failovers: z.int(),
  /** Spot only so far: present, empty until perpetuals carry funding (FC-4). */
  funding: z.array(z.object({ listing: z.string(), predictedUsd: decimalText, realisedUsd: decimalText })),
  breakers: z.array(breakerSchema),
  profiles: z.array(
    z.object({
      profile: z.string(),
      plans: z.int(),
      resultTodayUsd: decimalText,
      state: z.string(),
      error: z.string().nullable(),
    }),
  ),
  equityUsd: decimalText.nullable(),
  /** False when a required input of this cycle was missing; says which in `missing`. */
  complete: z.boolean(),
  missing: z.array(z.string()),
  /** p50, p99 and max of frame to decision, µs; `null` on a virtual clock, where it has no meaning (TE-2). */
  decisionMicros: z.object({ p50: z.number(), p99: z.number(), max: z.number() }).nullable(),
});
export type CycleReport = z.infer<typeof cycleReportSchema>;

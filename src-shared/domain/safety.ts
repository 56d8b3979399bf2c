import { z } from 'zod';
import { venueSchema } from './ids.ts';

/** CB-1. */
export const breakerStateSchema = z.enum(['closed', 'open', 'stabilizing']);
export const breakerCauseSchema = z.enum([
  'api-failures',
  'stale-ratio',
  'slippage-streak',
  'unresolved-ack',
  'reject-streak',
  'clock-skew',
  'exposure-budget',
  'order-rate',
  'turnover',
  'empty-safe-set',
]);
export const breakerSchema = z.object({
  scope: z.union([venueSchema, z.literal('global')]),
  state: breakerStateSchema,
  cause: breakerCauseSchema.nullable(),
  reading: z.string().nullable(),
  sinceMs: z.number(),
  untilMs: z.number().nullable(),
  trips: z.int(),
});
export type Breaker = z.infer<typeof breakerSchema>;
export type BreakerScope = Breaker['scope'];
export type BreakerCause = z.infer<typeof breakerCauseSchema>;

/** KS-1: each level includes the ones before it. */
export const killLevelSchema = z.enum(['stop-entries', 'cancel-orders', 'flatten']);
export type KillLevel = z.infer<typeof killLevelSchema>;
export const killStateSchema = z.object({
  engaged: z.boolean(),
  level: killLevelSchema.nullable(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  atMs: z.number().nullable(),
  /** What it did, per venue, kept until re-armed. */
  report: z.array(
    z.object({
      venue: venueSchema,
      cancelled: z.int(),
      failed: z.int(),
      remaining: z.int(),
      flattening: z.int(),
    }),
  ),
});
export type KillState = z.infer<typeof killStateSchema>;

/** AU-1: what the user asked for; whether it may trade also depends on the kill switch and breakers. */
export const autoStateSchema = z.enum(['stopped', 'running', 'paused']);
export type AutoState = z.infer<typeof autoStateSchema>;

/** UI-7. Alarms stay until acknowledged; acknowledging does not clear the condition. */
export const notificationSchema = z.object({
  id: z.string(),
  kind: z.enum(['alarm', 'alert', 'prompt', 'message']),
  text: z.string(),
  atMs: z.number(),
  count: z.int(),
  acknowledged: z.boolean(),
  active: z.boolean(),
});
export type Notification = z.infer<typeof notificationSchema>;

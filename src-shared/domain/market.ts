import { z } from 'zod';
import { feedSchema, listingIdSchema, venueSchema } from './ids.ts';
import { maintenanceStandingSchema } from './maintenance.ts';
import { decimalText } from './wire.ts';

/** Why a book may not be traded on; `null` reason means fresh (MD-2, MD-3). */
export const staleCauseSchema = z.enum([
  'no-snapshot',
  'invalid-book',
  'disconnected',
  'not-heard',
  'feed-lag',
  'too-quiet',
  'one-sided',
]);
export type StaleCause = z.infer<typeof staleCauseSchema>;

/** MD-5. Confidence 0..1 falls with fewer contributors, older quotes, wider dispersion. */
export const compositeSchema = z.object({
  base: z.string(),
  currency: z.literal('USD'),
  mid: decimalText,
  bestBid: listingIdSchema,
  bestAsk: listingIdSchema,
  contributors: z.array(listingIdSchema),
  outliers: z.array(listingIdSchema),
  atMs: z.number(),
  confidence: z.number(),
});
export type Composite = z.infer<typeof compositeSchema>;

/** VH-1: every input of the score, each already scaled to 0 (worst) … 1 (best), with its reading. */
export const healthInputSchema = z.object({
  name: z.enum([
    'fresh-share',
    'event-lag',
    'api-errors',
    'round-trip',
    'reconnects',
    'ack-time',
    'order-rejects',
    'slippage',
  ]),
  score: z.number(),
  weight: z.number(),
  reading: z.string(),
});
export const venueHealthSchema = z.object({
  venue: venueSchema,
  score: z.number(),
  vetoed: z.boolean(),
  /** When a vetoed venue may return at the earliest (VH-3), epoch ms. */
  returnsAtMs: z.number().nullable(),
  inputs: z.array(healthInputSchema),
});
export type VenueHealth = z.infer<typeof venueHealthSchema>;

export const feedStateSchema = z.object({
  feed: feedSchema,
  venue: venueSchema,
  connection: z.enum(['connecting', 'connected', 'disconnected', 'stopped']),
  epoch: z.int(),
  instruments: z.int(),
  fresh: z.int(),
  lastHeardAtMs: z.number().nullable(),
  skewMs: z.number().nullable(),
  roundTripMs: z.number().nullable(),
  lagP50Ms: z.number().nullable(),
  lagP99Ms: z.number().nullable(),
  frames: z.int(),
  decodeErrors: z.int(),
  gaps: z.int(),
  checksumErrors: z.int(),
  reconnects: z.int(),
  reason: z.string().nullable(),
  maintenance: maintenanceStandingSchema,
});
export type FeedState = z.infer<typeof feedStateSchema>;

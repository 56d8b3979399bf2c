import { z } from 'zod';
import { VENUES, venueSchema } from '../domain/ids.ts';
import { decimal, tryDecimal, wire } from '../money/decimal.ts';
import { DEFAULT_LIMITS, limitsSchema } from './limits.ts';

/** The version this program writes. Older files are migrated, newer ones are kept aside and not used. */
export const SETTINGS_VERSION = 2;

const boundedDecimal = (label: string, low: string, high: string) =>
  z
    .string()
    .superRefine((text, context) => {
      const value = tryDecimal(text.trim());
      const add = (message: string) => context.addIssue({ code: 'custom', message: `${label}: ${message}` });
      if (value === undefined) return add(`“${text}” is not a number.`);
      if (value.lt(decimal(low))) return add(`${wire(value)} is below the hard minimum of ${low}.`);
      if (value.gt(decimal(high))) return add(`${wire(value)} is above the hard maximum of ${high}.`);
    })
    .transform((text) => wire(decimal(text.trim())));

/** RO-5: roles weigh the choice of legs; `null` until the user chose, then a proposal is shown. */
export const venueStackSchema = z.strictObject({
  anchor: venueSchema.nullable(),
  derivatives: venueSchema.nullable(),
  divergence: venueSchema.nullable(),
  enabled: z.strictObject(
    Object.fromEntries(VENUES.map((venue) => [venue, z.boolean()])) as Record<(typeof VENUES)[number], z.ZodBoolean>,
  ),
});
export type VenueStack = z.infer<typeof venueStackSchema>;

export const routingSchema = z.strictObject({
  /** RO-2: maker preferred; taker only when waiting costs more. Off: taker whenever it pays. */
  makerFirst: z.boolean(),
  failover: z.boolean(),
  /** Longest a resting entry may live, s (RO-6). */
  restingLifetimeS: boundedDecimal('Resting lifetime', '1', '300'),
  /** RO-6: most amendments of a resting entry per minute. */
  amendsPerMinute: z.int().min(1).max(60),
});
export type Routing = z.infer<typeof routingSchema>;

/** PL-4. `pairScope`: every base asset, or the listed ones. */
export const profileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,24}$/, 'use 1 to 24 of a-z, 0-9 and -'),
  name: z.string().min(1).max(40),
  enabled: z.boolean(),
  account: z.literal('paper'),
  strategy: z.literal('spread'),
  pairScope: z.union([z.literal('all'), z.array(z.string().regex(/^[A-Z0-9]{1,20}$/)).min(1)]),
  /** Reporting cycle, s. */
  intervalS: z.int().min(1).max(240),
  maxTradesPerCycle: z.int().min(1).max(20),
  cooldownS: z.int().min(0).max(3600),
  /** Loss of this profile in a day that stops its entries, % of equity. */
  dailyStopPct: boundedDecimal('Daily stop', '0.1', '10'),
});
export type Profile = z.infer<typeof profileSchema>;

export const paperSchema = z.strictObject({
  /** PP-1: stated starting inventory, USD value spread over the venues. */
  startingUsd: boundedDecimal('Paper starting value', '1000', '100000000'),
  /** Share of it held in coins, the rest in the venue's quote currencies, %. */
  coinsPct: boundedDecimal('Share in coins', '0', '90'),
});

export const settingsSchema = z.strictObject({
  version: z.literal(SETTINGS_VERSION),
  theme: z.enum(['system', 'light', 'dark']),
  budgetMode: z.enum(['per-venue', 'unified']),
  limits: limitsSchema,
  venueStack: venueStackSchema,
  routing: routingSchema,
  profiles: z
    .array(profileSchema)
    .min(1)
    .max(16)
    .refine((profiles) => new Set(profiles.map((p) => p.id)).size === profiles.length, 'profile ids must be unique'),
  paper: paperSchema,
});
export type Settings = z.infer<typeof settingsSchema>;

/** Safe values: practice and paper only, nothing armed. */
export const DEFAULT_SETTINGS: Settings = {
  version: SETTINGS_VERSION,
  theme: 'system',
  budgetMode: 'per-venue',
  limits: DEFAULT_LIMITS,
  venueStack: {
    anchor: null,
    derivatives: null,
    divergence: null,
    enabled: { binance: true, coinbase: true, bybit: true, okx: true, kraken: true },
  },
  routing: { makerFirst: true, failover: true, restingLifetimeS: '20', amendsPerMinute: 20 },
  profiles: [
    {
      id: 'default',
      name: 'All pairs',
      enabled: true,
      account: 'paper',
      strategy: 'spread',
      pairScope: 'all',
      intervalS: 5,
      maxTradesPerCycle: 3,
      cooldownS: 0,
      dailyStopPct: '2',
    },
  ],
  paper: { startingUsd: '100000', coinsPct: '50' },
};

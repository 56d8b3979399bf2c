import { z } from 'zod';
import { fundingSettlementSchema, fundingStateSchema, transferStateSchema } from '../domain/funding.ts';
import { feedSchema, listingIdSchema, productSchema, venueSchema } from '../domain/ids.ts';
import { listingSchema, tradingStatusSchema } from '../domain/listing.ts';
import { maintenanceWindowSchema } from '../domain/maintenance.ts';
import { compositeSchema, staleCauseSchema, venueHealthSchema } from '../domain/market.ts';
import { autoStateSchema, breakerSchema, killStateSchema } from '../domain/safety.ts';
import { decimalText } from '../domain/wire.ts';

const venueStateSchema = z.enum(['fresh', 'partly fresh', 'stale', 'connecting', 'offline']);
export type VenueState = z.infer<typeof venueStateSchema>;

/** What the status bar shows; every reason for a block is in `blocks`, in words (UI-1). */
export const statusSchema = z.object({
  mode: z.enum(['PRACTICE', 'PAPER', 'LIVE']),
  /** Sentence on where prices and fills come from, e.g. the practice world's note. */
  modeNote: z.string(),
  auto: autoStateSchema,
  armed: z.boolean(),
  kill: killStateSchema,
  breakers: z.array(breakerSchema),
  /** `recovering` until startup reconciliation is done (EX-11). */
  engine: z.enum(['starting', 'recovering', 'running', 'stopped']),
  /** Why no entry would be made now; empty when nothing blocks. */
  blocks: z.array(z.object({ code: z.string(), text: z.string() })),
  venues: z.array(
    z.object({
      venue: venueSchema,
      enabled: z.boolean(),
      /** Why no new deal goes there by the terms of its account (RO-1). */
      unrouted: z.string().nullable(),
      state: venueStateSchema,
      /** The same of each product it quotes: a venue may be whole on one and down on the other. */
      products: z.array(
        z.object({
          product: productSchema,
          state: venueStateSchema,
          /** The next maintenance that the venue announced (MD-8), and whether entries wait for its end already. */
          maintenance: z.object({ window: maintenanceWindowSchema, entriesWait: z.boolean() }).nullable(),
        }),
      ),
      fresh: z.int(),
      instruments: z.int(),
      health: z.number(),
      vetoed: z.boolean(),
      reason: z.string().nullable(),
    }),
  ),
  startedAtMs: z.number(),
  cycle: z.int(),
  lastCycleAtMs: z.number().nullable(),
  lastCycleMs: z.number().nullable(),
  telemetryComplete: z.boolean(),
  failover: z.enum(['normal', 'degraded', 'failover-active', 'halted']),
  failovers: z.int(),
  openDeals: z.int(),
  unhedgedUsd: decimalText,
  alarms: z.int(),
  /** Problems found at start (rejected settings file, …), in words. */
  startupNotes: z.array(z.string()),
  version: z.string(),
});
export type Status = z.infer<typeof statusSchema>;

/** One listing's touch. `freshAtMs` is when it was last confirmed, wall ms (UI-3); the window computes ages from it. */
export const quoteRowSchema = z.object({
  listing: listingIdSchema,
  venue: venueSchema,
  base: z.string(),
  quote: z.string(),
  bid: decimalText.nullable(),
  bidSize: decimalText.nullable(),
  ask: decimalText.nullable(),
  askSize: decimalText.nullable(),
  freshAtMs: z.number().nullable(),
  stale: z.object({ cause: staleCauseSchema, detail: z.string() }).nullable(),
  status: tradingStatusSchema,
});
export type QuoteRow = z.infer<typeof quoteRowSchema>;

/** One level of a book, exact; `cumulative` is the base quantity from the touch to here. */
export const ladderLevelSchema = z.object({ price: decimalText, size: decimalText, cumulative: decimalText });

/** A listing as the Market panel shows it: its touch, its terms and, for a perpetual, its funding and basis. */
export const marketRowSchema = quoteRowSchema.extend({
  feed: feedSchema,
  symbol: z.string(),
  spreadBps: z.number().nullable(),
  /** Mid against the composite mid of the base, in the same currency, bps; `null` without either. */
  basisBps: z.number().nullable(),
  priceTick: decimalText,
  lotStep: decimalText,
  contractSize: decimalText,
  settle: z.string(),
  /** The listing whose book this one shows (ID-3); its own id as a rule. */
  bookId: listingIdSchema,
  funding: fundingStateSchema.nullable(),
  deposits: transferStateSchema,
  withdrawals: transferStateSchema,
});
export type MarketRow = z.infer<typeof marketRowSchema>;

/** Everything the Market panel draws for one base asset, at one moment. */
export const marketViewSchema = z.object({
  atMs: z.number(),
  /** Every base asset that is read. */
  bases: z.array(z.string()),
  base: z.string().nullable(),
  rows: z.array(marketRowSchema),
  composite: compositeSchema.nullable(),
  ladder: z
    .object({ listing: listingIdSchema, bids: z.array(ladderLevelSchema), asks: z.array(ladderLevelSchema) })
    .nullable(),
});
export type MarketViewData = z.infer<typeof marketViewSchema>;

/** Event lag of a feed's updates over the last minutes, as a histogram (TE-2). */
export const feedLatencySchema = z.object({
  feed: feedSchema,
  /** Ascending; counts are weights that decay, so not whole. `upToMs` is `null` for the last, open bucket. */
  buckets: z.array(z.object({ upToMs: z.number().nullable(), count: z.number() })),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  maxMs: z.number().nullable(),
});
export type FeedLatency = z.infer<typeof feedLatencySchema>;

export const fundingHistorySchema = z.object({
  listing: listingIdSchema,
  rows: z.array(fundingSettlementSchema),
});

export const performanceSchema = z.object({
  atMs: z.number(),
  equityUsd: decimalText.nullable(),
  /** What is allocated now at the prices it was taken in at: what results are added to. */
  startingUsd: decimalText.nullable(),
  realisedUsd: decimalText,
  resultTodayUsd: decimalText,
  drawdownTodayPct: decimalText,
  drawdownFromPeakPct: decimalText,
  maxDrawdownPct: decimalText,
  dealsClosed: z.int(),
  dealsWon: z.int(),
  dealsUnwound: z.int(),
  bestUsd: decimalText.nullable(),
  worstUsd: decimalText.nullable(),
  expectedUsd: decimalText,
  feesUsd: decimalText,
  expectedSlippageUsd: decimalText,
  realisedSlippageUsd: decimalText,
  makerFills: z.int(),
  takerFills: z.int(),
  turnoverTodayUsd: decimalText,
  /** Spread opportunities since start: found, planned, and verdicts by reason. */
  candidatesFound: z.int(),
  candidatesPlanned: z.int(),
  rejects: z.record(z.string(), z.int()),
  /** Equity after each closed deal, oldest first, at most 2,000 points. */
  curve: z.array(z.object({ atMs: z.number(), equityUsd: decimalText })),
});
export type Performance = z.infer<typeof performanceSchema>;

/** Auto Mode's read-only rows. */
export const runtimeSchema = z.object({
  bestVenues: z.array(
    z.object({
      base: z.string(),
      mid: decimalText.nullable(),
      confidence: z.number().nullable(),
      bestBid: venueSchema.nullable(),
      bestAsk: venueSchema.nullable(),
      contributors: z.int(),
      atMs: z.number().nullable(),
    }),
  ),
  degradedVenues: z.int(),
  health: z.array(venueHealthSchema),
  inventory: z.array(
    z.object({
      venue: venueSchema,
      currency: z.string(),
      quantity: decimalText,
      available: decimalText,
      target: decimalText,
      drift: decimalText,
    }),
  ),
  stackProposal: z.array(
    z.object({
      role: z.enum(['anchor', 'derivatives', 'divergence']),
      venue: venueSchema.nullable(),
      reason: z.string(),
    }),
  ),
  profiles: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['running', 'stopped', 'backing-off', 'daily-stop']),
      plansThisCycle: z.int(),
      deals: z.int(),
      resultTodayUsd: decimalText,
      error: z.string().nullable(),
    }),
  ),
  executed: z.int(),
  skipped: z.record(z.string(), z.int()),
});
export type Runtime = z.infer<typeof runtimeSchema>;

export const catalogueRowSchema = listingSchema;

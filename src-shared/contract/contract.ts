/**
 * Everything the window may ask and be told, once, for both hosts (Electron IPC and loopback web). Both ends parse with
 * these schemas; caller types are derived from them. Errors are values (UI-8).
 */
import { z } from 'zod';
import { certificationReportSchema } from '../domain/certification.ts';
import { dealSchema } from '../domain/deal.ts';
import { feedSchema, listingIdSchema, venueSchema } from '../domain/ids.ts';
import { feedStateSchema } from '../domain/market.ts';
import { candidateSchema } from '../domain/plan.ts';
import { faultCommandSchema, practiceKeySchema, practiceStateSchema } from '../domain/practice.ts';
import { cycleReportSchema } from '../domain/report.ts';
import { killLevelSchema, killStateSchema, notificationSchema } from '../domain/safety.ts';
import { profileSchema, routingSchema, settingsSchema, venueStackSchema } from '../settings/settings.ts';
import { ACCOUNT_COMMANDS, ACCOUNT_QUERIES, ACCOUNT_TOPICS } from './accounts.ts';
import {
  feedLatencySchema,
  fundingHistorySchema,
  marketViewSchema,
  performanceSchema,
  quoteRowSchema,
  runtimeSchema,
  statusSchema,
} from './rows.ts';

/** UI-8: what was wrong, what was kept, what to do; `fields` points into the form. */
export const failureSchema = z.object({
  code: z.enum(['invalid-input', 'out-of-bounds', 'refused', 'not-found', 'storage', 'internal', 'disconnected']),
  message: z.string(),
  kept: z.string(),
  remedy: z.string(),
  fields: z.array(z.object({ path: z.string(), message: z.string() })),
});
export type Failure = z.infer<typeof failureSchema>;

const done = z.object({ text: z.string() });

export const QUERIES = {
  ...ACCOUNT_QUERIES,
  /** KS-1: what a level would do, before it does it. */
  'kill.preview': {
    input: z.strictObject({ level: killLevelSchema }),
    output: z.object({
      sentence: z.string(),
      venues: z.array(z.object({ venue: venueSchema, cancels: z.int(), flattens: z.int(), keeps: z.int() })),
    }),
  },
  'deal.get': { input: z.strictObject({ id: z.string() }), output: dealSchema },
  'report.get': { input: z.strictObject({ cycle: z.int() }), output: cycleReportSchema },
  /** Polled by the Market panel while it is seen: what it draws is one base asset, not all of them. */
  'market.view': {
    input: z.strictObject({
      base: z.string().max(24).nullable(),
      ladder: listingIdSchema.nullable(),
      levels: z.int().min(1).max(50),
    }),
    output: marketViewSchema,
  },
  'feed.latency': { input: z.strictObject({ feed: feedSchema }), output: feedLatencySchema },
  'funding.history': {
    input: z.strictObject({ listing: listingIdSchema, limit: z.int().min(1).max(500) }),
    output: fundingHistorySchema,
  },
  /** The last certification of this data directory, whoever ran it, and the last on a test network; `null` before the first. */
  'certification.latest': {
    input: z.strictObject({}),
    output: z.object({ report: certificationReportSchema.nullable(), testnet: certificationReportSchema.nullable() }),
  },
  /** Keys to try the Keys panel with; empty where the venues are the real ones. */
  'practice.keys': {
    input: z.strictObject({}),
    output: z.array(practiceKeySchema),
  },
  'reports.list': {
    input: z.strictObject({ limit: z.int().min(1).max(500) }),
    output: z.array(
      z.object({
        cycle: z.int(),
        fromMs: z.number(),
        toMs: z.number(),
        candidates: z.int(),
        plans: z.int(),
        opened: z.int(),
        closed: z.int(),
        complete: z.boolean(),
      }),
    ),
  },
} as const;

export const COMMANDS = {
  ...ACCOUNT_COMMANDS,
  'auto.start': { input: z.strictObject({}), output: done },
  'auto.pause': { input: z.strictObject({}), output: done },
  'auto.stop': { input: z.strictObject({}), output: done },
  'kill.engage': {
    input: z.strictObject({ level: killLevelSchema, reason: z.string().max(200) }),
    output: killStateSchema,
  },
  /** Two steps (UI-5): `confirm` must be the word RE-ARM. */
  'kill.rearm': { input: z.strictObject({ confirm: z.literal('RE-ARM') }), output: done },
  /** Any subset of the limits; all or nothing. */
  'limits.set': { input: z.strictObject({ limits: z.record(z.string(), z.string()) }), output: done },
  'limits.reset': { input: z.strictObject({}), output: done },
  'routing.set': { input: routingSchema, output: done },
  'stack.set': { input: venueStackSchema, output: done },
  'budget.set': { input: z.strictObject({ mode: settingsSchema.shape.budgetMode }), output: done },
  'theme.set': { input: z.strictObject({ theme: settingsSchema.shape.theme }), output: done },
  'profile.save': { input: profileSchema, output: done },
  'profile.delete': { input: z.strictObject({ id: z.string() }), output: done },
  /** ID-6: the two are one asset at sound prices; in either order. */
  'pair.confirm': { input: z.strictObject({ buy: listingIdSchema, sell: listingIdSchema }), output: done },
  'deal.flatten': { input: z.strictObject({ id: z.string() }), output: done },
  /** PP-3: refused unless the venues are practice venues. */
  'practice.fault': { input: faultCommandSchema, output: done },
  /** Every fault that is on is switched off. */
  'practice.clear': { input: z.strictObject({}), output: done },
  'notification.acknowledge': { input: z.strictObject({ id: z.string() }), output: done },
} as const;

/**
 * `value` topics are one object, patched by top-level key; `rows` topics are keyed collections. Snapshot first, then
 * deltas numbered from the snapshot's; a missing number means asking for a new snapshot.
 */
export const TOPICS = {
  status: { kind: 'value', schema: statusSchema },
  runtime: { kind: 'value', schema: runtimeSchema },
  performance: { kind: 'value', schema: performanceSchema },
  settings: { kind: 'value', schema: settingsSchema },
  feeds: { kind: 'rows', schema: feedStateSchema, key: 'feed' },
  quotes: { kind: 'rows', schema: quoteRowSchema, key: 'listing' },
  candidates: { kind: 'rows', schema: candidateSchema, key: 'key' },
  deals: { kind: 'rows', schema: dealSchema, key: 'id' },
  practice: { kind: 'value', schema: practiceStateSchema },
  notifications: { kind: 'rows', schema: notificationSchema, key: 'id' },
  ...ACCOUNT_TOPICS,
} as const;

export type QueryName = keyof typeof QUERIES;
export type CommandName = keyof typeof COMMANDS;
export type TopicName = keyof typeof TOPICS;
export const TOPIC_NAMES = Object.keys(TOPICS) as TopicName[];

export type QueryInput<N extends QueryName> = z.infer<(typeof QUERIES)[N]['input']>;
export type QueryOutput<N extends QueryName> = z.infer<(typeof QUERIES)[N]['output']>;
export type CommandInput<N extends CommandName> = z.infer<(typeof COMMANDS)[N]['input']>;
export type CommandOutput<N extends CommandName> = z.infer<(typeof COMMANDS)[N]['output']>;
export type TopicItem<N extends TopicName> = z.infer<(typeof TOPICS)[N]['schema']>;
export type ValueTopic = { [N in TopicName]: (typeof TOPICS)[N]['kind'] extends 'value' ? N : never }[TopicName];
export type RowsTopic = Exclude<TopicName, ValueTopic>;

import { z } from 'zod';
import { orderKindSchema, triggerBySchema } from './order.ts';

/**
 * EX-14: what a venue's dead-man switch does when it is not renewed. One that is tied to a connection cannot be renewed and
 * acts when the connection is lost.
 */
export const deadManSchema = z.object({
  scope: z.enum(['account', 'product', 'symbol', 'connection']),
  /** It takes resident stops with it: no stop may be relied on while it is armed. */
  cancelsStops: z.boolean(),
  /** Shortest and longest time it can be set to, s; `null` where it is tied to a connection. */
  minS: z.number().nullable(),
  maxS: z.number().nullable(),
  /** How often it is renewed, s. */
  renewEveryS: z.number().nullable(),
});
export type DeadMan = z.infer<typeof deadManSchema>;

/**
 * What the venue of one feed really guarantees for orders, as its documentation states it and the tests of its broker
 * show. What is not listed is refused with `unsupported-order`, never approximated.
 */
export const capabilitiesSchema = z.object({
  orderKinds: z.array(orderKindSchema).readonly(),
  clientOrderId: z.object({ maxLength: z.int(), pattern: z.string() }),
  /** EX-4: doubt about a create can be resolved by asking for its client order id. */
  resolvesByClientId: z.boolean(),
  /** EX-4: the venue refuses a create that reaches it after a time we set. */
  createDeadline: z.boolean(),
  /**
   * EX-4: the shortest such time that the venue takes, s from when the create leaves, the way there included. A shorter one is
   * sent as this, and absence is proven that much later. Left out where any is taken.
   */
  leastDeadlineS: z.number().positive().optional(),
  /** EX-14: a resting order can carry its own end. */
  venueExpiry: z.boolean(),
  /** EX-10. */
  reduceOnly: z.boolean(),
  /** What a resident order may watch; empty where there are none. */
  stopTriggers: z.array(triggerBySchema).readonly(),
  deadMan: deadManSchema.nullable(),
  /** AC-2: the venue keeps two orders of one account from meeting. */
  selfTradePrevention: z.boolean(),
  /** EX-5: `each`: every execution is streamed; `cumulative`: only totals are, executions come by asking. */
  fillStream: z.enum(['each', 'cumulative']),
  /** Ended orders and executions can be asked for this far back, days. */
  historyDays: z.number(),
  /** Where each of these is documented: name of the field to the venue's page. */
  sources: z.record(z.string(), z.string()),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

/** A feed on which nothing can be ordered. */
export const NO_CAPABILITIES: Capabilities = {
  orderKinds: [],
  clientOrderId: { maxLength: 0, pattern: '^$' },
  resolvesByClientId: false,
  createDeadline: false,
  venueExpiry: false,
  reduceOnly: false,
  stopTriggers: [],
  deadMan: null,
  selfTradePrevention: false,
  fillStream: 'cumulative',
  historyDays: 0,
  sources: {},
};

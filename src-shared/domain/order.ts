import { z } from 'zod';
import { listingIdSchema, venueSchema } from './ids.ts';
import { decimalText } from './wire.ts';

export const sideSchema = z.enum(['buy', 'sell']);
export type Side = z.infer<typeof sideSchema>;
export const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');

/**
 * `post-only` rests or is refused; `limit` takes what it can and rests with the remainder; `ioc` takes what is there at its
 * limit and cancels the rest; `fok` executes whole at once or not at all. `stop-loss` and `take-profit` lie on the venue
 * until their trigger is met and then become a limit order at `price`; `oco` is both, of which the first to trigger
 * cancels the other. No market orders: a market order has no worst price.
 */
export const ORDER_KINDS = ['post-only', 'ioc', 'limit', 'fok', 'stop-loss', 'take-profit', 'oco'] as const;
export const orderKindSchema = z.enum(ORDER_KINDS);
export type OrderKind = z.infer<typeof orderKindSchema>;

/** What a resident order watches. Venues watch the last trade unless told otherwise. */
export const triggerBySchema = z.enum(['last', 'mark', 'index']);
export type TriggerBy = z.infer<typeof triggerBySchema>;

/** Kinds that lie on the venue until a price is met (EX-9). */
export const isResident = (kind: OrderKind): boolean =>
  kind === 'stop-loss' || kind === 'take-profit' || kind === 'oco';

/** Why an order exists; decides which risk rules bind it (RK-1): all but `entry` reduce risk and are never blocked by entry limits. */
export const orderPurposeSchema = z.enum(['entry', 'hedge', 'unwind', 'flatten']);
export type OrderPurpose = z.infer<typeof orderPurposeSchema>;

/**
 * EX-3: `pending` until the venue said otherwise, and still `pending` when in doubt. Final: `filled`, `cancelled`,
 * `rejected`, `expired`. `quarantined` when the venue said something nobody understands (EX-6).
 */
export const orderStateSchema = z.enum([
  'pending',
  'accepted',
  'partial',
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'quarantined',
]);
export type OrderState = z.infer<typeof orderStateSchema>;
export const isFinal = (state: OrderState): boolean =>
  state === 'filled' || state === 'cancelled' || state === 'rejected' || state === 'expired';

/** What is to be sent, complete: nothing is decided after this (EX-1). */
export const orderIntentSchema = z.object({
  clientOrderId: z.string(),
  dealId: z.string(),
  /** Index of the plan's leg it works for. */
  leg: z.int().min(0),
  account: z.string(),
  venue: venueSchema,
  listing: listingIdSchema,
  side: sideSchema,
  kind: orderKindSchema,
  purpose: orderPurposeSchema,
  /** Base units, a multiple of the lot. */
  quantity: decimalText,
  /** Limit price, quote per base, a multiple of the tick. */
  price: decimalText,
  /** Wall time after which the venue must not create it (EX-4), epoch ms. */
  createBeforeMs: z.number(),
  /** Resting orders: wall time after which it is cancelled (RO-6); `null` for IOC. */
  expiresAtMs: z.number().nullable(),
  /** EX-10: may only make the position smaller; perpetuals alone have it. */
  reduceOnly: z.boolean().optional(),
  /** Resident orders: what sets them off, quote per base, a multiple of the tick. */
  trigger: z.object({ price: decimalText, by: triggerBySchema }).optional(),
  /** `oco`: the limit price of the half that takes the profit, quote per base, a multiple of the tick. */
  takeProfitPrice: decimalText.optional(),
});
export type OrderIntent = z.infer<typeof orderIntentSchema>;

export const liquiditySchema = z.enum(['maker', 'taker']);
export type Liquidity = z.infer<typeof liquiditySchema>;

export const fillSchema = z.object({
  /** Unique with account, listing and order (EX-5). */
  tradeId: z.string(),
  clientOrderId: z.string(),
  account: z.string(),
  listing: listingIdSchema,
  side: sideSchema,
  /** Base units executed, before any fee taken in the base. */
  quantity: decimalText,
  price: decimalText,
  fee: decimalText,
  feeCurrency: z.string(),
  liquidity: liquiditySchema,
  atMs: z.number(),
});
export type Fill = z.infer<typeof fillSchema>;

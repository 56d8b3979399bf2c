import { z } from 'zod';
import { amount } from '../../orders/amount.ts';

/** Frames of the private feeds; JSON numbers arrive as text. */

/** https://docs.kraken.com/api/docs/futures-api/websocket/open_orders_verbose */
const order = z.object({
  instrument: z.string(),
  time: amount,
  // What is left of it.
  qty: amount,
  filled: amount,
  limit_price: amount,
  order_id: z.string().min(1),
  cli_ord_id: z.string().nullish(),
  direction: z.enum(['0', '1']),
});
export type StreamedOrder = z.infer<typeof order>;
export const ordersSnapshotSchema = z.object({
  feed: z.literal('open_orders_verbose_snapshot'),
  orders: z.array(order),
});
/** Whole, or of an order that is gone its ids alone. */
export const orderDeltaSchema = z.object({
  feed: z.literal('open_orders_verbose'),
  order: order.optional(),
  order_id: z.string().min(1).optional(),
  cli_ord_id: z.string().nullish(),
  is_cancel: z.boolean(),
  reason: z.string(),
});

/** https://docs.kraken.com/api/docs/futures-api/websocket/fills */
const fill = z.object({
  instrument: z.string(),
  time: amount,
  price: amount,
  buy: z.boolean(),
  qty: amount,
  order_id: z.string().min(1),
  cli_ord_id: z.string().nullish(),
  fill_id: z.string().min(1),
  fill_type: z.string(),
  fee_paid: amount,
  fee_currency: z.string().min(1),
});
export type StreamedFill = z.infer<typeof fill>;
export const fillsSchema = z.object({ feed: z.enum(['fills', 'fills_snapshot']), fills: z.array(fill) });

export const balancesSchema = z.object({ feed: z.enum(['balances', 'balances_snapshot']) });
/** https://docs.kraken.com/api/docs/futures-api/websocket/open_position */
export const positionsSchema = z.object({
  feed: z.literal('open_positions'),
  positions: z.array(
    z.object({
      instrument: z.string(),
      balance: amount,
      pnl: amount,
      mark_price: amount,
      liquidation_threshold: amount,
      effective_leverage: amount,
    }),
  ),
});
export type StreamedPosition = z.infer<typeof positionsSchema>['positions'][number];

export const eventSchema = z.object({
  event: z.string(),
  feed: z.string().optional(),
  message: z.string().optional(),
});
export const heartbeatSchema = z.object({ feed: z.literal('heartbeat') });

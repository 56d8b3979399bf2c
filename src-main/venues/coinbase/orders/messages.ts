import { z } from 'zod';
import { decimalText } from '#shared/domain/wire';

/** Advanced Trade's answers as far as they are read. Decimals are text on its wire. */

const side = z.enum(['BUY', 'SELL']);
const moment = z.iso.datetime({ offset: true });
/** Empty where there is nothing to tell. */
const amount = z.union([decimalText, z.literal('')]);

/** https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/create-order */
export const createdSchema = z.object({
  success: z.literal(true),
  success_response: z.object({ order_id: z.string().min(1), client_order_id: z.string() }),
});

/** https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/cancel-order */
export const cancelledSchema = z.object({
  results: z.array(z.object({ success: z.boolean(), failure_reason: z.string(), order_id: z.string() })),
});

const sizes = z.object({
  base_size: amount.optional(),
  limit_price: amount.optional(),
  stop_price: amount.optional(),
});

/** https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/get-order */
export const orderSchema = z.object({
  order_id: z.string().min(1),
  client_order_id: z.string(),
  product_id: z.string(),
  side,
  status: z.string(),
  filled_size: decimalText,
  created_time: moment,
  order_configuration: z.record(
    z.string(),
    z.unknown().transform((value) => sizes.safeParse(value).data),
  ),
});
export type OrderRow = z.infer<typeof orderSchema>;

export const oneOrderSchema = z.object({ order: orderSchema });

/** https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/list-orders */
export const ordersSchema = z.object({ orders: z.array(orderSchema), has_next: z.boolean(), cursor: z.string() });

/** https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/list-fills */
export const fillSchema = z.object({
  trade_id: z.string().min(1),
  order_id: z.string().min(1),
  trade_time: moment,
  // `FILL`, or of what the venue changed after the fact `REVERSAL`, `CORRECTION`, `SYNTHETIC`.
  trade_type: z.string().min(1),
  price: decimalText,
  size: decimalText,
  commission: decimalText,
  product_id: z.string(),
  liquidity_indicator: z.string(),
  size_in_quote: z.boolean(),
  side,
});
export type FillRow = z.infer<typeof fillSchema>;
export const fillsSchema = z.object({ fills: z.array(fillSchema), cursor: z.string() });

/** https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/accounts/list-accounts */
export const accountsSchema = z.object({
  accounts: z.array(
    z.object({
      currency: z.string().min(1),
      type: z.string(),
      available_balance: z.object({ value: decimalText }),
      hold: z.object({ value: decimalText }),
    }),
  ),
  has_next: z.boolean(),
  cursor: z.string(),
});

/**
 * Rates are fractions. One that is missing is unreadable, and 0 is 0: neither becomes some usual rate.
 * https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/fees/get-transaction-summary
 */
export const summarySchema = z.object({
  fee_tier: z.object({ taker_fee_rate: decimalText, maker_fee_rate: decimalText }),
  // Commissions that vary with the venue behind it are no rate.
  has_cost_plus_commission: z.literal(false).optional(),
});

/** https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/data-api/get-api-key-permissions */
export const permissionsSchema = z.object({
  can_view: z.boolean(),
  can_trade: z.boolean(),
  can_transfer: z.boolean(),
  portfolio_type: z.string(),
});

/** An order in an event of the `user` channel. https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/websocket/user */
export const userOrderSchema = z.object({
  order_id: z.string().min(1),
  client_order_id: z.string(),
  product_id: z.string(),
  order_side: side,
  status: z.string(),
  cumulative_quantity: decimalText,
  leaves_quantity: decimalText,
  limit_price: amount.optional(),
  creation_time: moment,
});
export type UserOrder = z.infer<typeof userOrderSchema>;

export const frameSchema = z.object({
  channel: z.string(),
  sequence_num: z.coerce.number(),
  events: z.array(z.unknown()),
});
export const userEventSchema = z.object({
  type: z.enum(['snapshot', 'update']),
  orders: z.array(z.unknown()).nullish(),
});
export const errorSchema = z.object({ type: z.literal('error'), message: z.string() });

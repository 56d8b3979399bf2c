import { z } from 'zod';
import { decimalText } from '#shared/domain/wire';

/**
 * The gateway's answers as far as they are read, numbers as the text in which they came.
 * https://docs.cdp.coinbase.com/api-reference/coinbase-deribit-app-api
 */

const direction = z.enum(['buy', 'sell']);
const moment = z
  .string()
  .regex(/^\d{10,16}$/)
  .transform(Number);

/** https://docs.cdp.coinbase.com/api-reference/coinbase-deribit-app-api/rest-api/authentication/post-publicauth */
export const grantSchema = z.object({
  access_token: z.string().min(8),
  expires_in: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number),
});

export const orderSchema = z.object({
  order_id: z.string().min(1),
  instrument_name: z.string(),
  direction,
  order_state: z.string(),
  order_type: z.string(),
  label: z.string().optional(),
  amount: decimalText,
  /** Stops and takes fill nothing themselves and may leave it out. */
  filled_amount: decimalText.optional(),
  /** `market_price` where there is none. */
  price: z.string().optional(),
  creation_timestamp: moment,
  cancel_reason: z.string().optional(),
  oco_ref: z.string().nullish(),
  trigger_order_id: z.string().nullish(),
  is_liquidation: z.boolean().optional(),
});
export type OrderRow = z.infer<typeof orderSchema>;
export const ordersSchema = z.array(orderSchema);
export const placedSchema = z.object({ order: orderSchema });

/** https://docs.cdp.coinbase.com/api-reference/trading/private-get_trigger_order_history */
export const triggerHistorySchema = z.object({
  entries: z
    .array(
      z.object({
        order_id: z.string().min(1),
        instrument_name: z.string(),
        direction,
        order_state: z.string(),
        label: z.string().optional(),
        amount: decimalText,
        price: z.string().optional(),
        timestamp: moment.optional(),
        creation_timestamp: moment.optional(),
        last_update_timestamp: moment.optional(),
      }),
    )
    .optional(),
  continuation: z.string().nullish(),
});

export const tradeSchema = z.object({
  trade_id: z.string().min(1),
  order_id: z.string().min(1),
  instrument_name: z.string(),
  /** Of the user's own order. */
  direction,
  amount: decimalText,
  price: decimalText,
  fee: decimalText,
  fee_currency: z.string().min(1),
  /** What the user's order was. */
  liquidity: z.enum(['M', 'T']),
  label: z.string().optional(),
  liquidation: z.enum(['M', 'T', 'MT']).optional(),
  timestamp: moment,
});
export type TradeRow = z.infer<typeof tradeSchema>;
export const tradesPageSchema = z.object({ trades: z.array(tradeSchema), has_more: z.boolean() });
export const tradesOfOrderSchema = z.union([
  z.array(tradeSchema),
  z.object({ trades: z.array(tradeSchema) }).transform(({ trades }) => trades),
]);

/** How many were cancelled. */
export const countSchema = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number);

/** https://docs.cdp.coinbase.com/api-reference/account-management/private-get_positions */
export const positionsSchema = z.array(
  z.object({
    instrument_name: z.string(),
    /** Base units, negative when short; only futures have it. */
    size_currency: decimalText,
    average_price: decimalText,
    mark_price: decimalText,
    estimated_liquidation_price: decimalText.nullish(),
    floating_profit_loss: decimalText,
    leverage: decimalText.nullish(),
    isolated: z.boolean().optional(),
  }),
);

const rates = z.object({ default: z.object({ maker: decimalText, taker: decimalText, type: z.string() }) });
export const summarySchema = z.object({
  currency: z.string().min(1),
  balance: decimalText,
  available_funds: decimalText,
  margin_model: z.string().optional(),
});
/** https://docs.cdp.coinbase.com/api-reference/account-management/private-get_account_summary */
export const feesSchema = z.object({
  fees: z.record(z.string(), z.object({ perpetual: rates.optional() })).optional(),
});
/** https://docs.cdp.coinbase.com/api-reference/account-management/private-get_account_summaries */
export const summariesSchema = z.object({
  summaries: z.array(summarySchema),
  self_trading_reject_mode: z.string().optional(),
  type: z.string().optional(),
});

/** https://docs.cdp.coinbase.com/api-reference/account-management/private-get_transaction_log */
export const logSchema = z.object({
  logs: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      instrument_name: z.string().nullish(),
      amount: decimalText.nullish(),
      timestamp: moment,
    }),
  ),
});

export const codSchema = z.object({ enabled: z.boolean(), scope: z.literal('connection') });

/** A frame of the trading socket: an answer, a notification, or a heartbeat. */
export const frameSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String).optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});
export const changesSchema = z.object({
  trades: z.array(z.unknown()).optional(),
  positions: z.array(z.unknown()).optional(),
});

import { z } from 'zod';
import { decimalText } from '#shared/domain/wire';
import { amount } from '../../orders/amount.ts';

/** Kraken's private answers as far as they are read; numbers arrive as text. */

const answer = <T extends z.ZodType>(result: T) => z.object({ error: z.array(z.string()), result });
const side = z.enum(['buy', 'sell']);

/** https://docs.kraken.com/api-reference/trading/add-order */
export const addedSchema = answer(z.object({ txid: z.tuple([z.string().min(1)]) }));
/** https://docs.kraken.com/api-reference/trading/cancel-order */
export const cancelledSchema = answer(z.object({ count: amount, pending: z.boolean().optional() }));
/** https://docs.kraken.com/api-reference/trading/cancel-all-orders-after-x */
export const timerSchema = answer(z.object({ triggerTime: z.string() }));

/** https://docs.kraken.com/api-reference/account-data/get-open-orders */
export const orderSchema = z.object({
  cl_ord_id: z.string().nullish(),
  status: z.string(),
  opentm: amount,
  descr: z.object({ pair: z.string(), type: side, ordertype: z.string(), price: z.string(), price2: z.string() }),
  vol: decimalText,
  vol_exec: decimalText,
});
export type OrderRow = z.infer<typeof orderSchema>;
const orders = z.record(z.string(), orderSchema);
export const openSchema = answer(z.object({ open: orders }));
export const closedSchema = answer(z.object({ closed: orders }));
export const queriedSchema = answer(orders);

/** https://docs.kraken.com/api-reference/account-data/get-trades-history */
export const tradeSchema = z.object({
  ordertxid: z.string().min(1),
  pair: z.string(),
  time: amount,
  type: side,
  price: decimalText,
  fee: decimalText,
  vol: decimalText,
  maker: z.boolean(),
});
export type TradeRow = z.infer<typeof tradeSchema>;
export const tradesSchema = answer(z.object({ trades: z.record(z.string(), tradeSchema) }));

/** https://docs.kraken.com/api-reference/account-data/get-extended-balance */
export const balancesSchema = answer(z.record(z.string(), z.object({ balance: amount, hold_trade: amount })));

/** A fee that is missing is unreadable, and 0 is 0. https://docs.kraken.com/api-reference/account-data/get-trade-volume */
const fees = z.record(z.string(), z.object({ fee: decimalText }));
export const volumeSchema = answer(z.object({ fees, fees_maker: fees.nullish() }));

/** https://docs.kraken.com/api-reference/account-data/get-api-key-info */
export const keyInfoSchema = answer(
  z.object({
    permissions: z.array(z.string()),
    valid_until: amount,
    query_from: amount,
    query_to: amount,
    ip_allowlist: z.array(z.string()),
  }),
);

export const tokenSchema = answer(z.object({ token: z.string().min(1) }));

/** https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/executions */
export const executionSchema = z.object({
  order_id: z.string().min(1),
  cl_ord_id: z.string().optional(),
  exec_type: z.string(),
  order_status: z.string(),
  symbol: z.string().optional(),
  side: side.optional(),
  order_qty: amount.optional(),
  limit_price: amount.optional(),
  cum_qty: amount.optional(),
  timestamp: z.string(),
});
export type ExecutionRow = z.infer<typeof executionSchema>;

/** What an execution tells beside that. */
export const streamedFillSchema = z.object({
  order_id: z.string().min(1),
  cl_ord_id: z.string().optional(),
  exec_id: z.string().min(1),
  symbol: z.string(),
  side,
  last_qty: amount,
  last_price: amount,
  liquidity_ind: z.enum(['m', 't']),
  fees: z.array(z.object({ asset: z.string().min(1), qty: amount })),
  timestamp: z.string(),
});
export type StreamedFill = z.infer<typeof streamedFillSchema>;

export const channelSchema = z.object({
  channel: z.enum(['executions', 'balances']),
  type: z.enum(['snapshot', 'update']),
  data: z.array(z.unknown()),
  sequence: amount,
});
/** What the socket says of requests, and of itself. */
export const replySchema = z.object({
  method: z.string(),
  success: z.boolean().optional(),
  error: z.string().optional(),
  result: z.object({ channel: z.string().optional() }).optional(),
});
export const idleSchema = z.object({ channel: z.enum(['heartbeat', 'status']) });

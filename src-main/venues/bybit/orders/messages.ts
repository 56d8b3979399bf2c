import { z } from 'zod';
import { decimalText } from '#shared/domain/wire';

/**
 * Bybit's private words. Numbers arrive as text; what decides money must be a decimal, and what is missing makes the whole
 * message unreadable instead of a default.
 */
const timeMs = z
  .string()
  .regex(/^\d{12,14}$/)
  .transform(Number);
/** Written as '' or left out where there is none. */
const nothing = z.literal('').transform(() => null);
const name = z.union([nothing, z.string()]);
const amount = z.union([nothing, decimalText]);
export const sideSchema = z.enum(['Buy', 'Sell']).transform((side) => (side === 'Buy' ? 'buy' : 'sell'));

/** Every answer. https://bybit-exchange.github.io/docs/v5/guide#common-response-parameters */
export const envelopeSchema = z.object({ retCode: z.string(), retMsg: z.string() });

export const resultOf = <Result extends z.ZodType>(result: Result) => z.object({ retCode: z.literal('0'), result });
const pageOf = <Row extends z.ZodType>(row: Row) =>
  resultOf(z.object({ list: z.array(row), nextPageCursor: z.string().optional() }));

/** https://bybit-exchange.github.io/docs/v5/order/create-order */
export const createdSchema = resultOf(z.object({ orderId: z.string().min(1) }));
/** https://bybit-exchange.github.io/docs/v5/order/cancel-all */
export const cancelledAllSchema = resultOf(z.object({ list: z.array(z.unknown()) }));

/** https://bybit-exchange.github.io/docs/v5/order/open-order, …/order-list and …/websocket/private/order */
export const orderSchema = z.object({
  orderId: z.string().min(1),
  orderLinkId: name,
  symbol: z.string(),
  side: sideSchema,
  qty: decimalText,
  price: amount,
  cumExecQty: z.union([z.literal('').transform(() => '0'), decimalText]),
  orderStatus: z.string(),
  updatedTime: timeMs,
});
export const ordersSchema = pageOf(orderSchema);

/** https://bybit-exchange.github.io/docs/v5/order/execution and …/websocket/private/execution */
export const executionSchema = z.object({
  execId: z.string().min(1),
  execType: z.string(),
  orderId: z.string(),
  orderLinkId: name,
  symbol: z.string(),
  side: sideSchema,
  execQty: decimalText,
  execPrice: decimalText,
  execFee: decimalText,
  feeCurrency: name.optional(),
  isMaker: z.boolean(),
  execTime: timeMs,
});
export const executionsSchema = pageOf(executionSchema);

/** https://bybit-exchange.github.io/docs/v5/account/wallet-balance */
export const walletSchema = resultOf(
  z.object({
    list: z.array(
      z.object({
        coin: z.array(
          z.object({
            coin: z.string(),
            walletBalance: decimalText,
            locked: amount,
            totalOrderIM: amount.optional(),
            totalPositionIM: amount.optional(),
          }),
        ),
      }),
    ),
  }),
);

/** https://bybit-exchange.github.io/docs/v5/account/fee-rate */
export const feesSchema = resultOf(
  z.object({ list: z.array(z.object({ symbol: z.string(), makerFeeRate: decimalText, takerFeeRate: decimalText })) }),
);

/** https://bybit-exchange.github.io/docs/v5/position */
export const positionsSchema = pageOf(
  z.object({
    symbol: z.string(),
    side: z.enum(['Buy', 'Sell', '', 'None']),
    size: decimalText,
    positionIdx: z.string(),
    avgPrice: amount.optional(),
    markPrice: amount.optional(),
    liqPrice: amount.optional(),
    unrealisedPnl: amount.optional(),
    leverage: amount.optional(),
  }),
);

/** https://bybit-exchange.github.io/docs/v5/user/apikey-info */
export const keySchema = resultOf(
  z.object({
    readOnly: z.string(),
    permissions: z.record(z.string(), z.array(z.string())),
    ips: z.array(z.string()),
    expiredAt: z.string(),
  }),
);

/** https://bybit-exchange.github.io/docs/v5/account/account-info */
export const accountSchema = resultOf(z.object({ marginMode: z.string(), unifiedMarginStatus: z.string() }));
/** https://bybit-exchange.github.io/docs/v5/spot-margin-uta/status */
export const spotMarginSchema = resultOf(z.object({ spotMarginMode: z.string() }));

/** https://bybit-exchange.github.io/docs/v5/ws/connect#how-to-subscribe-to-topics */
export const replySchema = z.object({
  op: z.string(),
  success: z.boolean().optional(),
  ret_msg: z.string().optional(),
  retCode: z.string().optional(),
  retMsg: z.string().optional(),
});
export const topicSchema = z.object({ topic: z.string(), data: z.array(z.unknown()) });

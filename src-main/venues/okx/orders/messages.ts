import { z } from 'zod';
import { tryDecimal } from '#shared/money/decimal';

/** Texts that decide money must be numbers; what is missing or something else is not read at all. */
const amount = z.string().refine((text) => tryDecimal(text) !== undefined, 'not a number');
const amountOrNone = z.union([z.literal(''), amount]);
const time = z
  .string()
  .regex(/^\d{10,16}$/)
  .transform(Number);
const id = z.string().min(1);
const side = z.enum(['buy', 'sell']);
/** Fields that some rows lack. */
const optionalText = z.string().optional().default('');

export const answerOf = <Row extends z.ZodType>(row: Row) => z.object({ data: z.array(row) });

/** Result of one order of a call. */
export const placedSchema = answerOf(z.object({ ordId: id, sCode: z.literal('0') }));
export const placedAlgoSchema = answerOf(z.object({ algoId: id, sCode: z.literal('0') }));
export const cancelledSchema = answerOf(z.object({ sCode: z.string() }));
/** https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-cancel-all-after */
export const timerSchema = answerOf(z.object({ triggerTime: z.string(), tag: z.string() }));

/** https://www.okx.com/docs-v5/en/#order-book-trading-trade-get-order-details */
export const orderSchema = z.object({
  ordId: id,
  clOrdId: z.string(),
  /** Set when an algo order became this one. */
  algoClOrdId: optionalText,
  instId: id,
  side,
  sz: amount,
  px: amountOrNone,
  accFillSz: amount,
  state: id,
  category: optionalText,
  uTime: time,
});
export type OrderRow = z.infer<typeof orderSchema>;

/** A row of the `orders` channel: the order, and the execution that is told with it where `tradeId` is set. */
export const orderEventSchema = orderSchema.extend({
  tradeId: z.string(),
  fillSz: amountOrNone,
  fillPx: amountOrNone,
  fillFee: amountOrNone,
  fillFeeCcy: z.string(),
  fillTime: z.union([z.literal(''), time]),
  execType: z.string(),
});
export type OrderEventRow = z.infer<typeof orderEventSchema>;

/** https://www.okx.com/docs-v5/en/#order-book-trading-trade-get-transaction-details-last-3-months */
export const fillSchema = z.object({
  tradeId: id,
  ordId: id,
  clOrdId: z.string(),
  billId: id,
  instId: id,
  side,
  fillSz: amount,
  fillPx: amount,
  fee: amount,
  feeCcy: z.string(),
  execType: z.string(),
  fillTime: z
    .union([z.literal(''), time])
    .optional()
    .default(''),
  ts: time,
});
export type FillRow = z.infer<typeof fillSchema>;

/** https://www.okx.com/docs-v5/en/#order-book-trading-algo-trading-get-algo-order-details */
export const algoSchema = z.object({
  algoId: id,
  algoClOrdId: z.string(),
  instId: id,
  side,
  /** Empty for one that closes whatever the position then is. */
  sz: amountOrNone,
  closeFraction: optionalText,
  slOrdPx: optionalText,
  tpOrdPx: optionalText,
  state: id,
  ordIdList: z.array(id).optional().default([]),
  cTime: time,
  uTime: z
    .union([z.literal(''), time])
    .optional()
    .default(''),
});
export type AlgoRow = z.infer<typeof algoSchema>;

/** https://www.okx.com/docs-v5/en/#trading-account-rest-api-get-account-configuration */
export const configSchema = answerOf(
  z.object({
    acctLv: z.string(),
    posMode: z.string(),
    autoLoan: z.boolean().optional(),
    enableSpotBorrow: z.boolean().optional(),
    acctStpMode: optionalText,
    feeType: optionalText,
    kycLv: optionalText,
    ip: z.string(),
    perm: z.string(),
  }),
);

export const balanceSchema = answerOf(
  z.object({ details: z.array(z.object({ ccy: id, availBal: amount, frozenBal: amount })) }),
);

export const positionSchema = z.object({
  instId: id,
  posSide: z.enum(['net', 'long', 'short']),
  pos: amount,
  avgPx: amountOrNone,
  markPx: amountOrNone,
  liqPx: amountOrNone,
  upl: amountOrNone,
  lever: amountOrNone,
  mgnMode: z.enum(['cross', 'isolated']),
});

export const feesSchema = answerOf(
  z.object({ feeGroup: z.array(z.object({ groupId: id, maker: amount, taker: amount })) }),
);
export const groupsSchema = answerOf(z.object({ instId: id, groupId: id }));
export const leverageSchema = answerOf(z.object({ instId: id, mgnMode: z.string(), lever: amount }));

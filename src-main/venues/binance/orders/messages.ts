import { z } from 'zod';
import { decimalText } from '#shared/domain/wire';
import { decimal, ZERO } from '#shared/money/decimal';

/** Numbers come as the text that they were on the wire. */
const whole = z.string().regex(/^-?\d+$/);
export const instant = whole.transform(Number);
const amount = decimalText.refine((text) => decimal(text).gte(ZERO), 'must not be negative');
const positive = decimalText.refine((text) => decimal(text).gt(ZERO), 'must be positive');
const side = z.enum(['BUY', 'SELL']).transform((word) => (word === 'BUY' ? 'buy' : 'sell'));

export const ackSchema = z.object({ symbol: z.string(), orderId: whole, clientOrderId: z.string() });
export const listAckSchema = z.object({ symbol: z.string(), orderListId: whole, listClientOrderId: z.string() });
export const algoAckSchema = z.object({ symbol: z.string(), algoId: whole, clientAlgoId: z.string() });

/** An order as queries tell it, spot and USDⓈ-M alike. */
export const orderSchema = z.object({
  symbol: z.string(),
  orderId: whole,
  /** Spot: -1 for an order of no list. */
  orderListId: whole.optional(),
  clientOrderId: z.string(),
  price: amount,
  origQty: positive,
  executedQty: amount,
  status: z.string(),
  timeInForce: z.string(),
  side,
  /** USDⓈ-M: what a triggered conditional order was. */
  origType: z.string().optional(),
  updateTime: instant,
});
export const ordersSchema = z.array(orderSchema);
export type OrderRow = z.infer<typeof orderSchema>;

export const listSchema = z.object({
  orderListId: whole,
  listClientOrderId: z.string(),
  orders: z.array(z.object({ orderId: whole })).min(1),
});

/** A conditional order of the algo service. */
export const algoSchema = z.object({
  symbol: z.string(),
  algoId: whole,
  clientAlgoId: z.string(),
  side,
  quantity: positive,
  price: amount,
  algoStatus: z.string(),
  /** Empty until it was triggered. */
  actualOrderId: z.string().nullish(),
  updateTime: instant,
});
export const algosSchema = z.array(algoSchema);
export type AlgoRow = z.infer<typeof algoSchema>;

const trade = {
  symbol: z.string(),
  id: whole,
  orderId: whole,
  price: positive,
  qty: positive,
  commission: decimalText,
  commissionAsset: z.string().min(1),
  time: instant,
};
export const spotTradesSchema = z.array(
  z
    .object({ ...trade, isBuyer: z.boolean(), isMaker: z.boolean() })
    .transform(({ isBuyer, isMaker, ...row }) => ({ ...row, buyer: isBuyer, maker: isMaker })),
);
export const perpTradesSchema = z.array(z.object({ ...trade, buyer: z.boolean(), maker: z.boolean() }));
export type TradeRow = z.infer<typeof perpTradesSchema>[number];

export const cancelledSchema = z.object({ symbol: z.string() });
export const cancelledListSchema = z.array(z.looseObject({ orderListId: whole.optional() }));
/** What the bulk commands of USDⓈ-M answer. */
export const doneSchema = z.object({ code: z.string().regex(/^200$/) });

export const restrictionsSchema = z.object({
  enableReading: z.boolean(),
  enableWithdrawals: z.boolean(),
  enableSpotAndMarginTrading: z.boolean(),
  enableFutures: z.boolean(),
  ipRestrict: z.boolean(),
  /** When trading ends for a key without a list of addresses. */
  tradingAuthorityExpirationTime: instant.optional(),
});
export type Restrictions = z.infer<typeof restrictionsSchema>;

/** Of the accounts of both products. */
export const canTradeSchema = z.object({ canTrade: z.boolean() });

export const spotAccountSchema = z.object({
  canTrade: z.boolean(),
  accountType: z.string(),
  /** Fractions. */
  commissionRates: z.object({ maker: decimalText, taker: decimalText }).optional(),
  balances: z.array(z.object({ asset: z.string().min(1), free: amount, locked: amount })),
});
export const tradeFeesSchema = z.array(
  z.object({ symbol: z.string(), makerCommission: decimalText, takerCommission: decimalText }),
);

export const perpAccountSchema = z.object({
  canTrade: z.boolean(),
  dualSidePosition: z.boolean(),
  multiAssetsMargin: z.boolean(),
});
export const perpBalancesSchema = z.array(
  z.object({ asset: z.string().min(1), balance: decimalText, availableBalance: decimalText }),
);
export const positionsSchema = z.array(
  z.object({
    symbol: z.string(),
    positionSide: z.string(),
    positionAmt: decimalText,
    entryPrice: decimalText,
    markPrice: decimalText,
    liquidationPrice: decimalText,
    unRealizedProfit: decimalText,
  }),
);
export const symbolConfigsSchema = z.array(
  z.object({ symbol: z.string(), marginType: z.enum(['CROSSED', 'ISOLATED']), leverage: decimalText }),
);
export const commissionSchema = z.object({
  symbol: z.string(),
  makerCommissionRate: decimalText,
  takerCommissionRate: decimalText,
});
export const countdownSchema = z.object({ symbol: z.string(), countdownTime: z.string() });
export const leverageSchema = z.object({ symbol: z.string(), leverage: decimalText });
export const listenKeySchema = z.object({ listenKey: z.string().min(1) });

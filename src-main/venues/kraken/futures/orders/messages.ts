import { z } from 'zod';
import { amount } from '../../orders/amount.ts';

/** Kraken Futures' private answers as far as they are read; JSON numbers arrive as text. */

const side = z.enum(['buy', 'sell']);
const moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'expected a time');
const success = <T extends z.ZodRawShape>(shape: T) => z.object({ result: z.literal('success'), ...shape });

/** https://docs.kraken.com/api-reference/order-management/send-order */
export const sentSchema = success({ sendStatus: z.object({ status: z.string(), order_id: z.string().min(1) }) });
/** https://docs.kraken.com/api-reference/order-management/cancel-order */
export const cancelledSchema = success({ cancelStatus: z.object({ status: z.string() }) });
/** https://docs.kraken.com/api-reference/order-management/cancel-all-orders */
export const allCancelledSchema = success({
  cancelStatus: z.object({ status: z.string(), cancelledOrders: z.array(z.unknown()) }),
});
/** https://docs.kraken.com/api-reference/order-management/dead-man-s-switch */
export const timerSchema = success({ status: z.object({ triggerTime: z.string() }) });

/** https://docs.kraken.com/api-reference/order-management/get-open-orders */
export const openOrderSchema = z.object({
  order_id: z.string().min(1),
  cliOrdId: z.string().nullish(),
  symbol: z.string(),
  side,
  limitPrice: amount.nullish(),
  filledSize: amount,
  unfilledSize: amount,
  receivedTime: moment,
  status: z.string(),
});
export type OpenOrderRow = z.infer<typeof openOrderSchema>;
export const openOrdersSchema = success({ openOrders: z.array(openOrderSchema) });

/** https://docs.kraken.com/api-reference/order-management/get-specific-orders-status */
export const statusRowSchema = z.object({
  status: z.string(),
  order: z.object({
    orderId: z.string().min(1),
    cliOrdId: z.string().nullish(),
    symbol: z.string(),
    side,
    quantity: amount.nullable(),
    // Of a trigger there is none.
    filled: amount.nullable(),
    limitPrice: amount.nullish(),
    timestamp: moment,
  }),
});
export type StatusRow = z.infer<typeof statusRowSchema>;
export const statusSchema = success({ orders: z.array(statusRowSchema) });

/** https://docs.kraken.com/api-reference/account-information/get-your-fills */
export const fillSchema = z.object({
  fill_id: z.string().min(1),
  order_id: z.string().min(1),
  cliOrdId: z.string().nullish(),
  symbol: z.string(),
  side,
  size: amount,
  price: amount,
  fillTime: moment,
  fillType: z.string(),
});
export type FillRow = z.infer<typeof fillSchema>;
export const fillsSchema = success({ fills: z.array(fillSchema) });

/** An order in the history. https://docs.kraken.com/api/docs/futures-api/history/get-order-events */
const historyOrder = z.object({
  uid: z.string().min(1),
  tradeable: z.string(),
  direction: z.enum(['Buy', 'Sell']),
  quantity: amount,
  filled: amount.optional(),
  limitPrice: z.string(),
  clientId: z.string(),
  timestamp: amount,
});
export type HistoryOrder = z.infer<typeof historyOrder>;
const page = <T extends z.ZodType>(event: T) =>
  z.object({
    elements: z.array(z.object({ timestamp: amount, event })),
    continuationToken: z.string().nullish(),
  });
const told = z.object({ order: historyOrder });
/** Every event that the page names; one that it does not has none of these. */
export const orderEventsSchema = page(
  z.object({
    OrderPlaced: told.optional(),
    OrderUpdated: z.object({ newOrder: historyOrder }).optional(),
    OrderRejected: told.optional(),
    OrderCancelled: told.optional(),
  }),
);
export const triggerEventsSchema = page(
  z.object({
    OrderTriggerPlaced: told.optional(),
    OrderTriggerUpdated: z.object({ newOrderTrigger: historyOrder }).optional(),
    OrderTriggerCancelled: told.optional(),
    OrderTriggerActivated: told.optional(),
  }),
);
/** https://docs.kraken.com/api/docs/futures-api/history/get-execution-events */
export const executionEventsSchema = page(
  z.object({
    Execution: z.object({
      execution: z.object({
        uid: z.string().min(1),
        order: z.object({ uid: z.string().min(1) }),
        timestamp: amount,
        quantity: amount,
        price: amount,
        orderData: z.object({ fee: amount }).nullable(),
      }),
    }),
  }),
);
export type Execution = z.infer<typeof executionEventsSchema>['elements'][number]['event']['Execution']['execution'];

/** https://docs.kraken.com/api-reference/account-information/get-wallets */
export const accountsSchema = success({
  accounts: z.object({
    cash: z.object({ balances: z.record(z.string(), amount) }),
    flex: z.object({ currencies: z.record(z.string(), z.object({ quantity: amount, available: amount })) }),
  }),
});
/** https://docs.kraken.com/api-reference/account-information/get-open-positions */
export const positionsSchema = success({
  openPositions: z.array(
    z.object({
      side: z.enum(['long', 'short']),
      symbol: z.string(),
      price: amount,
      size: amount,
      maxFixedLeverage: amount.nullish(),
    }),
  ),
});
/** https://docs.kraken.com/api-reference/multi-collateral/get-the-leverage-setting-for-a-market */
export const preferencesSchema = success({
  leveragePreferences: z.array(z.object({ symbol: z.string(), maxLeverage: amount })),
});
/** https://docs.kraken.com/api-reference/trading-settings/get-self-trade-strategy */
export const strategySchema = success({ strategy: z.string() });
export const doneSchema = success({});

/** https://docs.kraken.com/api-reference/api-keys/check-v3-api-key */
const access = z.enum(['NO_ACCESS', 'READ_ONLY', 'FULL_ACCESS']);
export const keySchema = z.object({
  permissions: z.object({ general: access, transfer: access }),
  allowedCidrBlocks: z.array(z.string()),
});

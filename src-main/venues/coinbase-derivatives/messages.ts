import { z } from 'zod';

/**
 * The words of the Global Derivatives gateway: JSON-RPC 2.0 notifications and answers of Deribit's API v2. Numbers are
 * JSON numbers, at times with an exponent (`2.2e3`).
 * https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-endpoints
 */

const action = z.enum(['new', 'change', 'delete']);
const level = z.tuple([action, z.number()]).rest(z.number());

/**
 * `{"timestamp":1790133842703,"type":"change","change_id":193809634213,"instrument_name":"ALGO_USDC-PERPETUAL",
 * "bids":[["new",0.11374,1054.0],["delete",0.11344,0.0]],"asks":[],"prev_change_id":193809631160}` in `params.data` of
 * `book.ALGO_USDC-PERPETUAL.100ms`. A snapshot has no `prev_change_id`. Amounts of linear perpetuals are in base coin.
 * https://docs.deribit.com/subscriptions/orderbook/bookinstrument_nameinterval
 */
export const bookSchema = z.object({
  timestamp: z.unknown(),
  type: z.enum(['snapshot', 'change']),
  change_id: z.unknown(),
  prev_change_id: z.unknown().optional(),
  instrument_name: z.string(),
  bids: z.array(level),
  asks: z.array(level),
});

/**
 * `[{"timestamp":1788335114435,"price":77529.5,"direction":"buy","index_price":77504.36,
 * "instrument_name":"BTC_USDC-PERPETUAL","trade_seq":298099955,"amount":0.017,"mark_price":77529.76,
 * "tick_direction":3,"trade_id":"USDC-443253707","contracts":170.0}]`; `direction` is the taker's. `trade_seq` counts the
 * trades of the instrument.
 * https://docs.deribit.com/subscriptions/trades/tradesinstrument_nameinterval
 */
export const tradeSchema = z.object({
  instrument_name: z.string(),
  trade_seq: z.number().int().nonnegative(),
  timestamp: z.unknown(),
  price: z.number(),
  amount: z.number(),
  direction: z.enum(['buy', 'sell']),
});

/**
 * `{"timestamp":1790133840887,"state":"open","index_price":86744.11,"instrument_name":"BTC_USDC-PERPETUAL",
 * "mark_price":86778.14,"current_funding":1.423e-4,"funding_8h":5.149e-5,…}`. `current_funding` is the rate of this moment
 * for the eight hours that `funding_8h` looks back on; it accrues with time and is moved to the balance daily.
 * https://docs.deribit.com/subscriptions/market-data/tickerinstrument_nameinterval
 * https://support.deribit.com/hc/en-us/articles/31424939178397-Funding-Specifications
 */
export const tickerSchema = z.object({
  timestamp: z.unknown(),
  instrument_name: z.string(),
  state: z.string().optional(),
  mark_price: z.number().positive().optional(),
  index_price: z.number().positive().optional(),
  current_funding: z.number().optional(),
  funding_8h: z.number().optional(),
});

/**
 * `{"locked":false,"price_index":"btc_usdc","reasons":[]}`, or `{"maintenance":true}`.
 * https://docs.deribit.com/subscriptions/platform/platform_state
 */
export const platformSchema = z.object({
  maintenance: z.boolean().optional(),
  price_index: z.string().optional(),
  locked: z.boolean().optional(),
});

/**
 * `{"timestamp":1553080940000,"state":"created","instrument_name":"BTC_USDC-PERPETUAL"}`
 * https://docs.deribit.com/subscriptions/market-data/instrumentstatekindcurrency
 */
export const instrumentSchema = z.object({ instrument_name: z.string(), state: z.string() });

/**
 * `{"jsonrpc":"2.0","id":3,"result":["ticker.BTC_USDC-PERPETUAL.100ms"],"usIn":…,"usOut":…,"usDiff":1519,"testnet":false}`:
 * the channels that were taken; one that the gateway does not have is left out without a word. Or
 * `{"jsonrpc":"2.0","id":5,"error":{"code":13778,"message":"raw_subscriptions_not_available_for_unauthorized"},…}`
 * https://docs.cdp.coinbase.com/api-reference/subscription-management/public-subscribe
 */
export const replySchema = z.object({
  id: z.union([z.number(), z.string()]).optional(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional(),
});

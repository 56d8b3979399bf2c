import { z } from 'zod';

/**
 * Coinbase Advanced Trade's words. `client_id` is in some frames and not in others; what is not listed is not read.
 * https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels
 */

const digits = z.string();

/**
 * `{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"2024-10-04T07:13:08.600625Z",
 * "price_level":"61000.5","new_quantity":"0"}]}` in `events` of the channel `l2_data`.
 * https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/websocket/level2
 */
export const bookEventSchema = z.object({
  type: z.enum(['snapshot', 'update']),
  product_id: z.string(),
  updates: z.array(z.object({ side: z.enum(['bid', 'offer']), price_level: digits, new_quantity: digits })),
});

/**
 * `{"product_id":"ETH-USDT","trade_id":"22381691","price":"2375.56","size":"0.5","time":"2024-10-04T07:13:31.088388Z",
 * "side":"BUY"}`; `side` is the maker's.
 * https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/websocket/market-trades
 */
export const tradeSchema = z.object({
  product_id: z.string(),
  trade_id: z.string(),
  price: digits,
  size: digits,
  time: z.string(),
  side: z.enum(['BUY', 'SELL']),
});

/**
 * `{"type":"snapshot","products":[{"id":"ETH-USDT","status":"online","status_message":""}]}` in `events` of `status`. It
 * tells none of the catalogue's flags (cancel-only, post-only, …).
 * https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/websocket/product-status
 */
export const statusEventSchema = z.object({ products: z.array(z.object({ id: z.string(), status: z.string() })) });

/** `{"type":"error","message":"Failed to subscribe","reason":"GIBBERISH-USD is not a valid product"}` */
export const errorSchema = z.object({ message: z.string().optional(), reason: z.string().optional() });

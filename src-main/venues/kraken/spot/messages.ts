import { z } from 'zod';

/** The words of Kraken's spot WebSocket v2. https://docs.kraken.com/exchange/guides/websockets/introduction */

const level = z.object({ price: z.number(), qty: z.number() });

/**
 * `{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":105944.2,"qty":0.25000000}],"asks":[],
 * "checksum":2114181697,"timestamp":"2023-10-06T17:35:55.440295Z"}]}`; older snapshots have no timestamp.
 * https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/book
 */
export const bookSchema = z.object({
  type: z.enum(['snapshot', 'update']),
  data: z.tuple([
    z.object({
      symbol: z.string(),
      bids: z.array(level),
      asks: z.array(level),
      checksum: z.number().int().min(0).max(0xffffffff),
      timestamp: z.string().optional(),
    }),
  ]),
});

/**
 * `{"symbol":"BTC/USD","side":"buy","price":105944.2,"qty":0.00027625,"ord_type":"limit","trade_id":10218208,
 * "timestamp":"2023-10-06T17:35:55.440295Z"}`; `side` is the taker's.
 * https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/trade
 */
export const tradeSchema = z.object({
  side: z.enum(['buy', 'sell']),
  price: z.number().positive(),
  qty: z.number().positive(),
  trade_id: z.number().int().nonnegative(),
  timestamp: z.string(),
});

/**
 * `{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2"}]}`
 * https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/status
 */
export const statusSchema = z.object({ data: z.tuple([z.object({ system: z.string() })]) });

/**
 * `{"channel":"instrument","type":"update","data":{"assets":[],"pairs":[{"symbol":"BTC/USD","status":"online",…}]}}`
 * https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/instrument
 */
export const instrumentSchema = z.object({
  type: z.enum(['snapshot', 'update']),
  data: z.object({ pairs: z.array(z.object({ symbol: z.string(), status: z.string() })) }),
});

/**
 * `{"method":"subscribe","result":{"channel":"book","symbol":"BTC/USD"},"success":true,"req_id":1}`, or
 * `{"error":"Currency pair not supported XYZ/USD","method":"subscribe","req_id":2,"success":false,"symbol":"XYZ/USD"}`
 */
export const replySchema = z.object({
  method: z.string(),
  success: z.boolean().optional(),
  error: z.string().optional(),
  symbol: z.string().optional(),
  req_id: z.number().int().optional(),
});

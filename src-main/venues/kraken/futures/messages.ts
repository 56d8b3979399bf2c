import { z } from 'zod';

/** The words of Kraken Futures. https://docs.kraken.com/exchange/api-reference/futures-websocket */

const level = z.object({ price: z.number(), qty: z.number() });

/**
 * `{"feed":"book_snapshot","product_id":"PF_XBTUSD","timestamp":1791518718655,"seq":173877391,"tickSize":null,
 * "bids":[{"price":82380.0,"qty":0.0003}],"asks":[{"price":82381.0,"qty":0.6051}]}`
 * https://docs.kraken.com/exchange/api-reference/futures-websocket/book
 */
export const snapshotSchema = z.object({
  timestamp: z.unknown(),
  seq: z.number(),
  bids: z.array(level),
  asks: z.array(level),
});

/**
 * `{"feed":"book","product_id":"PF_XBTUSD","side":"buy","seq":17132345,"price":64382.0,"qty":7.8852,
 * "timestamp":1786047745831}`: one level a frame, size 0 deletes it.
 */
export const deltaSchema = z.object({
  side: z.enum(['buy', 'sell']),
  seq: z.number(),
  price: z.number(),
  qty: z.number(),
  timestamp: z.unknown(),
});

/**
 * `{"product_id":"PF_XBTUSD","feed":"trade","uid":"896cb851-8322-4946-a123-945c453aa17f","side":"sell","type":"fill",
 * "time":1786046342957,"qty":0.0046,"price":64401.0,"seq":45847}`: `side` is the taker's.
 * https://docs.kraken.com/exchange/api-reference/futures-websocket/trade
 */
export const tradeSchema = z.object({
  uid: z.string().min(1),
  side: z.enum(['buy', 'sell']),
  type: z.string(),
  time: z.unknown(),
  qty: z.number().positive(),
  price: z.number().positive(),
});

/**
 * Whole each time. Rates that are zero are left out: "If zero, field is not populated". `relative_funding_rate` is a
 * fraction of the price for an hour of the running period, `next_funding_rate_time` the end of that period.
 * `{"time":1783587648112,"product_id":"PF_ETHUSD","funding_rate":0.0327,"relative_funding_rate":0.0000186711875,
 * "relative_funding_rate_prediction":0.00001783425,"next_funding_rate_time":1783591200000,"feed":"ticker",
 * "index":1751.75,"suspended":false,"markPrice":1751.97553924942,"post_only":false}`
 * https://docs.kraken.com/exchange/api-reference/futures-websocket/ticker
 */
export const tickerSchema = z.object({
  time: z.unknown(),
  funding_rate: z.number().optional(),
  funding_rate_prediction: z.number().optional(),
  relative_funding_rate: z.number().optional(),
  relative_funding_rate_prediction: z.number().optional(),
  next_funding_rate_time: z.number().optional(),
  markPrice: z.number().positive().optional(),
  index: z.number().positive().optional(),
  suspended: z.boolean(),
  post_only: z.boolean().optional(),
});

/**
 * `{"event":"subscribed","feed":"book","product_ids":["PF_XBTUSD"]}`, `{"event":"info","version":1}`,
 * `` {"event":"alert","message":"Couldn't subscribe to invalid product `PF_NOPE`"} ``
 */
export const eventSchema = z.object({
  event: z.string(),
  message: z.string().optional(),
  product_ids: z.array(z.string()).optional(),
});

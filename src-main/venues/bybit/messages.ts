import { z } from 'zod';

/** Bybit's words. https://bybit-exchange.github.io/docs/v5/ws/connect */

const digits = z.string();
const level = z.tuple([digits, digits]).rest(digits);

/**
 * `{"topic":"orderbook.50.BTCUSDT","ts":1731035685326,"type":"delta","data":{"s":"BTCUSDT","b":[["75848.74","0"]],
 * "a":[],"u":123,"seq":456},"cts":1731035685320}`
 * https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook
 */
export const bookSchema = z.object({
  type: z.enum(['snapshot', 'delta']),
  ts: z.unknown().optional(),
  /** When the matching engine made it; `ts` is when it was sent. The first tells the whole lag. */
  cts: z.unknown().optional(),
  data: z.object({ s: z.string(), b: z.array(level), a: z.array(level), u: z.number() }),
});

/** https://bybit-exchange.github.io/docs/v5/websocket/public/trade */
export const tradeSchema = z.object({
  i: z.string(),
  T: z.unknown(),
  p: digits,
  v: digits,
  /** The taker's side. */
  S: z.enum(['Buy', 'Sell']),
  s: z.string(),
});

const digitsOrNone = digits.optional();

/** Of a perpetual, in the stream and over REST. `fundingIntervalHour` is missing in older examples. */
export const tickerDataSchema = z.object({
  symbol: z.string(),
  markPrice: digitsOrNone,
  indexPrice: digitsOrNone,
  fundingRate: digitsOrNone,
  nextFundingTime: digitsOrNone,
  fundingIntervalHour: digitsOrNone,
});

/**
 * Perpetuals only; a delta carries what changed.
 * https://bybit-exchange.github.io/docs/v5/websocket/public/ticker
 */
export const tickerSchema = z.object({
  ts: z.unknown().optional(),
  type: z.enum(['snapshot', 'delta']),
  data: tickerDataSchema,
});

/** https://bybit-exchange.github.io/docs/v5/ws/connect#how-to-subscribe-to-topics */
export const replySchema = z.object({
  op: z.string().optional(),
  success: z.boolean().optional(),
  ret_msg: z.string().optional(),
  req_id: z.string().optional(),
});

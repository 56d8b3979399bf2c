import { z } from 'zod';

/**
 * Binance's words: spot https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams, USDⓈ-M
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
 */

const digits = z.string();
const level = z.tuple([digits, digits]).rest(z.unknown());

/**
 * `{"e":"depthUpdate","E":1760000000100,"s":"BTCUSDT","U":157,"u":160,"b":[["0.0024","10"]],"a":[]}`
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#diff-depth-stream
 */
export const spotDepthSchema = z.object({
  E: z.unknown(),
  U: z.number(),
  u: z.number(),
  b: z.array(level),
  a: z.array(level),
});

/**
 * `{"e":"depthUpdate","E":1760000000104,"T":1760000000100,"s":"BTCUSDT","ps":"BTCUSDT","U":157,"u":160,"pu":149,
 * "b":[["7403.89","0.002"]],"a":[],"st":1}`: `pu` is the `u` of the update before, `T` when it was matched.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Diff-Book-Depth-Streams
 */
export const perpDepthSchema = z.object({ ...spotDepthSchema.shape, T: z.unknown(), pu: z.number() });

/**
 * `{"e":"trade","E":1760000000105,"s":"BTCUSDT","t":12345,"p":"0.001","q":"100","T":1760000000104,"m":true,"M":true}`
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#trade-streams
 */
export const spotTradeSchema = z.object({
  E: z.unknown(),
  t: z.unknown(),
  p: digits,
  q: digits,
  T: z.unknown(),
  /** The buyer was the maker, so the taker sold. */
  m: z.boolean(),
});

/**
 * `{"e":"aggTrade","E":1760000000105,"a":5933014,"s":"BTCUSDT","p":"85299.90","q":"0.004","nq":"0.004","f":100,"l":105,
 * "T":1760000000104,"m":true,"st":1}`: fills of one taker at one price; `nq` leaves out retail price improvement.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Aggregate-Trade-Streams
 */
export const perpTradeSchema = z.object({
  E: z.unknown(),
  a: z.unknown(),
  p: digits,
  q: digits,
  T: z.unknown(),
  m: z.boolean(),
});

/**
 * `{"e":"markPriceUpdate","E":1760000001000,"s":"BTCUSDT","p":"85296.60260870","ap":"85296.60260870",
 * "P":"85321.91711993","i":"85345.93826087","r":"0.00000523","T":1760025600000,"st":1}`: `r` is the rate that the
 * settlement at `T` will fix; `""` and 0 stand for none.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Mark-Price-Stream
 */
export const markPriceSchema = z.object({ E: z.unknown(), p: digits, i: digits, r: digits, T: z.unknown() });

/**
 * `{"e":"contractInfo","E":1669356423908,"s":"IOTAUSDT","ct":"PERPETUAL","cs":"TRADING","st":1}`; `st` 2 is a coin-margined
 * contract, told on the same stream.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Contract-Info-Stream
 */
export const contractSchema = z.object({ s: z.string(), ct: z.string(), cs: z.string(), st: z.number().optional() });

/**
 * `{"lastUpdateId":1027024,"bids":[["4.00000000","431.00000000"]],"asks":[]}`; perpetuals add `E` and `T`.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#order-book
 */
export const depthSchema = z.object({
  lastUpdateId: z.number(),
  T: z.unknown().optional(),
  bids: z.array(level),
  asks: z.array(level),
});

import { z } from 'zod';

/** OKX's words. https://www.okx.com/docs-v5/en/#overview-websocket */

/**
 * `{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[["120.67","60.4","0","5"]],
 * "bids":[],"ts":"1790394877300","checksum":0,"seqId":32032594315,"prevSeqId":32032594283}]}`. The third text of a level
 * is a relic, the fourth the number of orders; swaps are sized in contracts.
 * https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel
 */
export const bookRowSchema = z.object({
  asks: z.unknown(),
  bids: z.unknown(),
  ts: z.unknown(),
  seqId: z.number(),
  /** Of the message before; -1 with a snapshot, which may leave it out. */
  prevSeqId: z.number().optional(),
  /** 0 since 2026-06-23: absent. https://www.okx.com/help/okx-order-book-channels-checksum-field-deprecation */
  checksum: z.number().optional(),
});

/**
 * `{"instId":"SOL-USDT-SWAP","tradeId":"1632918528","px":"120.6","sz":"391.07","side":"sell","ts":"1790394876983",
 * "count":"26","source":"0","seqId":92286018766}`: fills of one taker order at one price are one row.
 * https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-trades-channel
 */
export const tradeSchema = z.object({
  instId: z.string(),
  tradeId: z.string(),
  px: z.string(),
  sz: z.string(),
  /** The taker's side. */
  side: z.enum(['buy', 'sell']),
  ts: z.unknown(),
});

/**
 * `{"instId":"BTC-USDT-SWAP","instType":"SWAP","markPx":"83679.8","ts":"1790358817778"}`
 * https://www.okx.com/docs-v5/en/#public-data-websocket-mark-price-channel
 */
export const markSchema = z.object({ markPx: z.string(), ts: z.unknown() });

/**
 * `{"instId":"BTC-USDT","idxPx":"83700.1","high24h":"85258.8",…,"ts":"1790358817778"}`: under the name of the index.
 * https://www.okx.com/docs-v5/en/#public-data-websocket-index-tickers-channel
 */
export const indexSchema = z.object({ idxPx: z.string(), ts: z.unknown() });

/**
 * `{"fundingRate":"0.0000263463215391","fundingTime":"1790380800000","instId":"BTC-USDT-SWAP","nextFundingRate":"",
 * "nextFundingTime":"1790409600000","prevFundingTime":"1790352000000","settFundingRate":"0.0000341625964238",
 * "settState":"settled","ts":"1790358563915",…}`. `fundingTime` is the coming settlement, for which `fundingRate` is the
 * estimate; `nextFundingTime` the one after it. `""` stands for what there is not.
 * https://www.okx.com/docs-v5/en/#public-data-websocket-funding-rate-channel
 */
export const fundingSchema = z.object({
  instId: z.string(),
  fundingRate: z.string(),
  fundingTime: z.string().optional(),
  nextFundingRate: z.string().optional(),
  nextFundingTime: z.string().optional(),
  prevFundingTime: z.string().optional(),
  settFundingRate: z.string().optional(),
  settState: z.string().optional(),
  ts: z.unknown(),
});
export type FundingRow = z.infer<typeof fundingSchema>;

/**
 * `{"id":"1","event":"subscribe","arg":{…},"connId":"a4d3ae55"}`,
 * `{"id":"2","event":"error","code":"60018","msg":"Wrong URL or channel:books,instId:AAA-BBB doesn't exist.…"}`,
 * `{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade.…"}`
 * https://www.okx.com/docs-v5/en/#overview-websocket-subscribe
 */
export const replySchema = z.object({
  event: z.string(),
  id: z.string().optional(),
  code: z.string().optional(),
  msg: z.string().optional(),
});

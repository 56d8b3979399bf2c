import { isObject, type JsonObject } from '#main/venues/kit/json';
import { type FeedId, venueOf } from '#shared/domain/ids';
import { isDecimalText } from './source-text.ts';

/** The best bid and ask of a channel that carries nothing else, as sent. */
export interface TouchText {
  readonly symbol: string;
  readonly bid: string;
  readonly bidSize: string | null;
  readonly ask: string;
  readonly askSize: string | null;
  readonly sequence: string | null;
}

/**
 * Touch-only channels of the venues. The feeds read full books instead and ignore these; a recording made elsewhere may
 * hold them all the same. `message` has its numbers as texts.
 */
export function touchIn(feed: FeedId, message: unknown): TouchText | null {
  if (!isObject(message)) return null;
  switch (venueOf(feed)) {
    case 'binance':
      return bookTicker(isObject(message.data) ? message.data : message);
    case 'bybit':
      return isLevelOne(feed, message) ? levelOne(message) : null;
    case 'okx':
      return okxTouch(message);
    case 'coinbase':
      return feed === 'coinbase:spot' ? coinbaseTicker(message) : quote(message);
    case 'kraken':
      return krakenTicker(message);
  }
}

/** Bybit's level-1 book has the name of the full one and a numbering of its own: it must not reach its decoder. */
export const isLevelOne = (feed: FeedId, message: unknown): boolean =>
  venueOf(feed) === 'bybit' &&
  isObject(message) &&
  typeof message.topic === 'string' &&
  message.topic.startsWith('orderbook.1.');

/** https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#individual-symbol-book-ticker-streams */
const bookTicker = (event: JsonObject): TouchText | null =>
  event.e === undefined || event.e === 'bookTicker'
    ? touch(event.s, [event.b, event.B], [event.a, event.A], event.u)
    : null;

/** https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook */
function levelOne({ type, data }: JsonObject): TouchText | null {
  if (type !== 'snapshot' || !isObject(data) || !Array.isArray(data.b) || !Array.isArray(data.a)) return null;
  return touch(data.s, data.b[0], data.a[0], data.u);
}

/** https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel (`bbo-tbt`, `books5`), and tickers. */
function okxTouch({ arg, data }: JsonObject): TouchText | null {
  const [row] = Array.isArray(data) ? (data as readonly unknown[]) : [];
  if (!isObject(arg) || !isObject(row)) return null;
  if (arg.channel === 'tickers') return touch(row.instId, [row.bidPx, row.bidSz], [row.askPx, row.askSz], undefined);
  if (arg.channel !== 'bbo-tbt' && arg.channel !== 'books5') return null;
  if (!Array.isArray(row.bids) || !Array.isArray(row.asks)) return null;
  return touch(arg.instId, row.bids[0], row.asks[0], row.seqId);
}

/** https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels#ticker-channel */
function coinbaseTicker({ channel, events }: JsonObject): TouchText | null {
  if (channel !== 'ticker' && channel !== 'ticker_batch') return null;
  const [event] = Array.isArray(events) ? (events as readonly unknown[]) : [];
  const [row] = isObject(event) && Array.isArray(event.tickers) ? (event.tickers as readonly unknown[]) : [];
  if (!isObject(row)) return null;
  const bid = [row.best_bid, row.best_bid_quantity];
  return touch(row.product_id, bid, [row.best_ask, row.best_ask_quantity], undefined);
}

/** https://docs.deribit.com/#quote-instrument_name */
function quote({ params }: JsonObject): TouchText | null {
  if (!isObject(params) || typeof params.channel !== 'string' || !params.channel.startsWith('quote.')) return null;
  const { data } = params;
  if (!isObject(data)) return null;
  const bid = [data.best_bid_price, data.best_bid_amount];
  return touch(data.instrument_name, bid, [data.best_ask_price, data.best_ask_amount], undefined);
}

/** https://docs.kraken.com/api/docs/websocket-v2/ticker and …/futures-api/websocket/ticker_lite */
function krakenTicker(message: JsonObject): TouchText | null {
  if (message.feed === 'ticker_lite') return touch(message.product_id, [message.bid], [message.ask], undefined);
  if (message.channel !== 'ticker' || !Array.isArray(message.data)) return null;
  const [row] = message.data as readonly unknown[];
  return isObject(row) ? touch(row.symbol, [row.bid, row.bid_qty], [row.ask, row.ask_qty], undefined) : null;
}

function touch(symbol: unknown, bidRow: unknown, askRow: unknown, sequence: unknown): TouchText | null {
  const [bid, bidSize] = Array.isArray(bidRow) ? (bidRow as readonly unknown[]) : [];
  const [ask, askSize] = Array.isArray(askRow) ? (askRow as readonly unknown[]) : [];
  if (typeof symbol !== 'string' || !isDecimalText(bid) || !isDecimalText(ask)) return null;
  return {
    symbol,
    bid,
    bidSize: isDecimalText(bidSize) ? bidSize : null,
    ask,
    askSize: isDecimalText(askSize) ? askSize : null,
    sequence: isDecimalText(sequence) ? sequence : null,
  };
}

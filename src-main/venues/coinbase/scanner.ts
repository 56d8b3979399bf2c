import { ASK, BID, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import { TRADE_PRICE, TRADE_SIZE, TRADE_TIME_MS } from '../kit/decoder.ts';
import { literal } from '../kit/scan.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import type { FrameTrades } from '../kit/trades.ts';
import type { FrameUpdate } from '../kit/update.ts';
import { WideScan, Words } from '../kit/wide-scan.ts';

const BOOK = new Words('{"channel":"l2_data",');
const TRADES = new Words('{"channel":"market_trades",');
const CLIENT = new Words('"client_id":"",');
const SENT = new Words('"timestamp":"');
const NUMBER = new Words('","sequence_num":');
const BOOK_UPDATE = new Words(',"events":[{"type":"update","product_id":"');
const BOOK_SNAPSHOT = new Words(',"events":[{"type":"snapshot","product_id":"');
const LEVELS = new Words(',"updates":[');
const BID_AT = new Words('{"side":"bid","event_time":"');
const ASK_AT = new Words('{"side":"offer","event_time":"');
const PRICE = new Words(',"price_level":"');
const QUANTITY = new Words('","new_quantity":"');
const END_OF_LEVEL = literal('"}');
const THEN_BID_AT = new Words('"},{"side":"bid","event_time":"');
const THEN_ASK_AT = new Words('"},{"side":"offer","event_time":"');
const TRADES_UPDATE = new Words(',"events":[{"type":"update","trades":[');
const PRODUCT = new Words('{"product_id":"');
const TRADE_ID = new Words('","trade_id":"');
const TRADE_AT_PRICE = new Words('","price":"');
const TRADE_OF = new Words('","size":"');
const TRADE_AT = new Words('","time":"');
const MAKER_BUYS = new Words('","side":"BUY"}');
const MAKER_SELLS = new Words('","side":"SELL"}');
const END = literal(']}]}');
/** Places of numbers read on the way. */
const FIRST_ID = 0;
const LAST_ID = 1;
const QUOTE = 34;
const COMMA = 44;
const CLOSE = 93;

/** Advanced Trade's frames of the usual shape, read from their bytes. */
export class CoinbaseScanner {
  readonly #tracks: TrackTable;
  readonly #update: FrameUpdate;
  readonly #scan = new WideScan();
  readonly #numbers = new Float64Array(2);

  /** What the last book was, and whether it was a snapshot. */
  snapshot = false;
  /** The last frame of trades lists the newest first. */
  newestFirst = false;

  constructor(tracks: TrackTable, update: FrameUpdate) {
    this.#tracks = tracks;
    this.#update = update;
  }

  /** The book a frame is about, its levels and stamps in the update; `undefined` for what the slow path must read. */
  book(frame: Uint8Array, monoMs: number): Track | undefined {
    const scan = this.#scan;
    const update = this.#update;
    scan.open(frame);
    if (!scan.words(BOOK) || !this.#envelope()) return undefined;
    this.snapshot = false;
    if (!scan.words(BOOK_UPDATE)) {
      if (!scan.words(BOOK_SNAPSHOT)) return undefined;
      this.snapshot = true;
    }
    const track = scan.named(this.#tracks, QUOTE);
    if (track === undefined || !scan.words(LEVELS)) return undefined;
    update.count = 0;
    if (scan.next !== CLOSE && !this.#levels()) return undefined;
    if (!scan.literal(END) || !scan.done) return undefined;
    update.stamps[MONO_MS] = monoMs;
    return track;
  }

  /** The product a frame of trades is about, the trades in `trades`; `undefined` for what the slow path must read. */
  trades(frame: Uint8Array, trades: FrameTrades): Track | undefined {
    const scan = this.#scan;
    const numbers = this.#numbers;
    scan.open(frame);
    if (!scan.words(TRADES) || !this.#envelope() || !scan.words(TRADES_UPDATE)) return undefined;
    if (!scan.words(PRODUCT)) return undefined;
    const nameFrom = scan.at;
    const track = scan.named(this.#tracks, QUOTE);
    if (track === undefined) return undefined;
    const nameTo = scan.at - 1;
    // Back to the quote that ends the name: each trade begins alike from there.
    scan.at -= 1;
    trades.clear();
    if (!this.#trade(trades)) return undefined;
    numbers[FIRST_ID] = numbers[LAST_ID] as number;
    while (scan.byte(COMMA)) {
      if (!scan.words(PRODUCT) || !scan.again(nameFrom, nameTo) || !this.#trade(trades)) return undefined;
    }
    if (!scan.literal(END) || !scan.done) return undefined;
    this.newestFirst = (numbers[FIRST_ID] as number) > (numbers[LAST_ID] as number);
    return track;
  }

  /** `timestamp` and `sequence_num`, into the stamps of the update. */
  #envelope(): boolean {
    const scan = this.#scan;
    const { stamps } = this.#update;
    scan.words(CLIENT);
    if (!scan.words(SENT) || !scan.rfc3339(stamps, VENUE_TIME_MS)) return false;
    return scan.words(NUMBER) && scan.whole(stamps, SEQUENCE);
  }

  #levels(): boolean {
    const scan = this.#scan;
    const update = this.#update;
    let { prices, sizes, sides, count } = update;
    let bid = scan.words(BID_AT);
    if (!bid && !scan.words(ASK_AT)) return false;
    let timeFrom = scan.at;
    let timeTo = timeFrom;
    for (;;) {
      // Levels that changed together bear the same time, quote and all.
      if (timeTo === timeFrom || !scan.again(timeFrom, timeTo)) {
        timeFrom = scan.at;
        if (!scan.skipTime()) return false;
        timeTo = scan.at;
      }
      if (!scan.words(PRICE)) return false;
      if (count === prices.length) {
        update.count = count;
        update.reserve();
        ({ prices, sizes, sides } = update);
      }
      if (!scan.decimal(prices, count) || !scan.words(QUANTITY) || !scan.decimal(sizes, count)) return false;
      if (!((prices[count] as number) > 0)) return false;
      sides[count] = bid ? BID : ASK;
      count += 1;
      bid = scan.words(THEN_BID_AT);
      if (!bid && !scan.words(THEN_ASK_AT)) break;
    }
    update.count = count;
    return scan.literal(END_OF_LEVEL);
  }

  /** A trade from behind its product's name. */
  #trade(trades: FrameTrades): boolean {
    const scan = this.#scan;
    const { place } = trades;
    const { values } = trades;
    if (!scan.words(TRADE_ID)) return false;
    const idFrom = scan.at;
    if (!scan.whole(this.#numbers, LAST_ID)) return false;
    const idTo = scan.at;
    if (!scan.words(TRADE_AT_PRICE) || !scan.decimal(values, place + TRADE_PRICE)) return false;
    if (!scan.words(TRADE_OF) || !scan.decimal(values, place + TRADE_SIZE)) return false;
    if (!scan.words(TRADE_AT) || !scan.rfc3339(values, place + TRADE_TIME_MS)) return false;
    // The maker bought, so the taker sold.
    const sold = scan.words(MAKER_BUYS);
    return (sold || scan.words(MAKER_SELLS)) && trades.take(!sold, idFrom, idTo);
  }
}

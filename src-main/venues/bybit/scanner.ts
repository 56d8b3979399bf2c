import { ASK, BID, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import { TRADE_PRICE, TRADE_SIZE, TRADE_TIME_MS } from '../kit/decoder.ts';
import { scanPairs } from '../kit/pairs.ts';
import { literal } from '../kit/scan.ts';
import { ShortName } from '../kit/short-name.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import type { FrameTrades } from '../kit/trades.ts';
import type { FrameUpdate } from '../kit/update.ts';
import { WideScan, Words } from '../kit/wide-scan.ts';

const BOOK = new Words('{"topic":"orderbook.50.');
const TRADES = new Words('{"topic":"publicTrade.');
const SENT = new ShortName(',"ts":');
const DELTA = new Words(',"type":"delta"');
const DELTA_SENT = new Words(',"type":"delta","ts":');
const SNAPSHOT = new Words(',"type":"snapshot"');
const BOOK_OF = new Words(',"data":{"s":"');
const BIDS = new ShortName(',"b":');
const ASKS = new ShortName(',"a":');
const UPDATE = new ShortName(',"u":');
const CROSS_SEQUENCE = new ShortName(',"seq":');
const MATCHED = new Words('},"cts":');
const TRADE_ROWS = new Words(',"data":[');
const TRADE_ID = new ShortName('{"i":"');
const TRADE_AT = new ShortName(',"T":');
const TRADE_AT_PRICE = new ShortName(',"p":"');
const TRADE_OF = new ShortName('","v":"');
const TRADE_SIDE = new ShortName('","S":"');
const BUY = new ShortName('Buy"');
const SELL = new ShortName('Sell"');
const DIRECTION = new ShortName(',"L":"');
const TRADED = new ShortName(',"s":"');
const END_OF_ROWS = literal(']}');
const TRUE = new ShortName('true');
const FALSE = new ShortName('false');
/** Places of numbers read on the way. */
const SENT_MS = 0;
const CLOSING_BRACE = 125;
const QUOTE = 34;
const COLON = 58;
const COMMA = 44;

/** Bybit's frames of the usual shape, read from their bytes. */
export class BybitScanner {
  readonly #tracks: TrackTable;
  readonly #update: FrameUpdate;
  readonly #scan = new WideScan();
  readonly #numbers = new Float64Array(1);

  /** What the last book was, and whether it was a snapshot. */
  snapshot = false;

  constructor(tracks: TrackTable, update: FrameUpdate) {
    this.#tracks = tracks;
    this.#update = update;
  }

  /** The book a frame is about, its levels and stamps in the update; `undefined` for what the slow path must read. */
  book(frame: Uint8Array, monoMs: number): Track | undefined {
    const scan = this.#scan;
    const update = this.#update;
    scan.open(frame);
    if (!scan.words(BOOK)) return undefined;
    const track = scan.named(this.#tracks, QUOTE);
    if (track === undefined || !this.#head()) return undefined;
    update.clear();
    if (!scan.words(BOOK_OF) || scan.named(this.#tracks, QUOTE) !== track) return undefined;
    if (!scan.short(BIDS) || !scanPairs(scan, update, BID, 0)) return undefined;
    if (!scan.short(ASKS) || !scanPairs(scan, update, ASK, 0)) return undefined;
    const { stamps } = update;
    if (!scan.short(UPDATE) || !scan.whole(stamps, SEQUENCE)) return undefined;
    if (!scan.short(CROSS_SEQUENCE) || !scan.skipWhole()) return undefined;
    if (!scan.words(MATCHED) || !scan.epochMs(stamps, VENUE_TIME_MS) || !scan.byte(CLOSING_BRACE)) return undefined;
    if (!scan.done) return undefined;
    stamps[MONO_MS] = monoMs;
    if (stamps[SEQUENCE] === 1) this.snapshot = true;
    return track;
  }

  /** The instrument a frame of trades is about, the trades in `trades`; `undefined` for what the slow path must read. */
  trades(frame: Uint8Array, trades: FrameTrades): Track | undefined {
    const scan = this.#scan;
    scan.open(frame);
    if (!scan.words(TRADES)) return undefined;
    const track = scan.named(this.#tracks, QUOTE);
    if (track === undefined || !this.#head() || !this.snapshot || !scan.words(TRADE_ROWS)) return undefined;
    trades.clear();
    do {
      if (!this.#trade(track, trades)) return undefined;
    } while (scan.byte(COMMA));
    if (!scan.literal(END_OF_ROWS) || !scan.done) return undefined;
    return track;
  }

  /** When the last frame of trades was sent, epoch ms. */
  get sentMs(): number {
    return this.#numbers[SENT_MS] as number;
  }

  #trade(track: Track, trades: FrameTrades): boolean {
    const scan = this.#scan;
    const { place } = trades;
    const { values } = trades;
    if (!scan.short(TRADE_ID)) return false;
    const idFrom = scan.at;
    if (!scan.text()) return false;
    const idTo = scan.at - 1;
    if (!scan.short(TRADE_AT) || !scan.epochMs(values, place + TRADE_TIME_MS)) return false;
    if (!scan.short(TRADE_AT_PRICE) || !scan.decimal(values, place + TRADE_PRICE)) return false;
    if (!scan.short(TRADE_OF) || !scan.decimal(values, place + TRADE_SIZE)) return false;
    if (!scan.short(TRADE_SIDE)) return false;
    const buy = scan.short(BUY);
    if (!buy && !scan.short(SELL)) return false;
    // Perpetuals tell the direction of the tick before the symbol.
    if (scan.short(DIRECTION) && !scan.text()) return false;
    if (!scan.short(TRADED) || scan.named(this.#tracks, QUOTE) !== track) return false;
    // What follows (tick direction, block trade, RPI, cross sequence) decides nothing; it holds no nested braces.
    while (scan.next !== CLOSING_BRACE) if (!this.#member()) return false;
    return scan.byte(CLOSING_BRACE) && trades.take(buy, idFrom, idTo);
  }

  /** One more member of an object: `,"name":` and a text, a number or a truth value. */
  #member(): boolean {
    const scan = this.#scan;
    if (!scan.byte(COMMA) || !scan.byte(QUOTE)) return false;
    const from = scan.at;
    if (!scan.text() || isKnownName(scan.bytes, from, scan.at - 1) || !scan.byte(COLON)) return false;
    if (scan.byte(QUOTE)) return scan.text();
    return scan.short(TRUE) || scan.short(FALSE) || scan.skipWhole();
  }

  /** Type and time of sending, in either order: both are seen. */
  #head(): boolean {
    const scan = this.#scan;
    if (scan.words(DELTA_SENT)) {
      this.snapshot = false;
      return scan.epochMs(this.#numbers, SENT_MS);
    }
    const sentFirst = scan.short(SENT);
    if (sentFirst && !scan.epochMs(this.#numbers, SENT_MS)) return false;
    this.snapshot = false;
    if (!scan.words(DELTA)) {
      if (!scan.words(SNAPSHOT)) return false;
      this.snapshot = true;
    }
    return sentFirst || (scan.short(SENT) && scan.epochMs(this.#numbers, SENT_MS));
  }
}

/** A name the scanner reads by place has one letter: a second one of it would overrule the first. */
const isKnownName = (_bytes: Uint8Array, from: number, to: number): boolean => to - from <= 1;

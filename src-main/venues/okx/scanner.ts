import { ASK, BID, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import { TRADE_PRICE, TRADE_SIZE, TRADE_TIME_MS } from '../kit/decoder.ts';
import { scanPairs } from '../kit/pairs.ts';
import { literal } from '../kit/scan.ts';
import { ShortName } from '../kit/short-name.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import type { FrameTrades } from '../kit/trades.ts';
import type { FrameUpdate } from '../kit/update.ts';
import { WideScan, Words } from '../kit/wide-scan.ts';
import { SWAPS_OF_INDEX } from './names.ts';

const CHANNEL = new Words('{"arg":{"channel":"');
const BOOKS = new Words('{"arg":{"channel":"books","instId":"');
const TRADES = new Words('trades","instId":"');
const MARK = new Words('mark-price","instId":"');
const INDEX = new Words('index-tickers","instId":"');

const UPDATE = new Words('},"action":"update","data":[{"asks":');
const SNAPSHOT = new Words('},"action":"snapshot","data":[{"asks":');
const BIDS = new ShortName(',"bids":');
const TIME = new ShortName('"ts":"');
const USUAL_TIME = new ShortName(',"ts":"');
const USUAL_SEQUENCE = new Words('","checksum":0,"seqId":');
const USUAL_PREVIOUS = new Words(',"prevSeqId":');
const CHECKSUM = new Words('"checksum":0');
const SEQUENCE_ID = new ShortName('"seqId":');
const PREVIOUS_ID = new Words('"prevSeqId":');
const FIRST = literal('-1');
const INSTRUMENT = new Words('"instId":"');

const ROWS = new Words('},"data":[');
const TRADE_ID = new Words('"tradeId":"');
const PRICE = new ShortName('"px":"');
const SIZE = new ShortName('"sz":"');
const SIDE = new ShortName('"side":"');
const BUY = new ShortName('buy"');
const SELL = new ShortName('sell"');
const MARK_PRICE = new Words('"markPx":"');
const INDEX_PRICE = new Words('"idxPx":"');
const END_OF_ROW = literal('}]}');
const END_OF_ROWS = literal(']}');

const SWAP_ENDINGS = SWAPS_OF_INDEX.map(literal);
const LONGEST_NAME = 64;

/** Places in {@link OkxScanner.numbers}. The sequence number that the last book follows on; NaN where it tells none. */
export const PREVIOUS = 0 as const;
/** The price of the last mark or index. */
export const VALUE = 1 as const;
/** Of the last trade, mark or index, epoch ms. */
export const TIME_MS = 2 as const;
const SKIPPED = 3;
export const NUMBERS = 4;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** What {@link OkxScanner.open} found a frame to be. */
export const OTHER = 0 as const;
export const BOOK_FRAME = 1 as const;
export const TRADES_FRAME = 2 as const;
export const MARK_FRAME = 3 as const;
export const INDEX_FRAME = 4 as const;

/**
 * OKX's frames of the usual shape, read from their bytes. Members of one level of an object are taken in any order: what
 * the documentation shows and what the venue sends are not the same order, and a repeated member counts last, as in JSON.
 */
export class OkxScanner {
  readonly #tracks: TrackTable;
  readonly #update: FrameUpdate;
  readonly #scan = new WideScan();
  readonly #name = new Uint8Array(LONGEST_NAME);

  /** What was read beside levels and trades. */
  readonly numbers = new Float64Array(NUMBERS);

  /** Whether the last book was a snapshot. */
  snapshot = false;

  constructor(tracks: TrackTable, update: FrameUpdate) {
    this.#tracks = tracks;
    this.#update = update;
  }

  /** Reads up to the name of the instrument; the reader of that kind of frame goes on from there. */
  open(frame: Uint8Array): number {
    const scan = this.#scan;
    scan.open(frame);
    if (scan.words(BOOKS)) return BOOK_FRAME;
    if (!scan.words(CHANNEL)) return OTHER;
    if (scan.words(TRADES)) return TRADES_FRAME;
    if (scan.words(MARK)) return MARK_FRAME;
    return scan.words(INDEX) ? INDEX_FRAME : OTHER;
  }

  /** The book a frame is about, its levels and stamps in the update; `undefined` for what the slow path must read. */
  book(monoMs: number): Track | undefined {
    const scan = this.#scan;
    const update = this.#update;
    const track = this.#named();
    if (track === undefined) return undefined;
    this.snapshot = false;
    if (!scan.words(UPDATE)) {
      if (!scan.words(SNAPSHOT)) return undefined;
      this.snapshot = true;
    }
    update.clear();
    if (!scanPairs(scan, update, ASK, 2) || !scan.short(BIDS) || !scanPairs(scan, update, BID, 2)) return undefined;
    if (!this.#usualTail() && !this.#otherTail()) return undefined;
    const { numbers } = this;
    const { stamps } = update;
    // A missing number is NaN and fails the comparison.
    if (!((stamps[VENUE_TIME_MS] as number) > 0) || !((stamps[SEQUENCE] as number) >= 0)) return undefined;
    if (!this.snapshot && !((numbers[PREVIOUS] as number) >= -1)) return undefined;
    stamps[MONO_MS] = monoMs;
    return track;
  }

  /** The instrument a frame of trades is about, the trades in `trades`; `undefined` for what the slow path must read. */
  trades(trades: FrameTrades): Track | undefined {
    const scan = this.#scan;
    const track = this.#named();
    if (track === undefined || !scan.words(ROWS)) return undefined;
    trades.clear();
    do {
      if (!this.#trade(track, trades)) return undefined;
    } while (scan.byte(COMMA));
    return scan.literal(END_OF_ROWS) && scan.done ? track : undefined;
  }

  /** The instrument whose mark the frame tells. */
  mark(): Track | undefined {
    const track = this.#named();
    return track !== undefined && this.#reference(MARK_PRICE) ? track : undefined;
  }

  /** The swap whose index the frame tells. */
  index(): Track | undefined {
    const scan = this.#scan;
    const from = scan.at;
    if (!scan.text()) return undefined;
    const track = this.#onIndex(from, scan.at - 1);
    return track !== undefined && this.#reference(INDEX_PRICE) ? track : undefined;
  }

  /** What follows the levels, as the venue sends it. */
  #usualTail(): boolean {
    const scan = this.#scan;
    const { stamps } = this.#update;
    const start = scan.at;
    const isUsual =
      scan.short(USUAL_TIME) &&
      scan.epochMs(stamps, VENUE_TIME_MS) &&
      scan.words(USUAL_SEQUENCE) &&
      scan.whole(stamps, SEQUENCE) &&
      scan.words(USUAL_PREVIOUS) &&
      this.#previous() &&
      scan.literal(END_OF_ROW) &&
      scan.done;
    if (!isUsual) scan.at = start;
    return isUsual;
  }

  /** What follows the levels, in any other order. */
  #otherTail(): boolean {
    const scan = this.#scan;
    const { stamps } = this.#update;
    stamps[VENUE_TIME_MS] = Number.NaN;
    stamps[SEQUENCE] = Number.NaN;
    this.numbers[PREVIOUS] = Number.NaN;
    while (scan.byte(COMMA)) if (!this.#bookMember()) return false;
    return scan.literal(END_OF_ROW) && scan.done;
  }

  #previous(): boolean {
    const scan = this.#scan;
    if (!scan.literal(FIRST)) return scan.whole(this.numbers, PREVIOUS);
    this.numbers[PREVIOUS] = -1;
    return scan.next === COMMA || scan.next === CLOSE_BRACE;
  }

  #bookMember(): boolean {
    const scan = this.#scan;
    const { stamps } = this.#update;
    if (scan.short(TIME)) return scan.whole(stamps, VENUE_TIME_MS) && scan.byte(QUOTE);
    if (scan.short(SEQUENCE_ID)) return scan.whole(stamps, SEQUENCE);
    if (scan.words(PREVIOUS_ID)) return this.#previous();
    // Any checksum but 0, which is none, is for the slow path to compare.
    if (scan.words(CHECKSUM)) return scan.next === COMMA || scan.next === CLOSE_BRACE;
    return scan.words(INSTRUMENT) && scan.text();
  }

  #trade(track: Track, trades: FrameTrades): boolean {
    const scan = this.#scan;
    const { place } = trades;
    const { values } = trades;
    let side = -1;
    let idFrom = -1;
    let idTo = -1;
    let isOwn = false;
    values[place + TRADE_PRICE] = Number.NaN;
    values[place + TRADE_SIZE] = Number.NaN;
    values[place + TRADE_TIME_MS] = Number.NaN;
    if (!scan.byte(OPEN_BRACE)) return false;
    do {
      if (scan.words(INSTRUMENT)) {
        if (!scan.literal(track.symbolBytes) || !scan.byte(QUOTE)) return false;
        isOwn = true;
      } else if (scan.words(TRADE_ID)) {
        idFrom = scan.at;
        if (!scan.text()) return false;
        idTo = scan.at - 1;
      } else if (scan.short(PRICE)) {
        if (!scan.decimal(values, place + TRADE_PRICE) || !scan.byte(QUOTE)) return false;
      } else if (scan.short(SIZE)) {
        if (!scan.decimal(values, place + TRADE_SIZE) || !scan.byte(QUOTE)) return false;
      } else if (scan.short(TIME)) {
        if (!scan.whole(values, place + TRADE_TIME_MS) || !scan.byte(QUOTE)) return false;
      } else if (scan.short(SIDE)) {
        side = scan.short(BUY) ? 1 : 0;
        if (side === 0 && !scan.short(SELL)) return false;
      } else if (!this.#otherMember()) return false;
    } while (scan.byte(COMMA));
    if (!scan.byte(CLOSE_BRACE) || !isOwn || side < 0 || idFrom < 0) return false;
    this.numbers[TIME_MS] = values[place + TRADE_TIME_MS] as number;
    return trades.take(side === 1, idFrom, idTo);
  }

  /** `},"data":[{…}]}` with this price and the time in it. */
  #reference(price: Words): boolean {
    const scan = this.#scan;
    const numbers = this.numbers;
    numbers[VALUE] = Number.NaN;
    numbers[TIME_MS] = Number.NaN;
    if (!scan.words(ROWS) || !scan.byte(OPEN_BRACE)) return false;
    do {
      if (scan.words(price)) {
        if (!scan.decimal(numbers, VALUE) || !scan.byte(QUOTE)) return false;
      } else if (scan.short(TIME)) {
        if (!scan.whole(numbers, TIME_MS) || !scan.byte(QUOTE)) return false;
      } else if (!this.#otherMember()) return false;
    } while (scan.byte(COMMA));
    if (!scan.literal(END_OF_ROW) || !scan.done) return false;
    return (numbers[VALUE] as number) > 0 && (numbers[TIME_MS] as number) > 0;
  }

  /**
   * A member that decides nothing: a name with a text, or the sequence number of a trade. A known name cannot hide here:
   * with a text it is read above, and with anything else it is not accepted.
   */
  #otherMember(): boolean {
    const scan = this.#scan;
    if (scan.short(SEQUENCE_ID)) return scan.whole(this.numbers, SKIPPED);
    return scan.byte(QUOTE) && scan.text() && scan.byte(COLON) && scan.byte(QUOTE) && scan.text();
  }

  /** The track of the name that follows, up to its closing quote. */
  #named(): Track | undefined {
    return this.#scan.named(this.#tracks, QUOTE);
  }

  /** The swap on the index of this name. */
  #onIndex(from: number, to: number): Track | undefined {
    const { bytes } = this.#scan;
    const name = this.#name;
    const length = to - from;
    for (let ending = 0; ending < SWAP_ENDINGS.length; ending += 1) {
      const added = SWAP_ENDINGS[ending] as Uint8Array;
      if (length + added.length > LONGEST_NAME) return undefined;
      for (let at = 0; at < length; at += 1) name[at] = bytes[from + at] as number;
      for (let at = 0; at < added.length; at += 1) name[length + at] = added[at] as number;
      const track = this.#tracks.find(name, 0, length + added.length);
      if (track !== undefined) return track;
    }
    return undefined;
  }
}

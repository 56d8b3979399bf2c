import { ASK, BID, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import { TRADE_PRICE, TRADE_SIZE, TRADE_TIME_MS } from '../kit/decoder.ts';
import { scanPairs } from '../kit/pairs.ts';
import { ShortName } from '../kit/short-name.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import type { FrameTrades } from '../kit/trades.ts';
import type { FrameUpdate } from '../kit/update.ts';
import { WideScan, Words } from '../kit/wide-scan.ts';

const DEPTH = new Words('{"e":"depthUpdate","E":');
const SPOT_TRADE = new Words('{"e":"trade","E":');
const PERP_TRADE = new Words('{"e":"aggTrade","E":');
const TIME = new ShortName(',"T":');
const SYMBOL = new ShortName(',"s":"');
const PAIR = new ShortName(',"ps":"');
const FIRST_ID = new ShortName(',"U":');
const LAST_ID = new ShortName(',"u":');
const PREVIOUS_ID = new ShortName(',"pu":');
const BIDS = new ShortName(',"b":');
const ASKS = new ShortName(',"a":');
const TRADE_ID = new ShortName(',"t":');
const PRICE = new ShortName(',"p":"');
const SIZE = new ShortName('","q":"');
const NORMAL_SIZE = new ShortName(',"nq":"');
const FIRST_FILL = new ShortName(',"f":');
const LAST_FILL = new ShortName(',"l":');
const MAKER_BOUGHT = new Words(',"m":true');
const MAKER_SOLD = new Words(',"m":false');
const TRUE = new ShortName('true');
const FALSE = new ShortName('false');
const QUOTE = 34;
const COLON = 58;
const COMMA = 44;
const CLOSING_BRACE = 125;
const CAPITAL_M = 77;
const LOWER_P = 112;
const LOWER_U = 117;

/** Places in {@link BinanceScanner.span}: the first update id of a delta, and the last one of the delta before. */
export const FIRST = 0 as const;
export const PREVIOUS = 1 as const;

/** Binance's frames of the usual shape, read from their bytes. */
export class BinanceScanner {
  readonly #tracks: TrackTable;
  readonly #perp: boolean;
  readonly #update: FrameUpdate;
  readonly #scan = new WideScan();
  /** When the last frame was sent, and a number that decides nothing. */
  readonly #numbers = new Float64Array(2);
  /** Of the last delta; its last id is the sequence among the stamps of the update. */
  readonly span: Float64Array;

  constructor(tracks: TrackTable, perp: boolean, update: FrameUpdate, span: Float64Array) {
    this.#tracks = tracks;
    this.#perp = perp;
    this.#update = update;
    this.span = span;
  }

  /** The book a frame is about, its levels and stamps in the update; `undefined` for what the slow path must read. */
  depth(frame: Uint8Array, monoMs: number): Track | undefined {
    const scan = this.#scan;
    const update = this.#update;
    const { stamps } = update;
    scan.open(frame);
    if (!scan.words(DEPTH)) return undefined;
    update.clear();
    // Perpetuals: when it was matched, which tells the whole lag; `E` is when it was sent.
    if (this.#perp && !(scan.skipWhole() && scan.short(TIME))) return undefined;
    if (!scan.epochMs(stamps, VENUE_TIME_MS) || !scan.short(SYMBOL)) return undefined;
    const track = scan.named(this.#tracks, QUOTE);
    if (track === undefined || !this.#ids()) return undefined;
    if (!scan.short(BIDS) || !scanPairs(scan, update, BID, 0)) return undefined;
    if (!scan.short(ASKS) || !scanPairs(scan, update, ASK, 0) || !this.#ends()) return undefined;
    stamps[MONO_MS] = monoMs;
    return track;
  }

  /** The instrument a trade is of, the trade in `trades`; `undefined` for what the slow path must read. */
  trade(frame: Uint8Array, trades: FrameTrades): Track | undefined {
    const scan = this.#scan;
    const numbers = this.#numbers;
    scan.open(frame);
    if (!scan.words(this.#perp ? PERP_TRADE : SPOT_TRADE)) return undefined;
    if (!scan.whole(numbers, 0) || !((numbers[0] as number) > 0)) return undefined;
    trades.clear();
    return this.#perp ? this.#perpTrade(trades) : this.#spotTrade(trades);
  }

  /** When the last trade was sent, epoch ms. */
  get sentMs(): number {
    return this.#numbers[0] as number;
  }

  /** The update ids of a depth frame. */
  #ids(): boolean {
    const scan = this.#scan;
    const { span } = this;
    const { stamps } = this.#update;
    if (this.#perp && scan.short(PAIR) && !scan.text()) return false;
    if (!scan.short(FIRST_ID) || !scan.whole(span, FIRST)) return false;
    if (!scan.short(LAST_ID) || !scan.whole(stamps, SEQUENCE)) return false;
    if (this.#perp && !(scan.short(PREVIOUS_ID) && scan.whole(span, PREVIOUS))) return false;
    if (!this.#perp) span[PREVIOUS] = (span[FIRST] as number) - 1;
    const last = stamps[SEQUENCE] as number;
    return (span[FIRST] as number) <= last && (span[PREVIOUS] as number) < last;
  }

  #spotTrade(trades: FrameTrades): Track | undefined {
    const scan = this.#scan;
    if (!scan.short(SYMBOL)) return undefined;
    const track = scan.named(this.#tracks, QUOTE);
    if (track === undefined || !scan.short(TRADE_ID)) return undefined;
    const idFrom = scan.at;
    if (!scan.whole(this.#numbers, 1)) return undefined;
    const idTo = scan.at;
    return this.#bargain(trades) && this.#ended(trades, idFrom, idTo) ? track : undefined;
  }

  #perpTrade(trades: FrameTrades): Track | undefined {
    const scan = this.#scan;
    if (!scan.short(ASKS)) return undefined;
    const idFrom = scan.at;
    if (!scan.whole(this.#numbers, 1)) return undefined;
    const idTo = scan.at;
    if (!scan.short(SYMBOL)) return undefined;
    const track = scan.named(this.#tracks, QUOTE);
    if (track === undefined || !this.#bargain(trades)) return undefined;
    if (scan.short(NORMAL_SIZE) && !scan.text()) return undefined;
    if (!scan.short(FIRST_FILL) || !scan.whole(this.#numbers, 1)) return undefined;
    if (!scan.short(LAST_FILL) || !scan.whole(this.#numbers, 1)) return undefined;
    return this.#ended(trades, idFrom, idTo) ? track : undefined;
  }

  /** Price and size. */
  #bargain(trades: FrameTrades): boolean {
    const scan = this.#scan;
    const { place } = trades;
    const { values } = trades;
    if (!scan.short(PRICE) || !scan.decimal(values, place + TRADE_PRICE)) return false;
    return scan.short(SIZE) && scan.decimal(values, place + TRADE_SIZE) && scan.byte(QUOTE);
  }

  /** Time and side; the taker sold where the buyer was the maker. */
  #ended(trades: FrameTrades, idFrom: number, idTo: number): boolean {
    const scan = this.#scan;
    if (!scan.short(TIME) || !scan.whole(trades.values, trades.place + TRADE_TIME_MS)) return false;
    const sold = scan.words(MAKER_BOUGHT);
    if (!sold && !scan.words(MAKER_SOLD)) return false;
    return this.#ends() && trades.take(!sold, idFrom, idTo);
  }

  /** The frame ends here, after members that decide nothing. */
  #ends(): boolean {
    const scan = this.#scan;
    while (scan.next === COMMA) if (!this.#member()) return false;
    return scan.byte(CLOSING_BRACE) && scan.done;
  }

  /** `,"name":` and a text, a number or a truth value, unless a name that was read by place comes a second time. */
  #member(): boolean {
    const scan = this.#scan;
    if (!scan.byte(COMMA) || !scan.byte(QUOTE)) return false;
    const from = scan.at;
    if (!scan.text() || this.#decides(from, scan.at - 1) || !scan.byte(COLON)) return false;
    if (scan.byte(QUOTE)) return scan.text();
    return scan.short(TRUE) || scan.short(FALSE) || scan.whole(this.#numbers, 1);
  }

  /** Every name that is read has one letter, or is `pu`. Spot's `M` is of no use, and usual. */
  #decides(from: number, to: number): boolean {
    const { bytes } = this.#scan;
    if (to - from === 1) return bytes[from] !== CAPITAL_M;
    return to - from < 1 || (to - from === 2 && bytes[from] === LOWER_P && bytes[from + 1] === LOWER_U);
  }
}

import { ASK, BID, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import { TRADE_PRICE, TRADE_SIZE, TRADE_TIME_MS } from '../kit/decoder.ts';
import { literal } from '../kit/scan.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import type { FrameTrades } from '../kit/trades.ts';
import type { FrameUpdate } from '../kit/update.ts';
import { WideScan, Words } from '../kit/wide-scan.ts';
import { scanLevels } from './levels.ts';

const BOOK = new Words('{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.');
const TRADES = new Words('{"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.');
const BOOK_DATA = new Words('100ms","data":{"timestamp":');
const TRADE_ROWS = new Words('100ms","data":[');
const CHANGE = new Words(',"type":"change","change_id":');
const SNAPSHOT = new Words(',"type":"snapshot","change_id":');
const NAME = new Words(',"instrument_name":"');
const BIDS = new Words('","bids":[');
const ASKS = new Words(',"asks":[');
const PREVIOUS = new Words(',"prev_change_id":');
const END_OF_BOOK = literal('}}}');
const TRADE = new Words('{"timestamp":');
const TRADE_AT_PRICE = new Words(',"price":');
const BOUGHT = new Words(',"direction":"buy","index_price":');
const SOLD = new Words(',"direction":"sell","index_price":');
const TRADE_SEQUENCE = new Words('","trade_seq":');
const TRADE_OF = new Words(',"amount":');
const MARK = new Words(',"mark_price":');
const TICK = new Words(',"tick_direction":');
const TRADE_ID = new Words(',"trade_id":"');
const CONTRACTS = new Words(',"contracts":');
const END_OF_TRADES = literal(']}}');
const TEST_REQUEST = new Words('{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}');
const HEARTBEAT = new Words('{"params":{"type":"heartbeat"},"method":"heartbeat","jsonrpc":"2.0"}');
const TESTED = new Words('{"jsonrpc":"2.0","id":0,"result":{"version":"');
const TAKEN_IN = new Words('"},"usIn":');
const LET_OUT = new Words(',"usOut":');
const TOOK = new Words(',"usDiff":');
const NOT_A_TEST = new Words(',"testnet":false}');
/** Places of numbers read on the way. */
const LAST_TRADE = 0;
const THIS_TRADE = 1;
const IGNORED = 2;
const POINT = 46;
const COMMA = 44;
const CLOSING_BRACE = 125;

/** The gateway's frames of the usual shape, read from their bytes. */
export class GatewayScanner {
  readonly #tracks: TrackTable;
  readonly #update: FrameUpdate;
  readonly #scan = new WideScan();
  readonly #previous: Float64Array;
  readonly #numbers = new Float64Array(3);

  /** Where the name of the instrument stands in a frame of trades. */
  #nameFrom = 0;
  #nameTo = 0;

  /** What the last book was, and whether it was a snapshot. */
  snapshot = false;

  /** `previous[0]` takes the `prev_change_id` of each change: a number that is handed over would be garbage. */
  constructor(tracks: TrackTable, update: FrameUpdate, previous: Float64Array) {
    this.#tracks = tracks;
    this.#update = update;
    this.#previous = previous;
  }

  /** The book a frame is about, its levels and stamps in the update; `undefined` for what the slow path must read. */
  book(frame: Uint8Array, monoMs: number): Track | undefined {
    const scan = this.#scan;
    const update = this.#update;
    const { stamps } = update;
    scan.open(frame);
    if (!scan.words(BOOK)) return undefined;
    const nameFrom = scan.at;
    const track = scan.named(this.#tracks, POINT);
    const nameTo = scan.at - 1;
    if (track === undefined || !scan.words(BOOK_DATA) || !scan.epochMs(stamps, VENUE_TIME_MS)) return undefined;
    this.snapshot = false;
    if (!scan.words(CHANGE)) {
      if (!scan.words(SNAPSHOT)) return undefined;
      this.snapshot = true;
    }
    if (!scan.whole(stamps, SEQUENCE) || !scan.words(NAME) || !scan.again(nameFrom, nameTo)) return undefined;
    update.count = 0;
    if (!scan.words(BIDS) || !scanLevels(scan, update, BID)) return undefined;
    if (!scan.words(ASKS) || !scanLevels(scan, update, ASK)) return undefined;
    if (!this.snapshot && (!scan.words(PREVIOUS) || !scan.whole(this.#previous, 0))) return undefined;
    if (!scan.literal(END_OF_BOOK) || !scan.done) return undefined;
    stamps[MONO_MS] = monoMs;
    return track;
  }

  /** The instrument a frame of trades is about, the trades in `trades`; `undefined` for what the slow path must read. */
  trades(frame: Uint8Array, trades: FrameTrades): Track | undefined {
    const scan = this.#scan;
    const numbers = this.#numbers;
    scan.open(frame);
    if (!scan.words(TRADES)) return undefined;
    this.#nameFrom = scan.at;
    const track = scan.named(this.#tracks, POINT);
    this.#nameTo = scan.at - 1;
    if (track === undefined || !scan.words(TRADE_ROWS)) return undefined;
    trades.clear();
    numbers[LAST_TRADE] = -1;
    do {
      if (!this.#trade(trades)) return undefined;
    } while (scan.byte(COMMA));
    return scan.literal(END_OF_TRADES) && scan.done ? track : undefined;
  }

  /** A heartbeat, or the answer to a `public/test`. */
  alive(frame: Uint8Array): boolean {
    const scan = this.#scan;
    scan.open(frame);
    if (scan.words(TEST_REQUEST) || scan.words(HEARTBEAT)) return scan.done;
    // The text ends with the quote that begins the next name.
    if (!scan.words(TESTED) || !scan.text()) return false;
    scan.at -= 1;
    if (!scan.words(TAKEN_IN) || !scan.skipWhole() || !scan.words(LET_OUT) || !scan.skipWhole()) return false;
    return scan.words(TOOK) && scan.skipWhole() && scan.words(NOT_A_TEST) && scan.done;
  }

  #trade(trades: FrameTrades): boolean {
    const scan = this.#scan;
    const numbers = this.#numbers;
    const { place } = trades;
    const { values } = trades;
    if (!scan.words(TRADE) || !scan.epochMs(values, place + TRADE_TIME_MS)) return false;
    if (!scan.words(TRADE_AT_PRICE) || !scan.real(values, place + TRADE_PRICE)) return false;
    const bought = scan.words(BOUGHT);
    if (!bought && !scan.words(SOLD)) return false;
    if (!scan.real(numbers, IGNORED) || !scan.words(NAME) || !scan.again(this.#nameFrom, this.#nameTo)) return false;
    if (!scan.words(TRADE_SEQUENCE)) return false;
    const idFrom = scan.at;
    // The oldest comes first; other orders are for the slow path to sort.
    if (!scan.whole(numbers, THIS_TRADE) || !((numbers[THIS_TRADE] as number) > (numbers[LAST_TRADE] as number))) {
      return false;
    }
    const idTo = scan.at;
    numbers[LAST_TRADE] = numbers[THIS_TRADE] as number;
    if (!scan.words(TRADE_OF) || !scan.real(values, place + TRADE_SIZE)) return false;
    if (!scan.words(MARK) || !scan.real(numbers, IGNORED) || !scan.words(TICK) || !scan.skipWhole()) return false;
    if (!scan.words(TRADE_ID) || !scan.text()) return false;
    if (scan.words(CONTRACTS) && !scan.real(numbers, IGNORED)) return false;
    return scan.byte(CLOSING_BRACE) && trades.take(bought, idFrom, idTo);
  }
}

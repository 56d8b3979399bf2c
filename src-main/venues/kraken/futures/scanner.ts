import { ASK, BID, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import { TRADE_PRICE, TRADE_SIZE, TRADE_TIME_MS } from '../../kit/decoder.ts';
import { readNumber } from '../../kit/json-number.ts';
import { readShort, ShortName } from '../../kit/short-name.ts';
import type { Track, TrackTable } from '../../kit/track.ts';
import type { FrameTrades } from '../../kit/trades.ts';
import type { FrameUpdate } from '../../kit/update.ts';
import { FrameBytes, Name, readName } from '../frame-bytes.ts';
import { readLevels } from '../levels.ts';
import { EpochReader, readText, readWhole } from '../read.ts';
import { TrackFinder } from '../track-finder.ts';

const DELTA = new Name('{"feed":"book","product_id":"');
const BUY = new Name(',"side":"buy","seq":');
const SELL = new Name(',"side":"sell","seq":');
const PRICE = new Name(',"price":');
const SIZE = new ShortName(',"qty":');
const TIMESTAMP = new Name(',"timestamp":');
const SNAPSHOT = new Name('{"feed":"book_snapshot","product_id":"');
const SEQUENCE_NUMBER = new ShortName(',"seq":');
const TICK_AND_BIDS = new Name(',"tickSize":null,"bids":');
const ASKS = new ShortName(',"asks":');
const TRADE = new Name('{"product_id":"');
const TRADE_ID = new Name(',"feed":"trade","uid":"');
const TAKER_BUYS = new Name(',"side":"buy","type":"fill","time":');
const TAKER_SELLS = new Name(',"side":"sell","type":"fill","time":');
/** Where in {@link BUY} and {@link SELL} the side begins. */
const SIDE = 9;
const LETTER_B = 98;
const CLOSING_BRACE = 125;

/** Frames of Kraken Futures of the usual shape, read from their bytes. */
export class FuturesScanner {
  readonly #tracks: TrackFinder;
  readonly #update: FrameUpdate;
  readonly #frame = new FrameBytes();
  readonly #epoch = new EpochReader();
  readonly #number = new Float64Array(1);

  constructor(tracks: TrackTable, update: FrameUpdate) {
    this.#tracks = new TrackFinder(tracks);
    this.#update = update;
  }

  /** Takes the frame that the readers are then asked for. */
  open(frame: Uint8Array): void {
    this.#frame.open(frame);
  }

  /** The book a delta is about, its level and stamps in the update; `undefined` for what the slow path must read. */
  delta(monoMs: number): Track | undefined {
    const frame = this.#frame;
    const { bytes, view, length } = frame;
    const name = readName(view, 0, DELTA);
    const track = name < 0 ? undefined : this.#tracks.find(frame, name);
    if (track === undefined) return undefined;
    let at = this.#tracks.end;
    const update = this.#update;
    const { stamps, prices, sizes } = update;
    update.clear();
    const buy = bytes[at + SIDE] === LETTER_B;
    at = readName(view, at, buy ? BUY : SELL);
    if (at >= 0) at = readWhole(frame, at, stamps, SEQUENCE);
    if (at >= 0) at = readName(view, at, PRICE);
    if (at >= 0) at = readNumber(bytes, at, prices, 0);
    if (at >= 0) at = readShort(view, at, SIZE);
    if (at >= 0) at = readNumber(bytes, at, sizes, 0);
    if (at >= 0) at = readName(view, at, TIMESTAMP);
    if (at >= 0) at = this.#epoch.read(frame, at, stamps, VENUE_TIME_MS);
    if (at !== length - 1 || bytes[at] !== CLOSING_BRACE) return undefined;
    if (!((stamps[VENUE_TIME_MS] as number) > 0) || !update.take(buy ? BID : ASK)) return undefined;
    stamps[MONO_MS] = monoMs;
    return track;
  }

  /** {@link delta} of a snapshot. */
  snapshot(monoMs: number): Track | undefined {
    const frame = this.#frame;
    const { bytes, view, length } = frame;
    const name = readName(view, 0, SNAPSHOT);
    const track = name < 0 ? undefined : this.#tracks.find(frame, name);
    if (track === undefined) return undefined;
    let at = this.#tracks.end;
    const update = this.#update;
    const { stamps } = update;
    update.clear();
    at = readName(view, at, TIMESTAMP);
    if (at >= 0) at = this.#epoch.read(frame, at, stamps, VENUE_TIME_MS);
    if (at >= 0) at = readShort(view, at, SEQUENCE_NUMBER);
    if (at >= 0) at = readWhole(frame, at, stamps, SEQUENCE);
    if (at >= 0) at = readName(view, at, TICK_AND_BIDS);
    if (at >= 0) at = readLevels(frame, at, update, BID);
    if (at >= 0) at = readShort(view, at, ASKS);
    if (at >= 0) at = readLevels(frame, at, update, ASK);
    if (at !== length - 1 || bytes[at] !== CLOSING_BRACE) return undefined;
    if (!((stamps[VENUE_TIME_MS] as number) > 0)) return undefined;
    stamps[MONO_MS] = monoMs;
    return track;
  }

  /** The instrument whose trade the frame tells, in `trades`; `undefined` for what the slow path must read. */
  trade(trades: FrameTrades): Track | undefined {
    const frame = this.#frame;
    const { bytes, view, length } = frame;
    const name = readName(view, 0, TRADE);
    const track = name < 0 ? undefined : this.#tracks.find(frame, name);
    if (track === undefined) return undefined;
    const idFrom = readName(view, this.#tracks.end, TRADE_ID);
    let at = idFrom < 0 ? -1 : readText(bytes, idFrom);
    const idTo = at - 1;
    if (idTo <= idFrom) return undefined;
    trades.clear();
    const { place } = trades;
    const { values } = trades;
    const head = at;
    at = readName(view, head, TAKER_BUYS);
    const buy = at >= 0;
    if (!buy) at = readName(view, head, TAKER_SELLS);
    if (at >= 0) at = this.#epoch.read(frame, at, values, place + TRADE_TIME_MS);
    if (at >= 0) at = readShort(view, at, SIZE);
    if (at >= 0) at = readNumber(bytes, at, values, place + TRADE_SIZE);
    if (at >= 0) at = readName(view, at, PRICE);
    if (at >= 0) at = readNumber(bytes, at, values, place + TRADE_PRICE);
    if (at >= 0) at = readShort(view, at, SEQUENCE_NUMBER);
    if (at >= 0) at = readWhole(frame, at, this.#number, 0);
    if (at !== length - 1 || bytes[at] !== CLOSING_BRACE) return undefined;
    return trades.take(buy, idFrom, idTo) ? track : undefined;
  }
}

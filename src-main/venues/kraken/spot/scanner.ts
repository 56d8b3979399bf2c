import { ASK, BID, MONO_MS, VENUE_TIME_MS } from '#engine/ports';
import { TRADE_PRICE, TRADE_SIZE, TRADE_TIME_MS } from '../../kit/decoder.ts';
import { readNumber } from '../../kit/json-number.ts';
import { readShort, ShortName } from '../../kit/short-name.ts';
import type { Track, TrackTable } from '../../kit/track.ts';
import type { FrameTrades } from '../../kit/trades.ts';
import type { FrameUpdate } from '../../kit/update.ts';
import { FrameBytes, Name, readName } from '../frame-bytes.ts';
import { readLevels } from '../levels.ts';
import { readBytes, readText, readWhole } from '../read.ts';
import { TrackFinder } from '../track-finder.ts';
import { InstantReader } from './instant.ts';

const UPDATE = new Name('{"channel":"book","type":"update","data":[{"symbol":"');
const SNAPSHOT = new Name('{"channel":"book","type":"snapshot","data":[{"symbol":"');
const BIDS = new ShortName(',"bids":');
const ASKS = new ShortName(',"asks":');
const CHECKSUM = new Name(',"checksum":');
const TIMESTAMP = new Name(',"timestamp":"');
const END = new ShortName('"}]}');
const TRADES = new Name('{"channel":"trade","type":"update","data":[{"symbol":"');
const NEXT_TRADE = new Name(',{"symbol":"');
const TRADE_SIDE = new Name('","side":"');
const BUY = new Name('buy","price":');
const SELL = new Name('sell","price":');
const SIZE = new ShortName(',"qty":');
const ORDER_TYPE = new Name(',"ord_type":"');
const TRADE_ID = new Name(',"trade_id":');
const QUOTE = 34;
const COMMA = 44;
const CLOSE = 93;
const CLOSING_BRACE = 125;
const LARGEST_CHECKSUM = 0xffffffff;

/** Frames of Kraken's spot WebSocket v2 of the usual shape, read from their bytes. */
export class SpotScanner {
  readonly #tracks: TrackFinder;
  readonly #update: FrameUpdate;
  readonly #checksum: Float64Array;
  readonly #frame = new FrameBytes();
  readonly #instant = new InstantReader();
  readonly #number = new Float64Array(1);

  /** Whether the last book was a snapshot. */
  snapshot = false;

  /** The checksum of each book is left in `checksum[0]`. */
  constructor(tracks: TrackTable, update: FrameUpdate, checksum: Float64Array) {
    this.#tracks = new TrackFinder(tracks);
    this.#update = update;
    this.#checksum = checksum;
  }

  /** Takes the frame that the readers are then asked for. */
  open(frame: Uint8Array): void {
    this.#frame.open(frame);
  }

  /** The book the frame is about, its levels and stamps in the update; `undefined` for what the slow path must read. */
  book(monoMs: number): Track | undefined {
    const frame = this.#frame;
    const { view } = frame;
    const update = this.#update;
    const { stamps } = update;
    this.snapshot = false;
    let name = readName(view, 0, UPDATE);
    if (name < 0) {
      name = readName(view, 0, SNAPSHOT);
      this.snapshot = true;
    }
    if (name < 0) return undefined;
    const track = this.#tracks.find(frame, name);
    if (track === undefined) return undefined;
    update.clear();
    let at = readShort(view, this.#tracks.end, BIDS);
    if (at >= 0) at = readLevels(frame, at, update, BID);
    if (at >= 0) at = readShort(view, at, ASKS);
    if (at >= 0) at = readLevels(frame, at, update, ASK);
    if (at >= 0) at = readName(view, at, CHECKSUM);
    if (at >= 0) at = readWhole(frame, at, this.#checksum, 0);
    if (at >= 0) at = readName(view, at, TIMESTAMP);
    if (at >= 0) at = this.#instant.read(frame, at, stamps, VENUE_TIME_MS);
    if (at >= 0) at = readShort(view, at, END);
    if (at !== frame.length || !((this.#checksum[0] as number) <= LARGEST_CHECKSUM)) return undefined;
    stamps[MONO_MS] = monoMs;
    return track;
  }

  /** The pair whose trades the frame tells, in `trades`; `undefined` for what the slow path must read. */
  trades(trades: FrameTrades): Track | undefined {
    const frame = this.#frame;
    const { bytes, view, length } = frame;
    let at = readName(view, 0, TRADES);
    if (at < 0) return undefined;
    const track = this.#tracks.find(frame, at);
    if (track === undefined) return undefined;
    trades.clear();
    at = this.#trade(at, track, trades);
    while (at >= 0 && bytes[at] === COMMA) {
      at = readName(view, at, NEXT_TRADE);
      if (at >= 0) at = this.#trade(at, track, trades);
    }
    const ended = at >= 0 && bytes[at] === CLOSE && bytes[at + 1] === CLOSING_BRACE;
    return ended && at + 2 === length ? track : undefined;
  }

  /** One trade from the name of its pair on. */
  #trade(from: number, track: Track, trades: FrameTrades): number {
    const frame = this.#frame;
    const { bytes, view } = frame;
    const { place } = trades;
    const { values } = trades;
    let at = readBytes(bytes, from, track.symbolBytes);
    if (at >= 0) at = readName(view, at, TRADE_SIDE);
    if (at < 0) return -1;
    const side = at;
    at = readName(view, side, BUY);
    const buy = at >= 0;
    if (!buy) at = readName(view, side, SELL);
    if (at >= 0) at = readNumber(bytes, at, values, place + TRADE_PRICE);
    if (at >= 0) at = readShort(view, at, SIZE);
    if (at >= 0) at = readNumber(bytes, at, values, place + TRADE_SIZE);
    if (at >= 0) at = readName(view, at, ORDER_TYPE);
    if (at >= 0) at = readText(bytes, at);
    if (at >= 0) at = readName(view, at, TRADE_ID);
    if (at < 0) return -1;
    const idFrom = at;
    at = readWhole(frame, idFrom, this.#number, 0);
    const idTo = at;
    if (at >= 0) at = readName(view, at, TIMESTAMP);
    if (at >= 0) at = this.#instant.read(frame, at, values, place + TRADE_TIME_MS);
    if (at < 0 || bytes[at] !== QUOTE || bytes[at + 1] !== CLOSING_BRACE) return -1;
    return trades.take(buy, idFrom, idTo) ? at + 2 : -1;
  }
}

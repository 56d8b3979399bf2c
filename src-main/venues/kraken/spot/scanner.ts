import { ASK, BID, MONO_MS, VENUE_TIME_MS } from '#engine/ports';
import { TRADE_PRICE, TRADE_SIZE, TRADE_TIME_MS } from '../../kit/decoder.ts';
import { literal } from '../../kit/scan.ts';
import type { Track, TrackTable } from '../../kit/track.ts';
import type { FrameTrades } from '../../kit/trades.ts';
import type { FrameUpdate } from '../../kit/update.ts';
import { readLevels } from '../levels.ts';
import { readLiteral, readNumber, readText, readWhole } from '../read.ts';
import { InstantReader } from './instant.ts';

const UPDATE = literal('{"channel":"book","type":"update","data":[{"symbol":"');
const SNAPSHOT = literal('{"channel":"book","type":"snapshot","data":[{"symbol":"');
const BIDS = literal(',"bids":');
const ASKS = literal(',"asks":');
const CHECKSUM = literal(',"checksum":');
const TIMESTAMP = literal(',"timestamp":"');
const END = literal('"}]}');
const TRADES = literal('{"channel":"trade","type":"update","data":[{"symbol":"');
const NEXT_TRADE = literal(',{"symbol":"');
const TRADE_SIDE = literal('","side":"');
const BUY = literal('buy","price":');
const SELL = literal('sell","price":');
const SIZE = literal(',"qty":');
const ORDER_TYPE = literal(',"ord_type":"');
const TRADE_ID = literal(',"trade_id":');
const END_OF_TRADE = literal('"}');
const END_OF_TRADES = literal(']}');
const COMMA = 44;
const LARGEST_CHECKSUM = 0xffffffff;

/** Frames of Kraken's spot WebSocket v2 of the usual shape, read from their bytes. */
export class SpotScanner {
  readonly #tracks: TrackTable;
  readonly #update: FrameUpdate;
  readonly #checksum: Float64Array;
  readonly #instant = new InstantReader();
  readonly #number = new Float64Array(1);

  /** Whether the last book was a snapshot. */
  snapshot = false;

  /** The checksum of each book is left in `checksum[0]`. */
  constructor(tracks: TrackTable, update: FrameUpdate, checksum: Float64Array) {
    this.#tracks = tracks;
    this.#update = update;
    this.#checksum = checksum;
  }

  /** The book a frame is about, its levels and stamps in the update; `undefined` for what the slow path must read. */
  book(frame: Uint8Array, monoMs: number): Track | undefined {
    const update = this.#update;
    const { stamps } = update;
    this.snapshot = false;
    const name = this.#head(frame);
    if (name < 0) return undefined;
    let at = readText(frame, name);
    if (at < 0) return undefined;
    const track = this.#tracks.find(frame, name, at - 1);
    if (track === undefined) return undefined;
    update.clear();
    at = readLiteral(frame, at, BIDS);
    if (at >= 0) at = readLevels(frame, at, update, BID);
    if (at >= 0) at = readLiteral(frame, at, ASKS);
    if (at >= 0) at = readLevels(frame, at, update, ASK);
    if (at >= 0) at = readLiteral(frame, at, CHECKSUM);
    if (at >= 0) at = readWhole(frame, at, this.#checksum, 0);
    if (at >= 0) at = readLiteral(frame, at, TIMESTAMP);
    if (at >= 0) at = this.#instant.read(frame, at, stamps, VENUE_TIME_MS);
    if (at >= 0) at = readLiteral(frame, at, END);
    if (at !== frame.length || !((this.#checksum[0] as number) <= LARGEST_CHECKSUM)) return undefined;
    stamps[MONO_MS] = monoMs;
    return track;
  }

  /** Where the name of the pair begins. */
  #head(frame: Uint8Array): number {
    const at = readLiteral(frame, 0, UPDATE);
    if (at >= 0) return at;
    this.snapshot = true;
    return readLiteral(frame, 0, SNAPSHOT);
  }

  /** The pair whose trades a frame tells, in `trades`; `undefined` for what the slow path must read. */
  trades(frame: Uint8Array, trades: FrameTrades): Track | undefined {
    let at = readLiteral(frame, 0, TRADES);
    if (at < 0) return undefined;
    const end = readText(frame, at);
    const track = end < 0 ? undefined : this.#tracks.find(frame, at, end - 1);
    if (track === undefined) return undefined;
    trades.clear();
    at = this.#trade(frame, at, track, trades);
    while (at >= 0 && frame[at] === COMMA) {
      at = readLiteral(frame, at, NEXT_TRADE);
      if (at >= 0) at = this.#trade(frame, at, track, trades);
    }
    if (at >= 0) at = readLiteral(frame, at, END_OF_TRADES);
    return at === frame.length ? track : undefined;
  }

  /** One trade from the name of its pair on. */
  #trade(frame: Uint8Array, from: number, track: Track, trades: FrameTrades): number {
    const { place } = trades;
    const { values } = trades;
    let at = readLiteral(frame, from, track.symbolBytes);
    if (at >= 0) at = readLiteral(frame, at, TRADE_SIDE);
    if (at < 0) return -1;
    const side = at;
    at = readLiteral(frame, side, BUY);
    const buy = at >= 0;
    if (!buy) at = readLiteral(frame, side, SELL);
    if (at >= 0) at = readNumber(frame, at, values, place + TRADE_PRICE);
    if (at >= 0) at = readLiteral(frame, at, SIZE);
    if (at >= 0) at = readNumber(frame, at, values, place + TRADE_SIZE);
    if (at >= 0) at = readLiteral(frame, at, ORDER_TYPE);
    if (at >= 0) at = readText(frame, at);
    if (at >= 0) at = readLiteral(frame, at, TRADE_ID);
    if (at < 0) return -1;
    const idFrom = at;
    at = readWhole(frame, idFrom, this.#number, 0);
    const idTo = at;
    if (at >= 0) at = readLiteral(frame, at, TIMESTAMP);
    if (at >= 0) at = this.#instant.read(frame, at, values, place + TRADE_TIME_MS);
    if (at >= 0) at = readLiteral(frame, at, END_OF_TRADE);
    return at >= 0 && trades.take(buy, idFrom, idTo) ? at : -1;
  }
}

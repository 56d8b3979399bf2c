import { ASK, BID, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import { TRADE_PRICE, TRADE_SIZE, TRADE_TIME_MS } from '../../kit/decoder.ts';
import { literal } from '../../kit/scan.ts';
import type { Track, TrackTable } from '../../kit/track.ts';
import type { FrameTrades } from '../../kit/trades.ts';
import type { FrameUpdate } from '../../kit/update.ts';
import { readLevels } from '../levels.ts';
import { readLiteral, readNumber, readText, readWhole } from '../read.ts';

const DELTA = literal('{"feed":"book","product_id":"');
const BUY = literal(',"side":"buy","seq":');
const SELL = literal(',"side":"sell","seq":');
const PRICE = literal(',"price":');
const SIZE = literal(',"qty":');
const TIMESTAMP = literal(',"timestamp":');
const SNAPSHOT = literal('{"feed":"book_snapshot","product_id":"');
const SEQUENCE_NUMBER = literal(',"seq":');
const TICK_AND_BIDS = literal(',"tickSize":null,"bids":');
const ASKS = literal(',"asks":');
const TRADE = literal('{"product_id":"');
const TRADE_ID = literal(',"feed":"trade","uid":"');
const TAKER_BUYS = literal(',"side":"buy","type":"fill","time":');
const TAKER_SELLS = literal(',"side":"sell","type":"fill","time":');
const CLOSING_BRACE = 125;

/** Frames of Kraken Futures of the usual shape, read from their bytes. */
export class FuturesScanner {
  readonly #tracks: TrackTable;
  readonly #update: FrameUpdate;
  readonly #number = new Float64Array(1);

  constructor(tracks: TrackTable, update: FrameUpdate) {
    this.#tracks = tracks;
    this.#update = update;
  }

  /** The book a delta is about, its level and stamps in the update; `undefined` for what the slow path must read. */
  delta(frame: Uint8Array, monoMs: number): Track | undefined {
    const name = readLiteral(frame, 0, DELTA);
    let at = name < 0 ? -1 : readText(frame, name);
    const track = at < 0 ? undefined : this.#tracks.find(frame, name, at - 1);
    if (track === undefined) return undefined;
    const update = this.#update;
    const { stamps, prices, sizes } = update;
    update.clear();
    const head = at;
    at = readLiteral(frame, head, BUY);
    const buy = at >= 0;
    if (!buy) at = readLiteral(frame, head, SELL);
    if (at >= 0) at = readWhole(frame, at, stamps, SEQUENCE);
    if (at >= 0) at = readLiteral(frame, at, PRICE);
    if (at >= 0) at = readNumber(frame, at, prices, 0);
    if (at >= 0) at = readLiteral(frame, at, SIZE);
    if (at >= 0) at = readNumber(frame, at, sizes, 0);
    if (at >= 0) at = readLiteral(frame, at, TIMESTAMP);
    if (at >= 0) at = readWhole(frame, at, stamps, VENUE_TIME_MS);
    if (at !== frame.length - 1 || frame[at] !== CLOSING_BRACE) return undefined;
    if (!((stamps[VENUE_TIME_MS] as number) > 0) || !update.take(buy ? BID : ASK)) return undefined;
    stamps[MONO_MS] = monoMs;
    return track;
  }

  /** {@link delta} of a snapshot. */
  snapshot(frame: Uint8Array, monoMs: number): Track | undefined {
    const name = readLiteral(frame, 0, SNAPSHOT);
    let at = name < 0 ? -1 : readText(frame, name);
    const track = at < 0 ? undefined : this.#tracks.find(frame, name, at - 1);
    if (track === undefined) return undefined;
    const update = this.#update;
    const { stamps } = update;
    update.clear();
    at = readLiteral(frame, at, TIMESTAMP);
    if (at >= 0) at = readWhole(frame, at, stamps, VENUE_TIME_MS);
    if (at >= 0) at = readLiteral(frame, at, SEQUENCE_NUMBER);
    if (at >= 0) at = readWhole(frame, at, stamps, SEQUENCE);
    if (at >= 0) at = readLiteral(frame, at, TICK_AND_BIDS);
    if (at >= 0) at = readLevels(frame, at, update, BID);
    if (at >= 0) at = readLiteral(frame, at, ASKS);
    if (at >= 0) at = readLevels(frame, at, update, ASK);
    if (at !== frame.length - 1 || frame[at] !== CLOSING_BRACE) return undefined;
    if (!((stamps[VENUE_TIME_MS] as number) > 0)) return undefined;
    stamps[MONO_MS] = monoMs;
    return track;
  }

  /** The instrument whose trade a frame tells, in `trades`; `undefined` for what the slow path must read. */
  trade(frame: Uint8Array, trades: FrameTrades): Track | undefined {
    const name = readLiteral(frame, 0, TRADE);
    let at = name < 0 ? -1 : readText(frame, name);
    if (at >= 0) at = readLiteral(frame, at, TRADE_ID);
    if (at < 0) return undefined;
    const track = this.#tracks.find(frame, name, at - TRADE_ID.length - 1);
    const idFrom = at;
    at = readText(frame, idFrom);
    const idTo = at - 1;
    if (track === undefined || idTo <= idFrom) return undefined;
    trades.clear();
    const { place } = trades;
    const { values } = trades;
    const head = at;
    at = readLiteral(frame, head, TAKER_BUYS);
    const buy = at >= 0;
    if (!buy) at = readLiteral(frame, head, TAKER_SELLS);
    if (at >= 0) at = readWhole(frame, at, values, place + TRADE_TIME_MS);
    if (at >= 0) at = readLiteral(frame, at, SIZE);
    if (at >= 0) at = readNumber(frame, at, values, place + TRADE_SIZE);
    if (at >= 0) at = readLiteral(frame, at, PRICE);
    if (at >= 0) at = readNumber(frame, at, values, place + TRADE_PRICE);
    if (at >= 0) at = readLiteral(frame, at, SEQUENCE_NUMBER);
    if (at >= 0) at = readWhole(frame, at, this.#number, 0);
    if (at !== frame.length - 1 || frame[at] !== CLOSING_BRACE) return undefined;
    return trades.take(buy, idFrom, idTo) ? track : undefined;
  }
}

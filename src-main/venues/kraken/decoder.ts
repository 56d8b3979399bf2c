import { ASK, BID, type Book, type BookSide } from '#engine/ports';
import type { TradingStatus } from '#shared/domain/listing';
import { applyDelta, applySnapshot, unlisted, unusable } from '../kit/apply.ts';
import type { Decoder, FrameTarget } from '../kit/decoder.ts';
import { frameObject, isObject, type JsonObject } from '../kit/json.ts';
import { rfc3339Ms, unsignedNumber, wholeNumber } from '../kit/numbers.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import { tellTrade } from '../kit/trades.ts';
import { FrameUpdate } from '../kit/update.ts';
import { TopTenChecksum } from './checksum.ts';

/** Levels a side asked for; the venue never deletes what falls below it, we do. */
export const KRAKEN_DEPTH = 100;

/**
 * Kraken spot WebSocket v2: `book` (no sequence, a CRC-32 of the top ten in every frame) and `trade`.
 * https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2
 */
export class KrakenDecoder implements Decoder {
  readonly #tracks: TrackTable;
  readonly #levels = new FrameUpdate();
  readonly #checksums = new WeakMap<Track, TopTenChecksum>();

  constructor(tracks: TrackTable) {
    this.#tracks = tracks;
  }

  connected(): void {}

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const message = frameObject(frame, out);
    if (message === undefined) {
      // There is no sequence number that would show what this frame was.
      out.resyncAll('unreadable frame');
      return;
    }
    if (message.method !== undefined) this.#reply(message, frame, out);
    else if (message.channel === 'book') this.#books(message, frame, monoMs, out);
    else if (message.channel === 'trade') this.#trades(message, frame, out);
    else if (message.channel === 'status') this.#status(message, out);
  }

  #books(message: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const row = Array.isArray(message.data) ? message.data[0] : undefined;
    const track = isObject(row) ? this.#tracks.get(row.symbol) : undefined;
    if (!isObject(row) || track === undefined) {
      unlisted(this.#tracks, isObject(row) ? row.symbol : undefined, frame, out);
      return;
    }
    const checksum = wholeNumber(row.checksum);
    const venueTimeMs = row.timestamp === undefined ? Number.NaN : rfc3339Ms(row.timestamp);
    const snapshot = message.type === 'snapshot';
    const levels = this.#levels;
    levels.clear();
    if (
      (!snapshot && message.type !== 'update') ||
      Number.isNaN(checksum) ||
      (row.timestamp !== undefined && Number.isNaN(venueTimeMs)) ||
      !addRows(levels, BID, row.bids) ||
      !addRows(levels, ASK, row.asks)
    ) {
      unusable(track, frame, out);
      return;
    }
    const verify = (written: Track) => {
      truncate(written.book);
      return this.#checksumOf(written).of(written.book) === checksum;
    };
    const from = { track, levels, venueTimeMs, monoMs, frame };
    if (snapshot) {
      if (track.phase === 'awaiting' || track.phase === 'live') applySnapshot(from, Number.NaN, verify, out);
    } else if (track.phase === 'live') applyDelta(from, verify, out);
  }

  #checksumOf(track: Track): TopTenChecksum {
    const known = this.#checksums.get(track);
    if (known !== undefined) return known;
    const made = new TopTenChecksum(track.priceDecimals, track.sizeDecimals);
    this.#checksums.set(track, made);
    return made;
  }

  #trades(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    // A snapshot lists trades that happened before we listened.
    if (message.type === 'snapshot') return;
    if (!Array.isArray(message.data)) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    let lastMs = Number.NaN;
    for (const trade of message.data) {
      const track = isObject(trade) ? this.#tracks.get(trade.symbol) : undefined;
      if (!isObject(trade) || track === undefined) {
        unlisted(this.#tracks, isObject(trade) ? trade.symbol : undefined, frame, out);
        return;
      }
      const price = unsignedNumber(trade.price);
      const size = unsignedNumber(trade.qty);
      const id = wholeNumber(trade.trade_id);
      const { side } = trade;
      lastMs = rfc3339Ms(trade.timestamp);
      if (!(price > 0) || !(size > 0) || Number.isNaN(id + lastMs) || (side !== 'buy' && side !== 'sell')) {
        out.faulted('bad-shape', track, frame);
        return;
      }
      // `side` is the taker's.
      if (track.takeTrade(String(id))) out.trade(track, price, size, side, lastMs);
    }
    out.applied(frame.byteLength, lastMs);
  }

  #status(message: JsonObject, out: FrameTarget): void {
    const row = Array.isArray(message.data) ? message.data[0] : undefined;
    if (isObject(row) && typeof row.system === 'string') out.venueStatus(systemStatus(row.system));
  }

  #reply(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const { method, success } = message;
    const id = typeof message.req_id === 'number' ? String(message.req_id) : null;
    if (method === 'pong' || method === 'unsubscribe') return;
    if (method === 'subscribe' && success === true) out.accepted(id);
    else if (success === false || message.error !== undefined) {
      const symbol = typeof message.symbol === 'string' ? message.symbol : null;
      out.refused(id, symbol, String(message.error).slice(0, 200));
    } else out.faulted('bad-shape', null, frame);
  }
}

function addRows(levels: FrameUpdate, side: BookSide, rows: unknown): boolean {
  if (!Array.isArray(rows)) return false;
  for (const row of rows) {
    if (!isObject(row) || !levels.add(side, unsignedNumber(row.price), unsignedNumber(row.qty))) return false;
  }
  return true;
}

function truncate(book: Book): void {
  for (const side of [BID, ASK] as const) {
    while (book.depth(side) > KRAKEN_DEPTH) book.set(side, book.price(side, KRAKEN_DEPTH), 0);
  }
}

/** https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/status */
function systemStatus(system: string): TradingStatus {
  switch (system) {
    case 'online':
      return 'normal';
    case 'cancel_only':
      return 'cancel-only';
    case 'post_only':
      return 'post-only';
    case 'limit_only':
      return 'limit-only';
    case 'maintenance':
      return 'maintenance';
    default:
      return 'unknown';
  }
}

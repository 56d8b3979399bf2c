import { ASK, BID, MONO_MS, VENUE_TIME_MS } from '#engine/ports';
import type { TradingStatus } from '#shared/domain/listing';
import { applyDelta, applySnapshot, timeOnly, unlisted, unusable } from '../../kit/apply.ts';
import {
  type Decoder,
  type DecoderOptions,
  type FrameTarget,
  MAX_FRAME_BYTES,
  TRADE_TIME_MS,
  TRADE_VALUES,
} from '../../kit/decoder.ts';
import { frameObject, isObject, type JsonObject } from '../../kit/json.ts';
import { rfc3339Ms } from '../../kit/numbers.ts';
import type { Track, TrackTable } from '../../kit/track.ts';
import { FrameTrades, tellTrade } from '../../kit/trades.ts';
import { FrameUpdate } from '../../kit/update.ts';
import { addLevels } from '../levels.ts';
import { ChecksumVerifier } from './checksum.ts';
import { bookSchema, instrumentSchema, replySchema, statusSchema, tradeSchema } from './messages.ts';
import { SpotScanner } from './scanner.ts';

/** Kraken spot WebSocket v2: `book` (no sequence, a CRC-32 of the top ten in every frame), `trade`, `instrument`. */
export class KrakenSpotDecoder implements Decoder {
  readonly #tracks: TrackTable;
  readonly #fast: boolean;
  readonly #update = new FrameUpdate();
  readonly #trades = new FrameTrades();
  readonly #verifier = new ChecksumVerifier(this.#update);
  readonly #scanner: SpotScanner;
  readonly #trade = new Float64Array(TRADE_VALUES);
  readonly #stamps = new Float64Array(3);
  /** Pairs that the instrument channel told of on this connection, listed here or not. */
  readonly #pairs = new Set<string>();

  constructor(tracks: TrackTable, { fast }: DecoderOptions = { fast: true }) {
    this.#tracks = tracks;
    this.#fast = fast;
    this.#scanner = new SpotScanner(tracks, this.#update, this.#verifier.expected);
  }

  connected(): void {
    this.#pairs.clear();
  }

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    if (!this.#fast || !this.#decodeFast(frame, monoMs, out)) this.#decodeSlow(frame, monoMs, out);
  }

  #decodeFast(frame: Uint8Array, monoMs: number, out: FrameTarget): boolean {
    if (frame.byteLength > MAX_FRAME_BYTES) return false;
    this.#scanner.open(frame);
    const book = this.#scanner.book(monoMs);
    if (book !== undefined) {
      this.#apply(book, this.#scanner.snapshot, frame, out);
      return true;
    }
    const trades = this.#trades;
    const traded = this.#scanner.trades(trades);
    if (traded === undefined) return false;
    trades.tell(traded, frame, out);
    const last = trades.values[(trades.count - 1) * TRADE_VALUES + TRADE_TIME_MS] as number;
    out.applied(traded, frame.byteLength, timeOnly(this.#stamps, last));
    return true;
  }

  #decodeSlow(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const message = frameObject(frame, out);
    if (message === undefined) {
      // There is no sequence number that would show what this frame was.
      out.resyncAll('unreadable frame');
      return;
    }
    const { channel } = message;
    if (message.method !== undefined || message.error !== undefined) this.#reply(message, frame, out);
    else if (channel === 'book') this.#book(message, frame, monoMs, out);
    else if (channel === 'trade') this.#publicTrades(message, frame, out);
    else if (channel === 'heartbeat') out.idle('heartbeat');
    else if (channel === 'instrument') this.#instruments(message, frame, out);
    else if (channel === 'status') this.#system(message, frame, out);
  }

  #book(message: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const row = Array.isArray(message.data) ? message.data[0] : undefined;
    const symbol = isObject(row) ? row.symbol : undefined;
    const track = this.#tracks.get(symbol);
    if (track === undefined) {
      unlisted(this.#tracks, symbol, frame, out);
      return;
    }
    const update = this.#update;
    update.clear();
    const parsed = bookSchema.safeParse(message);
    if (!parsed.success) {
      unusable(track, frame, out);
      return;
    }
    const { type, data } = parsed.data;
    const [{ bids, asks, checksum, timestamp }] = data;
    const venueTimeMs = timestamp === undefined ? Number.NaN : rfc3339Ms(timestamp);
    const timed = timestamp === undefined || !Number.isNaN(venueTimeMs);
    if (!timed || !addLevels(update, BID, bids) || !addLevels(update, ASK, asks)) {
      unusable(track, frame, out);
      return;
    }
    update.stamps[VENUE_TIME_MS] = venueTimeMs;
    update.stamps[MONO_MS] = monoMs;
    this.#verifier.expected[0] = checksum;
    this.#apply(track, type === 'snapshot', frame, out);
  }

  #apply(track: Track, snapshot: boolean, frame: Uint8Array, out: FrameTarget): void {
    this.#verifier.snapshot = snapshot;
    if (snapshot) {
      const wanted = track.phase === 'awaiting' || track.phase === 'live';
      if (wanted) applySnapshot(track, this.#update, frame, this.#verifier, out);
    } else if (track.phase === 'live') {
      applyDelta(track, this.#update, frame, this.#verifier, out);
    }
  }

  #publicTrades(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    // A snapshot lists trades that happened before we listened.
    if (message.type === 'snapshot') return;
    if (message.type !== 'update' || !Array.isArray(message.data) || message.data.length === 0) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    let last: Track | null = null;
    let lastMs = Number.NaN;
    for (const row of message.data) {
      const symbol = isObject(row) ? row.symbol : undefined;
      const track = this.#tracks.get(symbol);
      if (track === undefined) {
        unlisted(this.#tracks, symbol, frame, out);
        return;
      }
      const parsed = tradeSchema.safeParse(row);
      const atMs = rfc3339Ms(parsed.data?.timestamp);
      if (!parsed.success || !(atMs > 0)) {
        out.faulted('bad-shape', track, frame);
        return;
      }
      const { trade_id, price, qty: size, side } = parsed.data;
      last = track;
      lastMs = atMs;
      tellTrade(track, { id: String(trade_id), price, size, atMs, buy: side === 'buy' }, this.#trade, out);
    }
    out.applied(last, frame.byteLength, timeOnly(this.#stamps, lastMs));
  }

  #system(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const parsed = statusSchema.safeParse(message);
    if (parsed.success) out.venueStatus(tradingStatus(parsed.data.data[0].system));
    else out.faulted('bad-shape', null, frame);
  }

  /** MD-8: every pair's status when subscribed, then each change. */
  #instruments(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const parsed = instrumentSchema.safeParse(message);
    if (!parsed.success) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    const { type, data } = parsed.data;
    let news = false;
    for (const { symbol, status } of data.pairs) {
      if (!this.#pairs.has(symbol)) {
        this.#pairs.add(symbol);
        news ||= type === 'update';
      }
      if (this.#tracks.get(symbol) !== undefined) out.status(symbol, tradingStatus(status));
    }
    if (news) out.catalogueChanged();
  }

  #reply(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const parsed = replySchema.safeParse(message);
    if (!parsed.success) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    const { method, success, error, symbol, req_id } = parsed.data;
    const id = req_id === undefined ? null : String(req_id);
    if (method === 'pong') out.idle('heartbeat');
    else if (method === 'unsubscribe') out.idle('ack');
    else if (method === 'subscribe' && (success === true || error?.startsWith('Already subscribed'))) out.accepted(id);
    else if (success === false || error !== undefined) {
      out.refused(id, symbol ?? null, (error ?? '').slice(0, 200));
    } else out.faulted('bad-shape', null, frame);
  }
}

/**
 * Of the system, of a pair in the stream and of a pair in the catalogue: they share their words.
 * https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/status
 */
export function tradingStatus(status: string): TradingStatus {
  switch (status) {
    case 'online':
      return 'normal';
    case 'cancel_only':
      return 'cancel-only';
    case 'post_only':
      return 'post-only';
    case 'limit_only':
      return 'limit-only';
    case 'delisted':
      return 'delisted';
    case 'maintenance':
    case 'work_in_progress':
      return 'maintenance';
    default:
      return 'unknown';
  }
}

import {
  ASK,
  BID,
  type BookSide,
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  MONO_MS,
  REFERENCE_TIME_MS,
  REFERENCE_VALUES,
  SEQUENCE,
  VENUE_TIME_MS,
} from '#engine/ports';
import { applyDelta, applySnapshot, gap, timeOnly, unlisted, unusable } from '../kit/apply.ts';
import { type Decoder, type DecoderOptions, type FrameTarget, TRADE_TIME_MS, TRADE_VALUES } from '../kit/decoder.ts';
import { frameObject, isObject, type JsonObject } from '../kit/json.ts';
import { epochMs, wholeNumber } from '../kit/numbers.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import { FrameTrades, tellTrade } from '../kit/trades.ts';
import { FrameUpdate } from '../kit/update.ts';
import { bookSchema, replySchema, tickerSchema, tradeSchema } from './messages.ts';
import { GatewayScanner } from './scanner.ts';
import { GatewayStatuses } from './statuses.ts';

const EIGHT_HOURS_MS = 8 * 3_600_000;
/** https://docs.deribit.com/articles/errors: the session is closed right after it. */
const TOO_MANY_REQUESTS = 10_028;

/** The Global Derivatives gateway: `book`, `trades`, `ticker`, `platform_state` and `instrument.state`. */
export class GatewayDecoder implements Decoder {
  readonly #tracks: TrackTable;
  readonly #fast: boolean;
  readonly #update = new FrameUpdate();
  /** The `prev_change_id` of the change at hand. */
  readonly #previous = new Float64Array(1);
  readonly #trades = new FrameTrades();
  readonly #scanner: GatewayScanner;
  readonly #statuses: GatewayStatuses;
  readonly #trade = new Float64Array(TRADE_VALUES);
  readonly #stamps = new Float64Array(3);
  readonly #reference = new Float64Array(REFERENCE_VALUES);

  constructor(tracks: TrackTable, { fast }: DecoderOptions = { fast: true }) {
    this.#tracks = tracks;
    this.#fast = fast;
    this.#scanner = new GatewayScanner(tracks, this.#update, this.#previous);
    this.#statuses = new GatewayStatuses(tracks);
  }

  connected(): void {
    this.#statuses.connected();
  }

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    if (!this.#fast || !this.#decodeFast(frame, monoMs, out)) this.#decodeSlow(frame, monoMs, out);
  }

  #decodeFast(frame: Uint8Array, monoMs: number, out: FrameTarget): boolean {
    const scanner = this.#scanner;
    const book = scanner.book(frame, monoMs);
    if (book !== undefined) {
      if (scanner.snapshot) this.#snapshot(book, frame, out);
      else this.#change(book, frame, out);
      return true;
    }
    const trades = this.#trades;
    const traded = scanner.trades(frame, trades);
    if (traded === undefined) {
      if (!scanner.alive(frame)) return false;
      out.idle('heartbeat');
      return true;
    }
    trades.tell(traded, frame, out);
    const last = (trades.count - 1) * TRADE_VALUES + TRADE_TIME_MS;
    out.applied(traded, frame.byteLength, timeOnly(this.#stamps, trades.values[last] as number));
    return true;
  }

  #decodeSlow(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const message = frameObject(frame, out);
    if (message === undefined) return;
    const { method, params } = message;
    if (method === 'heartbeat') out.idle('heartbeat');
    else if (method !== 'subscription') this.#reply(message, frame, out);
    else if (isObject(params) && typeof params.channel === 'string') {
      this.#notification(params.channel, params.data, frame, monoMs, out);
    } else out.faulted('bad-shape', null, frame);
  }

  #notification(channel: string, data: unknown, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    if (channel.startsWith('book.')) this.#book(data, frame, monoMs, out);
    else if (channel.startsWith('trades.')) this.#publicTrades(data, frame, out);
    else if (channel.startsWith('ticker.')) this.#ticker(data, frame, monoMs, out);
    else if (channel === 'platform_state') {
      if (!this.#statuses.platform(data, out)) out.faulted('bad-shape', null, frame);
    } else if (channel.startsWith('instrument.state.')) {
      if (!this.#statuses.instrument(data, out)) out.faulted('bad-shape', null, frame);
    }
  }

  #book(data: unknown, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const symbol = isObject(data) ? data.instrument_name : undefined;
    const track = this.#tracks.get(symbol);
    if (track === undefined) {
      unlisted(this.#tracks, symbol, frame, out);
      return;
    }
    const update = this.#update;
    const { stamps } = update;
    update.clear();
    const parsed = bookSchema.safeParse(data);
    if (!parsed.success || !this.#add(BID, parsed.data.bids) || !this.#add(ASK, parsed.data.asks)) {
      unusable(track, frame, out);
      return;
    }
    const { type, timestamp, change_id, prev_change_id } = parsed.data;
    const previous = wholeNumber(prev_change_id);
    this.#previous[0] = previous;
    stamps[VENUE_TIME_MS] = epochMs(timestamp);
    stamps[SEQUENCE] = wholeNumber(change_id);
    stamps[MONO_MS] = monoMs;
    const placed = !Number.isNaN((stamps[VENUE_TIME_MS] as number) + (stamps[SEQUENCE] as number));
    if (!placed || (type === 'change' && Number.isNaN(previous))) unusable(track, frame, out);
    else if (type === 'snapshot') this.#snapshot(track, frame, out);
    else this.#change(track, frame, out);
  }

  #add(side: BookSide, levels: readonly (readonly ['new' | 'change' | 'delete', number, ...number[]])[]): boolean {
    return levels.every(([action, price, amount]) =>
      this.#update.add(side, price, action === 'delete' ? 0 : (amount ?? Number.NaN)),
    );
  }

  #snapshot(track: Track, frame: Uint8Array, out: FrameTarget): void {
    if (track.phase === 'awaiting' || track.phase === 'live') applySnapshot(track, this.#update, frame, null, out);
  }

  /** `change_id` is one counter for many instruments: what a change follows is only told by its `prev_change_id`. */
  #change(track: Track, frame: Uint8Array, out: FrameTarget): void {
    if (track.phase !== 'live') return;
    const step = track.step(this.#previous, 0, this.#update.stamps);
    if (step === 'next') applyDelta(track, this.#update, frame, null, out);
    else if (step === 'gap') gap(track, frame, out);
  }

  #publicTrades(data: unknown, frame: Uint8Array, out: FrameTarget): void {
    if (!Array.isArray(data)) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    let last: Track | null = null;
    let lastMs = Number.NaN;
    for (const row of oldestFirst(data)) {
      const symbol = isObject(row) ? row.instrument_name : undefined;
      const track = this.#tracks.get(symbol);
      if (track === undefined) {
        unlisted(this.#tracks, symbol, frame, out);
        return;
      }
      const parsed = tradeSchema.safeParse(row);
      const atMs = epochMs(parsed.data?.timestamp);
      if (!parsed.success || !(parsed.data.price > 0) || !(parsed.data.amount > 0) || Number.isNaN(atMs)) {
        out.faulted('bad-shape', track, frame);
        return;
      }
      const { trade_seq, price, amount, direction } = parsed.data;
      last = track;
      lastMs = atMs;
      const trade = { id: String(trade_seq), price, size: amount, atMs, buy: direction === 'buy' };
      tellTrade(track, trade, this.#trade, out);
    }
    out.applied(last, frame.byteLength, timeOnly(this.#stamps, lastMs));
  }

  #ticker(data: unknown, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const symbol = isObject(data) ? data.instrument_name : undefined;
    const track = this.#tracks.get(symbol);
    if (track === undefined) {
      unlisted(this.#tracks, symbol, frame, out);
      return;
    }
    const parsed = tickerSchema.safeParse(data);
    const atMs = epochMs(parsed.data?.timestamp);
    if (!parsed.success || Number.isNaN(atMs)) {
      out.faulted('bad-shape', track, frame);
      return;
    }
    const { state, mark_price, index_price, current_funding, funding_8h } = parsed.data;
    const values = this.#reference.fill(Number.NaN);
    values[MARK_PRICE] = mark_price ?? Number.NaN;
    values[INDEX_PRICE] = index_price ?? Number.NaN;
    values[FUNDING_RATE] = current_funding ?? Number.NaN;
    // MD-7: the ticker says what its rates are for with `funding_8h`; without that they are for an unknown time.
    values[FUNDING_INTERVAL_MS] = funding_8h === undefined ? Number.NaN : EIGHT_HOURS_MS;
    values[REFERENCE_TIME_MS] = atMs;
    if (state !== undefined) this.#statuses.book(track.symbol, state, out);
    out.reference(track, values, monoMs);
    out.applied(track, frame.byteLength, timeOnly(this.#stamps, atMs));
  }

  #reply(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const parsed = replySchema.safeParse(message);
    const { id, result, error } = parsed.data ?? {};
    const requestId = id === undefined ? null : String(id);
    if (error?.code === TOO_MANY_REQUESTS) {
      out.faulted('subscription-error', null, frame);
      out.broken('too many requests');
    } else if (error !== undefined) {
      const text = [error.message, error.data === undefined ? '' : JSON.stringify(error.data)].join(' ').trim();
      out.refused(requestId, null, text.slice(0, 200));
    } else if (Array.isArray(result)) out.accepted(requestId, result);
    else if (isObject(result)) out.idle('heartbeat');
    else if (result === 'ok') out.idle('ack');
    else out.faulted('bad-shape', null, frame);
  }
}

/** In the order of `trade_seq`, whatever that of the frame. */
function oldestFirst(rows: readonly unknown[]): readonly unknown[] {
  const numberOf = (row: unknown) => (isObject(row) ? wholeNumber(row.trade_seq) : Number.NaN);
  return rows.some((row, index) => index > 0 && numberOf(row) < numberOf(rows[index - 1]))
    ? [...rows].sort((a, b) => numberOf(a) - numberOf(b) || 0)
    : rows;
}

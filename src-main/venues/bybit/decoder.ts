import {
  ASK,
  BID,
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  MONO_MS,
  NEXT_SETTLEMENT_MS,
  REFERENCE_TIME_MS,
  REFERENCE_VALUES,
  SEQUENCE,
  VENUE_TIME_MS,
} from '#engine/ports';
import { applyDelta, applySnapshot, gap, timeOnly, unlisted, unusable } from '../kit/apply.ts';
import { type Decoder, type DecoderOptions, type FrameTarget, TRADE_VALUES } from '../kit/decoder.ts';
import { frameObject, isObject, type JsonObject } from '../kit/json.ts';
import { epochMs, signedDecimal, unsignedDecimal, wholeNumber } from '../kit/numbers.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import { FrameTrades, tellTrade } from '../kit/trades.ts';
import { FrameUpdate } from '../kit/update.ts';
import { bookSchema, replySchema, tickerSchema, tradeSchema } from './messages.ts';
import { BybitScanner } from './scanner.ts';

const HOUR_MS = 3_600_000;

/** Bybit v5, spot and linear: `orderbook.50`, `publicTrade` and, for perpetuals, `tickers`. */
export class BybitDecoder implements Decoder {
  readonly #tracks: TrackTable;
  readonly #fast: boolean;
  readonly #update = new FrameUpdate();
  readonly #trades = new FrameTrades();
  readonly #scanner: BybitScanner;
  /** The number that the delta at hand follows on. */
  readonly #previous = new Float64Array(1);
  readonly #trade = new Float64Array(TRADE_VALUES);
  readonly #stamps = new Float64Array(3);
  readonly #reference = new Float64Array(REFERENCE_VALUES);

  constructor(tracks: TrackTable, { fast }: DecoderOptions = { fast: true }) {
    this.#tracks = tracks;
    this.#fast = fast;
    this.#scanner = new BybitScanner(tracks, this.#update);
  }

  connected(): void {}

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    if (!this.#fast || !this.#decodeFast(frame, monoMs, out)) this.#decodeSlow(frame, monoMs, out);
  }

  #decodeFast(frame: Uint8Array, monoMs: number, out: FrameTarget): boolean {
    const book = this.#scanner.book(frame, monoMs);
    if (book !== undefined) {
      this.#apply(book, this.#scanner.snapshot, frame, out);
      return true;
    }
    const traded = this.#scanner.trades(frame, this.#trades);
    if (traded === undefined) return false;
    this.#trades.tell(traded, frame, out);
    out.applied(traded, frame.byteLength, timeOnly(this.#stamps, this.#scanner.sentMs));
    return true;
  }

  #decodeSlow(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const message = frameObject(frame, out);
    if (message === undefined) return;
    const { topic } = message;
    if (typeof topic !== 'string') this.#reply(message, frame, out);
    else if (topic.startsWith('orderbook.')) this.#book(message, frame, monoMs, out);
    else if (topic.startsWith('publicTrade.')) this.#publicTrades(message, frame, out);
    else if (topic.startsWith('tickers.')) this.#ticker(message, frame, monoMs, out);
  }

  #book(message: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const symbol = isObject(message.data) ? message.data.s : undefined;
    const track = this.#tracks.get(symbol);
    if (track === undefined) {
      unlisted(this.#tracks, symbol, frame, out);
      return;
    }
    const update = this.#update;
    const { stamps } = update;
    update.clear();
    const parsed = bookSchema.safeParse(message);
    if (!parsed.success || !update.addPairs(BID, parsed.data.data.b) || !update.addPairs(ASK, parsed.data.data.a)) {
      unusable(track, frame, out);
      return;
    }
    const { data, type, ts, cts } = parsed.data;
    stamps[VENUE_TIME_MS] = epochMs(cts === undefined ? ts : cts);
    stamps[SEQUENCE] = wholeNumber(data.u);
    stamps[MONO_MS] = monoMs;
    if (Number.isNaN((stamps[VENUE_TIME_MS] as number) + (stamps[SEQUENCE] as number))) {
      unusable(track, frame, out);
      return;
    }
    // `u` = 1 is a snapshot after the venue's service restarted, whatever its type says.
    this.#apply(track, type === 'snapshot' || data.u === 1, frame, out);
  }

  #apply(track: Track, snapshot: boolean, frame: Uint8Array, out: FrameTarget): void {
    const update = this.#update;
    if (snapshot) {
      if (track.phase === 'awaiting' || track.phase === 'live') applySnapshot(track, update, frame, null, out);
    } else if (track.phase === 'live') {
      this.#previous[0] = (update.stamps[SEQUENCE] as number) - 1;
      const step = track.step(this.#previous, 0, update.stamps);
      if (step === 'next') applyDelta(track, update, frame, null, out);
      else if (step === 'gap') gap(track, frame, out);
    }
  }

  #publicTrades(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const sentMs = epochMs(message.ts);
    if (!Array.isArray(message.data) || Number.isNaN(sentMs)) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    let last: Track | null = null;
    for (const row of message.data) {
      const symbol = isObject(row) ? row.s : undefined;
      const track = this.#tracks.get(symbol);
      if (track === undefined) {
        unlisted(this.#tracks, symbol, frame, out);
        return;
      }
      const parsed = tradeSchema.safeParse(row);
      const price = unsignedDecimal(parsed.data?.p);
      const size = unsignedDecimal(parsed.data?.v);
      const atMs = epochMs(parsed.data?.T);
      if (!parsed.success || !(price > 0) || !(size > 0) || Number.isNaN(atMs)) {
        out.faulted('bad-shape', track, frame);
        return;
      }
      last = track;
      tellTrade(track, { id: parsed.data.i, price, size, atMs, buy: parsed.data.S === 'Buy' }, this.#trade, out);
    }
    out.applied(last, frame.byteLength, timeOnly(this.#stamps, sentMs));
  }

  #ticker(message: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const symbol = isObject(message.data) ? message.data.symbol : undefined;
    const track = this.#tracks.get(symbol);
    if (track === undefined) {
      unlisted(this.#tracks, symbol, frame, out);
      return;
    }
    const parsed = tickerSchema.safeParse(message);
    const sentMs = epochMs(parsed.data?.ts);
    const values = this.#reference.fill(Number.NaN);
    if (!parsed.success || Number.isNaN(sentMs) || !readTicker(parsed.data.data, values)) {
      out.faulted('bad-shape', track, frame);
      return;
    }
    values[REFERENCE_TIME_MS] = sentMs;
    out.reference(track, values, monoMs);
    out.applied(track, frame.byteLength, timeOnly(this.#stamps, sentMs));
  }

  #reply(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const parsed = replySchema.safeParse(message);
    const { op, success, ret_msg, req_id } = parsed.data ?? {};
    if (op === 'ping' || op === 'pong') {
      out.idle('heartbeat');
      return;
    }
    const id = req_id === undefined || req_id === '' ? null : req_id;
    if (op === 'subscribe' && success === true) out.accepted(id);
    else if (op === 'subscribe' && success === false) out.refused(id, null, (ret_msg ?? '').slice(0, 200));
    else if (op === 'unsubscribe') out.idle('ack');
    else out.faulted('bad-shape', null, frame);
  }
}

/** A delta leaves out what did not change. False when something that is there cannot be read. */
export function readTicker(data: Readonly<Record<string, string | undefined>>, values: Float64Array): boolean {
  const place = (at: number, text: string | undefined, read: (text: unknown) => number, factor = 1) => {
    // "" stands for what an instrument does not have yet.
    if (text === undefined || text === '') return true;
    values[at] = read(text) * factor;
    return !Number.isNaN(values[at] as number);
  };
  return (
    place(MARK_PRICE, data.markPrice, unsignedDecimal) &&
    place(INDEX_PRICE, data.indexPrice, unsignedDecimal) &&
    place(FUNDING_RATE, data.fundingRate, signedDecimal) &&
    place(NEXT_SETTLEMENT_MS, data.nextFundingTime, epochMs) &&
    place(FUNDING_INTERVAL_MS, data.fundingIntervalHour, unsignedDecimal, HOUR_MS)
  );
}

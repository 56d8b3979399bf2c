import {
  ASK,
  BID,
  FUNDING_INTERVAL_MS,
  FUNDING_RATE,
  INDEX_PRICE,
  MARK_PRICE,
  MONO_MS,
  NEXT_SETTLEMENT_MS,
  PREDICTED_RATE,
  REFERENCE_TIME_MS,
  REFERENCE_VALUES,
  SEQUENCE,
  VENUE_TIME_MS,
} from '#engine/ports';
import type { FundingSettlement } from '#shared/domain/funding';
import { applyDelta, applySnapshot, gap, timeOnly, unlisted, unusable } from '../../kit/apply.ts';
import {
  type Decoder,
  type DecoderOptions,
  type FrameTarget,
  MAX_FRAME_BYTES,
  TRADE_TIME_MS,
  TRADE_VALUES,
  UNKNOWN_INTERVAL,
} from '../../kit/decoder.ts';
import { frameObject, type JsonObject } from '../../kit/json.ts';
import { epochMs, unsignedNumber, wholeNumber } from '../../kit/numbers.ts';
import type { Track, TrackTable } from '../../kit/track.ts';
import { FrameTrades, tellTrade } from '../../kit/trades.ts';
import { FrameUpdate } from '../../kit/update.ts';
import { addLevels } from '../levels.ts';
import { readEvent } from './events.ts';
import { deltaSchema, snapshotSchema, tickerSchema, tradeSchema } from './messages.ts';
import { FundingPeriod } from './period.ts';
import { FuturesScanner } from './scanner.ts';

const HOUR_MS = 3_600_000;

/** Kraken Futures: `book` (a snapshot, then one level a frame, `seq` growing by one), `trade` and `ticker`. */
export class KrakenFuturesDecoder implements Decoder {
  readonly #tracks: TrackTable;
  readonly #fast: boolean;
  readonly #update = new FrameUpdate();
  readonly #trades = new FrameTrades();
  readonly #scanner: FuturesScanner;
  /** The number that the delta at hand follows on. */
  readonly #previous = new Float64Array(1);
  readonly #trade = new Float64Array(TRADE_VALUES);
  readonly #stamps = new Float64Array(3);
  readonly #reference = new Float64Array(REFERENCE_VALUES);
  readonly #periods = new WeakMap<Track, FundingPeriod>();
  /** Whose interval was told, and may have to be taken back. */
  readonly #timed = new WeakSet<Track>();
  /** Instruments that the stream last told were not trading normally. */
  readonly #restricted = new Set<string>();

  constructor(tracks: TrackTable, { fast }: DecoderOptions = { fast: true }) {
    this.#tracks = tracks;
    this.#fast = fast;
    this.#scanner = new FuturesScanner(tracks, this.#update);
  }

  connected(): void {}

  settled(track: Track, rows: readonly FundingSettlement[]): void {
    this.#periodOf(track).history(rows);
  }

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    if (!this.#fast || !this.#decodeFast(frame, monoMs, out)) this.#decodeSlow(frame, monoMs, out);
  }

  #decodeFast(frame: Uint8Array, monoMs: number, out: FrameTarget): boolean {
    if (frame.byteLength > MAX_FRAME_BYTES) return false;
    this.#scanner.open(frame);
    let book = this.#scanner.delta(monoMs);
    if (book !== undefined) {
      this.#applyDelta(book, frame, out);
      return true;
    }
    const traded = this.#scanner.trade(this.#trades);
    if (traded !== undefined) {
      this.#trades.tell(traded, frame, out);
      out.applied(traded, frame.byteLength, timeOnly(this.#stamps, this.#trades.values[TRADE_TIME_MS] as number));
      return true;
    }
    book = this.#scanner.snapshot(monoMs);
    if (book === undefined) return false;
    this.#applySnapshot(book, frame, out);
    return true;
  }

  #decodeSlow(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const message = frameObject(frame, out);
    if (message === undefined) return;
    if (message.event !== undefined) readEvent(message, frame, out);
    else this.#feed(message, frame, monoMs, out);
  }

  #feed(message: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const { feed, product_id: symbol } = message;
    if (feed === 'heartbeat') {
      out.idle('heartbeat');
      return;
    }
    // The snapshot of trades lists those that happened before we listened.
    if (feed === 'trade_snapshot') return;
    const track = this.#tracks.get(symbol);
    if (track === undefined) {
      unlisted(this.#tracks, symbol, frame, out);
      return;
    }
    if (feed === 'book') this.#delta(track, message, frame, monoMs, out);
    else if (feed === 'book_snapshot') this.#snapshot(track, message, frame, monoMs, out);
    else if (feed === 'trade') this.#publicTrade(track, message, frame, out);
    else if (feed === 'ticker') this.#ticker(track, message, frame, monoMs, out);
  }

  #delta(track: Track, message: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const update = this.#update;
    update.clear();
    const parsed = deltaSchema.safeParse(message);
    const { side, price, qty } = parsed.data ?? {};
    const added = update.add(side === 'buy' ? BID : ASK, unsignedNumber(price), unsignedNumber(qty));
    if (added && this.#stamp(parsed.data, monoMs)) this.#applyDelta(track, frame, out);
    else unusable(track, frame, out);
  }

  #snapshot(track: Track, message: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const update = this.#update;
    update.clear();
    const parsed = snapshotSchema.safeParse(message);
    const { bids, asks } = parsed.data ?? {};
    const added =
      bids !== undefined && asks !== undefined && addLevels(update, BID, bids) && addLevels(update, ASK, asks);
    if (added && this.#stamp(parsed.data, monoMs)) this.#applySnapshot(track, frame, out);
    else unusable(track, frame, out);
  }

  #stamp(message: { readonly timestamp: unknown; readonly seq: number } | undefined, monoMs: number): boolean {
    const { stamps } = this.#update;
    stamps[VENUE_TIME_MS] = epochMs(message?.timestamp);
    stamps[SEQUENCE] = wholeNumber(message?.seq);
    stamps[MONO_MS] = monoMs;
    return (stamps[SEQUENCE] as number) >= 0 && (stamps[VENUE_TIME_MS] as number) > 0;
  }

  #applySnapshot(track: Track, frame: Uint8Array, out: FrameTarget): void {
    const wanted = track.phase === 'awaiting' || track.phase === 'live';
    if (wanted) applySnapshot(track, this.#update, frame, null, out);
  }

  #applyDelta(track: Track, frame: Uint8Array, out: FrameTarget): void {
    if (track.phase !== 'live') return;
    const { stamps } = this.#update;
    this.#previous[0] = (stamps[SEQUENCE] as number) - 1;
    const step = track.step(this.#previous, 0, stamps);
    if (step === 'next') applyDelta(track, this.#update, frame, null, out);
    else if (step === 'gap') gap(track, frame, out);
  }

  #publicTrade(track: Track, message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const parsed = tradeSchema.safeParse(message);
    const atMs = epochMs(parsed.data?.time);
    if (!parsed.success || Number.isNaN(atMs)) {
      out.faulted('bad-shape', track, frame);
      return;
    }
    const { uid, type, price, qty: size, side } = parsed.data;
    // A block was agreed on elsewhere: its price is none of the book's.
    if (type !== 'block') tellTrade(track, { id: uid, price, size, atMs, buy: side === 'buy' }, this.#trade, out);
    out.applied(track, frame.byteLength, timeOnly(this.#stamps, atMs));
  }

  #ticker(track: Track, message: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const parsed = tickerSchema.safeParse(message);
    const { data } = parsed;
    const timeMs = epochMs(data?.time);
    const nextMs = data?.next_funding_rate_time === undefined ? Number.NaN : epochMs(data.next_funding_rate_time);
    const timed = !Number.isNaN(timeMs) && Number.isNaN(nextMs) === (data?.next_funding_rate_time === undefined);
    if (data === undefined || !timed) {
      out.faulted('bad-shape', track, frame);
      return;
    }
    const values = this.#reference.fill(Number.NaN);
    const intervalMs = Number.isNaN(nextMs) ? Number.NaN : this.#periodOf(track).endsAt(nextMs, timeMs);
    values[NEXT_SETTLEMENT_MS] = nextMs;
    values[FUNDING_INTERVAL_MS] = this.#told(track, intervalMs);
    values[MARK_PRICE] = data.markPrice ?? Number.NaN;
    values[INDEX_PRICE] = data.index ?? Number.NaN;
    values[REFERENCE_TIME_MS] = timeMs;
    if (!Number.isNaN(nextMs)) {
      // Rates are for an hour, the sink's for one interval. Without an interval none may be used (MD-7).
      const hours = Number.isNaN(intervalMs) ? 1 : intervalMs / HOUR_MS;
      values[FUNDING_RATE] = hours * rateOf(data.relative_funding_rate, data.funding_rate);
      values[PREDICTED_RATE] = hours * rateOf(data.relative_funding_rate_prediction, data.funding_rate_prediction);
    }
    out.reference(track, values, monoMs);
    this.#status(track.symbol, data.suspended, data.post_only === true, out);
    out.applied(track, frame.byteLength, timeOnly(this.#stamps, timeMs));
  }

  /** What the sink is told of an interval: one that is not known any more must not stay as it was (MD-7). */
  #told(track: Track, intervalMs: number): number {
    if (!Number.isNaN(intervalMs)) this.#timed.add(track);
    else if (this.#timed.delete(track)) return UNKNOWN_INTERVAL;
    return intervalMs;
  }

  /** MD-8: only what the ticker took away does it give back: the rest is the catalogue's to say. */
  #status(symbol: string, suspended: boolean, postOnly: boolean, out: FrameTarget): void {
    if (suspended || postOnly) {
      this.#restricted.add(symbol);
      out.status(symbol, suspended ? 'halted' : 'post-only');
    } else if (this.#restricted.delete(symbol)) {
      out.status(symbol, 'normal');
    }
  }

  #periodOf(track: Track): FundingPeriod {
    let period = this.#periods.get(track);
    if (period === undefined) {
      period = new FundingPeriod();
      this.#periods.set(track, period);
    }
    return period;
  }
}

/** The whole notional in an hour is what the sink takes for no rate; NaN would leave the last one standing (MD-7). */
const UNKNOWN_RATE = 1;

/** Only a rate of zero is left out, and then in both forms; the absolute one alone says nothing of the relative one. */
const rateOf = (relative: number | undefined, absolute: number | undefined): number =>
  relative ?? (absolute === undefined ? 0 : UNKNOWN_RATE);

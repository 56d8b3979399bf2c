import { ASK, BID, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import type { TradingStatus } from '#shared/domain/listing';
import { applyDelta, applySnapshot, timeOnly, unlisted, unusable } from '../kit/apply.ts';
import { type Decoder, type DecoderOptions, type FrameTarget, TRADE_VALUES } from '../kit/decoder.ts';
import { frameObject, isObject, type JsonObject } from '../kit/json.ts';
import { rfc3339Ms, unsignedDecimal, wholeNumber } from '../kit/numbers.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import { FrameTrades, tellTrade } from '../kit/trades.ts';
import { FrameUpdate } from '../kit/update.ts';
import { bookEventSchema, errorSchema, statusEventSchema, tradeSchema } from './messages.ts';
import { CoinbaseScanner } from './scanner.ts';

/** Repeats in a row after which the socket is taken to have been renumbered. */
const MAX_REPEATS = 8;

/**
 * Coinbase Advanced Trade: `level2`, `market_trades` and `status`. One `sequence_num` counts every message of the socket,
 * so a gap puts all its books in doubt.
 */
export class CoinbaseDecoder implements Decoder {
  readonly #tracks: TrackTable;
  readonly #fast: boolean;
  readonly #update = new FrameUpdate();
  readonly #trades = new FrameTrades();
  readonly #scanner: CoinbaseScanner;
  readonly #trade = new Float64Array(TRADE_VALUES);
  readonly #stamps = new Float64Array(3);
  /** The last number of the socket, in an array so that taking it makes no garbage. */
  readonly #last = new Float64Array(1);
  /** Over connections: what was offline when one was lost may be online when the next is there. */
  readonly #productStatuses = new Map<string, string>();
  #repeats = 0;

  constructor(tracks: TrackTable, { fast }: DecoderOptions = { fast: true }) {
    this.#tracks = tracks;
    this.#fast = fast;
    this.#scanner = new CoinbaseScanner(tracks, this.#update);
    this.connected();
  }

  connected(): void {
    this.#last[0] = Number.NaN;
    this.#repeats = 0;
  }

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    if (!this.#fast || !this.#decodeFast(frame, monoMs, out)) this.#decodeSlow(frame, monoMs, out);
  }

  #decodeFast(frame: Uint8Array, monoMs: number, out: FrameTarget): boolean {
    const scanner = this.#scanner;
    const { stamps } = this.#update;
    const book = scanner.book(frame, monoMs);
    if (book !== undefined) {
      if (this.#follows(stamps, frame, out)) this.#apply(book, scanner.snapshot, frame, out);
      return true;
    }
    const traded = scanner.trades(frame, this.#trades);
    if (traded === undefined) return false;
    if (!this.#follows(stamps, frame, out)) return true;
    this.#trades.tell(traded, frame, out, scanner.newestFirst);
    out.applied(traded, frame.byteLength, this.#sent());
    return true;
  }

  #decodeSlow(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const message = frameObject(frame, out);
    if (message === undefined) return;
    if (message.type === 'error') {
      refuse(message, out);
      return;
    }
    const { channel, events } = message;
    if (typeof channel !== 'string' || !Array.isArray(events)) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    const { stamps } = this.#update;
    stamps[SEQUENCE] = wholeNumber(message.sequence_num);
    if (!this.#follows(stamps, frame, out)) return;
    stamps[VENUE_TIME_MS] = rfc3339Ms(message.timestamp);
    if (channel === 'l2_data') for (const event of events) this.#book(event, frame, monoMs, out);
    else if (channel === 'market_trades') for (const event of events) this.#marketTrades(event, frame, out);
    else if (channel === 'status') for (const event of events) this.#status(event, frame, out);
    else if (channel === 'heartbeats') out.idle('heartbeat');
    else if (channel === 'subscriptions') out.accepted(null);
  }

  /** Takes the place of a message in the socket's numbering; false when it is not the next. */
  #follows(stamps: Float64Array, frame: Uint8Array, out: FrameTarget): boolean {
    const number = stamps[SEQUENCE] as number;
    const last = this.#last[0] as number;
    if (Number.isNaN(number)) {
      // If it took a number, the next frame shows the gap.
      out.faulted('bad-shape', null, frame);
      return false;
    }
    if (number <= last) {
      this.#repeats += 1;
      if (this.#repeats <= MAX_REPEATS) return false;
    } else if (Number.isNaN(last) || number === last + 1) {
      this.#last[0] = number;
      this.#repeats = 0;
      return true;
    }
    out.faulted('gap', null, frame);
    out.broken('sequence gap on the socket');
    return false;
  }

  #book(event: unknown, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const symbol = isObject(event) ? event.product_id : undefined;
    const track = this.#tracks.get(symbol);
    if (track === undefined) {
      unlisted(this.#tracks, symbol, frame, out);
      return;
    }
    const update = this.#update;
    const { stamps } = update;
    const parsed = bookEventSchema.safeParse(event);
    update.count = 0;
    const readable = (parsed.data?.updates ?? []).every(({ side, price_level, new_quantity }) =>
      update.add(side === 'bid' ? BID : ASK, unsignedDecimal(price_level), unsignedDecimal(new_quantity)),
    );
    // The envelope's time is when it was sent; an update's own time is when the level changed, which is what lags.
    if (!parsed.success || !readable || Number.isNaN(stamps[VENUE_TIME_MS])) {
      unusable(track, frame, out);
      return;
    }
    stamps[SEQUENCE] = this.#last[0] as number;
    stamps[MONO_MS] = monoMs;
    this.#apply(track, parsed.data.type === 'snapshot', frame, out);
  }

  #apply(track: Track, snapshot: boolean, frame: Uint8Array, out: FrameTarget): void {
    const update = this.#update;
    if (snapshot) {
      if (track.phase === 'awaiting' || track.phase === 'live') applySnapshot(track, update, frame, null, out);
    } else if (track.phase === 'live') {
      track.sequence = update.stamps[SEQUENCE] as number;
      applyDelta(track, update, frame, null, out);
    }
  }

  #marketTrades(event: unknown, frame: Uint8Array, out: FrameTarget): void {
    if (!isObject(event) || !Array.isArray(event.trades)) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    // A snapshot lists trades that happened before we listened.
    if (event.type === 'snapshot') return;
    let last: Track | null = null;
    for (const row of oldestFirst(event.trades)) {
      const symbol = isObject(row) ? row.product_id : undefined;
      const track = this.#tracks.get(symbol);
      if (track === undefined) {
        unlisted(this.#tracks, symbol, frame, out);
        return;
      }
      const parsed = tradeSchema.safeParse(row);
      const price = unsignedDecimal(parsed.data?.price);
      const size = unsignedDecimal(parsed.data?.size);
      const atMs = rfc3339Ms(parsed.data?.time);
      if (!parsed.success || !(price > 0) || !(size > 0) || !(atMs > 0)) {
        out.faulted('bad-shape', track, frame);
        return;
      }
      last = track;
      // `side` is the maker's, so the taker was on the other one.
      const { trade_id: id, side } = parsed.data;
      tellTrade(track, { id, price, size, atMs, buy: side === 'SELL' }, this.#trade, out);
    }
    out.applied(last, frame.byteLength, this.#sent());
  }

  /** Trades are batched over 250 ms by design: the envelope's time is what the lag is measured from. */
  #sent(): Float64Array {
    return timeOnly(this.#stamps, this.#update.stamps[VENUE_TIME_MS] as number);
  }

  /**
   * MD-8. The channel knows less than the catalogue: that a product is offline it tells first, what one that is online
   * again allows only the catalogue tells.
   */
  #status(event: unknown, frame: Uint8Array, out: FrameTarget): void {
    const parsed = statusEventSchema.safeParse(event);
    if (!parsed.success) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    for (const { id, status } of parsed.data.products) {
      const before = this.#productStatuses.get(id) ?? 'online';
      if (this.#tracks.get(id) === undefined || status === before) continue;
      this.#productStatuses.set(id, status);
      if (status === 'online') out.catalogueChanged();
      else out.status(id, statusOf(status));
    }
  }
}

function refuse(message: JsonObject, out: FrameTarget): void {
  const { message: said, reason } = errorSchema.safeParse(message).data ?? {};
  const text = [said, reason].filter((part) => part !== undefined).join(': ');
  const symbol = /\b([A-Z0-9]{1,20}-[A-Z0-9]{2,10})\b/.exec(text)?.[1] ?? null;
  out.refused(null, symbol, text.slice(0, 200));
}

function statusOf(status: string): TradingStatus {
  if (status === 'delisted') return 'delisted';
  return status === 'offline' ? 'halted' : 'unknown';
}

/** Trades come newest first as a rule; they are passed on in the order they happened. */
function oldestFirst(trades: readonly unknown[]): readonly unknown[] {
  const idOf = (trade: unknown) => (isObject(trade) ? Number(trade.trade_id) : Number.NaN);
  return idOf(trades[0]) > idOf(trades.at(-1)) ? [...trades].reverse() : trades;
}

import { ASK, BID } from '#engine/ports';
import { applyDelta, applySnapshot, unlisted, unusable } from '../kit/apply.ts';
import type { Decoder, FrameTarget } from '../kit/decoder.ts';
import { frameObject, isObject, type JsonObject } from '../kit/json.ts';
import { rfc3339Ms, unsignedDecimal, wholeNumber } from '../kit/numbers.ts';
import type { TrackTable } from '../kit/track.ts';
import { tellTrade } from '../kit/trades.ts';
import { FrameUpdate } from '../kit/update.ts';

/** Repeats in a row after which the socket is taken to have been renumbered. */
const MAX_REPEATS = 8;

/**
 * Coinbase Advanced Trade: `level2` and `market_trades`. One `sequence_num` counts every message of the socket, so a
 * gap puts all its books in doubt.
 * https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels
 */
export class CoinbaseDecoder implements Decoder {
  readonly #tracks: TrackTable;
  readonly #levels = new FrameUpdate();
  #sequence = Number.NaN;
  #repeats = 0;

  constructor(tracks: TrackTable) {
    this.#tracks = tracks;
  }

  connected(): void {
    this.#sequence = Number.NaN;
    this.#repeats = 0;
  }

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const message = frameObject(frame, out);
    if (message === undefined) return;
    if (message.type === 'error') {
      this.#refusal(message, out);
      return;
    }
    const { channel, events } = message;
    if (typeof channel !== 'string' || !Array.isArray(events)) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    if (!this.#inSequence(message, frame, out)) return;
    if (channel === 'l2_data') {
      for (const event of events) this.#book(event, message, frame, monoMs, out);
    } else if (channel === 'market_trades') {
      for (const event of events) this.#trades(event, message, frame, out);
    } else if (channel === 'subscriptions') out.accepted(null);
  }

  #inSequence(message: JsonObject, frame: Uint8Array, out: FrameTarget): boolean {
    const number = wholeNumber(message.sequence_num);
    if (Number.isNaN(number)) {
      // If it took a number, the next frame shows the gap.
      out.faulted('bad-shape', null, frame);
      return false;
    }
    if (number <= this.#sequence) {
      this.#repeats += 1;
      if (this.#repeats <= MAX_REPEATS) return false;
    } else if (Number.isNaN(this.#sequence) || number === this.#sequence + 1) {
      this.#sequence = number;
      this.#repeats = 0;
      return true;
    }
    out.faulted('gap', null, frame);
    out.broken('sequence gap on the socket');
    return false;
  }

  #book(event: unknown, message: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const track = isObject(event) ? this.#tracks.get(event.product_id) : undefined;
    if (!isObject(event) || track === undefined) {
      unlisted(this.#tracks, isObject(event) ? event.product_id : undefined, frame, out);
      return;
    }
    const { type, updates } = event;
    // The envelope's time is when it was sent; an update's own time is when the level changed, which is what lags.
    const venueTimeMs = rfc3339Ms(message.timestamp);
    const levels = this.#levels;
    levels.clear();
    const readable = Array.isArray(updates) && updates.every((update) => addUpdate(levels, update));
    if (!readable || (type !== 'snapshot' && type !== 'update') || Number.isNaN(venueTimeMs)) {
      unusable(track, frame, out);
      return;
    }
    const from = { track, levels, venueTimeMs, monoMs, frame };
    if (type === 'snapshot') {
      if (track.phase === 'awaiting' || track.phase === 'live') applySnapshot(from, this.#sequence, null, out);
    } else if (track.phase === 'live') {
      track.sequence = this.#sequence;
      applyDelta(from, null, out);
    }
  }

  #trades(event: unknown, message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    if (!isObject(event) || !Array.isArray(event.trades)) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    // A snapshot lists trades that happened before we listened.
    if (event.type === 'snapshot') return;
    for (const trade of oldestFirst(event.trades)) {
      const track = isObject(trade) ? this.#tracks.get(trade.product_id) : undefined;
      if (!isObject(trade) || track === undefined) {
        unlisted(this.#tracks, isObject(trade) ? trade.product_id : undefined, frame, out);
        return;
      }
      const price = unsignedDecimal(trade.price);
      const size = unsignedDecimal(trade.size);
      const tradedAtMs = rfc3339Ms(trade.time);
      const { side, trade_id: id } = trade;
      if (
        !(price > 0) ||
        !(size > 0) ||
        Number.isNaN(tradedAtMs) ||
        (side !== 'BUY' && side !== 'SELL') ||
        typeof id !== 'string'
      ) {
        out.faulted('bad-shape', track, frame);
        return;
      }
      // `side` is the maker's, so the taker was on the other one.
      if (track.takeTrade(id)) out.trade(track, price, size, side === 'BUY' ? 'sell' : 'buy', tradedAtMs);
    }
    // Trades are batched over 250 ms by design; the envelope's time is what the lag is measured from.
    out.applied(frame.byteLength, rfc3339Ms(message.timestamp));
  }

  #refusal(message: JsonObject, out: FrameTarget): void {
    const text = [message.message, message.reason].filter((part) => typeof part === 'string').join(': ');
    const symbol = /\b([A-Z0-9]{1,20}-[A-Z0-9]{2,10})\b/.exec(text)?.[1] ?? null;
    out.refused(null, symbol, text.slice(0, 200));
  }
}

function addUpdate(levels: FrameUpdate, update: unknown): boolean {
  if (!isObject(update)) return false;
  const side = update.side === 'bid' ? BID : update.side === 'offer' ? ASK : null;
  if (side === null) return false;
  return levels.add(side, unsignedDecimal(update.price_level), unsignedDecimal(update.new_quantity));
}

/** Trades come newest first as a rule; they are passed on in the order they happened. */
function oldestFirst(trades: readonly unknown[]): readonly unknown[] {
  const idOf = (trade: unknown) => (isObject(trade) ? Number(trade.trade_id) : Number.NaN);
  return idOf(trades[0]) > idOf(trades.at(-1)) ? [...trades].reverse() : trades;
}

import { ASK, BID } from '#engine/ports';
import { applyDelta, applySnapshot, gap, unlisted, unusable } from '../kit/apply.ts';
import type { Decoder, FrameTarget } from '../kit/decoder.ts';
import { frameObject, isObject, type JsonObject } from '../kit/json.ts';
import { Levels } from '../kit/levels.ts';
import { epochMs, unsignedDecimal, wholeNumber } from '../kit/numbers.ts';
import type { TrackTable } from '../kit/track.ts';

/**
 * Bybit v5 spot: `orderbook.50` and `publicTrade`.
 * https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook
 */
export class BybitDecoder implements Decoder {
  readonly #tracks: TrackTable;
  readonly #levels = new Levels();

  constructor(tracks: TrackTable) {
    this.#tracks = tracks;
  }

  connected(): void {}

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const message = frameObject(frame, out);
    if (message === undefined) return;
    const { topic } = message;
    if (typeof topic !== 'string') this.#reply(message, frame, out);
    else if (topic.startsWith('orderbook.')) this.#book(message, frame, monoMs, out);
    else if (topic.startsWith('publicTrade.')) this.#trades(message, frame, out);
  }

  #book(message: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const data = isObject(message.data) ? message.data : undefined;
    const track = this.#tracks.get(data?.s);
    if (data === undefined || track === undefined) {
      unlisted(this.#tracks, data?.s, frame, out);
      return;
    }
    const update = wholeNumber(data.u);
    // `cts`: when the matching engine made it; `ts`: when it was sent. The first tells the whole lag.
    const venueTimeMs = epochMs(message.cts === undefined ? message.ts : message.cts);
    const snapshot = message.type === 'snapshot' || update === 1;
    const levels = this.#levels;
    levels.clear();
    if (
      Number.isNaN(update + venueTimeMs) ||
      (!snapshot && message.type !== 'delta') ||
      !levels.addPairs(BID, data.b) ||
      !levels.addPairs(ASK, data.a)
    ) {
      unusable(track, frame, out);
      return;
    }
    const from = { track, levels, venueTimeMs, monoMs, frame };
    // `u` = 1 is a snapshot after the venue's service restarted, whatever its type says.
    if (snapshot) {
      if (track.phase === 'awaiting' || track.phase === 'live') applySnapshot(from, update, null, out);
    } else if (track.phase === 'live') {
      const step = track.step(update - 1, update);
      if (step === 'next') applyDelta(from, null, out);
      else if (step === 'gap') gap(track, frame, out);
    }
  }

  #trades(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    if (!Array.isArray(message.data)) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    for (const trade of message.data) {
      const track = isObject(trade) ? this.#tracks.get(trade.s) : undefined;
      if (!isObject(trade) || track === undefined) {
        unlisted(this.#tracks, isObject(trade) ? trade.s : undefined, frame, out);
        return;
      }
      const price = unsignedDecimal(trade.p);
      const size = unsignedDecimal(trade.v);
      const venueTimeMs = epochMs(trade.T);
      // `S` is the taker's side.
      const side = trade.S === 'Buy' ? 'buy' : trade.S === 'Sell' ? 'sell' : null;
      if (!(price > 0) || !(size > 0) || Number.isNaN(venueTimeMs) || side === null || typeof trade.i !== 'string') {
        out.faulted('bad-shape', track, frame);
        return;
      }
      if (track.takeTrade(trade.i)) out.trade(track, price, size, side, venueTimeMs);
    }
    out.applied(frame.byteLength, epochMs(message.ts));
  }

  #reply(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const { op, success } = message;
    if (op === 'ping' || op === 'pong') return;
    const id = typeof message.req_id === 'string' && message.req_id !== '' ? message.req_id : null;
    if (op === 'subscribe' && success === true) out.accepted(id);
    else if (op === 'subscribe' && success === false) out.refused(id, null, String(message.ret_msg).slice(0, 200));
    else if (op !== 'unsubscribe') out.faulted('bad-shape', null, frame);
  }
}

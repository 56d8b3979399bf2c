import { ASK, BID } from '#engine/ports';
import { applyDelta, applySnapshot, gap, unlisted, unusable } from '../kit/apply.ts';
import type { FrameTarget, SnapshotDecoder, SnapshotOutcome } from '../kit/decoder.ts';
import { frameObject, isObject, type JsonObject } from '../kit/json.ts';
import { epochMs, unsignedDecimal, wholeNumber } from '../kit/numbers.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import { tellTrade } from '../kit/trades.ts';
import { FrameUpdate } from '../kit/update.ts';

/** Deltas kept while a snapshot is on its way: 100 ms each, so about a minute. */
const MAX_HELD_FRAMES = 600;
const MAX_HELD_BYTES = 4 * 1024 * 1024;

interface Held {
  readonly frame: Uint8Array;
  readonly monoMs: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Binance spot: diff depth bridged onto a REST snapshot by `U`/`u`, and trades.
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly
 */
export class BinanceDecoder implements SnapshotDecoder {
  readonly #tracks: TrackTable;
  readonly #levels = new FrameUpdate();
  readonly #held = new Map<Track, { frames: Held[]; bytes: number }>();

  constructor(tracks: TrackTable) {
    this.#tracks = tracks;
  }

  connected(): void {
    this.#held.clear();
  }

  awaitSnapshot(track: Track): void {
    this.#held.delete(track);
  }

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const message = frameObject(frame, out);
    if (message === undefined) return;
    // Combined streams wrap each event: {"stream": "...", "data": {...}}.
    const event = isObject(message.data) ? message.data : message;
    if (event.e === 'depthUpdate') this.#depth(event, frame, monoMs, out);
    else if (event.e === 'trade') this.#trade(event, frame, out);
    else if (event.e === 'serverShutdown') out.broken('venue is closing the connection');
    else if (event.e === undefined) this.#reply(event, frame, out);
  }

  snapshot(track: Track, body: string, monoMs: number, out: FrameTarget): SnapshotOutcome {
    let answer: unknown;
    try {
      answer = JSON.parse(body);
    } catch {
      return 'unreadable';
    }
    if (!isObject(answer)) return 'unreadable';
    const sequence = wholeNumber(answer.lastUpdateId);
    const levels = this.#levels;
    levels.clear();
    if (Number.isNaN(sequence) || !levels.addPairs(BID, answer.bids) || !levels.addPairs(ASK, answer.asks)) {
      return 'unreadable';
    }
    const held = this.#held.get(track)?.frames ?? [];
    const oldest = held.find((event) => event.last > sequence);
    if (oldest !== undefined && oldest.first > sequence + 1) return 'older';
    this.#held.delete(track);
    const frame = new TextEncoder().encode(body);
    applySnapshot({ track, levels, venueTimeMs: Number.NaN, monoMs, frame }, sequence, null, out);
    for (const event of held) {
      // A gap among the held ones put the book back to waiting; the rest belongs to the next snapshot.
      if (event.last > track.sequence || track.phase !== 'live') this.decode(event.frame, event.monoMs, out);
    }
    return 'applied';
  }

  #depth(event: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const track = this.#tracks.get(event.s);
    if (track === undefined) {
      unlisted(this.#tracks, event.s, frame, out);
      return;
    }
    const first = wholeNumber(event.U);
    const last = wholeNumber(event.u);
    const venueTimeMs = epochMs(event.E);
    const levels = this.#levels;
    levels.clear();
    if (
      !(first <= last) ||
      Number.isNaN(venueTimeMs) ||
      !levels.addPairs(BID, event.b) ||
      !levels.addPairs(ASK, event.a)
    ) {
      unusable(track, frame, out);
      return;
    }
    if (track.phase === 'awaiting') this.#hold(track, { frame: frame.slice(), monoMs, first, last }, out);
    if (track.phase !== 'live') return;
    // An update may reach back over what the book already has; it follows as long as nothing between is missing.
    const previous = first <= track.sequence + 1 && last > track.sequence ? track.sequence : first - 1;
    const step = track.step(previous, last);
    if (step === 'next') applyDelta({ track, levels, venueTimeMs, monoMs, frame }, null, out);
    else if (step === 'gap') gap(track, frame, out);
  }

  #hold(track: Track, event: Held, out: FrameTarget): void {
    let held = this.#held.get(track);
    if (held === undefined) {
      held = { frames: [], bytes: 0 };
      this.#held.set(track, held);
      out.wantsSnapshot(track);
    }
    held.frames.push(event);
    held.bytes += event.frame.byteLength;
    while (held.frames.length > MAX_HELD_FRAMES || held.bytes > MAX_HELD_BYTES) {
      const dropped = held.frames.shift();
      if (dropped === undefined) return;
      held.bytes -= dropped.frame.byteLength;
    }
  }

  #trade(event: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const track = this.#tracks.get(event.s);
    const price = unsignedDecimal(event.p);
    const size = unsignedDecimal(event.q);
    const id = wholeNumber(event.t);
    const venueTimeMs = epochMs(event.T);
    if (track === undefined) {
      unlisted(this.#tracks, event.s, frame, out);
      return;
    }
    if (!(price > 0) || !(size > 0) || Number.isNaN(id + venueTimeMs) || typeof event.m !== 'boolean') {
      out.faulted('bad-shape', track, frame);
      return;
    }
    if (!track.takeTrade(String(id))) return;
    // `m`: the buyer was the maker, so the taker sold.
    out.trade(track, price, size, event.m ? 'sell' : 'buy', venueTimeMs);
    out.applied(frame.byteLength, epochMs(event.E));
  }

  #reply(event: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const id = typeof event.id === 'number' || typeof event.id === 'string' ? String(event.id) : null;
    const error = isObject(event.error) ? event.error : isObject(event.result) ? event.result : event;
    if (typeof error.msg === 'string' || error.error !== undefined) {
      out.refused(id, null, String(error.msg ?? error.error).slice(0, 200));
    } else if (id !== null && 'result' in event) out.accepted(id);
    else out.faulted('bad-shape', null, frame);
  }
}

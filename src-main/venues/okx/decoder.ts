import { ASK, BID, type Book, type BookSide } from '#engine/ports';
import { applyDelta, applySnapshot, gap, unlisted, unusable, type Verify } from '../kit/apply.ts';
import { crc32 } from '../kit/crc32.ts';
import type { Decoder, FrameTarget } from '../kit/decoder.ts';
import { frameObject, frameText, isObject, type JsonObject } from '../kit/json.ts';
import { epochMs, plainDigits, unsignedDecimal, wholeNumber } from '../kit/numbers.ts';
import type { TrackTable } from '../kit/track.ts';
import { tellTrade } from '../kit/trades.ts';
import { FrameUpdate } from '../kit/update.ts';

const CHECKSUM_LEVELS = 25;

/**
 * OKX v5: `books` (400 levels, `seqId`/`prevSeqId`) and `trades`.
 * https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel
 */
export class OkxDecoder implements Decoder {
  readonly #tracks: TrackTable;
  readonly #levels = new FrameUpdate();

  constructor(tracks: TrackTable) {
    this.#tracks = tracks;
  }

  connected(): void {}

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    if (frame.byteLength === 4 && frameText(frame) === 'pong') return;
    const message = frameObject(frame, out);
    if (message === undefined) return;
    if (message.event !== undefined) {
      this.#reply(message, frame, out);
      return;
    }
    const { arg, data } = message;
    const row = Array.isArray(data) ? data[0] : undefined;
    if (!isObject(arg) || !isObject(row)) {
      out.faulted('bad-shape', null, frame);
    } else if (arg.channel === 'books') this.#book(arg, message.action, row, frame, monoMs, out);
    else if (arg.channel === 'trades') this.#trades(data as unknown[], frame, out);
  }

  #book(arg: JsonObject, action: unknown, row: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const track = this.#tracks.get(arg.instId);
    if (track === undefined) {
      unlisted(this.#tracks, arg.instId, frame, out);
      return;
    }
    const sequence = wholeNumber(row.seqId);
    const previous = wholeNumber(row.prevSeqId);
    const venueTimeMs = epochMs(row.ts);
    const levels = this.#levels;
    levels.clear();
    if (
      (action !== 'snapshot' && action !== 'update') ||
      Number.isNaN(sequence + previous + venueTimeMs) ||
      !levels.addPairs(BID, row.bids) ||
      !levels.addPairs(ASK, row.asks)
    ) {
      unusable(track, frame, out);
      return;
    }
    const from = { track, levels, venueTimeMs, monoMs, frame };
    // Sent as 0 since 2026-06: absent, not a mismatch.
    const checksum = row.checksum === 0 || row.checksum === undefined ? null : wholeNumber(row.checksum);
    const verify: Verify = checksum === null ? null : ({ book }) => okxChecksum(book) === checksum;
    if (action === 'snapshot') {
      if (track.phase === 'awaiting' || track.phase === 'live') applySnapshot(from, sequence, verify, out);
    } else if (track.phase === 'live') {
      const step = track.step(previous, sequence);
      if (step === 'next') applyDelta(from, verify, out);
      else if (step === 'gap') gap(track, frame, out);
    }
  }

  #trades(data: readonly unknown[], frame: Uint8Array, out: FrameTarget): void {
    let sentAtMs = Number.NaN;
    for (const trade of data) {
      const track = isObject(trade) ? this.#tracks.get(trade.instId) : undefined;
      if (!isObject(trade) || track === undefined) {
        unlisted(this.#tracks, isObject(trade) ? trade.instId : undefined, frame, out);
        return;
      }
      const price = unsignedDecimal(trade.px);
      const size = unsignedDecimal(trade.sz);
      sentAtMs = epochMs(trade.ts);
      const { side, tradeId } = trade;
      if (
        !(price > 0) ||
        !(size > 0) ||
        Number.isNaN(sentAtMs) ||
        (side !== 'buy' && side !== 'sell') ||
        typeof tradeId !== 'string'
      ) {
        out.faulted('bad-shape', track, frame);
        return;
      }
      // `side` is the taker's.
      if (track.takeTrade(tradeId)) out.trade(track, price, size, side, sentAtMs);
    }
    out.applied(frame.byteLength, sentAtMs);
  }

  #reply(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const id = typeof message.id === 'string' && message.id !== '' ? message.id : null;
    const text = typeof message.msg === 'string' ? message.msg : '';
    if (message.event === 'subscribe') out.accepted(id);
    else if (message.event === 'notice') out.broken('venue announces a disconnect');
    else if (message.event === 'error') {
      // The refused argument is named only inside the text: "... channel:books,instId:AAA-BBB doesn't exist ...".
      const symbol = /instId"?\s*:\s*"?([A-Z0-9-]+)/.exec(text)?.[1] ?? null;
      out.refused(id, symbol, `${String(message.code)} ${text}`.slice(0, 200));
    } else if (message.event !== 'unsubscribe' && message.event !== 'channel-conn-count') {
      out.faulted('bad-shape', null, frame);
    }
  }
}

/** Signed CRC-32 over the best 25 levels, `bid:size:ask:size:…`; the longer side goes on alone. Digits as sent. */
export function okxChecksum(book: Book): number {
  const parts: string[] = [];
  const level = (side: BookSide, index: number) => {
    if (index >= book.depth(side)) return;
    parts.push(plainDigits(book.price(side, index)), plainDigits(book.size(side, index)));
  };
  for (let index = 0; index < CHECKSUM_LEVELS; index += 1) {
    level(BID, index);
    level(ASK, index);
  }
  return crc32(parts.join(':')) | 0;
}

import { ASK, BID, INDEX_PRICE, MARK_PRICE, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import { applyDelta, applySnapshot, gap, timeOnly, unlisted, unusable, type Verifier } from '../kit/apply.ts';
import { type Decoder, type DecoderOptions, type FrameTarget, TRADE_VALUES } from '../kit/decoder.ts';
import { frameObject, isObject, type JsonObject } from '../kit/json.ts';
import { epochMs, unsignedDecimal, wholeNumber } from '../kit/numbers.ts';
import { literal } from '../kit/scan.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import { FrameTrades, tellTrade } from '../kit/trades.ts';
import { FrameUpdate } from '../kit/update.ts';
import { OkxVerifier } from './checksum.ts';
import { bookRowSchema, replySchema, tradeSchema } from './messages.ts';
import { SWAPS_OF_INDEX, tradingStatus } from './names.ts';
import { OkxReferences } from './references.ts';
import { BOOK_FRAME, INDEX_FRAME, MARK_FRAME, OkxScanner, PREVIOUS, TIME_MS, TRADES_FRAME } from './scanner.ts';

const PONG = literal('pong');

/**
 * OKX v5, spot and linear swaps: `books` (400 levels), `trades`, `instruments` and, for swaps, `funding-rate`,
 * `mark-price` and `index-tickers`. https://www.okx.com/docs-v5/en/#overview-websocket
 */
export class OkxDecoder implements Decoder {
  readonly #tracks: TrackTable;
  readonly #fast: boolean;
  readonly #update = new FrameUpdate();
  readonly #trades = new FrameTrades();
  readonly #scanner: OkxScanner;
  readonly #verifier = new OkxVerifier();
  readonly #trade = new Float64Array(TRADE_VALUES);
  readonly #stamps = new Float64Array(3);
  readonly #references: OkxReferences;
  /** The list of instruments has come since the subscription: what comes now are changes. */
  #listed = false;

  constructor(tracks: TrackTable, { fast }: DecoderOptions = { fast: true }) {
    this.#tracks = tracks;
    this.#fast = fast;
    this.#scanner = new OkxScanner(tracks, this.#update);
    this.#references = new OkxReferences(tracks);
  }

  connected(): void {
    this.#listed = false;
    this.#references.connected();
  }

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    if (!this.#fast || !this.#decodeFast(frame, monoMs, out)) this.#decodeSlow(frame, monoMs, out);
  }

  #decodeFast(frame: Uint8Array, monoMs: number, out: FrameTarget): boolean {
    const scanner = this.#scanner;
    const { numbers } = scanner;
    switch (scanner.open(frame)) {
      case BOOK_FRAME: {
        const track = scanner.book(monoMs);
        if (track === undefined) return false;
        this.#apply(track, scanner.snapshot, numbers, null, frame, out);
        return true;
      }
      case TRADES_FRAME: {
        const track = scanner.trades(this.#trades);
        if (track === undefined) return false;
        this.#trades.tell(track, frame, out);
        out.applied(track, frame.byteLength, timeOnly(this.#stamps, numbers[TIME_MS] as number));
        return true;
      }
      case MARK_FRAME:
        return this.#references.tell(scanner.mark(), MARK_PRICE, numbers, frame, monoMs, out);
      case INDEX_FRAME:
        return this.#references.tell(scanner.index(), INDEX_PRICE, numbers, frame, monoMs, out);
      default:
        return false;
    }
  }

  #decodeSlow(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    if (isPong(frame)) {
      out.idle('heartbeat');
      return;
    }
    const message = frameObject(frame, out);
    if (message === undefined) return;
    if (message.event !== undefined) {
      this.#reply(message, frame, out);
      return;
    }
    const { arg, data } = message;
    if (!isObject(arg) || !Array.isArray(data) || data.length === 0) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    switch (arg.channel) {
      case 'books':
        this.#books(arg.instId, message.action, data, frame, monoMs, out);
        return;
      case 'trades':
        this.#publicTrades(data, frame, out);
        return;
      case 'funding-rate':
        this.#references.funding(data, frame, monoMs, out);
        return;
      case 'mark-price':
        this.#references.mark(arg.instId, data, frame, monoMs, out);
        return;
      case 'index-tickers':
        this.#references.index(arg.instId, data, frame, monoMs, out);
        return;
      case 'instruments':
        this.#instruments(data, out);
        return;
      default:
        return;
    }
  }

  #books(
    symbol: unknown,
    action: unknown,
    rows: readonly unknown[],
    frame: Uint8Array,
    monoMs: number,
    out: FrameTarget,
  ): void {
    const track = this.#tracks.get(symbol);
    if (track === undefined) {
      unlisted(this.#tracks, symbol, frame, out);
      return;
    }
    const update = this.#update;
    const { stamps } = update;
    const { numbers } = this.#scanner;
    for (const row of rows) {
      update.clear();
      const { data } = bookRowSchema.safeParse(row);
      const isKnown = action === 'snapshot' || (action === 'update' && data?.prevSeqId !== undefined);
      if (data === undefined || !isKnown || !update.addPairs(ASK, data.asks) || !update.addPairs(BID, data.bids)) {
        unusable(track, frame, out);
        return;
      }
      stamps[VENUE_TIME_MS] = epochMs(data.ts);
      stamps[SEQUENCE] = wholeNumber(data.seqId);
      stamps[MONO_MS] = monoMs;
      numbers[PREVIOUS] = data.prevSeqId === undefined ? -1 : wholeNumber(data.prevSeqId);
      const checksum = data.checksum === undefined ? 0 : wholeNumber(data.checksum);
      const sum = (stamps[VENUE_TIME_MS] as number) + (stamps[SEQUENCE] as number) + (numbers[PREVIOUS] as number);
      if (Number.isNaN(sum + checksum)) {
        unusable(track, frame, out);
        return;
      }
      this.#apply(track, action === 'snapshot', numbers, this.#verifier.for(checksum), frame, out);
    }
  }

  #apply(
    track: Track,
    snapshot: boolean,
    numbers: Float64Array,
    verifier: Verifier | null,
    frame: Uint8Array,
    out: FrameTarget,
  ): void {
    const update = this.#update;
    if (snapshot) {
      if (track.phase === 'awaiting' || track.phase === 'live') applySnapshot(track, update, frame, verifier, out);
    } else if (track.phase === 'live') {
      // Equal numbers repeat an unchanged book; after maintenance a frame leads to a smaller number.
      const step = track.step(numbers, PREVIOUS, update.stamps);
      if (step === 'next') applyDelta(track, update, frame, verifier, out);
      else if (step === 'gap') gap(track, frame, out);
    }
  }

  #publicTrades(rows: readonly unknown[], frame: Uint8Array, out: FrameTarget): void {
    let last: Track | null = null;
    let lastMs = Number.NaN;
    for (const row of rows) {
      const symbol = isObject(row) ? row.instId : undefined;
      const track = this.#tracks.get(symbol);
      if (track === undefined) {
        unlisted(this.#tracks, symbol, frame, out);
        return;
      }
      const { data } = tradeSchema.safeParse(row);
      const price = unsignedDecimal(data?.px);
      const size = unsignedDecimal(data?.sz);
      const atMs = epochMs(data?.ts);
      if (data === undefined || !(price > 0) || !(size > 0) || Number.isNaN(atMs)) {
        out.faulted('bad-shape', track, frame);
        return;
      }
      last = track;
      lastMs = atMs;
      tellTrade(track, { id: data.tradeId, price, size, atMs, buy: data.side === 'buy' }, this.#trade, out);
    }
    out.applied(last, frame.byteLength, timeOnly(this.#stamps, lastMs));
  }

  /** MD-8. The whole list first, then each instrument whose state or terms changed, or that is new. */
  #instruments(rows: readonly unknown[], out: FrameTarget): void {
    for (const row of rows) {
      const track = isObject(row) ? this.#tracks.get(row.instId) : undefined;
      if (isObject(row) && track !== undefined) out.status(track.symbol, tradingStatus(row.state));
    }
    if (this.#listed) out.catalogueChanged();
    this.#listed = true;
  }

  #reply(message: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const { data: reply } = replySchema.safeParse(message);
    const id = reply?.id === undefined || reply.id === '' ? null : reply.id;
    const text = reply?.msg ?? '';
    switch (reply?.event) {
      case 'subscribe':
        out.accepted(id);
        return;
      case 'unsubscribe':
      case 'channel-conn-count':
        out.idle('ack');
        return;
      case 'notice':
        out.broken(`venue announces a disconnect: ${`${reply.code ?? ''} ${text}`.trim().slice(0, 160)}`);
        return;
      case 'error':
        out.refused(id, refusedSymbol(text), `${reply.code ?? ''} ${text}`.slice(0, 200));
        return;
      default:
        out.faulted('bad-shape', null, frame);
    }
  }
}

/** The refused argument is named only inside the text: `… channel:books,instId:AAA-BBB doesn't exist …`. */
function refusedSymbol(text: string): string | null {
  const name = /instId"?\s*:\s*"?([A-Z0-9_-]+)/.exec(text)?.[1] ?? null;
  return name !== null && /channel"?\s*:\s*"?index-tickers/.test(text) ? `${name}${SWAPS_OF_INDEX[0]}` : name;
}

function isPong(frame: Uint8Array): boolean {
  return frame.byteLength === PONG.length && PONG.every((code, at) => frame[at] === code);
}

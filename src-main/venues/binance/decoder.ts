import {
  ASK,
  BID,
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
import { timeOnly, unlisted, unusable } from '../kit/apply.ts';
import {
  type DecoderOptions,
  type FrameTarget,
  type SnapshotDecoder,
  type SnapshotOutcome,
  TRADE_VALUES,
} from '../kit/decoder.ts';
import { frameObject, isObject, type JsonObject } from '../kit/json.ts';
import { epochMs, signedDecimal, unsignedDecimal, wholeNumber } from '../kit/numbers.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import { FrameTrades, tellTrade } from '../kit/trades.ts';
import { FrameUpdate } from '../kit/update.ts';
import { BridgedBooks } from './bridged-books.ts';
import {
  contractSchema,
  markPriceSchema,
  perpDepthSchema,
  perpTradeSchema,
  spotDepthSchema,
  spotTradeSchema,
} from './messages.ts';
import { BinanceScanner, FIRST, PREVIOUS } from './scanner.ts';
import { contractStatus } from './statuses.ts';

/** Coin-margined contracts come over the same stream of contract information. */
const COIN_MARGINED = 2;

/** Binance spot and USDⓈ-M: diff depth bridged onto REST snapshots, trades, marks with funding, contract statuses. */
export class BinanceDecoder implements SnapshotDecoder {
  readonly #tracks: TrackTable;
  readonly #perp: boolean;
  readonly #fast: boolean;
  readonly #update = new FrameUpdate();
  readonly #span = new Float64Array(2);
  readonly #trades = new FrameTrades();
  readonly #scanner: BinanceScanner;
  readonly #books: BridgedBooks;
  readonly #trade = new Float64Array(TRADE_VALUES);
  readonly #stamps = new Float64Array(3);
  readonly #reference = new Float64Array(REFERENCE_VALUES);

  constructor(tracks: TrackTable, product: 'spot' | 'perp', { fast }: DecoderOptions = { fast: true }) {
    this.#tracks = tracks;
    this.#perp = product === 'perp';
    this.#fast = fast;
    this.#scanner = new BinanceScanner(tracks, this.#perp, this.#update, this.#span);
    this.#books = new BridgedBooks(this.#update, this.#span, (frame, monoMs) => this.#readAgain(frame, monoMs));
  }

  connected(): void {
    this.#books.clear(this.#tracks);
  }

  awaitSnapshot(track: Track): void {
    this.#books.forget(track);
  }

  snapshot(track: Track, body: string, monoMs: number, out: FrameTarget): SnapshotOutcome {
    return this.#books.snapshot(track, body, monoMs, out);
  }

  decode(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    if (!this.#fast || !this.#decodeFast(frame, monoMs, out)) this.#decodeSlow(frame, monoMs, out);
  }

  #decodeFast(frame: Uint8Array, monoMs: number, out: FrameTarget): boolean {
    const book = this.#scanner.depth(frame, monoMs);
    if (book !== undefined) {
      this.#books.delta(book, frame, out);
      return true;
    }
    const traded = this.#scanner.trade(frame, this.#trades);
    if (traded === undefined) return false;
    this.#trades.tell(traded, frame, out);
    out.applied(traded, frame.byteLength, timeOnly(this.#stamps, this.#scanner.sentMs));
    return true;
  }

  #decodeSlow(frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const message = frameObject(frame, out);
    if (message === undefined) return;
    const event = eventOf(message);
    switch (event.e) {
      case 'depthUpdate':
        this.#depth(event, frame, monoMs, out);
        return;
      case this.#perp ? 'aggTrade' : 'trade':
        this.#traded(event, frame, out);
        return;
      case 'markPriceUpdate':
        this.#marked(event, frame, monoMs, out);
        return;
      case 'contractInfo':
        this.#contract(event, frame, out);
        return;
      case 'serverShutdown':
        out.broken('the venue is closing the connection');
        return;
      case undefined:
        this.#reply(event, frame, out);
        return;
      default:
    }
  }

  /** Reads a delta that was held, which was readable once, into the update. */
  #readAgain(frame: Uint8Array, monoMs: number): boolean {
    if (this.#fast && this.#scanner.depth(frame, monoMs) !== undefined) return true;
    const message: unknown = JSON.parse(new TextDecoder().decode(frame));
    return isObject(message) && this.#readDepth(eventOf(message), monoMs);
  }

  #depth(event: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const track = this.#tracks.get(event.s);
    if (track === undefined) unlisted(this.#tracks, event.s, frame, out);
    else if (this.#readDepth(event, monoMs)) this.#books.delta(track, frame, out);
    else unusable(track, frame, out);
  }

  /** A depth event into the update and the span; false when it cannot be read. */
  #readDepth(event: JsonObject, monoMs: number): boolean {
    const update = this.#update;
    const { stamps } = update;
    const span = this.#span;
    update.clear();
    const perp = this.#perp ? perpDepthSchema.safeParse(event).data : undefined;
    const depth = this.#perp ? perp : spotDepthSchema.safeParse(event).data;
    if (depth === undefined || !update.addPairs(BID, depth.b) || !update.addPairs(ASK, depth.a)) return false;
    span[FIRST] = wholeNumber(depth.U);
    span[PREVIOUS] = perp === undefined ? wholeNumber(depth.U) - 1 : wholeNumber(perp.pu);
    stamps[VENUE_TIME_MS] = epochMs(perp === undefined ? depth.E : perp.T);
    stamps[SEQUENCE] = wholeNumber(depth.u);
    stamps[MONO_MS] = monoMs;
    if (Number.isNaN((span[PREVIOUS] as number) + (stamps[VENUE_TIME_MS] as number))) return false;
    const last = stamps[SEQUENCE] as number;
    return (span[FIRST] as number) <= last && (span[PREVIOUS] as number) < last;
  }

  #traded(event: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const track = this.#tracks.get(event.s);
    if (track === undefined) {
      unlisted(this.#tracks, event.s, frame, out);
      return;
    }
    const data = this.#perp ? perpTradeSchema.safeParse(event).data : spotTradeSchema.safeParse(event).data;
    const id = wholeNumber(data !== undefined && 'a' in data ? data.a : data?.t);
    const price = unsignedDecimal(data?.p);
    const size = unsignedDecimal(data?.q);
    const atMs = epochMs(data?.T);
    const sentMs = epochMs(data?.E);
    if (data === undefined || !(price > 0) || !(size > 0) || Number.isNaN(id + atMs + sentMs)) {
      out.faulted('bad-shape', track, frame);
      return;
    }
    tellTrade(track, { id: String(id), price, size, atMs, buy: !data.m }, this.#trade, out);
    out.applied(track, frame.byteLength, timeOnly(this.#stamps, sentMs));
  }

  #marked(event: JsonObject, frame: Uint8Array, monoMs: number, out: FrameTarget): void {
    const track = this.#tracks.get(event.s);
    if (track === undefined) {
      unlisted(this.#tracks, event.s, frame, out);
      return;
    }
    const { data } = markPriceSchema.safeParse(event);
    const values = this.#reference.fill(Number.NaN);
    const sentMs = epochMs(data?.E);
    values[MARK_PRICE] = unsignedDecimal(data?.p);
    values[INDEX_PRICE] = unsignedDecimal(data?.i);
    values[FUNDING_RATE] = signedDecimal(data?.r);
    values[NEXT_SETTLEMENT_MS] = epochMs(data?.T);
    values[REFERENCE_TIME_MS] = sentMs;
    const unreadable =
      (data?.r !== '' && Number.isNaN(values[FUNDING_RATE] as number)) ||
      (data?.T !== 0 && Number.isNaN(values[NEXT_SETTLEMENT_MS] as number));
    if (unreadable || Number.isNaN((values[MARK_PRICE] as number) + (values[INDEX_PRICE] as number) + sentMs)) {
      out.faulted('bad-shape', track, frame);
      return;
    }
    out.reference(track, values, monoMs);
    out.applied(track, frame.byteLength, timeOnly(this.#stamps, sentMs));
  }

  #contract(event: JsonObject, frame: Uint8Array, out: FrameTarget): void {
    const { data } = contractSchema.safeParse(event);
    if (data === undefined) {
      out.faulted('bad-shape', null, frame);
      return;
    }
    if (data.st === COIN_MARGINED || !data.ct.endsWith('PERPETUAL')) return;
    const status = contractStatus(data.cs);
    out.status(data.s, status);
    // Also sent when leverage brackets change. What came or is leaving is in the catalogue.
    if (status !== 'normal' || this.#tracks.get(data.s) === undefined) out.catalogueChanged();
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

/** Combined streams wrap each event: `{"stream":"…","data":{…}}`. */
const eventOf = (message: JsonObject): JsonObject => (isObject(message.data) ? message.data : message);

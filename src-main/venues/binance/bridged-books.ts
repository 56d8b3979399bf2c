import { ASK, BID, MONO_MS, SEQUENCE, VENUE_TIME_MS } from '#engine/ports';
import { applyDelta, gap } from '../kit/apply.ts';
import type { FrameTarget, SnapshotOutcome } from '../kit/decoder.ts';
import { epochMs, wholeNumber } from '../kit/numbers.ts';
import type { Track, TrackTable } from '../kit/track.ts';
import type { FrameUpdate } from '../kit/update.ts';
import { type HeldDelta, HeldDeltas } from './held-deltas.ts';
import { KnownDepth } from './known-depth.ts';
import { depthSchema } from './messages.ts';
import { PREVIOUS } from './scanner.ts';

/** Deltas that a snapshot may be ahead of the stream by: ten seconds of them. */
const MOST_BEHIND = 100;
/** A book that is known too little of asks for a deeper snapshot this often at most. */
const DEEPEN_EVERY_MS = 10_000;

/** What is kept of a book beside its sequence. */
class Bridged {
  readonly held = new HeldDeltas();
  readonly known = new KnownDepth();
  /** Deltas that may still be older than the snapshot before the stream has caught up with it. */
  behind = 0;
  /** Deltas are held beside being applied: the next snapshot replaces a live book without a break. */
  deepening = false;
  askedMonoMs = Number.NEGATIVE_INFINITY;
}

/** A copy: `slice` of a Buffer would be a view that keeps all that was read from the socket with it. */
const ownBytes = (frame: Uint8Array): Uint8Array => new Uint8Array(frame);

/**
 * Builds books from REST snapshots and a stream of deltas. A delta follows a book that stands at its `previous` or later:
 * the last id of the delta before, which spot tells as `U` − 1 and perpetuals as `pu`.
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/How-to-manage-a-local-order-book-correctly
 */
export class BridgedBooks {
  readonly #update: FrameUpdate;
  readonly #span: Float64Array;
  readonly #readAgain: (frame: Uint8Array, monoMs: number) => boolean;

  /** A delta is handed over in `update` and `span`; `readAgain` puts one that was held there. */
  constructor(update: FrameUpdate, span: Float64Array, readAgain: (frame: Uint8Array, monoMs: number) => boolean) {
    this.#update = update;
    this.#span = span;
    this.#readAgain = readAgain;
  }

  /** A new connection. */
  clear(tracks: TrackTable): void {
    for (const track of tracks.all()) this.forget(track);
  }

  /** The book is to be rebuilt: nothing of it is of use any more. */
  forget(track: Track): void {
    track.own = null;
  }

  /** Takes in the delta that was read. */
  delta(track: Track, frame: Uint8Array, out: FrameTarget): void {
    if (track.phase === 'awaiting') {
      const book = this.#of(track);
      const first = book.held.count === 0;
      if (!book.held.add(this.#copy(frame))) out.faulted('gap', track, frame);
      if (first) out.wantsSnapshot(track);
      return;
    }
    if (track.phase !== 'live') return;
    const book = this.#of(track);
    const { stamps } = this.#update;
    const span = this.#span;
    const last = stamps[SEQUENCE] as number;
    const previous = span[PREVIOUS] as number;
    const { sequence } = track;
    if (book.behind > 0) {
      book.behind = last > sequence ? 0 : book.behind - 1;
      if (last <= sequence) return;
    }
    // It may reach back over what the book already has; it follows as long as nothing between is missing.
    if (previous < sequence && last > sequence) span[PREVIOUS] = sequence;
    const step = track.step(span, PREVIOUS, stamps);
    if (step === 'gap') gap(track, frame, out);
    if (step !== 'next') return;
    const monoMs = this.#update.stamps[MONO_MS] as number;
    book.known.trim(this.#update);
    applyDelta(track, this.#update, frame, null, out);
    if (book.known.cut) this.#lookAround(track, book, frame, previous, monoMs, out);
  }

  /** A REST answer for a book that awaits it, or for a live one that is to be known further. */
  snapshot(track: Track, body: string, monoMs: number, out: FrameTarget): SnapshotOutcome {
    const sequence = this.#readSnapshot(body, monoMs);
    if (Number.isNaN(sequence)) return 'unreadable';
    const book = this.#of(track);
    if (track.phase === 'live' && !book.deepening) return 'older';
    const held = book.held.from(sequence);
    if (held === null) return 'older';
    const stands = held[held.length - 1]?.last ?? sequence;
    if (track.phase === 'live' && stands < track.sequence) return 'older';
    this.#replace(track, book, held, stands);
    out.applied(track, body.length, this.#update.stamps);
    track.staysCrossed();
    return 'applied';
  }

  /** One commit for the snapshot and everything that followed: nobody sees the book as it was in between. */
  #replace(track: Track, known: Bridged, held: readonly HeldDelta[], sequence: number): void {
    const update = this.#update;
    const { book } = track;
    known.known.begin(update);
    track.restart(sequence);
    track.phase = 'live';
    book.reset();
    update.scale(track.contractSize);
    book.write(update);
    for (const { frame, monoMs } of held) {
      if (!this.#readAgain(frame, monoMs)) throw new TypeError('a held delta cannot be read any more');
      known.known.trim(update);
      update.scale(track.contractSize);
      book.write(update);
    }
    update.stamps[SEQUENCE] = sequence;
    book.seal(update);
    known.held.clear();
    known.deepening = false;
    known.behind = held.length === 0 ? MOST_BEHIND : 0;
  }

  /** The book moved: whether enough of it is known, and what follows where it is not. */
  #lookAround(
    track: Track,
    book: Bridged,
    frame: Uint8Array,
    previous: number,
    monoMs: number,
    out: FrameTarget,
  ): void {
    if (track.phase !== 'live') return;
    const state = book.known.state(track.book);
    if (state === 'exhausted') {
      out.resync(track, 'the market left the levels that are known');
      return;
    }
    if (state === 'enough') {
      if (book.deepening) book.held.clear();
      book.deepening = false;
      return;
    }
    book.deepening = true;
    book.held.add({ frame: ownBytes(frame), monoMs, previous, last: track.sequence });
    if (monoMs - book.askedMonoMs < DEEPEN_EVERY_MS) return;
    book.askedMonoMs = monoMs;
    out.wantsSnapshot(track);
  }

  /** A snapshot's levels and stamps into the update; its sequence, or NaN when it cannot be read. */
  #readSnapshot(body: string, monoMs: number): number {
    const update = this.#update;
    let answer: unknown;
    try {
      answer = JSON.parse(body);
    } catch {
      return Number.NaN;
    }
    const { data } = depthSchema.safeParse(answer);
    update.clear();
    if (data === undefined || !update.addPairs(BID, data.bids) || !update.addPairs(ASK, data.asks)) return Number.NaN;
    update.stamps[VENUE_TIME_MS] = epochMs(data.T);
    update.stamps[MONO_MS] = monoMs;
    return wholeNumber(data.lastUpdateId);
  }

  #copy(frame: Uint8Array): HeldDelta {
    const { stamps } = this.#update;
    return {
      frame: ownBytes(frame),
      monoMs: stamps[MONO_MS] as number,
      previous: this.#span[PREVIOUS] as number,
      last: stamps[SEQUENCE] as number,
    };
  }

  #of(track: Track): Bridged {
    const { own } = track;
    if (own instanceof Bridged) return own;
    const made = new Bridged();
    track.own = made;
    return made;
  }
}

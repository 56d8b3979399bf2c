import type { FeedSink, MarketFeed } from '#engine/ports';
import type { FeedId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Clock } from '#shared/kernel/time';
import type { Bar } from './bars.ts';
import { BookWriter } from './book-writer.ts';
import type { InstrumentTrack } from './instrument-track.ts';
import { ASSUMED_LAG_MS, ASSUMED_ROUND_TRIP_MS, QUIET_LIMIT_MS, VENUE_OUT_MS } from './model.ts';
import { lengthOf } from './warnings.ts';

/** A time without bars of any instrument of a venue. */
export interface Outage {
  readonly feed: FeedId;
  /** Open of the last bar before it, epoch ms. */
  readonly lastBarMs: number;
  /** When the venue was taken to be out. */
  readonly noticedMs: number;
  /** Close of the first bar after it; `null` while it lasts. */
  readonly backMs: number | null;
}

const OUT = `no bars for ${lengthOf(VENUE_OUT_MS)}`;
const QUIET = `no bar for ${lengthOf(QUIET_LIMIT_MS)}`;

/**
 * One venue of a recording as a market feed. It shows the engine nothing but closes: {@link CandleTape} drives it at
 * every close of the grid, in three passes over all venues (state, books, commits), so that no book is compared with one
 * of an earlier bar.
 */
export class CandleFeed implements MarketFeed {
  readonly feed: FeedId;
  readonly #clock: Clock;
  readonly #listings: readonly Listing[];
  readonly #tracks: readonly InstrumentTrack[];
  readonly #barMs: number;
  readonly #writers = new Map<InstrumentTrack, BookWriter>();
  readonly #outages: Outage[] = [];
  #sink: FeedSink | undefined;
  #connected = false;
  #epoch = 0;
  #lastCloseMs = Number.NaN;
  #written: { readonly writer: BookWriter; readonly track: InstrumentTrack }[] = [];

  /** `tracks`: those of this feed that own a book; a second name of one book is only listed (ID-3). */
  constructor(
    feed: FeedId,
    clock: Clock,
    barMs: number,
    listings: readonly Listing[],
    tracks: readonly InstrumentTrack[],
  ) {
    this.feed = feed;
    this.#clock = clock;
    this.#barMs = barMs;
    this.#listings = listings;
    this.#tracks = tracks;
  }

  start(sink: FeedSink): void {
    this.#sink = sink;
    sink.catalogue(this.feed, this.#listings);
    for (const track of this.#tracks) this.#writers.set(track, new BookWriter(sink.book(track.instrument.listing)));
    sink.connection(this.feed, 'connecting', this.#epoch, 'before its first bar');
  }

  stop(): Promise<void> {
    this.#sink?.connection(this.feed, 'stopped', this.#epoch, 'the replay ended');
    this.#sink = undefined;
    this.#connected = false;
    return Promise.resolve();
  }

  /** Close of the last bar of any of its instruments, epoch ms; NaN before the first. */
  get lastCloseMs(): number {
    return this.#lastCloseMs;
  }

  /** Its instrument cannot be traded at `closeMs`: the venue is out, or the instrument was quiet for too long. */
  out({ last }: InstrumentTrack, closeMs: number): boolean {
    return !this.#connected || last === undefined || this.#tooQuiet(last, closeMs);
  }

  outages(): readonly Outage[] {
    return this.#outages;
  }

  /** First pass: whether the venue is there at all. `closed`: its tracks that have a bar closing now. */
  judge(closed: ReadonlySet<InstrumentTrack>, closeMs: number): void {
    const bars = this.#tracks.filter((track) => closed.has(track)).length;
    if (bars > 0) this.#present(bars, closeMs);
    else if (this.#connected && closeMs - this.#lastCloseMs >= VENUE_OUT_MS) this.#leave(closeMs);
  }

  /** Second pass: books of the instruments with a bar; the end of those that were quiet for too long. */
  write(closed: ReadonlySet<InstrumentTrack>, closeMs: number): void {
    if (this.#sink === undefined) return;
    for (const [track, writer] of this.#writers) {
      const { last } = track;
      const draw = track.shape();
      if (last === undefined || draw === undefined) continue;
      if (closed.has(track)) {
        writer.write(draw(last.close));
        this.#written.push({ writer, track });
      } else if (this.#tooQuiet(last, closeMs)) {
        writer.end(QUIET);
      }
    }
  }

  /** Third pass: the engine may act. `dollars`: books of one dollar currency in another, or all the rest. */
  commit(closeMs: number, dollars: boolean): void {
    for (const { writer, track } of this.#written) {
      if (track.dollars === dollars) writer.commit(closeMs, this.#clock.monoMs());
    }
    if (!dollars) this.#written = [];
  }

  #tooQuiet(last: Bar, closeMs: number): boolean {
    return closeMs - (last.openMs + this.#barMs) >= QUIET_LIMIT_MS;
  }

  #present(bars: number, closeMs: number): void {
    this.#lastCloseMs = closeMs;
    const sink = this.#sink;
    if (sink === undefined) return;
    if (!this.#connected) {
      this.#connected = true;
      this.#epoch += 1;
      sink.connection(this.feed, 'connected', this.#epoch, this.#epoch === 1 ? 'first bar' : 'bars again');
      this.#outages.push(...this.#outages.splice(-1).map((outage) => ({ ...outage, backMs: closeMs })));
    }
    sink.heard(this.feed, this.#clock.monoMs());
    sink.skew(this.feed, 0, ASSUMED_ROUND_TRIP_MS);
    for (let bar = 0; bar < bars; bar += 1) sink.frame(this.feed, 0, ASSUMED_LAG_MS);
  }

  #leave(closeMs: number): void {
    this.#connected = false;
    const lastBarMs = this.#lastCloseMs - this.#barMs;
    this.#outages.push({ feed: this.feed, lastBarMs, noticedMs: closeMs, backMs: null });
    this.#sink?.connection(this.feed, 'disconnected', this.#epoch, OUT);
  }
}

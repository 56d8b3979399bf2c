import type { FeedId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { RecordedFolder } from './bars.ts';
import { CandleFeed, type Outage } from './candle-feed.ts';
import { FillBooks } from './fill-books.ts';
import { InstrumentTrack } from './instrument-track.ts';

/** How far a replay is. */
export interface ReplayProgress {
  readonly barsDone: number;
  readonly barsTotal: number;
  /** Recorded time passed since the beginning, ms. */
  readonly simulatedMs: number;
}

export interface CandleTapeOptions {
  readonly folder: RecordedFolder;
  readonly listings: readonly Listing[];
  /** Stands at {@link replayStartMs} of the folder. */
  readonly clock: Clock;
  /** Told after each close of the grid. */
  readonly onProgress?: (progress: ReplayProgress) => void;
}

/** Before the first close there is nothing to judge, and no venue is late: the engine begins this long before it. */
const LEAD_MS = 1000;

/** Where a replay's clock begins, epoch ms. */
export const replayStartMs = ({ fromMs, barMs }: RecordedFolder): number => fromMs + barMs - LEAD_MS;

/**
 * A recording as market feeds on a virtual clock. {@link start} schedules it; moving the clock to the folder's `toMs`
 * plays all of it, a bar longer also what is filled after the last close. The model is {@link MODEL_NOTES}.
 */
export class CandleTape {
  readonly feeds: readonly CandleFeed[];
  /** Where the simulated venues fill orders. */
  readonly fills: FillBooks;
  readonly #options: CandleTapeOptions;
  readonly #tracks: readonly InstrumentTrack[];
  #cancel: Cancel = () => undefined;
  readonly #barsTotal: number;
  #barsDone = 0;

  constructor(options: CandleTapeOptions) {
    const { folder, listings, clock } = options;
    this.#options = options;
    const owners = new Set(listings.filter(({ id, bookId }) => id === bookId).map(({ id }) => id));
    this.#tracks = folder.instruments
      .filter(({ listing }) => owners.has(listing))
      .map((instrument) => new InstrumentTrack(instrument));
    this.#barsTotal = this.#tracks.reduce((sum, { instrument }) => sum + instrument.bars.length, 0);
    this.fills = new FillBooks(clock, folder.barMs, listings, this.#tracks);
    const feeds = new Set<FeedId>(folder.instruments.map(({ feed }) => feed));
    this.feeds = [...feeds].map(
      (feed) =>
        new CandleFeed(
          feed,
          clock,
          folder.barMs,
          listings.filter(({ id }) => id.startsWith(`${feed}|`)),
          this.#tracks.filter(({ instrument }) => instrument.feed === feed),
        ),
    );
  }

  /** Begins at the first close. The feeds are started before, by whoever reads them. */
  start(): void {
    const { folder, clock } = this.#options;
    this.#schedule(folder.fromMs + folder.barMs - clock.wallMs(), folder.fromMs + folder.barMs);
  }

  stop(): void {
    this.#cancel();
    this.fills.stop();
  }

  /** Outages so far, by venue, then in order of time. */
  outages(): readonly Outage[] {
    return this.feeds.flatMap((feed) => feed.outages());
  }

  /** Close of the last bar of any instrument of a feed, epoch ms; NaN while there was none. */
  lastCloseMs(feed: FeedId): number {
    return this.#feedOf(feed)?.lastCloseMs ?? Number.NaN;
  }

  #feedOf(feed: FeedId): CandleFeed | undefined {
    return this.feeds.find((candidate) => candidate.feed === feed);
  }

  #schedule(delayMs: number, closeMs: number): void {
    this.#cancel = this.#options.clock.after(delayMs, () => this.#close(closeMs));
  }

  #close(closeMs: number): void {
    const { folder, onProgress } = this.#options;
    if (closeMs < folder.toMs) this.#schedule(folder.barMs, closeMs + folder.barMs);
    const closed = new Set(this.#tracks.filter((track) => track.close(closeMs - folder.barMs) !== undefined));
    for (const feed of this.feeds) feed.judge(closed, closeMs);
    for (const feed of this.feeds) feed.write(closed, closeMs);
    // Rates between dollar currencies first: a coin's prices are compared through those of the same close (ID-3).
    for (const feed of this.feeds) feed.commit(closeMs, true);
    for (const feed of this.feeds) feed.commit(closeMs, false);
    this.fills.begin(closeMs, (track) => this.#feedOf(track.instrument.feed)?.out(track, closeMs) ?? true);
    this.#barsDone += closed.size;
    onProgress?.({ barsDone: this.#barsDone, barsTotal: this.#barsTotal, simulatedMs: closeMs - folder.fromMs });
  }
}

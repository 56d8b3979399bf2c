import { expect } from 'vitest';
import { ASK, BID } from '#engine/ports';
import { type FeedId, type ListingId, venueOf } from '#shared/domain/ids';
import type { FeedHarness, Listener, ListenOptions } from '#support/feed-harness';
import { ladder } from '#support/recording-sink';
import type { TamperingTransport } from '#support/tampering-transport';

/** What the suite needs to know of a venue to disturb its traffic; taken from the venue's protocol, not from its adapter. */
export interface FeedSubject {
  readonly feed: FeedId;
  /** Listings announced in the default scope. */
  readonly listings: readonly string[];
  /** A frame that changes a book. */
  readonly isDelta: (text: string) => boolean;
  /** A frame that carries neither book nor trades. */
  readonly isControl: (text: string) => boolean;
  /** Control frames come by themselves or in answer to our probes, so that a socket without data is not silent. */
  readonly heartbeats: boolean;
  /** The fault a lost delta shows up as. */
  readonly lostDelta: 'gap' | 'checksum';
  /** A lost delta costs the whole connection, not one book. */
  readonly lostDeltaReconnects: boolean;
  /**
   * A well-formed book frame of an instrument the venue does not list. In this and in {@link brokenFrames} `SEQ` stands
   * for the next sequence number of the socket.
   */
  readonly strangerFrame: string;
  /** Well-formed JSON of a known channel with a field of the wrong kind. */
  readonly brokenFrames: readonly string[];
  /** Changes the catalogue's answer so that one instrument has a symbol the stream does not know. */
  readonly misname: (body: string) => string;
  /** The listing {@link misname} breaks. */
  readonly misnamed: string;
  /** The listing that loses its symbol by {@link misname}. */
  readonly renamed: string;
  /** The venue says so when a subscription is refused. */
  readonly tellsRefusal: boolean;
  /** How well the venue's clock can be read, ms. */
  readonly skewToleranceMs: number;
  /** Frames carry a checksum that is verified. */
  readonly checksummed?: boolean;
  /** False where funding accrues without a settlement that the venue names. */
  readonly settles?: boolean;
  /** False where the venue's interval never changes. */
  readonly changesInterval?: boolean;
}

/** One feed under test and what is asked of it again and again. */
export class FeedCase {
  readonly feed: FeedId;
  readonly harness: FeedHarness;

  constructor(feed: FeedId, harness: FeedHarness) {
    this.feed = feed;
    this.harness = harness;
  }

  /** Books of their own: of two names of one book the one that owns it. */
  owned(listener: Listener): ListingId[] {
    return [...listener.sink.listings.values()].filter(({ id, bookId }) => id === bookId).map(({ id }) => id);
  }

  allValid(listener: Listener): boolean {
    const books = this.owned(listener);
    return books.length > 0 && books.every((id) => listener.sink.books.get(id)?.valid === true);
  }

  async live(options?: ListenOptions, beforeStart?: (line: TamperingTransport) => void): Promise<Listener> {
    const listener = this.harness.listen(this.feed, options, beforeStart);
    await this.harness.until(() => this.allValid(listener), 8_000, 'every book valid');
    return listener;
  }

  /** The books of a listener equal those of one that has just connected and seen only a snapshot and little more. */
  async equalsFresh(listener: Listener): Promise<void> {
    const { harness } = this;
    const fresh = await this.live();
    await harness.until(() => this.allValid(listener), 60_000, 'every book valid again');
    await harness.run(2_000);
    expect(this.allValid(listener) && this.allValid(fresh)).toBe(true);
    // Advanced Trade numbers the frames of a socket, not the changes of a book: two listeners never agree.
    const numbered = !(venueOf(this.feed) === 'coinbase' && this.feed.endsWith(':spot'));
    for (const id of this.owned(fresh)) {
      const mine = listener.sink.book(id);
      const theirs = fresh.sink.book(id);
      if (numbered) expect({ id, sequence: mine.sequence }).toEqual({ id, sequence: theirs.sequence });
      for (const side of [BID, ASK] as const) {
        expect({ id, levels: ladder(mine, side).slice(0, 20) }).toEqual({
          id,
          levels: ladder(theirs, side).slice(0, 20),
        });
      }
    }
  }
}

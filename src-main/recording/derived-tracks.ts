import type { Book } from '#engine/ports';
import type { CatalogueEntry } from '#main/venues/kit/catalogue';
import type { VenueProtocol } from '#main/venues/kit/protocol';
import { Track, TrackTable } from '#main/venues/kit/track';
import { type FeedId, instrumentIdSchema, type ListingId, listingId } from '#shared/domain/ids';
import { LevelTexts } from './level-texts.ts';
import { type LevelText, writtenDecimals } from './source-text.ts';

/** Instruments beyond this are not followed: a file of nonsense must not fill the memory. */
const MOST_TRACKS = 3_000;

/** A feed whose frames count contracts. https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel */
const COUNTS_CONTRACTS: readonly FeedId[] = ['okx:perp'];

const SYMBOL = /^[\w./:-]{1,40}$/;

/** One instrument of a recording. */
export interface Followed {
  readonly track: Track;
  readonly instrument: string;
  /**
   * No catalogue told of it: its name comes from the symbol's text, or is that text where it is none of this product's;
   * contracts count as they are.
   */
  readonly derived: boolean;
  /** What the venue's sizes count. */
  readonly unit: 'base' | 'contracts';
  readonly texts: LevelTexts;
}

/** Makes an empty book that reports what happens to it. */
export type MakeBook = (
  listing: ListingId,
  events: {
    readonly committed: () => void;
    readonly invalidated: (cause: string, ownVerdict: boolean) => void;
  },
) => Book;

/**
 * The instruments of one socket, made when a frame first names them: with what the recording's own catalogue says, else
 * with what their symbol tells.
 */
export class DerivedTracks extends TrackTable {
  readonly #protocol: VenueProtocol;
  readonly #catalogue: ReadonlyMap<string, CatalogueEntry>;
  readonly #makeBook: (track: () => Track, listing: ListingId) => Book;
  readonly #followed = new Map<Track, Followed>();
  readonly #text = new TextDecoder();
  /** Levels of the frame at hand, as written. */
  levels: readonly LevelText[] = [];
  /** What the frame at hand asked for. */
  readonly asked = new Set<Track>();

  /** `makeBook` is told the track that a book will belong to. */
  constructor(
    protocol: VenueProtocol,
    catalogue: ReadonlyMap<string, CatalogueEntry>,
    makeBook: (track: () => Track, listing: ListingId) => Book,
  ) {
    super();
    this.#protocol = protocol;
    this.#catalogue = catalogue;
    this.#makeBook = makeBook;
  }

  /** A frame begins. */
  begin(levels: readonly LevelText[]): void {
    this.levels = levels;
    this.asked.clear();
  }

  /** A frame names these instruments, also where its decoder remembers them without asking. */
  mention(words: ReadonlySet<string>): void {
    for (const word of words) {
      const track = super.get(word);
      if (track !== undefined) this.asked.add(track);
    }
  }

  of(track: Track): Followed | undefined {
    return this.#followed.get(track);
  }

  override get(symbol: unknown): Track | undefined {
    return typeof symbol === 'string' ? this.#ask(symbol) : undefined;
  }

  override find(bytes: Uint8Array, from: number, to: number): Track | undefined {
    const known = super.find(bytes, from, to);
    if (known !== undefined && this.asked.has(known)) return known;
    return this.#ask(this.#text.decode(bytes.subarray(from, to)));
  }

  #ask(symbol: string): Track | undefined {
    const known = super.get(symbol);
    const track = known === undefined || this.#needsMoreDigits(known) ? this.#follow(symbol, known) : known;
    if (track !== undefined) this.asked.add(track);
    return track;
  }

  /** Digits of a checksum are those of the frames; the first frame that named the instrument may have held no level. */
  #needsMoreDigits(track: Track): boolean {
    if (track.phase === 'live' || this.#followed.get(track)?.derived !== true) return false;
    return this.levels.length > 0 && this.#digits().price > track.priceDecimals;
  }

  #digits(): { readonly price: number; readonly size: number } {
    let price = 0;
    let size = 0;
    for (const level of this.levels) {
      price = Math.max(price, writtenDecimals(level.price));
      size = Math.max(size, writtenDecimals(level.size));
    }
    return { price, size };
  }

  #follow(symbol: string, replaced: Track | undefined): Track | undefined {
    const entry = this.#catalogue.get(symbol);
    if (this.size >= MOST_TRACKS || !SYMBOL.test(symbol)) return undefined;
    const canonical = entry?.listing.instrument ?? this.#protocol.instrumentOf(symbol);
    const instrument = instrumentIdSchema.safeParse(canonical).data ?? symbol;
    if (replaced !== undefined) this.#forget(replaced);
    const { feed } = this.#protocol;
    const listing = entry?.listing.id ?? listingId(feed, instrument);
    const digits = entry === undefined ? this.#digits() : { price: entry.priceDecimals, size: entry.sizeDecimals };
    const contractSize = entry?.contractSize ?? 1;
    const track: Track = new Track({
      listing,
      symbol,
      book: this.#makeBook(() => track, listing),
      priceDecimals: digits.price,
      sizeDecimals: digits.size,
      contractSize,
    });
    track.phase = 'awaiting';
    this.#followed.set(track, {
      track,
      instrument,
      derived: entry === undefined,
      unit: COUNTS_CONTRACTS.includes(feed) || contractSize !== 1 ? 'contracts' : 'base',
      texts: new LevelTexts(contractSize),
    });
    this.add(track);
    return track;
  }

  #forget(track: Track): void {
    this.remove(track);
    this.#followed.delete(track);
    this.asked.delete(track);
  }
}

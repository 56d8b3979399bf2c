import type { Book } from '#engine/ports';
import type { CatalogueEntry } from '#main/venues/kit/catalogue';
import type { Decoder, SnapshotDecoder } from '#main/venues/kit/decoder';
import { isObject } from '#main/venues/kit/json';
import type { VenueProtocol } from '#main/venues/kit/protocol';
import type { Track } from '#main/venues/kit/track';
import type { ListingId } from '#shared/domain/ids';
import type { Random } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { DerivedTracks, type MakeBook } from './derived-tracks.ts';
import { FrameStory } from './frame-story.ts';
import type { InspectedLine } from './inspected-line.ts';
import { type ReadLine, readLine } from './line.ts';
import type { TextLine } from './reader.ts';
import { recordedCatalogue } from './recorded-catalogue.ts';
import { isDecimalText, levelsIn, sourceJson, wordsIn } from './source-text.ts';
import { describe, type Where } from './story-line.ts';
import { isLevelOne, touchIn } from './touch-channels.ts';

/** One socket of the recording: a decoder and the books it writes. */
interface Session {
  readonly tracks: DerivedTracks;
  readonly decoder: Decoder;
  /** The same decoder where snapshots come over REST. */
  readonly bridged: SnapshotDecoder | null;
  /** The last number of a venue that counts the frames of each connection from 0. */
  frameNumber: number;
}

/** A recording made elsewhere tells nothing of sockets: all of it is one. */
const ONLY_SOCKET = 0;
/** Sockets whose books are still looked at; those before are long closed. */
const MOST_SESSIONS = 64;
/** A catalogue that could not be read is tried again with what came since, so often. */
const MOST_CATALOGUE_TRIES = 5;

const utf8 = new TextDecoder();

/**
 * Takes the lines of a recording of one feed through the real decoder into real books and says of each what came of it
 * (MD-3, MD-4). Never throws, whatever the line.
 */
export class Inspector {
  readonly #protocol: VenueProtocol;
  readonly #makeBook: MakeBook;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #sessions = new Map<number, Session>();
  readonly #answers = new Map<string, { readonly status: number; readonly body: string }>();
  #catalogue: ReadonlyMap<string, CatalogueEntry> = new Map();
  #answersTried = 0;
  #catalogueTries = 0;
  #story = new FrameStory();
  #line = 0;

  constructor(options: {
    readonly protocol: VenueProtocol;
    readonly makeBook: MakeBook;
    readonly clock: Clock;
    readonly random: Random;
  }) {
    this.#protocol = options.protocol;
    this.#makeBook = options.makeBook;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** What came of the next line. */
  async inspect(line: TextLine): Promise<InspectedLine> {
    this.#line += 1;
    if (line.kind === 'too-long') return this.#plain(null, 'error', 'the line is too long to be a frame');
    if (line.kind === 'cut') return this.#plain(null, 'error', 'the file ends in the middle of this line');
    if (line.text.trim() === '') return this.#plain(null, 'ignored', 'an empty line');
    const read = readLine(line.text);
    if (read.kind === 'unusable') return this.#plain(read.at, 'error', read.problem);
    if (read.kind === 'bare') return this.#frame(new TextEncoder().encode(line.text), null, ONLY_SOCKET, true);
    const { feed } = this.#protocol;
    if (read.feed !== feed) return this.#plain(read.at, 'ignored', `of another feed: ${read.feed.slice(0, 40)}`);
    switch (read.kind) {
      case 'frame':
        await this.#readCatalogue();
        return this.#frame(read.bytes, read.at, read.socket ?? ONLY_SOCKET, false);
      case 'closed':
        return this.#closed(read);
      case 'rest':
        return this.#answer(read);
    }
  }

  #plain(at: number | null, kind: InspectedLine['kind'], detail: string): InspectedLine {
    return { line: this.#line, at, kind, detail };
  }

  // -------------------------------------------------------------- frames

  #frame(bytes: Uint8Array, at: number | null, socket: number, bare: boolean): InspectedLine {
    const source = sourceJson(utf8.decode(bytes));
    const where: Where = { line: this.#line, at, bare, source };
    const { feed } = this.#protocol;
    const session = this.#session(socket);
    if (countsAnew(session, source)) this.#connectAgain(session, 'a new connection');
    this.#begin(session, source);
    const levelOne = isLevelOne(feed, source);
    if (!levelOne) session.decoder.decode(bytes, this.#monoMs(at), this.#story);
    session.tracks.mention(wordsIn(source));
    this.#carryOut(session);
    const touch = touchIn(feed, source);
    // Asked for by name: a ticker may tell of an instrument whose book is not in the recording.
    const shown = touch === null ? undefined : session.tracks.get(touch.symbol);
    return describe(
      where,
      this.#story,
      session.tracks,
      shown === undefined || touch === null ? null : { touch, shown },
    );
  }

  #begin(session: Session, source: unknown): void {
    this.#story = new FrameStory();
    const levels = levelsIn(source);
    session.tracks.begin(levels);
  }

  /** What a feed would do after the frame: rebuild, or connect again. */
  #carryOut({ tracks, decoder, bridged }: Session): void {
    const story = this.#story;
    for (const track of tracks.asked) tracks.of(track)?.texts.note(tracks.levels, track.book);
    if (story.resyncAllCause !== null) for (const track of tracks.all()) story.resync(track, story.resyncAllCause);
    for (const track of story.resyncs.keys()) bridged?.awaitSnapshot(track);
    if (story.brokenCause !== null) this.#connectAgain({ tracks, decoder }, story.brokenCause);
  }

  #connectAgain({ tracks, decoder }: Pick<Session, 'tracks' | 'decoder'>, cause: string): void {
    decoder.connected();
    for (const track of tracks.all()) {
      track.book.invalidate(cause);
      track.phase = 'awaiting';
    }
  }

  #session(socket: number): Session {
    const known = this.#sessions.get(socket);
    if (known !== undefined) return known;
    const protocol = this.#protocol;
    const tracks = new DerivedTracks(protocol, this.#catalogue, (track, listing) => this.#book(track, listing));
    const bridged = protocol.snapshot === null ? null : protocol.decoder(tracks);
    const session: Session = { tracks, decoder: bridged ?? protocol.decoder(tracks), bridged, frameNumber: -1 };
    session.decoder.connected();
    this.#sessions.set(socket, session);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MOST_SESSIONS) break;
      this.#sessions.delete(oldest);
    }
    return session;
  }

  #book(track: () => Track, listing: ListingId): Book {
    return this.#makeBook(listing, {
      committed: () => {
        this.#story.committed = track();
      },
      invalidated: (cause, ownVerdict) => {
        this.#story.invalidated = { track: track(), cause };
        // The book found the fault itself: its feed would be asked to rebuild it.
        if (!ownVerdict) return;
        this.#story.resyncs.set(track(), cause);
        track().phase = 'awaiting';
      },
    });
  }

  /** Decoders only compare it with itself. */
  #monoMs(at: number | null): number {
    return at ?? this.#line;
  }

  // -------------------------------------------------------------- everything else

  #closed({ at, socket, reason }: Extract<ReadLine, { kind: 'closed' }>): InspectedLine {
    this.#story = new FrameStory();
    const session = this.#sessions.get(socket);
    this.#sessions.delete(socket);
    const books = session === undefined ? [] : [...session.tracks.all()].filter(({ book }) => book.valid);
    for (const { book } of books) book.invalidate('the socket closed');
    return this.#plain(
      at,
      books.length > 0 ? 'invalid' : 'ignored',
      `the socket closed: ${reason}${books.length > 0 ? `; ${books.length} books are not valid any more` : ''}`,
    );
  }

  #answer({ at, path, body, status }: Extract<ReadLine, { kind: 'rest' }>): InspectedLine {
    if (status !== 200) return this.#plain(at, 'error', `HTTP ${status} for ${path.slice(0, 120)}`);
    const symbol = this.#snapshotSymbol(path);
    if (symbol === null) {
      if (this.#catalogue.size === 0) this.#answers.set(path, { status, body });
      return this.#plain(at, 'ignored', `an answer over REST that is no book: ${path.slice(0, 120)}`);
    }
    return this.#snapshot(symbol, body, at);
  }

  /** The symbol whose book the answer to this path is; `null` for any other answer. */
  #snapshotSymbol(path: string): string | null {
    const { snapshot } = this.#protocol;
    const [asked = '', query = ''] = path.split('?', 2);
    const symbol = new URLSearchParams(query).get('symbol');
    if (snapshot === null || symbol === null) return null;
    const tracks = this.#bookSession().tracks;
    tracks.begin([]);
    const track = tracks.get(symbol);
    if (track === undefined) return null;
    return snapshot.request(track, 1).path.split('?', 1)[0] === asked ? symbol : null;
  }

  #snapshot(symbol: string, body: string, at: number | null): InspectedLine {
    const session = this.#bookSession(symbol);
    const source = sourceJson(body);
    this.#begin(session, source);
    const where: Where = { line: this.#line, at, bare: false, source };
    const track = session.tracks.get(symbol);
    if (track === undefined || session.bridged === null) return this.#plain(at, 'ignored', 'a book of no instrument');
    const wasLive = track.phase === 'live';
    const outcome = session.bridged.snapshot(track, body, this.#monoMs(at), this.#story);
    this.#carryOut(session);
    const why = wasLive ? 'a snapshot of a book that needs none' : 'the stream has moved past this snapshot';
    const older = outcome === 'older' ? why : undefined;
    if (outcome === 'unreadable') this.#story.faulted('bad-shape', track);
    return describe(where, this.#story, session.tracks, null, older);
  }

  /** The socket that waits for the snapshot of an instrument: the newest that names it, else the newest. */
  #bookSession(symbol?: string): Session {
    const newest = [...this.#sessions.values()].reverse();
    const naming = newest.find(({ tracks }) => [...tracks.all()].some((track) => track.symbol === symbol));
    return naming ?? newest[0] ?? this.#session(ONLY_SOCKET);
  }

  /** Before a frame is decoded: what the answers so far say of the instruments. */
  async #readCatalogue(): Promise<void> {
    if (this.#catalogue.size > 0 || this.#answers.size === this.#answersTried) return;
    if (this.#catalogueTries >= MOST_CATALOGUE_TRIES) return;
    this.#catalogueTries += 1;
    this.#answersTried = this.#answers.size;
    this.#catalogue = await recordedCatalogue(this.#protocol, this.#answers, this.#clock, this.#random);
    if (this.#catalogue.size > 0) this.#answers.clear();
  }
}

/** Coinbase numbers the frames of a connection from 0: a number that falls is another one's, where sockets are not told. */
function countsAnew(session: Session, source: unknown): boolean {
  const number = isObject(source) && isDecimalText(source.sequence_num) ? Number(source.sequence_num) : Number.NaN;
  const anew = number === 0 || number < session.frameNumber;
  if (!Number.isNaN(number)) session.frameNumber = number;
  return anew;
}

import { OrderBook } from '#engine/market/order-book';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { BUILT_FEEDS, DEFAULT_BASES, listedScope, protocolOf } from '#main/venues/feeds';
import type { Decoder, FrameTarget, SnapshotDecoder } from '#main/venues/kit/decoder';
import { VenueFeed } from '#main/venues/kit/feed';
import type { VenueProtocol } from '#main/venues/kit/protocol';
import { Track, TrackTable } from '#main/venues/kit/track';
import type { FeedId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { SeededRandom } from '#shared/kernel/random';
import type { Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { CcxtWitness } from '#support/ccxt-witness';
import { RecordingSink } from '#support/recording-sink';
import { type Comparison, compare, digits, median, quantile, type Round } from './measure.ts';

export interface DecodeResult {
  readonly feed: FeedId;
  readonly frames: number;
  readonly medianBytes: number;
  readonly p99Bytes: number;
  /** Decoding and writing the book, against `JSON.parse` of the same frame, its text ready. */
  readonly ofJsonParse: Comparison;
  /** The same with the text made from the frame's bytes first: what `JSON.parse` needs of a frame as it arrives. */
  readonly ofJsonParseFromBytes: number;
  /** What ccxt.pro's handler takes for the same frames, `JSON.parse` included, in multiples of ours. */
  readonly ccxtTimesOurs: number;
  readonly ccxtMicros: number;
  /** Heap that a million frames leave behind between two collections, bytes a frame. */
  readonly heapBytesPerFrame: number;
  readonly framesForHeap: number;
}

const SEED = 7;
const START_MS = Date.UTC(2026, 0, 5, 10);
const FRAMES = 24_000;
const ROUND = 1_000;
/** All frames, again and again, until the compiler has settled. */
const WARM_UP_PASSES = 4;
const MOST_MS = 1_200_000;
const HEAP_FRAMES = 1_000_000;
const UPDATES_PER_SECOND = 40;

type Event =
  | { readonly kind: 'frame'; readonly bytes: Buffer }
  | { readonly kind: 'rest'; symbol: string; body: string };

interface Recording {
  readonly listings: readonly Listing[];
  /** In the order in which they arrived. */
  readonly events: readonly Event[];
}

/**
 * Every feed's book frames, of the practice venues in virtual time, decoded into engine books: against `JSON.parse`,
 * against ccxt.pro, and what they leave on the heap. The subscription is to books alone, so that nothing else is timed.
 */
export async function benchDecode(feeds: readonly FeedId[] = BUILT_FEEDS): Promise<readonly DecodeResult[]> {
  const results: DecodeResult[] = [];
  for (const feed of feeds) results.push(measure(feed, await record(feed)));
  return results;
}

async function record(feed: FeedId): Promise<Recording> {
  const clock = new VirtualClock(START_MS);
  const random = new SeededRandom(SEED);
  const world = createPracticeWorld({
    seed: SEED,
    clock,
    world: 'synthetic',
    updatesPerSecond: UPDATES_PER_SECOND,
    feeds: [feed],
  });
  const wire = new InProcessTransport({ clock, servers: world.servers, random: random.fork('network') });
  const events: Event[] = [];
  const transport: Transport = {
    openSocket: (url, inner) =>
      wire.openSocket(url, {
        open: () => inner.open(),
        ping: () => inner.ping(),
        pong: () => inner.pong(),
        closed: (code, reason) => inner.closed(code, reason),
        message: (data) => {
          events.push({ kind: 'frame', bytes: Buffer.from(data) });
          inner.message(data);
        },
      }),
    request: async (request) => {
      const answer = await wire.request(request);
      const url = new URL(request.url);
      const symbol = url.searchParams.get('symbol');
      if (url.pathname.endsWith('/depth') && symbol !== null) events.push({ kind: 'rest', symbol, body: answer.body });
      return answer;
    },
  };
  const sink = new RecordingSink();
  const venueFeed = new VenueFeed(booksOnly(protocolOf(feed)), {
    transport,
    clock,
    random,
    scope: listedScope(DEFAULT_BASES),
    catalogueEveryMs: 3_600_000,
    cache: null,
  });
  world.start();
  venueFeed.start(sink);
  while (events.length < FRAMES + 200) {
    if (clock.wallMs() - START_MS > MOST_MS) throw new Error(`${feed}: only ${events.length} frames in ten minutes`);
    await clock.runUntil(clock.wallMs() + 1_000, drain);
  }
  await venueFeed.stop();
  world.stop();
  return { listings: [...sink.listings.values()].filter(({ id, bookId }) => id === bookId), events };
}

function booksOnly(protocol: VenueProtocol): VenueProtocol {
  const [first] = protocol.sockets;
  return { ...protocol, sockets: [{ url: first.url, kinds: ['book'] }], greetings: [], funding: null, transfers: null };
}

/** One decoder with engine books, as a feed has it, and the frames played into it in order. */
class Player {
  readonly #decoder: Decoder | SnapshotDecoder;
  readonly tracks: readonly Track[];
  faults = 0;

  constructor(feed: FeedId, listings: readonly Listing[]) {
    const table = new TrackTable();
    this.tracks = listings.map((listing) => {
      const book = new OrderBook(listing.id, { committed: nothing, invalidated: nothing });
      const decimalsOf = (step: string) => step.split('.')[1]?.length ?? 0;
      const [priceDecimals, sizeDecimals] = [decimalsOf(listing.priceTick), decimalsOf(listing.lotStep)];
      const contractSize = Number(listing.contractSize);
      const { id, symbol } = listing;
      return new Track({ listing: id, symbol, book, priceDecimals, sizeDecimals, contractSize });
    });
    for (const track of this.tracks) table.add(track);
    this.#decoder = protocolOf(feed).decoder(table);
  }

  restart(): void {
    this.#decoder.connected();
    for (const track of this.tracks) {
      track.book.invalidate('the frames begin again');
      track.phase = 'awaiting';
      if ('awaitSnapshot' in this.#decoder) this.#decoder.awaitSnapshot(track);
    }
  }

  snapshot(symbol: string, body: string): void {
    const track = this.tracks.find((one) => one.symbol === symbol);
    if (track !== undefined && 'snapshot' in this.#decoder) this.#decoder.snapshot(track, body, 1, this.#target);
  }

  decode(frame: Uint8Array): void {
    this.#decoder.decode(frame, 1, this.#target);
  }

  readonly #target: FrameTarget = {
    applied: nothing,
    trade: nothing,
    reference: nothing,
    settled: nothing,
    faulted: () => {
      this.faults += 1;
    },
    resync: nothing,
    resyncAll: nothing,
    broken: nothing,
    accepted: nothing,
    refused: nothing,
    wantsSnapshot: nothing,
    venueStatus: nothing,
    status: nothing,
    catalogueChanged: nothing,
    idle: nothing,
  };
}

function measure(feed: FeedId, { listings, events }: Recording): DecodeResult {
  const player = new Player(feed, listings);
  const opening = events.slice(0, lastOpening(events) + 1);
  const deltas = events.slice(opening.length).flatMap((event) => (event.kind === 'frame' ? [event.bytes] : []));
  const texts = deltas.map((bytes) => bytes.toString('utf8'));
  for (let pass = 0; pass < WARM_UP_PASSES; pass += 1) {
    open(player, opening);
    for (const frame of deltas) player.decode(frame);
    for (const text of texts) JSON.parse(text);
  }
  open(player, opening);
  const rounds: Round[] = [];
  const fromBytes: Round[] = [];
  for (let from = 0; from + ROUND <= deltas.length; from += ROUND) {
    const frames = deltas.slice(from, from + ROUND);
    const same = texts.slice(from, from + ROUND);
    const ours = eachMicros(() => {
      for (const frame of frames) player.decode(frame);
    });
    const parse = eachMicros(() => {
      for (const text of same) JSON.parse(text);
    });
    const parseBytes = eachMicros(() => {
      for (const frame of frames) JSON.parse(frame.toString('utf8'));
    });
    rounds.push({ times: [ours], baseline: [parse] });
    fromBytes.push({ times: [ours], baseline: [parseBytes] });
  }
  if (player.faults > 0) throw new Error(`${feed}: ${player.faults} of the practice venue's frames were not taken`);
  const ofJsonParse = compare(rounds);
  const ccxtMicros = ccxt(feed, listings, opening, texts);
  const heap = heapPerFrame(player, opening, deltas);
  const sizes = deltas.map((bytes) => bytes.length);
  return {
    feed,
    frames: deltas.length,
    medianBytes: Math.round(median(sizes)),
    p99Bytes: Math.round(quantile(sizes, 0.99)),
    ofJsonParse,
    ofJsonParseFromBytes: compare(fromBytes).ratio,
    ccxtTimesOurs: digits(ccxtMicros / ofJsonParse.micros),
    ccxtMicros: digits(ccxtMicros),
    ...heap,
  };
}

/** The last of what brings books up: acknowledgements, snapshots, and for bridged books the frames before their REST answer. */
function lastOpening(events: readonly Event[]): number {
  const rest = events.findLastIndex(({ kind }) => kind === 'rest');
  // Every book has come up long before this many frames.
  return Math.max(rest, 150);
}

function open(player: Player, opening: readonly Event[]): void {
  player.restart();
  for (const event of opening) {
    if (event.kind === 'frame') player.decode(event.bytes);
    else player.snapshot(event.symbol, event.body);
  }
  const dead = player.tracks.filter(({ book }) => !book.valid);
  if (dead.length > 0) throw new Error(`not up: ${dead.map(({ symbol }) => symbol).join(', ')}`);
}

function ccxt(feed: FeedId, listings: readonly Listing[], opening: readonly Event[], texts: readonly string[]): number {
  const witness = new CcxtWitness(feed, listings);
  if (protocolOf(feed).snapshot !== null) for (const listing of listings) witness.await(listing);
  const take = (text: string) => {
    // Acknowledgements have handlers of their own, which look for what a running client keeps.
    if (!text.includes('"success"') && !text.includes('"event"') && !text.includes('"result"')) witness.frame(text);
  };
  for (const event of opening) {
    if (event.kind === 'frame') take(event.bytes.toString('utf8'));
    else witness.snapshot(event.symbol, event.body);
  }
  const times: number[] = [];
  for (let from = 0; from + ROUND <= texts.length; from += ROUND) {
    const frames = texts.slice(from, from + ROUND);
    times.push(
      eachMicros(() => {
        for (const text of frames) witness.frame(text);
      }),
    );
  }
  return median(times.slice(times.length >> 1));
}

/** The frames again and again until a million were taken; between two collections the heap tells what each left. */
function heapPerFrame(player: Player, opening: readonly Event[], deltas: readonly Buffer[]) {
  const perPass: number[] = [];
  let frames = 0;
  while (frames < HEAP_FRAMES) {
    open(player, opening);
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    // By index: before this function is compiled, `for … of` makes an object of forty bytes for each frame.
    for (let index = 0; index < deltas.length; index += 1) player.decode(deltas[index] as Buffer);
    const after = process.memoryUsage().heapUsed;
    frames += deltas.length;
    perPass.push((after - before) / deltas.length);
  }
  return { heapBytesPerFrame: digits(median(perPass)), framesForHeap: frames };
}

/** Microseconds that each of a round's frames takes on average. */
function eachMicros(run: () => void): number {
  const startedMs = performance.now();
  run();
  return ((performance.now() - startedMs) * 1000) / ROUND;
}

const nothing = () => undefined;
const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

import { OrderBook } from '#engine/market/order-book';
import { BUILT_FEEDS, protocolOf } from '#main/venues/feeds';
import type { Decoder, FrameTarget, SnapshotDecoder } from '#main/venues/kit/decoder';
import { Track, TrackTable } from '#main/venues/kit/track';
import type { FeedId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { CcxtHandler } from './ccxt-handler.ts';
import { type Comparison, compare, digits, median, quantile, type Round } from './measure.ts';
import { type FeedEvent, type Recording, recordBooks } from './practice-frames.ts';

export interface DecodeResult {
  readonly feed: FeedId;
  readonly frames: number;
  readonly medianBytes: number;
  readonly p99Bytes: number;
  /** Decoding and writing the book, against `JSON.parse` of the same frame, its text ready. */
  readonly ofJsonParse: Comparison;
  /** What that ratio is to be at most. */
  readonly mostOfJsonParse: number;
  /** The same with the text made from the frame's bytes first: what `JSON.parse` needs of a frame as it arrives. */
  readonly ofJsonParseFromBytes: number;
  /** What ccxt.pro's handler takes for the same frames as shipped, `JSON.parse` included, in multiples of ours. */
  readonly ccxtTimesOurs: number;
  readonly ccxtMicros: number;
  /**
   * The same where both verify each frame's checksum, which ccxt.pro ships switched off: equal work. `null` where ours
   * verifies none.
   */
  readonly ccxtVerifyingTimesOurs: number | null;
  /** Heap that a million frames leave behind between two collections, bytes a frame. */
  readonly heapBytesPerFrame: number;
  readonly framesForHeap: number;
}

/** The ratios aimed at; the second where each frame's checksum is verified. */
const MOST = 0.35;
const MOST_WITH_CHECKSUM = 0.7;
/** In multiples of ours, what ccxt.pro's handler is to take at least. */
export const LEAST_CCXT_TIMES = 10;

/** Some sixty kilobytes: what a busy socket gives at once. */
const ROUND = 200;
/** All frames, again and again, until the compiler has settled; and then, measured. */
const WARM_UP_PASSES = 20;
const PASSES = 4;
/** Of ccxt.pro, whose handlers take many times longer over each: the last ones before measuring. */
const CCXT_WARM_UP_PASSES = 2;
const VERIFIED: FeedId = 'kraken:spot';
const HEAP_FRAMES = 1_000_000;

/**
 * Every feed's book frames, of the practice venues in virtual time, decoded into engine books: against `JSON.parse`,
 * against ccxt.pro, and what they leave on the heap. The subscription is to books alone, so that nothing else is timed.
 */
export async function benchDecode(feeds: readonly FeedId[] = BUILT_FEEDS): Promise<readonly DecodeResult[]> {
  const results: DecodeResult[] = [];
  for (const feed of feeds) results.push(measure(feed, await recordBooks(feed)));
  return results;
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
  const shipped = new CcxtHandler(feed, listings, opening, false);
  const verifying = feed === VERIFIED ? new CcxtHandler(feed, listings, opening, true) : null;
  const rounds: Round[] = [];
  const fromBytes: Round[] = [];
  const ofShipped: Round[] = [];
  const ofVerifying: Round[] = [];
  for (let pass = 0; pass < WARM_UP_PASSES + PASSES; pass += 1) {
    open(player, opening);
    const ours: (readonly number[])[] = [];
    for (let from = 0; from + ROUND <= deltas.length; from += ROUND) {
      const frames = received(deltas, from);
      const texts = frames.map((bytes) => bytes.toString('utf8'));
      const times = [decodeMicros(player, frames)];
      const parse = [parseMicros(texts)];
      const parseBytes = [parseBytesMicros(frames)];
      if (pass < WARM_UP_PASSES) continue;
      ours.push(times);
      rounds.push({ times, baseline: parse });
      fromBytes.push({ times, baseline: parseBytes });
    }
    if (pass < WARM_UP_PASSES - CCXT_WARM_UP_PASSES) continue;
    // Right after ours over the same rounds, and not between them: it would empty the caches that both sides live from.
    ofShipped.push(...handled(shipped, deltas, ours));
    if (verifying !== null) ofVerifying.push(...handled(verifying, deltas, ours));
  }
  if (player.faults > 0) throw new Error(`${feed}: ${player.faults} of the practice venue's frames were not taken`);
  const ofJsonParse = compare(rounds);
  const ofCcxt = compare(ofShipped);
  const heap = heapPerFrame(player, opening, deltas);
  const sizes = deltas.map((bytes) => bytes.length);
  return {
    feed,
    frames: deltas.length,
    medianBytes: Math.round(median(sizes)),
    p99Bytes: Math.round(quantile(sizes, 0.99)),
    ofJsonParse,
    mostOfJsonParse: feed === VERIFIED ? MOST_WITH_CHECKSUM : MOST,
    ofJsonParseFromBytes: compare(fromBytes).ratio,
    ccxtTimesOurs: ofCcxt.ratio,
    ccxtMicros: ofCcxt.micros,
    ccxtVerifyingTimesOurs: verifying === null ? null : compare(ofVerifying).ratio,
    ...heap,
  };
}

/** ccxt.pro over all rounds, from the beginning; what it takes for each that ours was measured over. */
function handled(
  handler: CcxtHandler,
  deltas: readonly Buffer[],
  ours: readonly (readonly number[])[],
): readonly Round[] {
  const rounds: Round[] = [];
  handler.restart();
  for (let from = 0; from + ROUND <= deltas.length; from += ROUND) {
    const times = [handler.micros(received(deltas, from).map((bytes) => bytes.toString('utf8')))];
    const baseline = ours[from / ROUND];
    if (baseline !== undefined) rounds.push({ times, baseline });
  }
  return rounds;
}

/** A round's frames one behind the other in memory that was just written, as what a socket gives at once is. */
function received(deltas: readonly Buffer[], from: number): Buffer[] {
  const same = deltas.slice(from, from + ROUND);
  const chunk = Buffer.concat(same);
  let at = 0;
  return same.map(({ length }) => {
    at += length;
    return chunk.subarray(at - length, at);
  });
}

/*
 * What each frame of a round takes on average, µs. Plain loops, the same ones for warming up and for measuring: a closure
 * made for each round would run uncompiled, and count for more than what it times.
 */

function decodeMicros(player: Player, frames: readonly Uint8Array[]): number {
  const startedMs = performance.now();
  for (let index = 0; index < frames.length; index += 1) player.decode(frames[index] as Uint8Array);
  return eachMicros(startedMs, frames.length);
}

function parseMicros(texts: readonly string[]): number {
  const startedMs = performance.now();
  for (let index = 0; index < texts.length; index += 1) JSON.parse(texts[index] as string);
  return eachMicros(startedMs, texts.length);
}

function parseBytesMicros(frames: readonly Buffer[]): number {
  const startedMs = performance.now();
  for (let index = 0; index < frames.length; index += 1) JSON.parse((frames[index] as Buffer).toString('utf8'));
  return eachMicros(startedMs, frames.length);
}

const eachMicros = (startedMs: number, frames: number): number => ((performance.now() - startedMs) * 1000) / frames;

/** The last of what brings books up: acknowledgements, snapshots, and for bridged books the frames before their REST answer. */
function lastOpening(events: readonly FeedEvent[]): number {
  const rest = events.findLastIndex(({ kind }) => kind === 'rest');
  // Every book has come up long before this many frames.
  return Math.max(rest, 150);
}

function open(player: Player, opening: readonly FeedEvent[]): void {
  player.restart();
  for (const event of opening) {
    if (event.kind === 'frame') player.decode(event.bytes);
    else player.snapshot(event.symbol, event.body);
  }
  const dead = player.tracks.filter(({ book }) => !book.valid);
  if (dead.length > 0) throw new Error(`not up: ${dead.map(({ symbol }) => symbol).join(', ')}`);
}

/** The frames again and again until a million were taken; between two collections the heap tells what each left. */
function heapPerFrame(player: Player, opening: readonly FeedEvent[], deltas: readonly Buffer[]) {
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

const nothing = () => undefined;

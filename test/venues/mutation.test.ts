import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Book, BookSide } from '#engine/ports';
import { PROTOCOLS } from '#main/venues/feeds';
import type { Decoder, FrameTarget } from '#main/venues/kit/decoder';
import { type Step, Track, TrackTable } from '#main/venues/kit/track';
import { VENUES, type Venue } from '#shared/domain/ids';
import { FeedHarness } from '#support/feed-harness';

const SEED = 20_261_009;
const RUNS = 4_000;

/** A book that only checks what is written to it. */
class CheckingBook implements Book {
  readonly listing = 'okx:spot|BTC-USDT';
  readonly valid = true;
  readonly venueTimeMs = Number.NaN;
  readonly sequence = Number.NaN;
  readonly committedMonoMs = Number.NaN;
  readonly wrong: string[] = [];
  writes = 0;
  reset(): void {}
  set(_side: BookSide, price: number, size: number): void {
    this.writes += 1;
    if (!(price > 0) || !Number.isFinite(price) || !(size >= 0) || !Number.isFinite(size)) {
      this.wrong.push(`${price}x${size}`);
    }
  }
  commit(venueTimeMs: number): void {
    if (venueTimeMs < 0) this.wrong.push(`at ${venueTimeMs}`);
  }
  invalidate(): void {}
  depth(): number {
    return 0;
  }
  price(): number {
    return Number.NaN;
  }
  size(): number {
    return Number.NaN;
  }
}

/** A book for which every delta is the next one. */
class EagerTrack extends Track {
  override step(): Step {
    return 'next';
  }
}

/** A decoder that believes every book is live, so that every write it can be talked into happens. */
function attack(venue: Venue, symbols: readonly string[]) {
  const tracks = new TrackTable();
  const book = new CheckingBook();
  const all = symbols.map(
    (symbol) => new EagerTrack({ listing: 'okx:spot|BTC-USDT', symbol, book, priceDecimals: 2, sizeDecimals: 8 }),
  );
  for (const track of all) tracks.add(track);
  const decoder: Decoder = PROTOCOLS[venue].decoder(tracks);
  const trades: number[] = [];
  const out: FrameTarget = {
    applied: () => undefined,
    trade: (_track, price, size, _side, atMs) => trades.push(price, size, atMs),
    faulted: () => undefined,
    resync: () => undefined,
    resyncAll: () => undefined,
    broken: () => undefined,
    accepted: () => undefined,
    refused: () => undefined,
    wantsSnapshot: () => undefined,
    venueStatus: () => undefined,
  };
  const decode = (frame: Uint8Array) => {
    for (const track of all) track.phase = 'live';
    decoder.connected();
    decoder.decode(frame, 1, out);
  };
  return { decode, book, trades };
}

/** Example frames of a venue from a folder of `<venue>*` folders, one frame a file; set EXAMPLE_FRAMES to add them. */
function examples(venue: Venue): string[] {
  const root = process.env.EXAMPLE_FRAMES;
  if (root === undefined) return [];
  return readdirSync(root)
    .filter((name) => name.startsWith(venue))
    .flatMap((name) => readdirSync(join(root, name)).map((file) => join(root, name, file)))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'utf8'));
}

const bytes = fc.oneof(
  fc.constantFrom(...'"{}[],:.-+eE0123456789 \\nulltrue'.split('').map((one) => one.charCodeAt(0))),
  fc.integer({ min: 0, max: 255 }),
);
/** Uniform in [0, 1). */
const share = fc.nat({ max: 9_999 }).map((part) => part / 10_000);
/** Where (as a share of the length), how many bytes go, and what comes instead. */
const cut = fc.tuple(share, fc.integer({ min: 0, max: 6 }), fc.array(bytes, { maxLength: 6 }));

function mutate(frame: Uint8Array, cuts: readonly (readonly [number, number, readonly number[]])[]): Uint8Array {
  let mutated = frame;
  for (const [where, gone, come] of cuts) {
    const at = Math.floor(where * mutated.length);
    mutated = Uint8Array.from([...mutated.subarray(0, at), ...come, ...mutated.subarray(at + gone)]);
  }
  return mutated;
}

/** What a number or a text is replaced by, still JSON: everything a careless parser takes for a price or a size. */
const ODD = [
  '-1',
  '-0',
  '0',
  '1e999',
  '-1e999',
  '1e-400',
  '5e-324',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '" "',
  '"-1"',
  '"+1"',
  '"0x10"',
  '"1e5"',
  '"NaN"',
  '"Infinity"',
  '"-Infinity"',
  '"1,5"',
  '"."',
  '".5"',
  '"1e999"',
  '"١"',
  '9007199254740993',
];

/** Replaces some of the values in a frame by odd ones. */
function substitute(text: string, places: readonly (readonly [number, string])[]): string {
  let result = text;
  for (const [where, odd] of places) {
    const values = [...result.matchAll(/"[^"]*"(?!\s*:)|-?\d[\d.eE+-]*|true|false|null/g)];
    const value = values[Math.floor(where * values.length)];
    if (value === undefined) continue;
    result = result.slice(0, value.index) + odd + result.slice(value.index + value[0].length);
  }
  return result;
}

const place = fc.tuple(share, fc.constantFrom(...ODD));

describe.each(VENUES)(`[MD-4] %s decoder, seed ${SEED}`, (venue) => {
  const frames: Uint8Array[] = [];
  let symbols: string[] = [];

  beforeAll(async () => {
    const harness = new FeedHarness(3);
    const texts = new Set<string>();
    const { sink } = harness.listen(venue, {}, (line) => {
      line.frames = (text) => {
        texts.add(text);
        return [text];
      };
    });
    await harness.run(3_000);
    await harness.close();
    symbols = [...sink.listings.values()].map(({ symbol }) => symbol);
    const short = [...texts].filter((text) => text.length < 2_000);
    const encoder = new TextEncoder();
    for (const text of [...short.slice(0, 200), ...examples(venue)]) frames.push(encoder.encode(text));
  });

  it('takes the frames as they are', () => {
    const { decode, book, trades } = attack(venue, symbols);
    for (const frame of frames) decode(frame);
    expect(frames.length).toBeGreaterThan(50);
    expect(book.writes).toBeGreaterThan(20);
    expect(trades.length).toBeGreaterThan(0);
    expect(book.wrong).toEqual([]);
  });

  it(`of ${RUNS} mutated frames none throws, none writes a level that is no level`, () => {
    const { decode, book, trades } = attack(venue, symbols);
    fc.assert(
      fc.property(fc.nat(), fc.array(cut, { minLength: 1, maxLength: 4 }), (pick, cuts) => {
        decode(mutate(frames[pick % frames.length] ?? new Uint8Array(), cuts));
        expect(book.wrong).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(book.writes).toBeGreaterThan(20);
    expect(trades.every((value) => Number.isFinite(value) && value > 0)).toBe(true);
  });

  it(`of ${RUNS} frames with odd values none throws, none writes a level that is no level`, () => {
    const { decode, book, trades } = attack(venue, symbols);
    const encoder = new TextEncoder();
    const decoder = new TextDecoder();
    fc.assert(
      fc.property(fc.nat(), fc.array(place, { minLength: 1, maxLength: 3 }), (pick, places) => {
        decode(encoder.encode(substitute(decoder.decode(frames[pick % frames.length]), places)));
        expect(book.wrong).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(book.writes).toBeGreaterThan(30);
    expect(trades.every((value) => Number.isFinite(value) && value > 0)).toBe(true);
  });
});

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { practicedFeeds } from '#main/app/practiced-feeds';
import { BUILT_FEEDS } from '#main/venues/feeds';
import type { FeedId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { SeededRandom } from '#shared/kernel/random';
import { FeedHarness } from '#support/feed-harness';
import { mutate } from './mutate.ts';
import { Twins } from './twins.ts';

const SEED = 20_261_009;
/** `npm run fuzz` makes it a million over the ten feeds. */
const FRAMES = Number(process.env.FUZZ_FRAMES ?? 20_000);
/** Memory may be held by caches that fill once; a leak of a few bytes a frame would exceed this in a million. */
const GROWTH_LIMIT_BYTES = 24 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const heapUsed = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** Example frames of a feed's venue from a folder of `<venue>*` folders, one frame a file. */
function examples(feed: FeedId): string[] {
  const root = process.env.EXAMPLE_FRAMES;
  if (root === undefined) return [];
  const [venue = ''] = feed.split(':');
  return readdirSync(root)
    .filter((name) => name.startsWith(venue))
    .flatMap((name) => readdirSync(join(root, name)).map((file) => join(root, name, file)))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'utf8'));
}

/** What the practice venue sends in a few seconds, each kind of frame well represented. */
async function practiceFrames(feed: FeedId): Promise<{ frames: Uint8Array[]; listings: readonly Listing[] }> {
  const harness = new FeedHarness(3, { feeds: [feed] });
  const texts = new Set<string>();
  const { sink } = harness.listen(feed, {}, (line) => {
    line.frames = (text) => {
      texts.add(text);
      return [text];
    };
  });
  await harness.run(4_000);
  await harness.close();
  const encoder = new TextEncoder();
  const all = [...texts, ...examples(feed)];
  const short = all.filter((text) => text.length < 1_500);
  const long = all.filter((text) => text.length >= 1_500 && text.length < 20_000).slice(0, 6);
  const frames = [...short.slice(0, 300), ...long, ...examples(feed)].map((text) => encoder.encode(text));
  return { frames, listings: [...sink.listings.values()] };
}

const served = new FeedHarness(1);
const feeds = practicedFeeds(served.world);
await served.close();

it('has every feed that is built', () => {
  expect(feeds).toEqual(BUILT_FEEDS);
});

describe.each(feeds)(`[MD-4] %s decoder, seed ${SEED}`, (feed) => {
  it('takes the frames as they are, the same on both paths', async () => {
    const { frames, listings } = await practiceFrames(feed);
    const twins = new Twins(feed, listings);
    for (const frame of frames) expect(twins.differ(frame)).toBeNull();
    expect(frames.length).toBeGreaterThan(50);
    expect(twins.fast.writes).toBeGreaterThan(20);
    expect(twins.fast.trades).toBeGreaterThan(0);
    if (feed.endsWith(':perp')) expect(twins.fast.references).toBeGreaterThan(0);
  });

  it(`of ${FRAMES} mutated frames none throws, none writes what is no level, both paths agree, nothing grows`, {
    timeout: 60_000 + FRAMES * 2,
  }, async () => {
    const { frames, listings } = await practiceFrames(feed);
    const twins = new Twins(feed, listings);
    const random = new SeededRandom(SEED).fork(feed);
    const frameOf = () => frames[Math.floor(random.next() * frames.length)] ?? new Uint8Array();
    const before = heapUsed();
    for (let count = 0; count < FRAMES; count += 1) {
      const frame = mutate(frameOf(), frameOf(), random);
      const difference = twins.differ(frame);
      if (difference !== null) {
        throw new Error(`frame ${count}: ${difference}\n${new TextDecoder().decode(frame)}`);
      }
    }
    expect(heapUsed() - before).toBeLessThan(GROWTH_LIMIT_BYTES);
    expect(twins.fast.writes).toBeGreaterThan(FRAMES / 200);
  });
});

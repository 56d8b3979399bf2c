import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BID, type Book, type FeedSink } from '#engine/ports';
import { bookSink } from '#main/app/book-sink';
import { replayRecording } from '#main/app/replay-recording';
import { runUntil } from '#main/app/virtual-run';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import type { RecordedLine } from '#main/recording/line';
import { Playback, playedProtocol } from '#main/recording/playback';
import { RecordingTransport, SocketNumbers } from '#main/recording/recording-transport';
import { holdsFrames, survey, timedLines } from '#main/recording/survey';
import { BUILT_FEEDS, createFeed, listedScope, protocolOf } from '#main/venues/feeds';
import { VenueFeed } from '#main/venues/kit/feed';
import type { FeedId, ListingId } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { scratchFolder } from './folder.ts';

const START_MS = Date.UTC(2026, 0, 5);
const BASES = ['BTC', 'ETH', 'SOL'];

/** The books of a feed and what it said of itself. */
class Watched {
  readonly books = new Map<ListingId, Book>();
  readonly states: string[] = [];
  readonly faults: string[] = [];
  skewMs = Number.NaN;
  readonly sink: FeedSink;

  constructor() {
    const inner = bookSink(
      {
        connection: (_feed, state) => this.states.push(state),
        fault: (_feed, fault) => this.faults.push(fault),
        skew: (_feed, skewMs) => {
          this.skewMs = skewMs;
        },
      },
      () => undefined,
    );
    this.sink = {
      ...inner,
      book: (listing) => {
        const book = inner.book(listing);
        this.books.set(listing, book);
        return book;
      },
    };
  }

  touches(): Record<string, string> {
    return Object.fromEntries(
      [...this.books].map(([listing, book]) => [
        listing,
        book.valid ? `${book.price(BID, 0)} ${book.size(BID, 0)}` : '-',
      ]),
    );
  }
}

/** Records some feeds of a practice world in virtual time; `during` may make things happen. */
async function record(
  feeds: readonly FeedId[],
  seconds: number,
  during: (world: ReturnType<typeof createPracticeWorld>, second: number) => void = () => undefined,
) {
  const clock = new VirtualClock(START_MS);
  const random = new SeededRandom(9);
  const world = createPracticeWorld({ seed: 9, clock, world: 'synthetic' });
  const inner = new InProcessTransport({ clock, servers: world.servers, random: random.fork('network') });
  const lines: RecordedLine[] = [];
  const numbers = new SocketNumbers();
  const watched = new Map(feeds.map((feed) => [feed, new Watched()]));
  const running = feeds.map((feed) => {
    const transport = new RecordingTransport({ inner, feed, clock, sink: (line) => lines.push(line), numbers });
    const made = createFeed(feed, { transport, clock, random: random.fork('feeds'), scope: listedScope(BASES) });
    made.start((watched.get(feed) as Watched).sink);
    return made;
  });
  world.start();
  for (let second = 0; second < seconds; second += 1) {
    during(world, second);
    await runUntil(clock, clock.wallMs() + 1_000);
  }
  const touches = Object.assign({}, ...[...watched.values()].map((one) => one.touches())) as Record<string, string>;
  const skews = new Map([...watched].map(([feed, one]) => [feed, one.skewMs]));
  const kept = [...lines];
  for (const feed of running) await feed.stop();
  world.stop();
  return { lines: kept, touches, skews };
}

function written(lines: readonly object[]): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'frames.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return folder;
}

/** Plays a folder to its end through the feeds alone. */
async function play(folder: string): Promise<Map<FeedId, Watched>> {
  const read = await survey(folder);
  if (!read.ok) throw new Error(read.error);
  const clock = new VirtualClock(read.value.fromMs);
  const random = new SeededRandom(77);
  const all = new Map<FeedId, Watched>();
  const playbacks = new Map<FeedId, Playback>();
  for (const [feed, surveyed] of read.value.feeds) {
    const protocol = protocolOf(feed);
    const transport = new Playback(protocol, surveyed, clock);
    const watched = new Watched();
    const made = new VenueFeed(playedProtocol(protocol), {
      transport,
      clock,
      random: random.fork('feeds'),
      scope: listedScope(BASES),
      catalogueEveryMs: 300_000,
      cache: null,
    });
    made.start(watched.sink);
    all.set(feed, watched);
    playbacks.set(feed, transport);
  }
  for (const path of read.value.files) {
    for await (const line of timedLines(path, () => undefined)) {
      if (line === null) continue;
      await runUntil(clock, line.at);
      playbacks.get(line.feed)?.deliver(line);
    }
  }
  await runUntil(clock, clock.wallMs());
  return all;
}

test.for(BUILT_FEEDS)('%s: a recording played ends with the books it was recorded with', async (feed) => {
  const { lines, touches, skews } = await record([feed], 20);
  const watched = (await play(written(lines))).get(feed) as Watched;
  expect(Object.keys(touches).length).toBeGreaterThan(2);
  expect(watched.touches()).toEqual(touches);
  expect(watched.faults).toEqual([]);
  expect(watched.states.filter((state) => state === 'disconnected')).toEqual([]);
  // The venue's clock as it was measured then, not as it is now.
  expect(Math.abs(watched.skewMs - (skews.get(feed) ?? Number.NaN))).toBeLessThan(600);
});

test('[MD-3] a connection lost in the recording is lost when it is played, and its books come back with the next one', async () => {
  const { lines, touches } = await record(['bybit:spot'], 30, (world, second) => {
    if (second === 10) world.faults.apply({ feed: 'bybit:spot', fault: 'disconnect', on: true });
  });
  expect(lines.filter((line) => 'closed' in line)).toHaveLength(1);
  const watched = (await play(written(lines))).get('bybit:spot') as Watched;
  expect(watched.states.filter((state) => state === 'disconnected')).toHaveLength(1);
  expect(watched.touches()).toEqual(touches);
});

test('a recording that does not tell sockets apart plays too', async () => {
  const { lines, touches } = await record(['bybit:perp'], 15);
  const bare = lines.map((line) => {
    const { socket: _socket, url: _url, ...rest } = JSON.parse(JSON.stringify(line)) as Record<string, unknown>;
    return rest;
  });
  const watched = (await play(written(bare))).get('bybit:perp') as Watched;
  expect(watched.touches()).toEqual(touches);
});

test('the whole engine over a recording: the same decisions every time, and the holes are told of', async () => {
  const { lines } = await record(['bybit:spot', 'bybit:perp', 'okx:spot'], 90);
  const folder = written([...lines, { at: 'never', feed: 'bybit:spot', ws: '{}' }, { nonsense: true }]);
  expect(await holdsFrames(folder)).toBe(true);
  const options = { folder, seed: 3, onProgress: () => undefined };
  const first = await replayRecording(options);
  const second = await replayRecording(options);
  if (!first.ok || !second.ok) throw new Error('not replayed');
  expect(second.value).toEqual(first.value);
  expect(first.value.candidates).toBeGreaterThan(10);
  expect(first.value.fromMs).toBeGreaterThanOrEqual(START_MS);
  expect(first.value.instruments.length).toBeGreaterThan(8);
  expect(first.value.warnings).toEqual(['2 lines are no recorded lines with a time and a feed; they are left out.']);
  const other = await replayRecording({ ...options, folder: written(lines.slice(0, lines.length / 2)) });
  expect(other.ok && other.value.decisionsHash).not.toBe(first.value.decisionsHash);
});

test('a folder without a usable line is refused in one line', async () => {
  expect(await holdsFrames(scratchFolder())).toBe(false);
  const folder = written([{ feed: 'bybit:spot' }]);
  expect(await replayRecording({ folder, seed: 1, onProgress: () => undefined })).toEqual({
    ok: false,
    error: { exitCode: 7, message: `${folder} holds no recorded frame that can be played.` },
  });
});

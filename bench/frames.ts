import { runUntil, startVirtualRun } from '#main/app/virtual-run';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { ReplayTally } from '#main/replay/summary';
import { BUILT_FEEDS, createFeed } from '#main/venues/feeds';
import { type FeedId, VENUES } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import type { SocketEvents, Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { countingBooks } from './counting-books.ts';
import { type Comparison, compare, median, quantile, type Round, timed } from './measure.ts';

export interface FrameResult extends Comparison {
  readonly feed: FeedId;
  readonly frames: number;
  /** Sizes of the measured frames, bytes. */
  readonly medianBytes: number;
  readonly p99Bytes: number;
}

const SEED = 7;
const START_MS = Date.UTC(2026, 0, 5);
const WARM_UP_MS = 20_000;
const ROUNDS = 7;
const ROUND_MS = 4_000;

/** What one venue's frames took in the round that runs. */
interface Sample {
  readonly times: number[];
  readonly baseline: number[];
}

/**
 * From the bytes of a frame to the verdicts it leads to (decode, book, divergences, plan or rejection, paper venue),
 * against `JSON.parse` of the same frame, its text ready. Frames are those of the practice venues in virtual time; only
 * those that change a book are counted. Each frame is timed both ways, one after the other.
 */
export async function benchFrames(): Promise<readonly FrameResult[]> {
  const samples = new Map<FeedId, Sample>(BUILT_FEEDS.map((feed) => [feed, newSample()]));
  const sizes = new Map<FeedId, number[]>(BUILT_FEEDS.map((feed) => [feed, []]));
  const books = { changed: 0 };
  let measuring = false;
  const decoder = new TextDecoder();

  const measured = (feed: FeedId, events: SocketEvents): SocketEvents => ({
    open: () => events.open(),
    pong: () => events.pong(),
    ping: () => events.ping(),
    closed: (code, reason) => events.closed(code, reason),
    message: (data) => {
      if (!measuring) {
        events.message(data);
        return;
      }
      const text = decoder.decode(data);
      const before = books.changed;
      const micros = timed(() => events.message(data));
      const parse = timed(() => JSON.parse(text));
      if (books.changed === before) return;
      samples.get(feed)?.times.push(micros);
      samples.get(feed)?.baseline.push(parse);
      sizes.get(feed)?.push(data.byteLength);
    },
  });

  const clock = new VirtualClock(START_MS);
  const random = new SeededRandom(SEED);
  const world = createPracticeWorld({ seed: SEED, clock, world: 'synthetic' });
  const wire = new InProcessTransport({ clock, servers: world.servers, random: random.fork('network') });
  /** Each feed has sockets of its own, also where two share a host. */
  const transportOf = (feed: FeedId): Transport => ({
    request: (request) => wire.request(request),
    openSocket: (url, events) => wire.openSocket(url, measured(feed, events)),
  });
  const run = startVirtualRun({
    clock,
    seed: SEED,
    settings: () => DEFAULT_SETTINGS,
    feeds: BUILT_FEEDS.map((id) => {
      const feed = createFeed(id, { transport: transportOf(id), clock, random: random.fork('feeds') });
      return countingBooks(feed, books);
    }),
    venues: VENUES,
    tally: new ReplayTally(Number.POSITIVE_INFINITY, () => Number.NaN),
  });
  world.start();
  await runUntil(clock, START_MS + WARM_UP_MS);
  measuring = true;
  const rounds = new Map<FeedId, Round[]>(BUILT_FEEDS.map((feed) => [feed, []]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    await runUntil(clock, START_MS + WARM_UP_MS + round * ROUND_MS);
    for (const feed of BUILT_FEEDS) {
      const sample = samples.get(feed);
      if (sample !== undefined && sample.times.length > 0) rounds.get(feed)?.push(sample);
      samples.set(feed, newSample());
    }
  }
  await run.stop();
  world.stop();
  return BUILT_FEEDS.map((feed) => {
    const bytes = sizes.get(feed) ?? [];
    return {
      feed,
      frames: bytes.length,
      medianBytes: Math.round(median(bytes)),
      p99Bytes: Math.round(quantile(bytes, 0.99)),
      ...compare(rounds.get(feed) ?? []),
    };
  });
}

const newSample = (): Sample => ({ times: [], baseline: [] });

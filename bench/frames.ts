import { runUntil, startVirtualRun } from '#main/app/virtual-run';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { ReplayTally } from '#main/replay/summary';
import { createFeed, VENUE_HOSTS } from '#main/venues/feeds';
import { VENUES, type Venue } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import type { SocketEvents, Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';
import { countingBooks } from './counting-books.ts';
import { type Comparison, compare, median, quantile, type Round, timed } from './measure.ts';

export interface FrameResult extends Comparison {
  readonly venue: Venue;
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
  const samples = new Map<Venue, Sample>(VENUES.map((venue) => [venue, newSample()]));
  const sizes = new Map<Venue, number[]>(VENUES.map((venue) => [venue, []]));
  const books = { changed: 0 };
  let measuring = false;
  const decoder = new TextDecoder();

  const measured = (venue: Venue, events: SocketEvents): SocketEvents => ({
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
      samples.get(venue)?.times.push(micros);
      samples.get(venue)?.baseline.push(parse);
      sizes.get(venue)?.push(data.byteLength);
    },
  });

  const clock = new VirtualClock(START_MS);
  const random = new SeededRandom(SEED);
  const world = createPracticeWorld({ seed: SEED, clock, world: 'synthetic' });
  const wire = new InProcessTransport({ clock, servers: world.servers, random: random.fork('network') });
  const transport: Transport = {
    request: (request) => wire.request(request),
    openSocket: (url, events) => {
      const venue = venueOfHost(new URL(url).hostname);
      return wire.openSocket(url, venue === undefined ? events : measured(venue, events));
    },
  };
  const run = startVirtualRun({
    clock,
    seed: SEED,
    settings: () => DEFAULT_SETTINGS,
    feeds: VENUES.map((venue) => {
      const feed = createFeed(venue, { transport, clock, random: random.fork('feeds') });
      return countingBooks(feed, books);
    }),
    venues: VENUES,
    tally: new ReplayTally(Number.POSITIVE_INFINITY, () => Number.NaN),
  });
  world.start();
  await runUntil(clock, START_MS + WARM_UP_MS);
  measuring = true;
  const rounds = new Map<Venue, Round[]>(VENUES.map((venue) => [venue, []]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    await runUntil(clock, START_MS + WARM_UP_MS + round * ROUND_MS);
    for (const venue of VENUES) {
      const sample = samples.get(venue);
      if (sample !== undefined && sample.times.length > 0) rounds.get(venue)?.push(sample);
      samples.set(venue, newSample());
    }
  }
  await run.stop();
  world.stop();
  return VENUES.map((venue) => {
    const bytes = sizes.get(venue) ?? [];
    return {
      venue,
      frames: bytes.length,
      medianBytes: Math.round(median(bytes)),
      p99Bytes: Math.round(quantile(bytes, 0.99)),
      ...compare(rounds.get(venue) ?? []),
    };
  });
}

const newSample = (): Sample => ({ times: [], baseline: [] });
const venueOfHost = (host: string): Venue | undefined => VENUES.find((venue) => VENUE_HOSTS[venue].includes(host));

import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { DEFAULT_BASES, listedScope, protocolOf } from '#main/venues/feeds';
import { VenueFeed } from '#main/venues/kit/feed';
import type { VenueProtocol } from '#main/venues/kit/protocol';
import type { FeedId } from '#shared/domain/ids';
import type { Listing } from '#shared/domain/listing';
import { SeededRandom } from '#shared/kernel/random';
import type { Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { RecordingSink } from '#support/recording-sink';

const SEED = 7;
const START_MS = Date.UTC(2026, 0, 5, 10);
const FRAMES = 24_000;
const MOST_MS = 1_200_000;
const UPDATES_PER_SECOND = 40;

/** What came over a feed's sockets, and the answers to its questions for snapshots. */
export type FeedEvent =
  | { readonly kind: 'frame'; readonly bytes: Buffer }
  | { readonly kind: 'rest'; symbol: string; body: string };

export interface Recording {
  readonly listings: readonly Listing[];
  /** In the order in which they arrived. */
  readonly events: readonly FeedEvent[];
}

/** Some twenty thousand frames of a feed's books and nothing else, of its practice venue in virtual time. */
export async function recordBooks(feed: FeedId): Promise<Recording> {
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
  const events: FeedEvent[] = [];
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

const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

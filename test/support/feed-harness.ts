import type { MarketFeed } from '#engine/ports';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld, type PracticeWorld } from '#main/practice/practice';
import { createFeed, type PairScope } from '#main/venues/feeds';
import type { FeedId } from '#shared/domain/ids';
import type { FaultCommand } from '#shared/domain/practice';
import { SeededRandom } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { RecordingSink } from './recording-sink.ts';
import { TamperingTransport } from './tampering-transport.ts';

export const START_MS = Date.UTC(2026, 9, 9, 8, 0, 0);

/** One feed with its own sink and its own line to the practice venues. */
export interface Listener {
  readonly feed: MarketFeed;
  readonly sink: RecordingSink;
  readonly line: TamperingTransport;
}

export interface ListenOptions {
  readonly scope?: PairScope;
  readonly catalogueEveryMs?: number;
  /** How far the feed's own wall clock is ahead of the venue's, ms. */
  readonly clockAheadMs?: number;
}

/** A practice world in virtual time, with every line equally slow: two listeners hear each frame at the same moment. */
export class FeedHarness {
  readonly clock: VirtualClock;
  readonly world: PracticeWorld;
  readonly #seed: number;
  readonly #feeds: MarketFeed[] = [];

  /** `feeds`: the only ones that have markets, so that a test of one feed does not pay for ten. */
  constructor(seed: number, { startMs = START_MS, feeds }: { startMs?: number; feeds?: readonly FeedId[] } = {}) {
    this.clock = new VirtualClock(startMs);
    this.#seed = seed;
    this.world = createPracticeWorld({ seed, clock: this.clock, world: 'synthetic', feeds });
    this.world.start();
  }

  /** Starts a feed. `beforeStart` may set up its line. */
  listen(
    id: FeedId,
    options: ListenOptions = {},
    beforeStart: (line: TamperingTransport) => void = () => {},
  ): Listener {
    const random = new SeededRandom(this.#seed, `/listener/${this.#feeds.length}`);
    const line = new TamperingTransport(
      new InProcessTransport({
        clock: this.clock,
        servers: this.world.servers,
        random,
        latencyOf: () => ({ baseMs: 4, jitterMs: 0 }),
      }),
    );
    beforeStart(line);
    const sink = new RecordingSink();
    const { clockAheadMs = 0, ...rest } = options;
    const feed = createFeed(id, { transport: line, clock: ahead(this.clock, clockAheadMs), random, ...rest });
    sink.onOwnVerdict = (listing, cause) => feed.resync?.(listing, cause);
    this.#feeds.push(feed);
    feed.start(sink);
    return { feed, sink, line };
  }

  /** PP-3. @throws when the fault does not fit. */
  fault(command: FaultCommand): void {
    const applied = this.world.faults.apply(command);
    if (!applied.ok) throw new Error(applied.error);
  }

  /** Lets virtual time pass. */
  run(ms: number): Promise<void> {
    return this.clock.runUntil(this.clock.wallMs() + ms, settle);
  }

  /** Lets virtual time pass until `done`, at most `limitMs`; gives the time it took, or throws. */
  async until(done: () => boolean, limitMs: number, what: string): Promise<number> {
    const from = this.clock.wallMs();
    while (!done()) {
      if (this.clock.wallMs() - from >= limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
      await this.run(20);
    }
    return this.clock.wallMs() - from;
  }

  async close(): Promise<void> {
    for (const feed of this.#feeds) await feed.stop();
    this.world.stop();
  }
}

/** Everything promises left behind, before the next timer. */
const settle = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

function ahead(clock: Clock, byMs: number): Clock {
  if (byMs === 0) return clock;
  return {
    wallMs: () => clock.wallMs() + byMs,
    monoMs: () => clock.monoMs(),
    after: (delayMs, run) => clock.after(delayMs, run),
  };
}

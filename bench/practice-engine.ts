import { Engine } from '#engine/engine';
import { MemoryJournalStore } from '#engine/journal/memory-store';
import { PaperAccount } from '#main/app/paper-account';
import { PaperView } from '#main/app/paper-view';
import { Recorder } from '#main/app/recorder';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld } from '#main/practice/practice';
import { SqlitePaperStore } from '#main/storage/sqlite-paper-store';
import { Notifications } from '#main/telemetry/notifications';
import { createFeed } from '#main/venues/feeds';
import { VENUES } from '#shared/domain/ids';
import { SeededRandom } from '#shared/kernel/random';
import type { Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { DEFAULT_SETTINGS } from '#shared/settings/settings';

export interface PracticeEngine {
  readonly engine: Engine;
  readonly clock: VirtualClock;
  /** Book changes the engine was told of so far. */
  bookChanges(): number;
  /** Moves virtual time on, letting promises settle after each step. */
  run(ms: number): Promise<void>;
  stop(): Promise<void>;
}

const SEED = 7;
const START_MS = Date.UTC(2026, 0, 5);

/** The whole engine over the five practice venues in virtual time; `wrap` stands between the feeds and the wire. */
export async function practiceEngine(wrap: (transport: Transport) => Transport): Promise<PracticeEngine> {
  const clock = new VirtualClock(START_MS);
  const random = new SeededRandom(SEED);
  const world = createPracticeWorld({ seed: SEED, clock, world: 'synthetic' });
  const transport = wrap(new InProcessTransport({ clock, servers: world.servers, random: random.fork('transport') }));
  const feeds = VENUES.map((venue) => createFeed(venue, { transport, clock, random: random.fork('feeds') }));
  const view = new PaperView();
  const store = new SqlitePaperStore({ path: ':memory:' });
  const account = new PaperAccount({
    clock,
    random: random.fork('paper'),
    market: view,
    store,
    settings: () => DEFAULT_SETTINGS,
    failed: (error) => {
      throw error;
    },
  });
  let changes = 0;
  const engine = new Engine({
    clock,
    settings: () => DEFAULT_SETTINGS,
    feeds,
    brokers: account.brokers,
    store: new MemoryJournalStore(),
    observer: new Recorder({
      clock,
      mode: 'PRACTICE',
      notifications: new Notifications(() => undefined),
      log: { write: () => undefined },
      keep: () => undefined,
      timed: false,
    }),
    firstAuto: 'running',
    allocate: (listings, priceUsd) => account.allocate(listings, priceUsd),
    bystander: {
      bookChanged: (listing) => {
        changes += 1;
        view.bookChanged(listing);
      },
      trade: (listing, price, size, side) => view.trade(listing, price, size, side),
    },
  });
  view.attach(engine.market);
  account.attach(engine);
  world.start();
  const started = engine.start();
  const run = (ms: number) => clock.runUntil(clock.wallMs() + ms, settle);
  await run(1000);
  await started;
  return {
    engine,
    clock,
    bookChanges: () => changes,
    run,
    stop: async () => {
      world.stop();
      const stopped = engine.stop();
      await run(1000);
      await stopped;
      store.close();
    },
  };
}

const settle = () => Promise.resolve();

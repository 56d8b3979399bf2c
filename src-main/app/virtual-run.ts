import { Engine } from '#engine/engine';
import type { JournalStore, MarketFeed, PaperStore } from '#engine/ports';
import type { EngineOptions } from '#engine/stages';
import type { Travel } from '#main/paper/latency';
import type { PaperMarket } from '#main/paper/market';
import { SqliteJournalStore } from '#main/storage/sqlite-journal-store';
import { SqlitePaperStore } from '#main/storage/sqlite-paper-store';
import { Notifications } from '#main/telemetry/notifications';
import type { TermsOf, WantedInventory } from '#shared/domain/account-terms';
import type { Venue } from '#shared/domain/ids';
import type { CycleReport } from '#shared/domain/report';
import { SeededRandom } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { VirtualClock } from '#shared/kernel/virtual-clock';
import type { Settings } from '#shared/settings/settings';
import { PaperAccount } from './paper-account.ts';
import { PaperView } from './paper-view.ts';
import { Recorder, type RunTally } from './recorder.ts';
import type { TradingAccounts } from './trading-accounts.ts';

export interface VirtualRunOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly settings: () => Settings;
  readonly feeds: readonly MarketFeed[];
  readonly venues: readonly Venue[];
  /** Told of what a summary counts; nobody when left out. */
  readonly tally?: RunTally;
  /** Where orders are filled; the engine's own market when left out. */
  readonly fills?: PaperMarket;
  readonly ages?: EngineOptions['ages'];
  /** How long messages to the simulated venues travel; as measured when left out. */
  readonly travel?: Travel;
  /** Takes every cycle's report; none is kept when left out. */
  readonly keep?: (report: CycleReport) => void;
  /** Accounts at the practice venues in place of simulated ones. */
  readonly accounts?: (engine: () => Engine | undefined) => TradingAccounts;
  /** Terms that bind; the built-in ones when left out. */
  readonly terms?: TermsOf;
  /** Inventory that a person wants instead of the starting one; nobody does when left out. */
  readonly wanted?: () => readonly WantedInventory[];
  /** What must outlive the run and stays the caller's to close; of the run's own, in memory, when left out. */
  readonly stores?: { readonly journal: JournalStore; readonly paper: PaperStore };
}

export interface VirtualRun {
  readonly engine: Engine;
  readonly recorder: Recorder;
  readonly notifications: Notifications;
  stop(): Promise<void>;
}

/** Promises settle before an immediate runs: nothing of one moment is left when the clock moves on. */
const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Runs everything due up to `wallMs`, letting broker answers settle between timers. */
export const runUntil = (clock: VirtualClock, wallMs: number): Promise<void> => clock.runUntil(wallMs, drain);

/**
 * The whole engine on a virtual clock with its journal in memory: real SQLite, real paper broker, same code as a
 * workstation. The same inputs and seed give the same decisions (PP-4).
 */
export function startVirtualRun(options: VirtualRunOptions): VirtualRun {
  const { clock, seed, settings, feeds, venues, tally, ages } = options;
  const { journal, paper, close } = options.stores ? { ...options.stores, close: () => undefined } : storesInMemory();
  const notifications = new Notifications(() => undefined);
  const recorder = new Recorder({
    clock,
    mode: 'PRACTICE',
    notifications,
    log: { write: () => undefined },
    keep: (report) => {
      options.keep?.(report);
      return undefined;
    },
    timed: false,
    ...(tally === undefined ? {} : { tally }),
    // Live it goes on; here it would hide in a report that looks right.
    onDefect: (error) => {
      throw error;
    },
  });
  const view = new PaperView();
  const holder: { engine?: Engine } = {};
  const account: TradingAccounts =
    options.accounts?.(() => holder.engine) ??
    new PaperAccount({
      clock,
      random: new SeededRandom(seed).fork('paper'),
      market: options.fills ?? view,
      store: paper,
      engine: () => holder.engine,
      settings,
      failed: (error) => {
        throw error;
      },
      venues,
      ...(options.travel === undefined ? {} : { travel: options.travel }),
    });
  const engine = new Engine({
    clock,
    settings,
    feeds,
    brokers: account.brokers,
    store: journal,
    observer: recorder,
    firstAuto: 'running',
    allocate: (listings, priceUsd) => account.allocate(listings, priceUsd),
    bystander: view,
    inventory: {
      wanted: () => options.wanted?.() ?? [],
      settle: (line, booked, total) => account.settle(line, booked, total),
    },
    ...(options.terms === undefined ? {} : { terms: options.terms }),
    ...(ages === undefined ? {} : { ages }),
  });
  holder.engine = engine;
  view.attach(engine.market);
  const started = engine.start();
  account.start();
  return {
    engine,
    recorder,
    notifications,
    stop: async () => {
      await engine.stop();
      await started;
      await account.stop();
      close();
    },
  };
}

function storesInMemory() {
  const journal = new SqliteJournalStore({ path: ':memory:' });
  const paper = new SqlitePaperStore({ path: ':memory:' });
  const close = () => {
    journal.close();
    paper.close();
  };
  return { journal, paper, close };
}

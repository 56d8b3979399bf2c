import type { Engine } from '#engine/engine';
import { brokerMaker } from '#main/app/broker-maker';
import { PracticeAccounts } from '#main/app/practice-accounts';
import { practicedFeeds } from '#main/app/practiced-feeds';
import type { BrokerChoice } from '#main/app/trading-accounts';
import { runUntil, startVirtualRun, type VirtualRun } from '#main/app/virtual-run';
import { InProcessTransport } from '#main/practice/in-process';
import { createPracticeWorld, type PracticeWorld } from '#main/practice/practice';
import { SqliteJournalStore } from '#main/storage/sqlite-journal-store';
import { SqlitePaperStore } from '#main/storage/sqlite-paper-store';
import { createFeed } from '#main/venues/feeds';
import { BUILT_IN_TERMS, type TermsOf, type WantedInventory } from '#shared/domain/account-terms';
import type { Deal } from '#shared/domain/deal';
import { VENUES, type Venue } from '#shared/domain/ids';
import type { JournalEntry } from '#shared/domain/journal';
import type { OrderIntent } from '#shared/domain/order';
import type { Candidate } from '#shared/domain/plan';
import type { CycleReport } from '#shared/domain/report';
import { SeededRandom } from '#shared/kernel/random';
import type { Clock } from '#shared/kernel/time';
import type { Transport } from '#shared/kernel/transport';
import { VirtualClock } from '#shared/kernel/virtual-clock';
import { DEFAULT_SETTINGS, type Settings } from '#shared/settings/settings';
import { MortalProcess } from './mortal-process.ts';

export const START_MS = Date.UTC(2026, 0, 5);

export interface PracticeRunOptions {
  readonly seed: number;
  readonly settings?: () => Settings;
  /** A quieter world with more to trade on, for scenarios that need deals soon and often; off: the world as it is. */
  readonly busy?: boolean;
  /** How often feeds read their catalogue again; as the feeds have it when left out. */
  readonly catalogueEveryMs?: number;
  /** Who fills the orders; the simulated broker when left out. */
  readonly broker?: BrokerChoice;
  /** Every message, of feeds and of orders, travels exactly so long, ms; drawn when left out. */
  readonly travelMs?: number;
}

/** Small deals, so that the inventory lasts for many. */
export const SMALL_DEALS: Settings = {
  ...DEFAULT_SETTINGS,
  limits: { ...DEFAULT_SETTINGS.limits, maxDealNotionalPct: '0.5' },
};
const BUSY = { updatesPerSecond: 3, dislocations: { payablePerMinute: 40, smallPerMinute: 40 } };

type Entry<K extends JournalEntry['kind']> = Extract<JournalEntry, { kind: K }>;

/**
 * The whole workstation but its window over the practice venues, in virtual time: real decoders, engine, journal and
 * paper accounts. It can die at any moment ({@link crash}), and another one goes on over the same journal and accounts.
 */
export class PracticeRun {
  readonly clock = new VirtualClock(START_MS);
  readonly world: PracticeWorld;
  readonly journal = new SqliteJournalStore({ path: ':memory:' });
  readonly paper = new SqlitePaperStore({ path: ':memory:' });
  /** Every verdict of every life, in order. */
  readonly verdicts: Candidate[] = [];
  readonly closed: Deal[] = [];
  readonly reports: CycleReport[] = [];
  settings: () => Settings;
  /** What a person states of an account, from one moment to the next. */
  terms: TermsOf = () => BUILT_IN_TERMS;
  wanted: readonly WantedInventory[] = [];
  readonly #seed: number;
  readonly #catalogue: { readonly catalogueEveryMs?: number };
  readonly #broker: BrokerChoice;
  readonly #travelMs: number | undefined;
  #run!: VirtualRun;
  #process!: MortalProcess;
  #lives = 0;

  constructor(options: PracticeRunOptions) {
    const {
      seed,
      busy = true,
      settings = () => SMALL_DEALS,
      catalogueEveryMs,
      broker = 'simulated',
      travelMs,
    } = options;
    this.#travelMs = travelMs;
    this.#broker = broker;
    this.#seed = seed;
    this.#catalogue = catalogueEveryMs === undefined ? {} : { catalogueEveryMs };
    this.settings = settings;
    this.world = createPracticeWorld({ seed, clock: this.clock, world: 'synthetic', ...(busy ? BUSY : {}) });
    this.#begin();
    this.world.start();
  }

  get engine(): VirtualRun['engine'] {
    return this.#run.engine;
  }

  get run(): VirtualRun {
    return this.#run;
  }

  /** Moves virtual time on. */
  async forMs(milliseconds: number): Promise<void> {
    await runUntil(this.clock, this.clock.wallMs() + milliseconds);
  }

  /** Moves virtual time on until `holds`, looked at every 20 ms. @throws when that takes longer than `withinMs`. */
  async until(what: string, holds: () => boolean, withinMs = 120_000): Promise<void> {
    const endMs = this.clock.wallMs() + withinMs;
    while (!holds()) {
      if (this.clock.wallMs() >= endMs) throw new Error(`${what}: not within ${withinMs} ms`);
      await this.forMs(20);
    }
  }

  /** The process is gone from one moment to the next: its timers, sockets and requests with it. */
  crash(): void {
    this.#process.die();
  }

  /** A new process over the journal and the accounts that the last one left. */
  restart(): void {
    this.crash();
    this.#begin();
  }

  async stop(): Promise<void> {
    // A start that waits for venues ends only when time goes on.
    if (this.engine.phase() === 'recovering') await this.until('the start', () => this.engine.phase() === 'running');
    await this.#run.stop();
    this.world.stop();
    this.journal.close();
    this.paper.close();
  }

  /** Entries of one kind that the journal holds, in order. */
  entries<K extends JournalEntry['kind']>(kind: K): readonly Entry<K>[] {
    return this.journal.readAll().flatMap(({ entry }) => (entry.kind === kind ? [entry as Entry<K>] : []));
  }

  /** Orders journaled from `fromMs` on, wall time. */
  ordersSince(fromMs: number): readonly OrderIntent[] {
    return this.journal
      .readAll()
      .flatMap(({ atMs, entry }) => (atMs >= fromMs && entry.kind === 'order-pending' ? [entry.order] : []));
  }

  /** Deals opened from `fromMs` on, wall time. */
  openedSince(fromMs: number): readonly Deal[] {
    return [...this.closed, ...this.openDeals()].filter((deal) => deal.openedAtMs >= fromMs);
  }

  openDeals(): readonly Deal[] {
    // Cheap to ask often: rows of closed deals are only built when there is an open one.
    if (this.engine.portfolio.openDeals().length === 0) return [];
    return this.engine.deals().filter((deal) => deal.state !== 'closed');
  }

  /** Verdicts from `fromMs` on whose pair has a leg on the venue. */
  saidOf(venue: Venue, fromMs: number): readonly Candidate[] {
    return this.verdicts.filter(
      ({ atMs, buy, sell }) => atMs >= fromMs && (buy.startsWith(`${venue}:`) || sell.startsWith(`${venue}:`)),
    );
  }

  /** Where the engine's ledger and the simulated venues' own books differ. */
  differences(): readonly string[] {
    return this.engine.portfolio.balanceLines().flatMap(({ account, venue, currency, held }) => {
      const total = this.paper.balances(account, venue).find((balance) => balance.currency === currency)?.total ?? '0';
      return total === held.toFixed() ? [] : [`${venue} ${currency}: venue ${total}, ledger ${held.toFixed()}`];
    });
  }

  /** Accounts at the practice venues: they outlive a crash of the engine as real ones do. */
  #accounts(clock: Clock, transport: Transport, engine: () => Engine | undefined): PracticeAccounts {
    const random = new SeededRandom(this.#seed).fork(`accounts${this.#lives}`);
    return new PracticeAccounts({
      world: this.world,
      make: brokerMaker({ transport, clock, random, engine, met: () => undefined }),
      clock,
      settings: () => this.settings(),
      problem: (text) => {
        throw new Error(text);
      },
    });
  }

  #begin(): void {
    const random = new SeededRandom(this.#seed).fork(`life${this.#lives}`);
    this.#lives += 1;
    const { servers } = this.world;
    const travelMs = this.#travelMs;
    const fixed = travelMs === undefined ? {} : { latencyOf: () => ({ baseMs: travelMs, jitterMs: 0 }) };
    const wire = new InProcessTransport({ clock: this.clock, servers, random: random.fork('network'), ...fixed });
    this.#process = new MortalProcess(this.clock, wire);
    const { clock, transport } = this.#process;
    this.#run = startVirtualRun({
      clock,
      seed: this.#seed,
      settings: () => this.settings(),
      feeds: practicedFeeds(this.world).map((feed) =>
        createFeed(feed, { transport, clock, random: random.fork('feeds'), ...this.#catalogue }),
      ),
      venues: VENUES,
      keep: (report) => this.reports.push(report),
      ...(this.#broker === 'simulated' ? {} : { accounts: (engine) => this.#accounts(clock, transport, engine) }),
      ...(travelMs === undefined ? {} : { travel: { oneWayMs: () => travelMs } }),
      stores: { journal: this.journal, paper: this.paper },
      terms: (venue) => this.terms(venue),
      wanted: () => this.wanted,
      tally: {
        verdict: (candidate) => this.verdicts.push(candidate),
        dealClosed: (deal) => this.closed.push(deal),
        flickered: () => undefined,
        dealOpened: () => undefined,
        cycleEnded: () => undefined,
      },
    });
  }
}

/**
 * The whole engine, wired in the order a price travels: market → health → detect → plan → route → risk → journal →
 * execute → ledger. Read this file first. Everything is synchronous but the brokers' answers, and every time and random
 * number comes from outside, so the same inputs give the same decisions (ID-5, PP-4).
 */
import type { Deal } from '#shared/domain/deal';
import { isUsdLike, type Venue } from '#shared/domain/ids';
import type { JournalEntry } from '#shared/domain/journal';
import type { Listing } from '#shared/domain/listing';
import type { Plan } from '#shared/domain/plan';
import type { AutoState, KillLevel, KillState } from '#shared/domain/safety';
import { invariant } from '#shared/kernel/invariant';
import type { Result } from '#shared/kernel/result';
import { type Cancel, type Clock, every } from '#shared/kernel/time';
import { type Decimal, decimal, ONE, wire } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';
import { type CycleStanding, Cycles, type CyclesOptions } from './cycles.ts';
import { SpreadDetector } from './detect/spread-detector.ts';
import { DealRunner } from './execute/deal-runner.ts';
import { OrderRegistry } from './execute/order-registry.ts';
import { ExecutionFeedback } from './feedback.ts';
import { VenueHealthMonitor } from './health/venue-health.ts';
import { Journal } from './journal/journal.ts';
import { JournalState } from './journal/state.ts';
import { Ledger } from './ledger/ledger.ts';
import { DealTotals, type Totals } from './ledger/statistics.ts';
import type { AgePolicy as QuoteAges } from './market/freshness.ts';
import { Market } from './market/market.ts';
import type { EngineObserver, ProfileResult } from './observer.ts';
import { Opportunities } from './opportunities.ts';
import type { AgePolicy as DivergenceAges } from './plan/ages.ts';
import { Planner } from './plan/planner.ts';
import { Quarantine } from './plan/quarantine.ts';
import type { Broker, JournalStore, MarketFeed } from './ports.ts';
import { Breakers } from './risk/breakers.ts';
import { Exposure } from './risk/exposure.ts';
import { Gate } from './risk/gate.ts';
import { KillSwitch } from './risk/kill-switch.ts';
import { LimitValues } from './risk/limits.ts';
import { OrderRate } from './risk/order-rate.ts';
import { Pacing } from './risk/pacing.ts';
import { Permission, type Permitted } from './risk/permission.ts';
import type { Refusal } from './risk/refusal.ts';
import { RiskWatch } from './risk/watch.ts';
import { Failover } from './route/failover.ts';
import { FillTimeStats } from './route/fill-times.ts';
import { restingDecision } from './route/resting.ts';
import { Router } from './route/router.ts';
import { VenueScorer } from './route/scorer.ts';
import { proposeStack, type RoleProposal } from './route/stack.ts';
import { VenueChecks } from './route/venue-checks.ts';

/** Between two looks at what only time makes wrong. */
const TICK_MS = 1_000;

type Allocation = Extract<JournalEntry, { kind: 'inventory-allocated' }>;

export interface EngineOptions {
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly feeds: readonly MarketFeed[];
  readonly brokers: readonly Broker[];
  readonly store: JournalStore;
  readonly observer: EngineObserver;
  /** What Auto mode is in when the journal holds nothing yet (UI-11). */
  readonly firstAuto: AutoState;
  /**
   * Working inventory to begin with (PP-1), asked for once a second until it gives rows: `priceUsd` is what it may value
   * with. Only on a journal that has none.
   */
  readonly allocate: (
    listings: readonly Listing[],
    priceUsd: (currency: string) => Decimal | undefined,
  ) => readonly Allocation[] | undefined;
  /** Told of books and trades before the engine looks at them: the simulated venues (PP-1). */
  readonly bystander?: {
    bookChanged(listing: Listing): void;
    trade(listing: Listing, price: number, size: number, takerSide: 'buy' | 'sell'): void;
  };
  /** How ages are judged where data does not come from live sockets. */
  readonly ages?: { readonly quotes: QuoteAges; readonly divergences: DivergenceAges };
}

export type Phase = 'starting' | 'recovering' | 'running' | 'stopped';

export class Engine {
  readonly clock: Clock;
  readonly startedMonoMs: number;
  readonly market: Market;
  readonly health: VenueHealthMonitor;
  readonly kill: KillSwitch;
  readonly breakers: Breakers;
  readonly portfolio: Ledger;
  readonly #options: EngineOptions;
  readonly #journal: Journal;
  readonly #totals: DealTotals;
  readonly #detector: SpreadDetector;
  readonly #exposure: Exposure;
  readonly #quarantine: Quarantine;
  readonly #permission: Permission;
  readonly #runner: DealRunner;
  readonly #opportunities: Opportunities;
  readonly #watch: RiskWatch;
  #cycles: Cycles | undefined;
  #tick: Cancel = () => undefined;
  #phase: Phase = 'starting';
  #proposal: readonly RoleProposal[] = [];
  #stopped = false;
  #plans = 0;
  #autoBeforeAllocation: AutoState | undefined;
  readonly #cyclesOptions: Pick<CyclesOptions, 'clock' | 'settings' | 'planner' | 'exposure' | 'observer'>;

  /** @throws {StorageError} when the journal cannot be read: nothing was changed. */
  constructor(options: EngineOptions) {
    this.#options = options;
    const { clock, settings, store, observer } = options;
    this.clock = clock;
    this.startedMonoMs = clock.monoMs();
    const limits = new LimitValues(settings);

    // Market and venue health: what is quoted, how far it can be trusted.
    this.market = new Market({
      clock,
      limits: () => settings().limits,
      enabled: (venue) => settings().venueStack.enabled[venue],
      health: (venue) => this.healthOf(venue),
      service: {
        recordApi: (venue, milliseconds, outcome) => {
          this.health.recordApi(venue, milliseconds, outcome);
          this.breakers.apiCall(venue, outcome);
        },
        recordRoundTrip: (venue, milliseconds) => this.health.recordRoundTrip(venue, milliseconds),
        recordReconnect: (venue) => this.health.recordReconnect(venue),
      },
      listener: {
        bookChanged: (listing) => this.#bookChanged(listing),
        trade: (listing, price, size, takerSide) => options.bystander?.trade(listing, price, size, takerSide),
        feedChanged: (feed, reason) => observer.feed(feed, reason),
        catalogueChanged: () => this.#detector.catalogueChanged(),
        resyncWanted: (listing, reason) => {
          const feed = options.feeds.find((candidate) => candidate.feed === `${listing.venue}:${listing.product}`);
          feed?.resync?.(listing.bookId, reason);
        },
      },
      ...(options.ages === undefined ? {} : { agePolicy: options.ages.quotes }),
    });
    this.health = new VenueHealthMonitor({
      clock,
      limits: () => settings().limits,
      evidence: (venue) => this.market.evidence(venue),
      onTransition: (transition) => {
        observer.health(transition);
        this.#runner.healthChanged();
      },
    });

    // The journal and what is built from its rows alone.
    const state = new JournalState();
    const priceUsd = (currency: string) => this.priceUsd(currency);
    this.portfolio = new Ledger({ clock, state, priceUsd });
    this.#totals = new DealTotals(state, this.portfolio);
    this.#journal = new Journal({ store, clock, state, observers: [this.portfolio, this.#totals] });
    const orders = new OrderRegistry(state);

    // Risk: what may be done at all.
    this.breakers = new Breakers({
      clock,
      limits,
      health: this.health,
      market: this.market,
      record: (breaker) => {
        this.#journal.record([{ kind: 'breaker', breaker }]);
        observer.breaker(breaker);
      },
    });
    this.breakers.restore([...state.breakers.values()]);
    this.kill = new KillSwitch({
      clock,
      portfolio: this.portfolio,
      orders,
      record: (kill) => this.#journal.record([{ kind: 'kill', state: kill }]),
      changed: (kill) => {
        this.#killChanged(kill);
      },
    });
    this.kill.restore(state.kill);
    this.#quarantine = new Quarantine((row) => this.#journal.record([{ kind: 'quarantine', ...row }]));
    this.#quarantine.restore([...state.quarantined].map(([pair, reason]) => ({ pair, reason, lifted: false })));
    const exposure = new Exposure({ portfolio: this.portfolio, limits, settings });
    this.#exposure = exposure;
    const orderRate = new OrderRate({ clock, limits });
    const pacing = new Pacing({ clock, limits });
    const permission = new Permission({ auto: () => this.auto(), kill: this.kill, breakers: this.breakers });
    this.#permission = permission;
    this.#watch = new RiskWatch({ exposure, orderRate, breakers: this.breakers, kill: this.kill });
    const capabilities = (venue: Venue, account: string) =>
      options.brokers.find((broker) => broker.venue === venue && broker.account === account)?.capabilities;
    const shared = { clock, market: this.market, portfolio: this.portfolio, settings, limits, health: this.health };
    const gate = new Gate({
      ...shared,
      orders,
      exposure,
      orderRate,
      breakers: this.breakers,
      permission,
      capabilities,
    });

    // Detect, plan, route.
    this.#detector = new SpreadDetector({
      market: this.market,
      clock,
      limits: () => settings().limits,
      // What would not reach the least net edge even free of all costs is no opportunity of anybody's.
      minGrossBps: () => limits.double('minNetEdgeBps'),
      scope: (base) => settings().profiles.some((profile) => Planner.inScope(profile, base)),
      onDivergence: (divergence) => this.#opportunities.seen(divergence),
      onEnded: (ended) => this.#opportunities.ended(ended),
    });
    const checks = new VenueChecks({ market: this.market, health: this.health, breakers: this.breakers });
    const fillTimes = new FillTimeStats();
    const router = new Router({
      market: this.market,
      scorer: new VenueScorer({ market: this.market, health: this.health, portfolio: this.portfolio, checks }),
      settings,
      fillTimes,
      lifetimes: this.#detector.lifetimes,
    });
    const planner = new Planner({
      ...shared,
      router,
      exposure,
      orderRate,
      pacing,
      permission,
      capabilities,
      breakers: this.breakers,
      quarantine: this.#quarantine,
      nextPlanId: () => this.#nextPlanId(),
      ...(options.ages === undefined ? {} : { ages: options.ages.divergences }),
    });
    const failover = new Failover({
      clock,
      market: this.market,
      checks,
      settings,
      replan: (profileId, buy, sell) => planner.replan(profileOf(settings(), profileId), buy, sell),
    });

    // Execute.
    this.#runner = new DealRunner({
      clock,
      journal: this.#journal,
      ledger: this.portfolio,
      market: this.market,
      limits,
      settings,
      brokers: options.brokers,
      gate,
      kill: () => this.kill.state(),
      resting: {
        decide: (plan, order) =>
          restingDecision(
            plan,
            { price: decimal(order.intent.price), remaining: decimal(order.intent.quantity).minus(order.filled) },
            { market: this.market, checks, limits },
          ),
      },
      listener: new ExecutionFeedback({
        settings,
        health: this.health,
        breakers: this.breakers,
        orderRate,
        pacing,
        fillTimes,
        observer,
        deal: (id) => this.#runner.deal(id),
      }),
    });
    this.#opportunities = new Opportunities({
      clock,
      settings,
      planner,
      failover,
      open: (plan) => this.#open(plan, pacing),
      observer,
      ready: () => this.#phase === 'running',
      matureAfterMs: () => limits.double('divergenceMinMs'),
    });
    this.#cyclesOptions = { clock, settings, planner, exposure, observer };
  }

  /** Reconciles what the last run left (EX-11), then lets detection trade. Resolves when it does. */
  async start(): Promise<void> {
    const { clock, feeds } = this.#options;
    this.#phase = 'recovering';
    for (const feed of feeds) feed.start(this.market);
    this.#tick = every(clock, TICK_MS, () => this.#onTick());
    await this.#runner.recover();
    if (this.#stopped) return;
    this.#phase = 'running';
    this.#cycles = new Cycles({
      ...this.#cyclesOptions,
      opportunities: this.#opportunities,
      ledger: this.portfolio,
      readings: () => ({ auto: this.auto(), feeds: this.market.feeds(), health: this.health.states() }),
      sweep: () => this.#detector.sweep(),
    });
  }

  /** Ends all timers and feeds; open deals stay as the journal tells, for the next run to continue. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#phase = 'stopped';
    this.#tick();
    this.#cycles?.stop();
    this.#detector.stop();
    this.#opportunities.stop();
    this.#runner.stop();
    await Promise.all(this.#options.feeds.map((feed) => feed.stop()));
  }

  // ---------------------------------------------------------------- what people order

  auto(): AutoState {
    if (this.#allocated()) return this.#journal.state.auto;
    return this.#autoBeforeAllocation ?? this.#options.firstAuto;
  }

  /** Journaled, so that a restart resumes as it was left (AU-1). @throws {StorageError} and nothing was changed. */
  setAuto(state: AutoState): void {
    if (!this.#allocated()) this.#autoBeforeAllocation = state;
    else if (this.auto() !== state) this.#journal.record([{ kind: 'auto', state }]);
  }

  /** KS-1: idempotent; what it did is reported into its state when the venues answered. */
  engageKill(level: KillLevel, by: string, reason: string): KillState {
    return this.kill.engage(level, by, reason);
  }

  rearm(by: string): KillState {
    return this.kill.rearm(by);
  }

  /** Takes one deal back to its allocation by its planned unwind. The error is a sentence. */
  flatten(dealId: string): Result<void, string> {
    return this.#runner.flatten(dealId);
  }

  /** The settings changed: what was decided under the old ones is decided again. */
  settingsChanged(): void {
    this.#detector.catalogueChanged();
    this.#detector.sweep();
  }

  // ---------------------------------------------------------------- what is shown

  phase(): Phase {
    return this.#phase;
  }

  cycle(): CycleStanding {
    return this.#cycles?.standing() ?? { number: 0, endedAtMs: null, durationMs: null, complete: false };
  }

  permission(): Permitted {
    return this.#permission.permission();
  }

  /** Why no deal can be opened yet, or `undefined`. */
  waitingFor(): string | undefined {
    if (!this.#allocated()) return 'Waiting for prices to value the starting inventory with.';
    for (const { venue, account } of this.#options.brokers) {
      const why = this.#runner.blocked(venue, account);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  /** Stops of the enabled profiles in force now, each once. */
  stops(): readonly Refusal[] {
    if (!this.#allocated()) return [];
    const found = new Map<string, Refusal>();
    for (const profile of this.#options.settings().profiles) {
      const stop = profile.enabled ? this.#exposure.stops(profile) : undefined;
      if (stop !== undefined) found.set(stop.reason, stop);
    }
    return [...found.values()];
  }

  healthOf(venue: Venue): { readonly score: number; readonly vetoed: boolean } {
    return { score: this.health.score(venue), vetoed: this.health.vetoed(venue) };
  }

  deal(id: string): Deal | undefined {
    return this.#runner.deal(id);
  }

  deals(): readonly Deal[] {
    return this.#runner.deals();
  }

  totals(): Totals {
    return this.#totals.totals();
  }

  counts(): { readonly found: number; readonly planned: number } {
    return this.#opportunities.counts();
  }

  failovers(): number {
    return this.#opportunities.failovers();
  }

  /** RO-5: refreshed once a second. */
  stackProposal(): readonly RoleProposal[] {
    return this.#proposal;
  }

  profileStates(): readonly (ProfileResult & { readonly deals: number })[] {
    return this.#options.settings().profiles.map((profile) => ({
      profile: profile.id,
      plans: this.#cycles?.plansOf(profile.id) ?? 0,
      resultTodayUsd: wire(this.portfolio.resultTodayUsd(profile.id)),
      state: this.#cycles?.profileState(profile.id) ?? 'stopped',
      error: this.#opportunities.failureOf(profile.id),
      deals: this.portfolio.openDeals().filter((deal) => deal.profile === profile.id).length,
    }));
  }

  /** USD for one unit of a currency, from fresh books; `undefined` when there is none (FCL). */
  priceUsd(currency: string): Decimal | undefined {
    if (currency === 'USD') return ONE;
    if (isUsdLike(currency)) {
      const quote = this.market.convert(currency, 'USD', ONE);
      return quote.ok ? quote.value.midRate : undefined;
    }
    const mid = this.market.composite(currency)?.mid;
    return mid === undefined ? undefined : decimal(mid);
  }

  // ---------------------------------------------------------------- inside

  #bookChanged(listing: Listing): void {
    this.#options.bystander?.bookChanged(listing);
    this.#detector.bookChanged(listing);
    this.#runner.bookChanged(listing.id);
    const arrivedMonoMs = this.market.book(listing.id)?.committedMonoMs ?? Number.NaN;
    const micros = (this.clock.monoMs() - arrivedMonoMs) * 1000;
    if (micros >= 0) this.#options.observer.decided(micros);
  }

  #onTick(): void {
    this.health.sample();
    this.#watch.tick();
    this.#allocate();
    const day = this.portfolio.dayToOpen();
    if (day !== undefined) this.#journal.record([{ kind: 'day-opened', ...day }]);
    this.#proposal = proposeStack(this.market, this.health);
  }

  /** Unique over restarts: a plan that opened a deal left a row behind it (EX-2). */
  #nextPlanId(): string {
    this.#plans += 1;
    return `p${this.#journal.state.rows}-${this.#plans}`;
  }

  #allocated(): boolean {
    return this.#journal.state.inventory.length > 0;
  }

  #allocate(): void {
    if (this.#allocated()) return;
    const rows = this.#options.allocate(this.market.listings(), (currency) => this.priceUsd(currency));
    if (rows === undefined || rows.length === 0) return;
    this.#journal.record([...rows, { kind: 'auto', state: this.#autoBeforeAllocation ?? this.#options.firstAuto }]);
  }

  #open(plan: Plan, pacing: Pacing): Result<string, Refusal> {
    const opened = this.#runner.open(plan);
    if (!opened.ok) return opened;
    pacing.dealOpened(plan.profile);
    this.#options.observer.dealOpened(opened.value);
    return opened;
  }

  #killChanged(state: KillState): void {
    this.#options.observer.kill(state);
    if (!state.engaged || state.report.length > 0) return;
    this.#runner.applyKill().then(
      (report) => {
        if (!this.#stopped && report.length > 0) this.kill.reportDone(report);
      },
      (error: unknown) => this.#options.observer.alarm('kill', `The kill switch could not finish: ${String(error)}`),
    );
  }
}

function profileOf(settings: Settings, id: string): Settings['profiles'][number] {
  const profile = settings.profiles.find((candidate) => candidate.id === id);
  invariant(profile, `profile ${id} planned a deal and is gone`);
  return profile;
}

/**
 * The engine: it owns the stages that {@link wireStages} puts together, starts and stops them, and is what people and
 * telemetry talk to. Everything is synchronous but the brokers' answers, and every time and random number comes from
 * outside, so the same inputs give the same decisions (ID-5, PP-4).
 */
import type { Deal } from '#shared/domain/deal';
import { feedId, type ListingId, PRODUCTS, type Venue } from '#shared/domain/ids';
import type { AutoState, KillLevel, KillState } from '#shared/domain/safety';
import { err, ok, type Result } from '#shared/kernel/result';
import { type Cancel, type Clock, every } from '#shared/kernel/time';
import { type Decimal, wire } from '#shared/money/decimal';
import { type CycleStanding, Cycles } from './cycles.ts';
import type { VenueHealthMonitor } from './health/venue-health.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Totals } from './ledger/statistics.ts';
import type { Market } from './market/market.ts';
import { isTraded } from './market/traded.ts';
import type { ProfileResult } from './observer.ts';
import { type PairAside, pairsAside, unconfirmable } from './plan/aside.ts';
import { pairOf } from './plan/quarantine.ts';
import { StorageError } from './ports.ts';
import type { Breakers } from './risk/breakers.ts';
import type { KillSwitch } from './risk/kill-switch.ts';
import type { Permitted } from './risk/permission.ts';
import type { Refusal } from './risk/refusal.ts';
import { proposeStack, type RoleProposal } from './route/stack.ts';
import { type EngineOptions, type Stages, wireStages } from './stages.ts';

/** Between two looks at what only time makes wrong. */
const TICK_MS = 1_000;
/** Measuring every book for the venue stack costs more than a screen needs more often than this. */
const PROPOSAL_MS = 5_000;

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
  readonly #stages: Stages;
  #cycles: Cycles | undefined;
  #tick: Cancel = () => undefined;
  #phase: Phase = 'starting';
  #proposal: readonly RoleProposal[] = [];
  #proposedMonoMs = Number.NaN;
  #stopped = false;
  #autoBeforeAllocation: AutoState | undefined;

  /** @throws {StorageError} when the journal cannot be read: nothing was changed. */
  constructor(options: EngineOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.startedMonoMs = options.clock.monoMs();
    const stages = wireStages(options, {
      auto: () => this.auto(),
      ready: () => this.#phase === 'running',
      killChanged: (state) => this.#killChanged(state),
    });
    this.#stages = stages;
    this.market = stages.market;
    this.health = stages.health;
    this.kill = stages.kill;
    this.breakers = stages.breakers;
    this.portfolio = stages.ledger;
  }

  /** Reconciles what the last run left (EX-11), then lets detection trade. Resolves when it does. */
  async start(): Promise<void> {
    const { clock, settings, observer, feeds } = this.#options;
    this.#phase = 'recovering';
    for (const feed of feeds) feed.start(this.market);
    this.#tick = every(clock, this.#options.ages?.tickMs ?? TICK_MS, () => this.#onTick());
    await this.#stages.runner.recover();
    if (this.#stopped) return;
    this.#phase = 'running';
    this.#cycles = new Cycles({
      clock,
      settings,
      observer,
      planner: this.#stages.planner,
      exposure: this.#stages.exposure,
      opportunities: this.#stages.opportunities,
      ledger: this.portfolio,
      readings: () => ({ auto: this.auto(), feeds: this.market.feeds(), health: this.health.states() }),
      sweep: () => this.#stages.detector.sweep(),
    });
  }

  /** Ends all timers and feeds; open deals stay as the journal tells, for the next run to continue. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#phase = 'stopped';
    this.#tick();
    this.#cycles?.stop();
    this.#stages.detector.stop();
    this.#stages.opportunities.stop();
    this.#stages.runner.stop();
    await Promise.all(this.#options.feeds.map((feed) => feed.stop()));
  }

  /** Listings that orders of an account were ever journaled on. */
  traded(account: string): Iterable<ListingId> {
    return this.#stages.journal.state.traded(account);
  }

  /** USD for one unit of a currency, from fresh books; `undefined` when there is none. */
  priceUsd(currency: string): Decimal | undefined {
    return this.#stages.priceUsd(currency);
  }

  /** What of the journal an account is needed for now. */
  workOn(account: string): { readonly deals: number; readonly orders: number } {
    return this.#stages.journal.state.workOn(account);
  }

  // ---------------------------------------------------------------- what people order

  auto(): AutoState {
    if (this.#allocated()) return this.#stages.journal.state.auto;
    return this.#autoBeforeAllocation ?? this.#options.firstAuto;
  }

  /**
   * Journaled, so that a restart resumes as it was left (AU-1). Stopping and pausing hold even when that is not possible.
   * @throws {StorageError} when running cannot be journaled: nothing was changed.
   */
  setAuto(state: AutoState): void {
    if (!this.#allocated()) this.#autoBeforeAllocation = state;
    else if (this.auto() === state) return;
    else if (state === 'running') this.#stages.journal.record([{ kind: 'auto', state }]);
    else this.#stages.latches.record({ kind: 'auto', state });
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
    return this.#stages.runner.flatten(dealId);
  }

  /**
   * ID-6: a person says that two listings are one asset at sound prices. Journaled, so that it survives a restart; an
   * implausible edge sets the pair aside again. The error is a sentence.
   */
  confirmPair(a: ListingId, b: ListingId): Result<void, string> {
    const why = unconfirmable(this.market, a, b);
    if (why !== undefined) return err(why);
    this.#stages.quarantine.lift(pairOf(a, b));
    this.#stages.detector.sweep();
    return ok(undefined);
  }

  /** The settings changed: what was decided under the old ones is decided again. */
  settingsChanged(): void {
    const { containment, detector, runner } = this.#stages;
    if (this.#phase === 'running') containment.duty('resting entries', () => runner.tend());
    detector.catalogueChanged();
    detector.sweep();
  }

  /** Accounts changed: their terms bind what is decided from now on, their inventory is brought to what they say. */
  accountsChanged(): void {
    this.#realign();
    this.settingsChanged();
  }

  // ---------------------------------------------------------------- what is shown

  phase(): Phase {
    return this.#phase;
  }

  cycle(): CycleStanding {
    return this.#cycles?.standing() ?? { number: 0, endedAtMs: null, durationMs: null, complete: false };
  }

  permission(): Permitted {
    return this.#stages.permission.permission();
  }

  /** Why no deal can be opened yet, or `undefined`. */
  waitingFor(): string | undefined {
    if (!this.#allocated()) return 'Waiting for prices to value the starting inventory with.';
    for (const { venue, account } of this.#options.brokers) {
      const why = this.#stages.runner.blocked(venue, account);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  /** RO-1: why no new deal goes to the venue by the terms of its account, or `undefined`. */
  unrouted(venue: Venue): string | undefined {
    const traded = PRODUCTS.filter((product) => isTraded(feedId(venue, product)));
    const closed = traded.map((product) => this.#stages.rules.closed({ venue, product }));
    return closed.every((refusal) => refusal !== undefined) ? closed[0]?.detail : undefined;
  }

  /** IN-1: what of the inventory that a person wants on a venue is not in force yet, and why, in sentences. */
  inventoryKept(venue: Venue): readonly string[] {
    const { reallocation } = this.#stages;
    if (reallocation === undefined) return [];
    if (!this.#allocated()) return ['Waiting for prices to value the inventory with.'];
    return this.#phase === 'running' ? reallocation.kept(venue) : ['Waiting for what the last run left.'];
  }

  /** Stops of the enabled profiles in force now, each once. */
  stops(): readonly Refusal[] {
    if (!this.#allocated()) return [];
    const found = new Map<string, Refusal>();
    for (const profile of this.#options.settings().profiles) {
      const stop = profile.enabled ? this.#stages.exposure.stops(profile) : undefined;
      if (stop !== undefined) found.set(stop.reason, stop);
    }
    return [...found.values()];
  }

  /** ID-6: pairs that are not used: those a person has to confirm, and those whose prices have yet to agree. */
  pairsAside(): readonly PairAside[] {
    const { quarantine, identity } = this.#stages;
    return pairsAside(quarantine, identity, this.clock.monoMs());
  }

  healthOf(venue: Venue): { readonly score: number; readonly vetoed: boolean } {
    return { score: this.health.score(venue), vetoed: this.health.vetoed(venue) };
  }

  deal(id: string): Deal | undefined {
    return this.#stages.runner.deal(id);
  }

  deals(): readonly Deal[] {
    return this.#stages.runner.deals();
  }

  totals(): Totals {
    return this.#stages.totals.totals();
  }

  counts(): { readonly found: number; readonly planned: number } {
    return this.#stages.opportunities.counts();
  }

  failovers(): number {
    return this.#stages.opportunities.failovers();
  }

  /** RO-5: measured when asked for, at most every {@link PROPOSAL_MS}. */
  stackProposal(): readonly RoleProposal[] {
    const nowMs = this.clock.monoMs();
    if (!(nowMs - this.#proposedMonoMs < PROPOSAL_MS)) {
      this.#proposal = proposeStack(this.market, this.health);
      this.#proposedMonoMs = nowMs;
    }
    return this.#proposal;
  }

  profileStates(): readonly (ProfileResult & { readonly deals: number })[] {
    return this.#options.settings().profiles.map((profile) => ({
      profile: profile.id,
      plans: this.#cycles?.plansOf(profile.id) ?? 0,
      resultTodayUsd: wire(this.portfolio.resultTodayUsd(profile.id)),
      state: this.#cycles?.profileState(profile.id) ?? 'stopped',
      error: this.#stages.opportunities.failureOf(profile.id),
      deals: this.portfolio.openDeals().filter((deal) => deal.profile === profile.id).length,
    }));
  }

  // ---------------------------------------------------------------- inside

  #onTick(): void {
    const { containment, watch, runner, latches, identity, maintenance } = this.#stages;
    containment.duty('venue health', () => this.health.sample());
    containment.duty('announced maintenance', () => maintenance.tick());
    containment.duty('breakers and stops', () => watch.tick());
    containment.duty('the journal', () => latches.retry());
    containment.duty('the identity of pairs', () => identity.sample());
    containment.duty('the books of account', () => {
      this.#allocate();
      this.#realign();
      const day = this.portfolio.dayToOpen();
      if (day !== undefined) latches.record({ kind: 'day-opened', ...day });
    });
    // After a new day is opened: until then nothing is known of it, which withdraws them.
    containment.duty('resting entries', () => runner.tend());
  }

  #allocated(): boolean {
    return this.#stages.journal.state.inventory.length > 0;
  }

  #allocate(): void {
    if (this.#allocated()) return;
    const rows = this.#options.allocate(this.market.listings(), this.#stages.priceUsd);
    if (rows === undefined || rows.length === 0) return;
    const state = this.#autoBeforeAllocation ?? this.#options.firstAuto;
    try {
      this.#stages.journal.record([...rows, { kind: 'auto', state }]);
      this.#options.observer.alarmCleared('allocation');
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#options.observer.alarm('allocation', `The inventory could not be taken in: ${error.message}`);
    }
  }

  /** Not before what is left of the last run is accounted for: a late fill would change what is free (EX-11). */
  #realign(): void {
    if (this.#phase === 'running' && this.#allocated()) this.#stages.reallocation?.align();
  }

  #killChanged(state: KillState): void {
    this.#options.observer.kill(state);
    if (!state.engaged) return;
    this.#stages.runner
      .applyKill()
      .then((report) => {
        if (!this.#stopped && report.length > 0) this.kill.reportDone(report);
      })
      .catch((error: unknown) =>
        this.#options.observer.alarm('kill-report', `The kill switch could not finish: ${String(error)}`),
      );
  }
}

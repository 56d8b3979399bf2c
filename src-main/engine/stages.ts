import { BUILT_IN_TERMS, type TermsOf } from '#shared/domain/account-terms';
import { isUsdLike, VENUE_NAMES, type Venue } from '#shared/domain/ids';
import type { JournalEntry } from '#shared/domain/journal';
import type { Listing } from '#shared/domain/listing';
import type { AutoState, KillState } from '#shared/domain/safety';
import { invariant } from '#shared/kernel/invariant';
import type { Clock } from '#shared/kernel/time';
import { type Decimal, decimal, ONE } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';
import { fundingAlerts, tellPair } from './alerts.ts';
import { Containment } from './containment.ts';
import { SpreadDetector } from './detect/spread-detector.ts';
import { DealRunner } from './execute/deal-runner.ts';
import { OrderRegistry } from './execute/order-registry.ts';
import { ExecutionFeedback } from './feedback.ts';
import { VenueHealthMonitor } from './health/venue-health.ts';
import { Journal } from './journal/journal.ts';
import { Latches } from './journal/latches.ts';
import { JournalState } from './journal/state.ts';
import { Ledger } from './ledger/ledger.ts';
import { Reallocation } from './ledger/reallocation.ts';
import { DealTotals } from './ledger/statistics.ts';
import { MaintenanceWatch } from './maintenance-watch.ts';
import type { AgePolicy as QuoteAges } from './market/freshness.ts';
import { Market } from './market/market.ts';
import type { EngineObserver } from './observer.ts';
import { Opportunities } from './opportunities.ts';
import type { AgePolicy as DivergenceAges } from './plan/ages.ts';
import { PairIdentity } from './plan/identity.ts';
import { isPlanned } from './plan/pair-checks.ts';
import { Planner } from './plan/planner.ts';
import { Quarantine } from './plan/quarantine.ts';
import type { Broker, FundingStore, InventorySource, JournalStore, MarketFeed } from './ports.ts';
import { AccountRules } from './risk/account-rules.ts';
import { Breakers } from './risk/breakers.ts';
import { EntryLimits } from './risk/entry-limits.ts';
import { Exposure } from './risk/exposure.ts';
import { Gate } from './risk/gate.ts';
import { KillSwitch } from './risk/kill-switch.ts';
import { LimitValues } from './risk/limits.ts';
import { OrderRate } from './risk/order-rate.ts';
import { Pacing } from './risk/pacing.ts';
import { Permission } from './risk/permission.ts';
import { RiskWatch } from './risk/watch.ts';
import { Failover } from './route/failover.ts';
import { FillTimeStats } from './route/fill-times.ts';
import { restingDecision } from './route/resting.ts';
import { Router } from './route/router.ts';
import { VenueScorer } from './route/scorer.ts';
import { VenueChecks } from './route/venue-checks.ts';

type Allocation = Extract<JournalEntry, { kind: 'inventory-allocated' }>;

export interface EngineOptions {
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly feeds: readonly MarketFeed[];
  readonly brokers: readonly Broker[];
  readonly store: JournalStore;
  /** Settled funding over restarts (MD-7); in memory only when left out. */
  readonly fundingStore?: FundingStore;
  readonly observer: EngineObserver;
  /** On which terms deals are entered on a venue; {@link BUILT_IN_TERMS} everywhere when left out. */
  readonly terms?: TermsOf;
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
  /** What a person wants allocated instead of what there is (IN-1); nobody does when left out. */
  readonly inventory?: InventorySource;
  /** Told of books and trades before the engine looks at them: the simulated venues (PP-1). */
  readonly bystander?: {
    bookChanged(listing: Listing): void;
    trade(listing: Listing, price: number, size: number, takerSide: 'buy' | 'sell'): void;
  };
  /** How ages are judged where data does not come from live sockets. */
  readonly ages?: {
    readonly quotes: QuoteAges;
    readonly divergences: DivergenceAges;
    /** Between two looks at what only time makes wrong, ms; one second live. */
    readonly tickMs: number;
  };
}

/** What the stages ask of the engine that runs them. */
export interface Control {
  readonly auto: () => AutoState;
  /** False until startup reconciliation is done (EX-11). */
  readonly ready: () => boolean;
  readonly killChanged: (state: KillState) => void;
}

export type Stages = ReturnType<typeof wireStages>;

/**
 * Every stage and what it reads, in the order a price travels: market → health → detect → plan → route → risk →
 * journal → execute → ledger. Read this first. What a stage tells an earlier one goes through closures that run only
 * once all stand.
 * @throws {StorageError} when the journal cannot be read: nothing was changed.
 */
export function wireStages(options: EngineOptions, control: Control) {
  const { clock, settings, store, observer } = options;
  const limits = new LimitValues(settings);
  const containment = new Containment(observer);
  // A feed only tells what it saw: none of those who listen may break it, or keep the next one from hearing (MD-4).
  const tellVenues = containment.guard('the simulated venues', (one: Listing) => options.bystander?.bookChanged(one));
  const tellDetector = containment.guard('detection', (one: Listing) => detector.bookChanged(one));
  const tellRunner = containment.guard('resting entries', (one: Listing) => runner.bookChanged(one.id));

  // Market and venue health: what is quoted, how far it can be trusted.
  const market: Market = new Market({
    clock,
    limits: () => settings().limits,
    enabled: (venue) => settings().venueStack.enabled[venue],
    health: (venue) => ({ score: health.score(venue), vetoed: health.vetoed(venue) }),
    service: {
      recordApi: (venue, milliseconds, outcome) => {
        health.recordApi(venue, milliseconds, outcome);
        breakers.apiCall(venue, outcome);
      },
      recordRoundTrip: (venue, milliseconds) => health.recordRoundTrip(venue, milliseconds),
      recordReconnect: (venue) => health.recordReconnect(venue),
    },
    listener: {
      bookChanged: (listing) => {
        tellVenues(listing);
        tellDetector(listing);
        tellRunner(listing);
        const micros = (clock.monoMs() - (market.book(listing.id)?.committedMonoMs ?? Number.NaN)) * 1000;
        if (micros >= 0) observer.decided(micros);
      },
      trade: containment.guard('the simulated venues', (listing, price, size, takerSide) =>
        options.bystander?.trade(listing, price, size, takerSide),
      ),
      feedChanged: (feed, reason) => observer.feed(feed, reason),
      catalogueChanged: containment.guard('detection', () => detector.catalogueChanged()),
      funding: fundingAlerts(observer),
      resyncWanted: (listing, reason) => {
        const feed = options.feeds.find((candidate) => candidate.feed === `${listing.venue}:${listing.product}`);
        feed?.resync?.(listing.bookId, reason);
      },
    },
    fundingStore: options.fundingStore,
    ...(options.ages === undefined ? {} : { agePolicy: options.ages.quotes }),
  });
  const health: VenueHealthMonitor = new VenueHealthMonitor({
    clock,
    limits: () => settings().limits,
    evidence: (venue) => market.evidence(venue),
    onTransition: (transition) => {
      observer.health(transition);
      runner.healthChanged();
    },
  });

  // The journal and what is built from its rows alone.
  const state = new JournalState();
  const priceUsd = priceSource(market);
  const ledger: Ledger = new Ledger({ clock, state, priceUsd });
  const totals = new DealTotals(state, ledger);
  const journal = new Journal({ store, clock, state, observers: [ledger, totals] });
  const orders = new OrderRegistry(state);
  const latches = new Latches({
    journal,
    alarm: (key, text) => observer.alarm(key, text),
    alarmCleared: (key) => observer.alarmCleared(key),
  });

  const { inventory } = options;
  const reallocation =
    inventory &&
    new Reallocation({
      source: inventory,
      ledger,
      listings: () => market.listings(),
      priceUsd,
      record: (rows) => journal.record(rows),
      alarm: (text) =>
        text === undefined ? observer.alarmCleared('reallocation') : observer.alarm('reallocation', text),
    });

  // Risk: what may be done at all.
  const breakers: Breakers = new Breakers({
    clock,
    limits,
    health,
    market,
    record: (breaker) => {
      latches.record({ kind: 'breaker', breaker });
      observer.breaker(breaker);
    },
  });
  breakers.restore([...state.breakers.values()]);
  const kill: KillSwitch = new KillSwitch({
    clock,
    portfolio: ledger,
    orders,
    record: (kill) => latches.record({ kind: 'kill', state: kill }),
    changed: (kill) => control.killChanged(kill),
  });
  kill.restore(state.kill);
  const identity = new PairIdentity(market, clock);
  const quarantine = new Quarantine((row) => {
    latches.record({ kind: 'quarantine', ...row });
    tellPair(observer, row);
  });
  quarantine.restore(state.pairs);
  for (const row of state.pairs) tellPair(observer, row);
  const exposure = new Exposure({ portfolio: ledger, limits, settings });
  const rules = new AccountRules({ terms: options.terms ?? (() => BUILT_IN_TERMS), portfolio: ledger });
  const orderRate = new OrderRate({ clock, limits });
  const pacing = new Pacing({ clock, limits });
  const permission = new Permission({ auto: control.auto, kill, breakers, broken: () => containment.refusal() });
  const watch = new RiskWatch({ exposure, orderRate, breakers, kill });
  const capabilities = (venue: Venue, account: string) =>
    options.brokers.find((broker) => broker.venue === venue && broker.account === account)?.capabilities;
  const unfit = (venue: Venue, account: string) =>
    options.brokers.find((broker) => broker.venue === venue && broker.account === account)?.unfit?.();
  const shared = { clock, market, portfolio: ledger, settings, limits, health, rules };
  const entryLimits = new EntryLimits({ ...shared, exposure });
  const gate = new Gate({
    ...shared,
    orders,
    entryLimits,
    orderRate,
    breakers,
    permission,
    capabilities,
    unfit,
  });

  // Detect, plan, route.
  const detector: SpreadDetector = new SpreadDetector({
    market,
    clock,
    limits: () => settings().limits,
    // What would not reach the least net edge even free of all costs is no opportunity of anybody's.
    minGrossBps: () => limits.double('minNetEdgeBps'),
    planned: isPlanned,
    onUnplanned: () => opportunities.unplanned(),
    scope: (base) => settings().profiles.some((profile) => Planner.inScope(profile, base)),
    onDivergence: (divergence) => opportunities.seen(divergence),
    onEnded: (ended) => opportunities.ended(ended),
  });
  const checks = new VenueChecks({ market, health, breakers, rules });
  const fillTimes = new FillTimeStats();
  const router = new Router({
    market,
    scorer: new VenueScorer({ market, health, portfolio: ledger, checks }),
    settings,
    fillTimes,
    lifetimes: detector.lifetimes,
  });
  const planner = new Planner({
    ...shared,
    router,
    exposure,
    orderRate,
    pacing,
    permission,
    capabilities,
    unfit,
    breakers,
    quarantine,
    identity,
    nextPlanId: planIds(state),
    ...(options.ages === undefined ? {} : { ages: options.ages.divergences }),
  });
  const failover = new Failover({
    clock,
    market,
    checks,
    settings,
    replan: (profileId, buy, sell) => planner.replan(profileOf(settings(), profileId), buy, sell),
  });

  // Execute.
  const runner: DealRunner = new DealRunner({
    clock,
    journal,
    ledger,
    market,
    limits,
    settings,
    brokers: options.brokers,
    gate,
    kill: () => kill.state(),
    resting: {
      decide: (plan, order) =>
        restingDecision(
          plan,
          { price: decimal(order.intent.price), remaining: decimal(order.intent.quantity).minus(order.filled) },
          { market, checks, limits },
        ),
      forbidden: ({ id: dealId, plan }, { intent, filled }, yielding) => {
        const listing = market.listing(intent.listing);
        if (listing === undefined) return `${intent.listing} is not in the catalogue.`;
        for (const leg of plan.legs) {
          const why = unfit(leg.venue, leg.account);
          if (why !== undefined) return `“${leg.account}” on ${VENUE_NAMES[leg.venue]}: ${why}`;
        }
        const quantity = decimal(intent.quantity).minus(filled);
        return entryLimits.resting({ dealId, listing, quantity, price: decimal(intent.price) }, yielding)?.detail;
      },
    },
    listener: new ExecutionFeedback({
      settings,
      health,
      breakers,
      orderRate,
      pacing,
      fillTimes,
      observer,
      deal: (id) => runner.deal(id),
    }),
  });
  const opportunities: Opportunities = new Opportunities({
    clock,
    settings,
    planner,
    failover,
    open: (plan) => {
      const opened = runner.open(plan);
      if (!opened.ok) return opened;
      pacing.dealOpened(plan.profile);
      observer.dealOpened(opened.value);
      return opened;
    },
    observer,
    ready: control.ready,
    matureAfterMs: () => limits.double('divergenceMinMs'),
  });
  const maintenance = new MaintenanceWatch({
    clock,
    market,
    openDeals: () => ledger.openDeals(),
    observer,
    entriesAgain: () => detector.sweep(),
  });
  return {
    market,
    health,
    maintenance,
    priceUsd,
    containment,
    journal,
    latches,
    ledger,
    reallocation,
    totals,
    breakers,
    kill,
    quarantine,
    identity,
    exposure,
    rules,
    permission,
    watch,
    detector,
    planner,
    runner,
    opportunities,
  };
}

/** USD for one unit of a currency, from fresh books; `undefined` when there is none (FCL). */
function priceSource(market: Market): (currency: string) => Decimal | undefined {
  return (currency) => {
    if (currency === 'USD') return ONE;
    if (isUsdLike(currency)) {
      const quote = market.convert(currency, 'USD', ONE);
      return quote.ok ? quote.value.midRate : undefined;
    }
    const mid = market.composite(currency)?.mid;
    return mid === undefined ? undefined : decimal(mid);
  };
}

/** Unique over restarts: a plan that opened a deal left a row behind it (EX-2). */
function planIds(state: JournalState): () => string {
  let plans = 0;
  return () => {
    plans += 1;
    return `p${state.rows}-${plans}`;
  };
}

function profileOf(settings: Settings, id: string): Settings['profiles'][number] {
  const profile = settings.profiles.find((candidate) => candidate.id === id);
  invariant(profile, `profile ${id} planned a deal and is gone`);
  return profile;
}

import type { Engine } from '#engine/engine';
import type { Notifications } from '#main/telemetry/notifications';
import type { Performance, QuoteRow, Runtime, Status, VenueState } from '#shared/contract/rows';
import { feedOfListing, PRODUCTS, productOf, VENUES, type Venue, venueOf } from '#shared/domain/ids';
import type { FeedState } from '#shared/domain/market';
import { decimal, wire, ZERO } from '#shared/money/decimal';
import type { Recorder } from './recorder.ts';

/** What the projections need beside the engine. */
export interface ProjectionContext {
  readonly engine: Engine;
  readonly notifications: Notifications;
  readonly recorder: Recorder;
  readonly mode: Status['mode'];
  readonly modeNote: string;
  readonly startupNotes: readonly string[];
  readonly startedAtMs: number;
  readonly version: string;
}

/** Digits after the point that a person needs; more would only flicker. */
const USD_DIGITS = 4;
const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 1000) / 1000);

export function statusOf(context: ProjectionContext): Status {
  const { engine } = context;
  const breakers = engine.breakers.all().filter((breaker) => breaker.state !== 'closed' || breaker.scope === 'global');
  const feeds = engine.market.feeds();
  const open = engine.portfolio.openDeals();
  const venues = VENUES.map((venue) => venueStatus(engine, venue, feeds));
  const degraded = venues.filter((venue) => venue.enabled && (venue.vetoed || venue.state !== 'fresh')).length;
  return {
    mode: context.mode,
    modeNote: context.modeNote,
    auto: engine.auto(),
    // Paper needs no arming; live entries are armed per run (KS-2), which no setting here can do.
    armed: false,
    kill: engine.kill.state(),
    breakers,
    engine: engine.phase(),
    blocks: blocksOf(engine),
    venues,
    startedAtMs: context.startedAtMs,
    cycle: engine.cycle().number,
    lastCycleAtMs: engine.cycle().endedAtMs,
    lastCycleMs: rounded(engine.cycle().durationMs),
    telemetryComplete: engine.cycle().complete,
    failover: engine.kill.engaged() ? 'halted' : degraded > 0 ? 'degraded' : 'normal',
    failovers: engine.failovers(),
    openDeals: open.length,
    unhedgedUsd: wire(open.reduce((sum, deal) => sum.plus(deal.unhedgedUsd), ZERO).round(USD_DIGITS)),
    alarms: context.notifications.alarms(),
    startupNotes: [...context.startupNotes],
    version: context.version,
  };
}

/** Every reason for which no entry would be made now, most fundamental first (UI-1). */
function blocksOf(engine: Engine): Status['blocks'] {
  const blocks: Status['blocks'] = [];
  const phase = engine.phase();
  if (phase !== 'running') blocks.push({ code: `engine-${phase}`, text: PHASES[phase] });
  const permitted = engine.permission();
  if (!permitted.allowed) blocks.push({ code: permitted.reason, text: permitted.detail });
  const waiting = engine.waitingFor();
  if (waiting !== undefined) blocks.push({ code: 'no-inventory', text: waiting });
  for (const stop of engine.stops()) blocks.push({ code: stop.reason, text: stop.detail });
  return blocks;
}

const PHASES: Readonly<Record<'starting' | 'recovering' | 'stopped', string>> = {
  starting: 'The engine is starting.',
  recovering: 'Orders of the last run are being reconciled; entries wait for that.',
  stopped: 'The engine is stopped.',
};

function venueStatus(engine: Engine, venue: Venue, feeds: readonly FeedState[]): Status['venues'][number] {
  const own = feeds.filter((feed) => feed.venue === venue);
  const instruments = own.reduce((sum, feed) => sum + feed.instruments, 0);
  const fresh = own.reduce((sum, feed) => sum + feed.fresh, 0);
  const health = engine.healthOf(venue);
  return {
    venue,
    enabled: engine.market.venueEnabled(venue),
    unrouted: engine.unrouted(venue) ?? null,
    state: feedsState(own),
    products: PRODUCTS.flatMap((product) => {
      const feeds = own.filter(({ feed }) => productOf(feed) === product);
      return feeds.length === 0 ? [] : [{ product, state: feedsState(feeds), maintenance: maintenanceOf(feeds) }];
    }),
    fresh,
    instruments,
    health: Number.isFinite(health.score) ? (rounded(health.score) ?? 0) : 0,
    vetoed: health.vetoed,
    reason: reasonsOf(own),
  };
}

function maintenanceOf([feed]: readonly FeedState[]): Status['venues'][number]['products'][number]['maintenance'] {
  const window = feed?.maintenance.windows[0];
  return window === undefined ? null : { window, entriesWait: feed?.maintenance.entriesWait === true };
}

/** What each of its feeds says against itself; `null` when none does. */
function reasonsOf(feeds: readonly FeedState[]): string | null {
  const reasons = feeds.flatMap(({ feed, reason }) => (reason === null ? [] : [`${productOf(feed)}: ${reason}`]));
  return reasons.length === 0 ? null : reasons.join('; ');
}

function feedsState(feeds: readonly FeedState[]): VenueState {
  if (feeds.length === 0 || feeds.every((feed) => feed.connection === 'stopped')) return 'offline';
  if (feeds.every((feed) => feed.connection === 'connecting')) return 'connecting';
  if (feeds.every((feed) => feed.connection === 'disconnected')) return 'offline';
  if (feeds.every((feed) => feed.instruments > 0 && feed.fresh === feed.instruments)) return 'fresh';
  return feeds.some((feed) => feed.fresh > 0) ? 'partly fresh' : 'stale';
}

export function runtimeOf({ engine, recorder }: ProjectionContext): Runtime {
  const bestVenues = engine.market.bases().map((base): Runtime['bestVenues'][number] => {
    const mid = engine.market.composite(base);
    if (mid === undefined) {
      return { base, mid: null, confidence: null, bestBid: null, bestAsk: null, contributors: 0, atMs: null };
    }
    return {
      base,
      mid: wire(decimal(mid.mid).round(8)),
      confidence: rounded(mid.confidence),
      bestBid: venueOf(feedOfListing(mid.bestBid)),
      bestAsk: venueOf(feedOfListing(mid.bestAsk)),
      contributors: mid.contributors.length,
      atMs: mid.atMs,
    };
  });
  const health = engine.health.states();
  return {
    bestVenues,
    degradedVenues: health.filter((row) => engine.market.venueEnabled(row.venue) && row.vetoed).length,
    health: [...health],
    inventory: engine.portfolio.balanceLines().map((line) => ({
      venue: line.venue,
      currency: line.currency,
      quantity: wire(line.held),
      available: wire(engine.portfolio.available(line.account, line.venue, line.currency)),
      target: wire(line.target),
      drift: wire(line.held.minus(line.target)),
    })),
    stackProposal: [...engine.stackProposal()],
    profiles: engine.profileStates().map(({ profile, state, plans, deals, resultTodayUsd, error }) => ({
      id: profile,
      state,
      plansThisCycle: plans,
      deals,
      resultTodayUsd,
      error,
    })),
    executed: engine.portfolio.openDeals().length + engine.totals().closed,
    skipped: recorder.rejects(),
  };
}

export function performanceOf({ engine, recorder }: ProjectionContext): Performance {
  const totals = engine.totals();
  const ledger = engine.portfolio;
  const equity = ledger.equityUsd();
  const usd = (value: Parameters<typeof wire>[0]) => wire(value.round(USD_DIGITS));
  return {
    atMs: engine.clock.wallMs(),
    equityUsd: equity === undefined ? null : usd(equity),
    startingUsd: equity === undefined ? null : usd(equity.minus(ledger.totalResultUsd())),
    realisedUsd: usd(ledger.totalResultUsd()),
    resultTodayUsd: usd(ledger.resultTodayUsd()),
    drawdownTodayPct: usd(ledger.drawdownTodayPct()),
    drawdownFromPeakPct: usd(ledger.drawdownFromPeakPct()),
    maxDrawdownPct: totals.maxDrawdownPct.toFixed(USD_DIGITS),
    dealsClosed: totals.closed,
    dealsWon: totals.won,
    dealsUnwound: totals.unwound,
    bestUsd: totals.best === undefined ? null : usd(totals.best),
    worstUsd: totals.worst === undefined ? null : usd(totals.worst),
    expectedUsd: usd(totals.expectedUsd),
    feesUsd: usd(totals.feesUsd),
    expectedSlippageUsd: usd(totals.expectedSlippageUsd),
    realisedSlippageUsd: usd(totals.realisedSlippageUsd),
    makerFills: totals.makerFills,
    takerFills: totals.takerFills,
    turnoverTodayUsd: usd(ledger.turnoverTodayUsd()),
    candidatesFound: engine.counts().found,
    candidatesPlanned: engine.counts().planned,
    rejects: recorder.rejects(),
    curve: ledger.equityCurve().map((point) => ({ ...point })),
  };
}

/** Quote rows, the same object while nothing of a listing changed but its age. */
export class QuoteRows {
  readonly #rows = new Map<string, { readonly row: QuoteRow; readonly text: string }>();

  read(engine: Engine): readonly QuoteRow[] {
    return engine.market.listings().map((listing) => {
      const quote = engine.market.snapshot(listing.id);
      const freshness = engine.market.freshness(listing.id);
      const age = engine.market.ageMs(listing.id);
      const before = this.#rows.get(listing.id);
      // Freshness is re-confirmed many times a second; the screen needs to know it twice.
      const heardAtMs = Number.isFinite(age) ? Math.floor((engine.clock.wallMs() - age) / 500) * 500 : null;
      const row: QuoteRow = {
        listing: listing.id,
        venue: listing.venue,
        base: listing.base,
        quote: listing.quote,
        bid: quote?.bid ?? null,
        bidSize: quote?.bidSize ?? null,
        ask: quote?.ask ?? null,
        askSize: quote?.askSize ?? null,
        freshAtMs: freshness.fresh ? heardAtMs : (before?.row.freshAtMs ?? null),
        stale: freshness.fresh ? null : { cause: freshness.cause, detail: freshness.detail },
        status: listing.status,
      };
      const text = JSON.stringify(row);
      if (before?.text === text) return before.row;
      this.#rows.set(listing.id, { row, text });
      return row;
    });
  }
}

import { feedId, PRODUCTS, VENUE_NAMES, VENUES, type Venue } from '#shared/domain/ids';
import type { Breaker, BreakerCause, BreakerScope } from '#shared/domain/safety';
import type { Clock } from '#shared/kernel/time';
import { isTraded } from '../market/traded.ts';
import type { MarketView } from '../market/view.ts';
import { BREAKER_THRESHOLDS as AT, coolDownMs } from './breaker-thresholds.ts';
import type { HealthView } from './health-view.ts';
import type { LimitValues } from './limits.ts';
import { type Refusal, refusal } from './refusal.ts';

export interface BreakersOptions {
  readonly clock: Clock;
  readonly limits: LimitValues;
  readonly health: HealthView;
  readonly market: Pick<MarketView, 'feeds' | 'venueEnabled' | 'entriesWait'>;
  /** Writes a transition to the journal (CB-3); it is in force before this is called. */
  readonly record: (breaker: Breaker) => void;
}

interface Streaks {
  api: number;
  slippage: number;
  rejects: number;
  /** Monotonic ms since when the stale share has been over its threshold. */
  staleSinceMs: number | undefined;
}

/**
 * CB-1 to CB-3. One breaker per venue and one for all. Signals come in as they happen; {@link tick} (once a second)
 * reads the feeds and moves the states on. `open` and `stabilizing` both stop entries; hedging and reducing never ask.
 */
export class Breakers {
  readonly #options: BreakersOptions;
  readonly #states = new Map<BreakerScope, Breaker>();
  readonly #streaks = new Map<Venue, Streaks>();
  readonly #startedMonoMs: number;

  constructor(options: BreakersOptions) {
    this.#options = options;
    this.#startedMonoMs = options.clock.monoMs();
    const sinceMs = options.clock.wallMs();
    for (const scope of [...VENUES, 'global'] as const) {
      this.#states.set(scope, { scope, state: 'closed', cause: null, reading: null, sinceMs, untilMs: null, trips: 0 });
    }
    for (const venue of VENUES) this.#streaks.set(venue, { api: 0, slippage: 0, rejects: 0, staleSinceMs: undefined });
  }

  /** All breakers, venues in table order, then the global one; the same objects until something changes. */
  all(): readonly Breaker[] {
    return [...this.#states.values()];
  }

  get(scope: BreakerScope): Breaker {
    return this.#states.get(scope) as Breaker;
  }

  /** True when entries may go to `scope` as far as its breaker is concerned. */
  closed(scope: BreakerScope): boolean {
    return this.get(scope).state === 'closed';
  }

  /** Why `scope` takes no entries now, or `undefined`. */
  blocked(scope: BreakerScope): Refusal | undefined {
    const breaker = this.get(scope);
    if (breaker.state === 'closed') return undefined;
    const who = scope === 'global' ? 'The global breaker' : `The breaker of ${VENUE_NAMES[scope]}`;
    return refusal('breaker-open', `${who} is ${breaker.state} (${breaker.cause}: ${breaker.reading}).`);
  }

  /** Enabled venues whose breaker is closed and which health does not veto. */
  safeVenues(): readonly Venue[] {
    const { health, market } = this.#options;
    return VENUES.filter((venue) => market.venueEnabled(venue) && this.closed(venue) && !health.vetoed(venue));
  }

  /** One REST call of the venue ended. A rate limit counts as a failure: the venue is not usable meanwhile. */
  apiCall(venue: Venue, outcome: 'ok' | 'error' | 'timeout' | 'rate-limited'): void {
    const streaks = this.#of(venue);
    if (outcome === 'ok' || this.#underMaintenance(venue)) {
      streaks.api = 0;
      return;
    }
    streaks.api += 1;
    if (streaks.api >= AT.apiFailures) this.trip(venue, 'api-failures', `${streaks.api} calls failed in a row`);
  }

  /** One order was answered: accepted or definitely rejected. Doubt is neither. */
  orderAnswered(venue: Venue, outcome: 'accepted' | 'rejected'): void {
    const streaks = this.#of(venue);
    if (outcome === 'accepted' || this.#underMaintenance(venue)) {
      streaks.rejects = 0;
      return;
    }
    streaks.rejects += 1;
    if (streaks.rejects >= AT.rejectStreak) {
      this.trip(venue, 'reject-streak', `${streaks.rejects} orders rejected in a row`);
    }
  }

  /** One taking order finished: how far its average was from the planned price, bps, costs positive. */
  slippage(venue: Venue, expectedBps: number, realisedBps: number): void {
    const streaks = this.#of(venue);
    const limit = this.#options.limits.double('maxSlippageBps');
    if (realisedBps - expectedBps <= limit) {
      streaks.slippage = 0;
      return;
    }
    streaks.slippage += 1;
    if (streaks.slippage >= AT.slippageStreak) {
      const worst = (realisedBps - expectedBps).toFixed(1);
      this.trip(venue, 'slippage-streak', `${streaks.slippage} fills in a row over ${limit} bps, last ${worst} bps`);
    }
  }

  /** Opens `scope`, or prolongs it where it is open already. `reading` says what was measured. */
  trip(scope: BreakerScope, cause: BreakerCause, reading: string): void {
    const now = this.#options.clock.wallMs();
    const before = this.get(scope);
    if (before.state === 'open') {
      // Prolonging is no transition (CB-3): a condition that lasts would otherwise fill the journal.
      this.#states.set(scope, { ...before, untilMs: Math.max(before.untilMs ?? 0, now + coolDownMs(before.trips)) });
      return;
    }
    const forgiven = before.state === 'closed' && now - before.sinceMs >= AT.forgiveMs;
    const trips = forgiven ? 1 : before.trips + 1;
    this.#become({ scope, state: 'open', cause, reading, sinceMs: now, untilMs: now + coolDownMs(trips), trips });
  }

  /** Reads the feeds, then lets cool-downs and stabilization windows run out. Call once a second. */
  tick(): void {
    for (const venue of VENUES) this.#readFeeds(venue);
    this.#readSafeSet();
    const now = this.#options.clock.wallMs();
    for (const breaker of this.all()) {
      if (breaker.untilMs === null || now < breaker.untilMs) continue;
      if (breaker.state === 'open') {
        if (breaker.scope !== 'global') this.#clear(breaker.scope);
        this.#become({ ...breaker, state: 'stabilizing', sinceMs: now, untilMs: now + AT.stabilizeMs });
      } else {
        this.#become({ ...breaker, state: 'closed', sinceMs: now, untilMs: null });
      }
    }
  }

  /** Startup: the last journaled row of each scope is in force again, without being journaled a second time. */
  restore(rows: readonly Breaker[]): void {
    for (const row of rows) this.#states.set(row.scope, row);
  }

  #readFeeds(venue: Venue): void {
    const streaks = this.#of(venue);
    const { clock, market } = this.#options;
    if (!market.venueEnabled(venue) || clock.monoMs() - this.#startedMonoMs < AT.warmUpMs) {
      streaks.staleSinceMs = undefined;
      return;
    }
    const feeds = market.feeds().filter((feed) => feed.venue === venue && isTraded(feed.feed));
    const instruments = feeds.reduce((sum, feed) => sum + feed.instruments, 0);
    const fresh = feeds.reduce((sum, feed) => sum + feed.fresh, 0);
    const share = instruments === 0 ? 1 : 1 - fresh / instruments;
    if (share >= AT.staleShare && !this.#underMaintenance(venue)) {
      streaks.staleSinceMs ??= clock.monoMs();
      if (clock.monoMs() - streaks.staleSinceMs >= AT.staleForMs) {
        this.trip(venue, 'stale-ratio', `${instruments - fresh} of ${instruments} quotes stale`);
      }
    } else {
      streaks.staleSinceMs = undefined;
    }
    for (const feed of feeds) {
      if (feed.skewMs !== null && Math.abs(feed.skewMs) > AT.clockSkewMs) {
        this.trip(venue, 'clock-skew', `${feed.feed} clock is off by ${feed.skewMs.toFixed(0)} ms`);
      }
    }
  }

  /**
   * MD-8: what fails in a maintenance that the venue announced is its own doing. Entries wait there for exactly as long, so
   * that nothing is let through; an order without an answer and a wrong clock count as ever.
   */
  #underMaintenance(venue: Venue): boolean {
    return PRODUCTS.map((product) => feedId(venue, product)).some(
      (feed) => isTraded(feed) && this.#options.market.entriesWait(feed)?.begun === true,
    );
  }

  /** CB-2: no pair of venues left to trade between pauses everything. */
  #readSafeSet(): void {
    if (this.#options.clock.monoMs() - this.#startedMonoMs < AT.warmUpMs) return;
    const safe = this.safeVenues();
    if (safe.length >= AT.safeVenues) return;
    this.trip('global', 'empty-safe-set', `${safe.length} of ${VENUES.length} venues safe, ${AT.safeVenues} needed`);
  }

  #of(venue: Venue): Streaks {
    return this.#streaks.get(venue) as Streaks;
  }

  /** What was counted before the cool-down has had its effect; stabilization starts from nothing. */
  #clear(venue: Venue): void {
    const streaks = this.#of(venue);
    streaks.api = 0;
    streaks.slippage = 0;
    streaks.rejects = 0;
  }

  #become(breaker: Breaker): void {
    this.#states.set(breaker.scope, breaker);
    this.#options.record(breaker);
  }
}

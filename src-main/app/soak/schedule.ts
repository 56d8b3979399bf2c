import type { FeedId } from '#shared/domain/ids';
import { type FaultCommand, type FaultName, faultTerms, MARKET_FAULTS } from '#shared/domain/practice';
import type { Random } from '#shared/kernel/random';

/** How often something goes wrong on a feed, and for how long. */
export interface FaultPace {
  /** The first fault comes when every feed had time to connect, ms. */
  readonly warmUpMs: number;
  /** Least time between the end of a fault and the next one of a feed, ms: so long it may need to recover. */
  readonly leastPauseMs: number;
  /** Mean pause beyond that, ms. */
  readonly meanPauseMs: number;
  readonly shortestMs: number;
  readonly longestMs: number;
}

export const DEFAULT_PACE: FaultPace = {
  warmUpMs: 120_000,
  leastPauseMs: 240_000,
  meanPauseMs: 12 * 60_000,
  shortestMs: 10_000,
  longestMs: 60_000,
};

/** Carries out an order to the practice world; false when it does not fit the feed. */
export type Apply = (command: FaultCommand) => boolean;

interface FeedPlan {
  readonly feed: FeedId;
  readonly random: Random;
  dueMs: number;
  on: FaultName | null;
}

/** Random faults, feed by feed, each from a stream of its own: the same seed gives the same faults at the same times. */
export class FaultSchedule {
  readonly #plans: readonly FeedPlan[];
  readonly #pace: FaultPace;
  readonly #apply: Apply;
  readonly #counts = new Map<FaultName, number>();

  constructor(feeds: readonly FeedId[], random: Random, pace: FaultPace, apply: Apply, nowMs: number) {
    this.#pace = pace;
    this.#apply = apply;
    this.#plans = feeds.map((feed) => {
      const own = random.fork(feed);
      return { feed, random: own, dueMs: nowMs + pace.warmUpMs + own.exponential(pace.meanPauseMs), on: null };
    });
  }

  /** Faults that happened, by name. */
  get counts(): ReadonlyMap<FaultName, number> {
    return this.#counts;
  }

  /** Switches what is due by `nowMs`, and gives the feeds that were touched. */
  tick(nowMs: number): readonly FeedId[] {
    const touched: FeedId[] = [];
    for (const plan of this.#plans) {
      if (plan.dueMs > nowMs) continue;
      touched.push(plan.feed);
      if (plan.on === null) this.#begin(plan, nowMs);
      else this.#end(plan, nowMs);
    }
    return touched;
  }

  /** Whether a switch fault is on at a feed. */
  isOn(feed: FeedId): boolean {
    return this.#plans.some((plan) => plan.feed === feed && plan.on !== null);
  }

  #begin(plan: FeedPlan, nowMs: number): void {
    const { feed, random } = plan;
    const { shortestMs, longestMs } = this.#pace;
    const lastsMs = shortestMs + random.next() * (longestMs - shortestMs);
    const first = Math.floor(random.next() * MARKET_FAULTS.length);
    for (let step = 0; step < MARKET_FAULTS.length; step += 1) {
      const fault = MARKET_FAULTS[(first + step) % MARKET_FAULTS.length] as FaultName;
      if (!this.#apply({ feed, fault, on: true })) continue;
      this.#counts.set(fault, (this.#counts.get(fault) ?? 0) + 1);
      const lasts = faultTerms(fault).kind === 'switch';
      plan.on = lasts ? fault : null;
      plan.dueMs = nowMs + (lasts ? lastsMs : this.#pause(random));
      return;
    }
    plan.dueMs = nowMs + this.#pause(random);
  }

  #end(plan: FeedPlan, nowMs: number): void {
    if (plan.on !== null) this.#apply({ feed: plan.feed, fault: plan.on, on: false });
    plan.on = null;
    plan.dueMs = nowMs + this.#pause(plan.random);
  }

  #pause(random: Random): number {
    return this.#pace.leastPauseMs + random.exponential(this.#pace.meanPauseMs);
  }
}

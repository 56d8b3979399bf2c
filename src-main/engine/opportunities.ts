import { feedOfListing, venueOf } from '#shared/domain/ids';
import type { Candidate } from '#shared/domain/plan';
import type { Result } from '#shared/kernel/result';
import type { Cancel, Clock } from '#shared/kernel/time';
import type { Profile, Settings } from '#shared/settings/settings';
import type { Divergence, EndedDivergence } from './detect/divergence.ts';
import type { EngineObserver } from './observer.ts';
import { type Judgement, Planner } from './plan/planner.ts';
import type { Refusal } from './risk/refusal.ts';
import type { Failover } from './route/failover.ts';

/** First wait after a profile's failure; doubled up to the last one, forgotten after a cycle without failure (AU-2). */
const BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 60_000;

interface Failing {
  readonly message: string;
  readonly untilMonoMs: number;
  readonly waitMs: number;
}

export interface OpportunitiesOptions {
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly planner: Planner;
  readonly failover: Failover;
  /** Opens the deal and gives its id, or says why it may not be opened. */
  readonly open: (plan: NonNullable<Judgement['plan']>) => Result<string, Refusal>;
  readonly observer: EngineObserver;
  /** Nothing is judged before startup reconciliation is done (EX-11). */
  readonly ready: () => boolean;
  /** Age, ms, at which a divergence is more than a flicker (limit `divergenceMinMs`). */
  readonly matureAfterMs: () => number;
}

/**
 * From a divergence to a verdict of each profile and, where it is a plan, to an open deal. Each profile is judged on
 * its own: one that fails is reported and waits, the others go on (AU-2, PL-4).
 */
export class Opportunities {
  readonly #options: OpportunitiesOptions;
  readonly #live = new Map<string, Divergence>();
  readonly #rechecks = new Map<string, Cancel>();
  readonly #failing = new Map<string, Failing>();
  /** Profiles that judged a living divergence. */
  readonly #judged = new Map<string, Set<string>>();
  #found = 0;
  #planned = 0;
  #failovers = 0;

  constructor(options: OpportunitiesOptions) {
    this.#options = options;
  }

  /** Divergences since the start, and how many verdicts were plans. */
  counts(): { readonly found: number; readonly planned: number } {
    return { found: this.#found, planned: this.#planned };
  }

  failovers(): number {
    return this.#failovers;
  }

  /** Why the profile is not judged now, or `null`. */
  failureOf(profileId: string): string | null {
    const failing = this.#failing.get(profileId);
    return failing !== undefined && failing.untilMonoMs > this.#options.clock.monoMs() ? failing.message : null;
  }

  /**
   * Call on each change of a divergence, and once more when it reaches its least age. Younger ones are not priced: one
   * that ends before is a flicker, and its verdict is `divergence-too-young`, counted without a row (SD-3, PL-1).
   */
  seen(divergence: Divergence): void {
    const { clock, settings, ready, matureAfterMs } = this.#options;
    if (!this.#live.has(divergence.key)) {
      this.#live.set(divergence.key, divergence);
      this.#found += 1;
    }
    if (!ready() || clock.monoMs() - divergence.firstSeenMonoMs < matureAfterMs()) return;
    for (const profile of settings().profiles) {
      if (Planner.inScope(profile, divergence.base)) this.#judge(divergence, profile);
    }
  }

  /** A divergence of a pair that nothing plans yet reached its least age: counted without a row (PL-1). */
  unplanned(): void {
    this.#found += 1;
    if (this.#options.ready()) this.#options.observer.unplanned();
  }

  ended({ key, lifetimeMs }: EndedDivergence): void {
    const { planner, observer, ready, matureAfterMs } = this.#options;
    this.#live.delete(key);
    this.#rechecks.get(key)?.();
    this.#rechecks.delete(key);
    const judged = this.#judged.get(key);
    if (judged === undefined) {
      if (ready() && lifetimeMs < matureAfterMs()) observer.flickered();
      return;
    }
    this.#judged.delete(key);
    planner.ended(key);
    for (const profileId of judged) observer.candidateEnded(`${profileId}/${key}`);
  }

  stop(): void {
    for (const cancel of this.#rechecks.values()) cancel();
    this.#rechecks.clear();
    this.#live.clear();
    this.#judged.clear();
  }

  #judge(divergence: Divergence, profile: Profile): void {
    const { clock, planner, observer } = this.#options;
    const failing = this.#failing.get(profile.id);
    const nowMs = clock.monoMs();
    if (failing !== undefined && failing.untilMonoMs > nowMs) return;
    this.#seenBy(divergence.key, profile.id);
    try {
      const judgement = planner.judge(divergence, profile);
      if (judgement.changed) {
        const candidate = judgement.plan === undefined ? judgement.candidate : this.#opened(judgement, judgement.plan);
        observer.verdict(candidate);
      }
      if (judgement.recheckInMs !== undefined) this.#recheck(divergence, judgement.recheckInMs);
      // Healthy for as long as it last had to wait: the next failure starts over.
      if (failing !== undefined && nowMs - failing.untilMonoMs > failing.waitMs) this.#failing.delete(profile.id);
    } catch (error) {
      const waitMs = Math.min(failing === undefined ? BACKOFF_MS : failing.waitMs * 2, MAX_BACKOFF_MS);
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.#failing.set(profile.id, { message, untilMonoMs: nowMs + waitMs, waitMs });
      observer.profileFailed(profile.id, message, waitMs);
    }
  }

  #seenBy(key: string, profileId: string): void {
    let judged = this.#judged.get(key);
    if (judged === undefined) {
      judged = new Set();
      this.#judged.set(key, judged);
    }
    if (judged.has(profileId)) return;
    judged.add(profileId);
    this.#options.observer.candidateSeen(`${profileId}/${key}`);
  }

  /** The candidate of a plan, with what became of the plan: a deal, or the reason it was not sent (RO-3, RK-1). */
  #opened({ candidate }: Judgement, plan: NonNullable<Judgement['plan']>): Candidate {
    const refreshed = this.#options.failover.refresh(plan);
    if (refreshed.kind === 'reject') return refusedCandidate(candidate, refreshed.refusal);
    const opened = this.#options.open(refreshed.plan);
    if (!opened.ok) return refusedCandidate(candidate, opened.error);
    this.#planned += 1;
    if (refreshed.kind === 'send') return candidate;
    this.#failovers += 1;
    const { from, to, detail } = refreshed;
    const moved = { dealId: opened.value, from: venueOf(feedOfListing(from)), to: venueOf(feedOfListing(to)) };
    this.#options.observer.failover(moved, detail);
    return { ...candidate, verdict: { kind: 'plan', planId: refreshed.plan.id } };
  }

  /** One timer for a divergence: the earliest of what its profiles asked for. */
  #recheck(divergence: Divergence, delayMs: number): void {
    if (this.#rechecks.has(divergence.key)) return;
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#rechecks.delete(divergence.key);
      if (this.#live.has(divergence.key)) this.seen(divergence);
    });
    this.#rechecks.set(divergence.key, cancel);
  }
}

const refusedCandidate = (candidate: Candidate, { reason, detail }: Refusal): Candidate => ({
  ...candidate,
  verdict: { kind: 'reject', reason, detail },
});

import type { Cancel, Clock } from '#shared/kernel/time';
import { wire } from '#shared/money/decimal';
import type { Settings } from '#shared/settings/settings';
import type { Ledger } from './ledger/ledger.ts';
import type { CycleReadings, EngineObserver, ProfileResult } from './observer.ts';
import type { Opportunities } from './opportunities.ts';
import type { Planner } from './plan/planner.ts';
import type { Exposure } from './risk/exposure.ts';

/** PL-1: the reporting window of event-driven strategies. */
export const CYCLE_MS = 5_000;

export interface CyclesOptions {
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly planner: Planner;
  readonly opportunities: Opportunities;
  readonly ledger: Ledger;
  readonly exposure: Exposure;
  readonly observer: EngineObserver;
  readonly readings: () => Pick<CycleReadings, 'auto' | 'feeds' | 'health'>;
  /** Emits every divergence that still lives, so that none ages without a verdict. */
  readonly sweep: () => void;
}

export interface CycleStanding {
  readonly number: number;
  readonly endedAtMs: number | null;
  /** What ending it took, ms. */
  readonly durationMs: number | null;
  readonly complete: boolean;
}

/**
 * Ends a reporting cycle at every multiple of {@link CYCLE_MS} of the wall clock, so that reports speak of the same
 * moments whenever the engine was started, and begins the profiles' own cycles (PL-4) when theirs are over.
 */
export class Cycles {
  readonly #options: CyclesOptions;
  #cancel: Cancel = () => undefined;
  #stopped = false;
  readonly #profileEndsMonoMs = new Map<string, number>();
  readonly #plans = new Map<string, number>();
  #fromMs: number;
  #standing: CycleStanding = { number: 0, endedAtMs: null, durationMs: null, complete: false };

  constructor(options: CyclesOptions) {
    this.#options = options;
    this.#fromMs = options.clock.wallMs();
    this.#beginProfiles();
    this.#endNext();
  }

  standing(): CycleStanding {
    return this.#standing;
  }

  plansOf(profileId: string): number {
    return this.#plans.get(profileId) ?? 0;
  }

  profileState(profileId: string): ProfileResult['state'] {
    const { settings, exposure, opportunities } = this.#options;
    const profile = settings().profiles.find((candidate) => candidate.id === profileId);
    if (profile?.enabled !== true) return 'stopped';
    if (opportunities.failureOf(profileId) !== null) return 'backing-off';
    return exposure.dailyStop(profile) === undefined ? 'running' : 'daily-stop';
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #endNext(): void {
    const { clock } = this.#options;
    const leftMs = CYCLE_MS - (clock.wallMs() % CYCLE_MS);
    // Timers fire a little early and wall clocks jump: what is left of a cycle belongs to the next one then.
    this.#cancel = clock.after(leftMs < CYCLE_MS / 2 ? leftMs + CYCLE_MS : leftMs, () => {
      if (this.#stopped) return;
      this.#endNext();
      this.#end();
    });
  }

  #end(): void {
    const { clock, settings, planner, ledger, observer, opportunities, readings, sweep } = this.#options;
    const startedMonoMs = clock.monoMs();
    sweep();
    this.#plans.clear();
    const profiles = settings().profiles.map((profile): ProfileResult => {
      const counts = planner.takeCounts(profile.id);
      this.#plans.set(profile.id, counts.plans);
      return {
        profile: profile.id,
        plans: counts.plans,
        resultTodayUsd: wire(ledger.resultTodayUsd(profile.id)),
        state: this.profileState(profile.id),
        error: opportunities.failureOf(profile.id),
      };
    });
    const equity = ledger.equityUsd();
    const toMs = clock.wallMs();
    const complete = observer.cycleEnded({
      ...readings(),
      cycle: this.#standing.number,
      fromMs: this.#fromMs,
      toMs,
      profiles,
      equityUsd: equity === undefined ? null : wire(equity),
    });
    this.#fromMs = toMs;
    this.#standing = {
      number: this.#standing.number + 1,
      endedAtMs: toMs,
      durationMs: clock.monoMs() - startedMonoMs,
      complete,
    };
    this.#beginProfiles();
  }

  #beginProfiles(): void {
    const { clock, settings, planner } = this.#options;
    const nowMs = clock.monoMs();
    for (const profile of settings().profiles) {
      const endsMs = this.#profileEndsMonoMs.get(profile.id);
      if (endsMs !== undefined && nowMs < endsMs) continue;
      planner.beginCycle(profile.id, this.#standing.number);
      this.#profileEndsMonoMs.set(profile.id, nowMs + profile.intervalS * 1000);
    }
  }
}

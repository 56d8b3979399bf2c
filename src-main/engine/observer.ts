import type { Deal } from '#shared/domain/deal';
import type { FeedId, ListingId, Venue } from '#shared/domain/ids';
import type { FeedState, VenueHealth } from '#shared/domain/market';
import type { Candidate } from '#shared/domain/plan';
import type { AutoState, Breaker, KillState } from '#shared/domain/safety';
import type { HealthTransition } from './health/venue-health.ts';

/** What a profile did in the cycle that ends (PL-4, AU-2). */
export interface ProfileResult {
  readonly profile: string;
  readonly plans: number;
  readonly resultTodayUsd: string;
  readonly state: 'running' | 'stopped' | 'backing-off' | 'daily-stop';
  readonly error: string | null;
}

/** One change of executing venue before the first order (RO-3). */
export interface Failover {
  readonly dealId: string;
  readonly from: Venue;
  readonly to: Venue;
}

/**
 * A turn of a feed's announced maintenance. `announced` and `withdrawn`: the venue spoke; `entries-end` and `entries-again`:
 * what the engine does about it; `unreadable` and `readable`: whether the venue's announcements are heard at all.
 */
export interface MaintenanceNotice {
  readonly feed: FeedId;
  readonly turn: 'announced' | 'withdrawn' | 'entries-end' | 'entries-again' | 'unreadable' | 'readable';
  readonly text: string;
}

/** The end of a reporting cycle (PL-1): what telemetry reads off the engine. */
export interface CycleReadings {
  readonly cycle: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly auto: AutoState;
  readonly feeds: readonly FeedState[];
  readonly health: readonly VenueHealth[];
  readonly profiles: readonly ProfileResult[];
  readonly equityUsd: string | null;
}

/**
 * Told of everything worth reporting, synchronously and in order. It observes and never decides; an observer that
 * throws is the caller's bug and is not caught here.
 */
export interface EngineObserver {
  /** A divergence is judged for a profile for the first time; its verdict follows at once. */
  candidateSeen(key: string): void;
  verdict(candidate: Candidate): void;
  /** A divergence ended before its least age: `divergence-too-young`, counted only (SD-3). */
  flickered(): void;
  /** A divergence between instruments that nothing plans yet: `unsupported-order`, counted only. */
  unplanned(): void;
  candidateEnded(key: string): void;
  dealOpened(dealId: string): void;
  dealClosed(deal: Deal, makerFills: number, takerFills: number): void;
  breaker(breaker: Breaker): void;
  kill(state: KillState): void;
  failover(failover: Failover, detail: string): void;
  health(transition: HealthTransition): void;
  feed(feed: FeedId, reason: string): void;
  /** MD-8: once for each turn of an announced maintenance. */
  maintenance(notice: MaintenanceNotice): void;
  /** MD-7: the funding interval of a perpetual is another one now. */
  intervalChanged(listing: ListingId, fromMs: number, toMs: number): void;
  profileFailed(profile: string, message: string, retryInMs: number): void;
  /** Something of ours threw and was contained. Its alarm's key is `defect:` and the part. */
  defect(part: string, error: unknown): void;
  /** Worth a person's look, but it stops nothing. Stays until {@link alarmCleared} with the same key. */
  alert(key: string, text: string): void;
  /** Stays until {@link alarmCleared} with the same key. */
  alarm(key: string, text: string): void;
  alarmCleared(key: string): void;
  /** From the arrival of a book change to the end of what it led to, µs (TE-2). */
  decided(micros: number): void;
  /** Returns whether the cycle's telemetry is complete. */
  cycleEnded(readings: CycleReadings): boolean;
}

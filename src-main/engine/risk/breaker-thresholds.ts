/**
 * CB-1: when a breaker opens and how long it stays open. Counts and times, each with why it is what it is; the limits
 * that people set (acknowledgement deadline, slippage, exposure × time, turnover, order rate) are read from the limits
 * table instead.
 */
export const BREAKER_THRESHOLDS = {
  /** REST calls that failed one after the other; a single 5xx or timeout is ordinary. */
  apiFailures: 5,
  /** Share of a venue's listings without a fresh quote … */
  staleShare: 0.5,
  /** … held for this long without a break: longer than a reconnect with its snapshots takes. */
  staleForMs: 10_000,
  /** Fills in a row that were worse than expected by more than the slippage limit. */
  slippageStreak: 3,
  /** Orders in a row that the venue definitely refused. */
  rejectStreak: 5,
  /** Venue clock against ours. Request windows of the five venues are 5 s or more; beyond 2 s there is no margin. */
  clockSkewMs: 2_000,
  /** No judgement of staleness or of the safe set before feeds had time to connect. */
  warmUpMs: 20_000,
  /** A cross-venue deal needs two venues: with fewer the safe set is empty (CB-2). */
  safeVenues: 2,
  /** First cool-down; doubles with each trip … */
  coolDownMs: 30_000,
  /** … up to this bound. */
  coolDownMaxMs: 1_800_000,
  /** Clean time needed between `open` and `closed`. */
  stabilizeMs: 15_000,
  /** Closed for this long, the count of trips starts again. */
  forgiveMs: 3_600_000,
} as const;

/** Cool-down of the `trips`-th trip in a row, ms; `trips` ≥ 1. */
export function coolDownMs(trips: number): number {
  const { coolDownMs: first, coolDownMaxMs: most } = BREAKER_THRESHOLDS;
  return Math.min(most, first * 2 ** Math.min(trips - 1, 30));
}

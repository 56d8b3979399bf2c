import type { Capabilities } from '#shared/domain/capabilities';
import type { Tracked } from './tracker.ts';

const DAY_MS = 86_400_000;
/**
 * How long after its deadline a create may still turn up. A venue that enforces none takes it for as long as it takes its
 * signature, which may have been made at the last moment: two minutes on Coinbase, and a moment until it is listed.
 */
const MARGIN_MS = 2_000;
const MARGIN_WITHOUT_DEADLINE_MS = 130_000;

/**
 * EX-4: a venue that does not show an order proves its absence only if it was asked after the deadline had passed on the
 * venue's clock too, and never confirmed it. Gives what speaks against it, `null` when nothing does.
 */
export function doubtOfAbsence(
  asked: {
    readonly atMs: number;
    readonly createBeforeMs: number;
    readonly skewMs: number;
    readonly answerOut: boolean;
  },
  capabilities: Capabilities,
  tracked: Tracked | undefined,
): string | null {
  if (asked.answerOut) return 'its answer is still out';
  const marginMs = capabilities.createDeadline ? MARGIN_MS : MARGIN_WITHOUT_DEADLINE_MS;
  // It left by its own deadline at the latest, with one that was no further ahead than the least that the venue takes.
  const sentDeadlineMs = asked.createBeforeMs + (capabilities.leastDeadlineS ?? 0) * 1000;
  if (asked.atMs <= sentDeadlineMs + Math.abs(asked.skewMs) + marginMs) {
    return 'not there, but its deadline has not passed yet';
  }
  if (asked.atMs - asked.createBeforeMs > capabilities.historyDays * DAY_MS) {
    return 'not there, but it is older than what the venue tells of';
  }
  // Its history does not reach back that far, or the venue errs.
  if (tracked !== undefined && tracked.venueOrderId !== null) {
    return 'the venue no longer shows an order that it had confirmed';
  }
  return null;
}

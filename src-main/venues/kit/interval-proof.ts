import type { FundingSettlement } from '#shared/domain/funding';

/** Settlements are stamped some seconds late at times, and clocks differ. */
const SAME_MS = 60_000;
/** A settlement is in the venue's history this long after it was due. */
const BOOKED_MS = 15_000;

/**
 * MD-7 for a venue that does not report every interval: the one that runs now is proven when the last two settlements and
 * the next one, as the venue tells them, lie equally far apart. `readAtMs`: when the history was read. NaN: they do not,
 * so the interval is unknown. `undefined`: nothing can be said at this moment, because a settlement was due that the
 * history was read too early for, or the next one is not told yet.
 */
export function provenInterval(
  rows: readonly Pick<FundingSettlement, 'settledAtMs'>[],
  readAtMs: number,
  nextMs: number,
  nowMs: number,
): number | undefined {
  const last = rows[rows.length - 1]?.settledAtMs;
  const before = rows[rows.length - 2]?.settledAtMs;
  if (last === undefined || before === undefined) return Number.NaN;
  const running = nextMs - last;
  if (!(running > SAME_MS)) return undefined;
  const gap = last - before;
  if (Math.abs(running - gap) < SAME_MS) return Math.round(gap / SAME_MS) * SAME_MS;
  const dueMs = last + gap;
  const missesOne = running > gap && nowMs >= dueMs - SAME_MS && readAtMs < dueMs + BOOKED_MS;
  return missesOne ? undefined : Number.NaN;
}

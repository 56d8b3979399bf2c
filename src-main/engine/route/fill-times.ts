import type { ListingId } from '#shared/domain/ids';

/** Until a venue has shown its own, a resting entry is expected to take this long, with the weight of this many fills. */
const PRIOR_MS = 4_000;
const PRIOR_WEIGHT = 3;
/** Each new observation takes this much from the weight of the older ones: about the last fifty count. */
const FORGET = 0.98;

interface Waits {
  waitedMs: number;
  fills: number;
  seen: number;
}

/**
 * RO-2: how long resting entries wait for their first fill, per listing. Waiting times are taken as exponential, so
 * that orders which were cancelled unfilled count with the time they waited (censored), not as if they never were:
 * mean = total time waited / number of fills.
 */
export class FillTimeStats {
  readonly #waits = new Map<ListingId, Waits>();

  /** A resting entry got its first fill, or was cancelled without one, `waitedMs` after it was accepted. */
  record(listing: ListingId, waitedMs: number, filled: boolean): void {
    const before = this.#waits.get(listing) ?? { waitedMs: 0, fills: 0, seen: 0 };
    this.#waits.set(listing, {
      waitedMs: before.waitedMs * FORGET + Math.max(0, waitedMs),
      fills: before.fills * FORGET + (filled ? 1 : 0),
      seen: before.seen + 1,
    });
  }

  /** Expected wait until the first fill, and how many orders it was measured on (0: the prior alone). */
  expected(listing: ListingId): { readonly ms: number; readonly evidence: number } {
    const waits = this.#waits.get(listing) ?? { waitedMs: 0, fills: 0, seen: 0 };
    const ms = (PRIOR_MS * PRIOR_WEIGHT + waits.waitedMs) / (PRIOR_WEIGHT + waits.fills);
    return { ms, evidence: waits.seen };
  }
}
